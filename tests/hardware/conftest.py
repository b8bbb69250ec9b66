"""Parts are rendered once for each state of their drawings, by OpenSCAD itself."""

import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "build" / "cad"
sys.path.insert(0, str(ROOT))

from hardware.cad import mesh, openscad  # noqa: E402  the repository's root is not installed


@pytest.fixture(scope="session")
def need():
    """Skip where a tool is absent, except where everything has to be there."""

    def check(tool):
        if shutil.which(tool) is None:
            reason = f"{tool} is not installed: `make -C hardware tools` installs it"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def dimensions(tmp_path_factory, need):
    need("openscad")
    return openscad.dimensions(tmp_path_factory.mktemp("dimensions"))


@pytest.fixture(scope="session")
def printed(need, worker_id):
    """Meshes as they lie on the bed, each rendered by the process that comes first."""
    need("openscad")
    shared = RENDERED / state()
    shared.mkdir(parents=True, exist_ok=True)
    parts = openscad.PARTS[:: -1 if worker_id.endswith("1") else 1]
    with tempfile.TemporaryDirectory(dir=shared) as own:
        for part in parts:
            if not (shared / f"{part.name}.stl").exists():
                made = openscad.render_stl(part.name, Path(own))
                made.replace(shared / made.name)
    return {part.name: mesh.read_stl(shared / f"{part.name}.stl") for part in openscad.PARTS}


def state():
    """Return a name for what decides how parts look: every drawing, and OpenSCAD's own file."""
    program = Path(shutil.which("openscad")).resolve().stat()
    seen = hashlib.sha256(f"{program.st_size} {program.st_mtime_ns}".encode())
    for source in sorted(openscad.HERE.glob("*.scad")):
        seen.update(source.name.encode() + source.read_bytes())
    return seen.hexdigest()[:16]


@pytest.fixture(scope="session")
def placed(printed, dimensions):
    """Meshes where they sit on the object; a part of both digits stands there twice."""
    parts = {}
    for part in openscad.PARTS:
        if part.name == "gauge":  # belongs nowhere
            continue
        index = printed[part.name].moved(mesh.inverse(dimensions[f"print_{part.name}"]))
        if part.per_digit:
            parts[f"{part.name} index"] = index
            parts[f"{part.name} thumb"] = index.moved(dimensions["other_digit"])
        else:
            parts[part.name] = index
    return parts
