"""A module imports only from lower layers or its own folder; pure modules do no I/O."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import gripforce

PACKAGE = Path(gripforce.__file__).parent
LAYERS = [
    {"constants", "model", "errors", "version"},
    {"files", "language", "untrusted"},
    {"wire", "clock", "calibration"},
    {"sim", "analysis", "assembly"},
    {"transport", "recording", "formats", "online", "protocol"},
    {"device", "report", "cohort"},
    {"bridge"},
    {"api", "bids", "recorder"},
    {"plot", "session"},
    {"dashboard"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
PURE = {name for names in LAYERS[:4] for name in names} - {"files", "language"} | {"online"}
IO = {"asyncio", "bleak", "io", "os", "pathlib", "serial", "socket", "textual", "threading", "time"}
MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=aliases):
                names |= {alias.name for alias in aliases}
            case ast.ImportFrom(module="gripforce", names=aliases):
                names |= {f"gripforce.{alias.name}" for alias in aliases}
            case ast.ImportFrom(module=str(module), level=0):
                names.add(module)
            case ast.ImportFrom():
                pytest.fail(f"{path} imports relatively")
    return names


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path):
    here = room(path)
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "gripforce" and rest:
            assert rest[0] == here or RANK[rest[0]] < RANK[here], f"{here} -> {name}"
        assert not (here in PURE and top in IO), f"{here} does I/O: {name}"


def test_importing_the_package_imports_nothing_heavy():
    heavy = "bleak textual pandas scipy numpy serial typer matplotlib pylsl"
    code = f"import sys, gripforce; print(*(set(sys.modules) & set('{heavy}'.split())))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_command_line_appears_at_once():
    heavy = "asyncio bleak textual pandas scipy numpy matplotlib pylsl babel yaml"
    code = "import sys, gripforce.cli.main; "
    code += f"print(*(set(sys.modules) & set('{heavy}'.split())))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_recording_begins_before_the_analysis_is_loaded():
    """SciPy takes a second to import; the patient waits for it."""
    heavy = "textual pandas scipy matplotlib pylsl babel yaml"
    code = "import sys, gripforce.cli.measure.record, gripforce.cli.measure.beside; "
    code += "import gripforce.cli.interrupt, gripforce.cli.progress, gripforce.recording.summary; "
    code += f"print(*(set(sys.modules) & set('{heavy}'.split())))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_what_the_package_promises_is_there():
    for name in gripforce.__all__:
        assert getattr(gripforce, name).__name__ in {name, f"gripforce.{name}"}
    assert set(gripforce.__all__) | {"__version__"} <= set(dir(gripforce))
    assert gripforce.__version__


def test_every_layer_exists():
    assert set(RANK) == {room(path) for path in MODULES}


def test_public_class_names_are_unique():
    homes: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    assert {name: found for name, found in homes.items() if len(found) > 1} == {}


def test_folders_stay_small():
    sizes = Counter(path.parent for path in MODULES if path.name != "__init__.py")
    assert {str(folder): size for folder, size in sizes.items() if size > 15} == {}


def test_the_test_sees_modules():
    assert {"model", "errors"} <= {room(path) for path in MODULES}
