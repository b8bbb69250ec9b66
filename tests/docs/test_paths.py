"""Paths, modules, links and commands that the documentation names exist."""

import importlib
import re

import pytest

from bench.__main__ import LONG, MEASURES
from tests.docs.bibliography import ROOT
from validation.registry import SECTIONS

PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "hardware").rglob("*.md")),
    *[ROOT / name for name in ("README.md", "CHANGELOG.md", "firmware/README.md")],
]
BUILT = "build-output"
"""Folders that only exist after a build."""
PLACEHOLDER = "NAME"
"""Stands for the name of what a reader adds."""
ROOMS = sorted(p.name for p in (ROOT / "gripforce").iterdir() if (p / "__init__.py").exists())
_PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
_TEST = re.compile(r"`((?:tests/)?test_\w+\.py)`")
_ONE_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_DOTTED = re.compile(r"\bgripforce(?:\.[a-z_]\w*)+")
_LINK = re.compile(r"\]\(([^)#\s]*)(#[^)\s]*)?\)")
_MAKE = re.compile(r"`make ([a-z]+)")
_MODULE = re.compile(r"python -m (bench|validation) ([a-z]+)")


def places(page, path):
    """Return where a path of a page may start: the repository, the package, the analysis, here."""
    package = ROOT / "gripforce"
    bases = (ROOT, package, package / "analysis", page.parent, ROOT / "firmware" / "gripforce")
    return [base / path for base in bases]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_named_paths_exist(page):
    text = page.read_text("utf-8")
    tops = {p.name for base in places(page, "") if base.exists() for p in base.iterdir()}
    paths = [p for p in _PATH.findall(text) if p.split("/")[0] in tops]
    paths = [p for p in paths if BUILT not in p and PLACEHOLDER not in p]
    assert [p for p in paths if not any(place.exists() for place in places(page, p))] == []
    tests = [t.split("/")[-1] for t in _TEST.findall(text)]
    assert [name for name in tests if not list((ROOT / "tests").rglob(name))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_named_tests_exist(page):
    named = _ONE_TEST.findall(page.read_text("utf-8"))
    sources = {path: (ROOT / path).read_text("utf-8") for path in {path for path, _ in named}}
    assert [name for path, name in named if f"def {name}(" not in sources[path]] == []


def resolves(parts):
    """Return whether a dotted name is a module, or an attribute of one."""
    for k in range(len(parts), 1, -1):
        try:
            found = importlib.import_module(".".join(parts[:k]))
        except ModuleNotFoundError:
            continue
        for part in parts[k:]:
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_named_modules_exist(page):
    missing = []
    for dotted in sorted(set(_DOTTED.findall(page.read_text("utf-8")))):
        parts = dotted.split(".")
        if parts[1] not in ROOMS:
            continue  # a file name or a unit: gripforce.ino
        if not resolves(parts):
            missing.append(dotted)
    assert missing == []


def anchors(path):
    """Return the anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
    return {f"#{anchor}" for anchor in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for target, anchor in _LINK.findall(page.read_text("utf-8")):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}{anchor}"


def test_named_commands_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(page.read_text("utf-8") for page in PAGES)
    assert set(_MAKE.findall(text)) - targets == set()
    known = {"bench": {*LONG, *MEASURES}, "validation": {section.name for section in SECTIONS}}
    assert [(m, name) for m, name in _MODULE.findall(text) if name not in known[m]] == []
