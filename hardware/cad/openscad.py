"""Run OpenSCAD: dimensions as a mapping, parts as STL, pictures as PNG."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
DEBIAN_PACKAGES = {"openscad": "openscad", "xvfb-run": "xvfb", "xauth": "xauth", "dot": "graphviz"}
VIEW = "0,0,-35,65,0,35,420"
EXPLODED_VIEW = "0,0,-60,70,0,35,800"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its file, how many the object needs, whether the thumb has it too."""

    name: str
    print_count: int = 1
    per_digit: bool = False
    on_object: bool = True
    sawn: bool = False
    """Made of aluminium: rendered for pictures and checks, not printed."""


PARTS = (
    Part("plate", print_count=6, per_digit=True),  # two for each of three surfaces
    Part("carrier", print_count=2, per_digit=True, sawn=True),
    Part("bracket", print_count=2, per_digit=True, sawn=True),
    Part("spine"),
    Part("body"),
    Part("bay_cover"),
    Part("tray"),
    Part("gauge", on_object=False),
    Part("base", on_object=False),
    Part("jig_plate", on_object=False),
    Part("jig_stand", on_object=False),
    Part("jig_clamp", on_object=False),
)


def missing_tools() -> list[str]:
    """Name the Debian packages of the programs that are not there."""
    return [package for tool, package in DEBIAN_PACKAGES.items() if shutil.which(tool) is None]


def dimensions(work: Path) -> Mapping[str, Any]:
    """Return what ``export.scad`` prints: derived lengths in mm, hole positions, print matrices."""
    target = work / "dimensions.echo"
    _run("openscad", "-o", str(target), str(HERE / "export.scad"))
    pairs = json.loads(target.read_text().removeprefix("ECHO: "))
    return dict(pairs)


def capacity_n() -> float:
    """Return the grip force [N] that the object is declared to bear, from ``parameters.scad``."""
    found = re.search(
        r"^capacity_n = ([\d.]+);", (HERE / "parameters.scad").read_text(), re.MULTILINE
    )
    if found is None:
        raise RuntimeError("parameters.scad does not state capacity_n")
    return float(found[1])


def render_stl(part: str, folder: Path, source: Path = HERE, form: str = "stl") -> Path:
    """Render one part as it lies on the printer's bed; ``form`` is stl or 3mf."""
    target = folder / f"{part}.{form}"
    _run("openscad", "-q", "-o", str(target), str(source / f"{part}.scad"))
    return target


def render_png(name: str, target: Path, *options: str, size: str = "1200,1000") -> Path:
    """Draw a part or the assembly; needs a screen, real or virtual."""
    source = str(HERE / f"{name}.scad")
    _run(
        "xvfb-run", "-a", "openscad", "-q", "-o", str(target), f"--imgsize={size}", *options, source
    )
    return target


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    complaint = done.stderr.strip()
    if done.returncode or "WARNING" in complaint or "ERROR" in complaint:
        raise RuntimeError(f"{' '.join(command)}: {complaint or done.returncode}")
