"""Make a release in ``build/release``: ``make release``.

Wheel and source archive, firmware images, the object's files, a checksum of each, and notes from
the changelog. The wheel is then installed into an environment of its own, where it records and
analyzes.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from gripforce.cli.develop.firmware_images import CARRIED, FRONTENDS, image
from gripforce.cli.develop.flash import TARGETS

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "release"
BOARDS = tuple(name for name, target in TARGETS.items() if target.tool == "avrdude")
"""Those whose images ``make`` can link."""
OBJECT_FILES = ("*.stl", "*.3mf", "*.csv", "*.svg", "*.pdf", "*.zip")
HEADING = re.compile(r"^## \[?([^\]\s]+)\]?.*$", re.MULTILINE)


def main() -> None:
    """Make everything, try it, and print what there is."""
    options = argparse.ArgumentParser(prog="make release", description=__doc__)
    options.add_argument(
        "--without-object", action="store_true", help="leave out prints and boards"
    )
    without_object = options.parse_args().without_object
    version = project_version()
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    try:
        firmware()
        run(sys.executable, "-m", "build", "--outdir", OUT, ROOT)
    finally:
        shutil.rmtree(CARRIED, ignore_errors=True)
    if not without_object:
        printed_object()
    (OUT / "NOTES.md").write_text(notes(changelog(), version), encoding="utf-8")
    (OUT / "SHA256SUMS").write_text(checksums(OUT), encoding="utf-8")
    try_it(next(OUT.glob("*.whl")), version)
    for path in sorted(OUT.rglob("*")):
        if path.is_file():
            print(f"{path.stat().st_size:>10}  {path.relative_to(OUT)}")


def project_version() -> str:
    """Return the version in ``pyproject.toml``."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"])


def changelog() -> str:
    """Return the changelog."""
    return (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def notes(text: str, version: str) -> str:
    """Return the changelog's section of a version, or what is not released yet."""
    parts = HEADING.split(text)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    found = sections.get(version) or sections["Unreleased"]
    return f"# gripforce {version}\n{found.rstrip()}\n"


def checksums(folder: Path) -> str:
    """Return a line for ``sha256sum --check`` for each file of a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


def firmware() -> None:
    """Build the AVR images, beside the release and into the wheel."""
    CARRIED.mkdir(parents=True, exist_ok=True)
    (OUT / "firmware").mkdir()
    for board in BOARDS:
        for frontend in FRONTENDS:
            built = image(board, frontend, "", "hex")
            shutil.copy(built, OUT / "firmware")
            shutil.copy(built, CARRIED)


def printed_object() -> None:
    """Make the object's files and copy what a builder downloads."""
    run("make", "-s", "-C", ROOT / "hardware")
    gather_object(ROOT / "hardware" / "build-output", OUT / "object")


def gather_object(made: Path, folder: Path) -> None:
    """Copy guide, manifest and sources, as its paths name them, and what was made of them."""
    unneeded = shutil.ignore_patterns("build-output", "__pycache__")
    shutil.copytree(ROOT / "hardware", folder, ignore=unneeded)
    for pattern in OBJECT_FILES:
        for path in made.rglob(pattern):
            target = folder / path.relative_to(made)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)


def try_it(wheel: Path, version: str) -> None:
    """Install the wheel into an environment of its own; record and analyze there."""
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, "-m", "venv", Path(folder) / "venv")
        programs = Path(folder) / "venv" / "bin"
        run(programs / "pip", "install", "-q", "-c", ROOT / "constraints.txt", wheel)
        asked = "import importlib.metadata as m; print(m.version('gripforce'))"
        installed = run(programs / "python", "-c", asked, cwd=folder).strip()
        if installed != version:
            sys.exit(f"The wheel says {installed}, the project {version}.")
        gripforce = programs / "gripforce"
        find = "from gripforce.cli.develop.firmware_images import image as i; print(i(*%r))"
        for board in BOARDS:
            words = (board, "hx711", "", "hex")
            carried = run(programs / "python", "-c", find % (words,), cwd=folder)
            if not Path(carried.strip()).is_file():
                sys.exit(f"The wheel carries no image for {board}.")
        run(gripforce, "record", "sim:lift?speed=max&trials=3", "-o", "a.grip", cwd=folder)
        run(gripforce, "analyze", "a.grip", "-o", "a.csv", cwd=folder)
        rows = (Path(folder) / "a.csv").read_text("utf-8").splitlines()
        if len(rows) != 4:  # noqa: PLR2004 - a heading and three lifts
            sys.exit(f"The installed wheel found {len(rows) - 1} of 3 lifts.")


def run(*command: object, cwd: str | Path = ROOT) -> str:
    """Run a command; stop with its output where it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
