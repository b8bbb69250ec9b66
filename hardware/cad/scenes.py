"""The object with everything in its place, and the pictures of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hardware.board.entry import ENTRY
from hardware.board.research import RESEARCH
from hardware.cad import electronics, fasteners
from hardware.cad.mesh import Mesh, inverse, read_stl
from hardware.cad.openscad import PARTS
from hardware.cad.picture import View, block
from hardware.cad.solids import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from hardware.board.circuit import Circuit

Bodies: TypeAlias = "dict[str, Mesh]"
Drawn: TypeAlias = "list[tuple[str, Mesh]]"

SPREAD = (  # how far each body is pulled away, on the index side; the first pattern that fits
    (r"plate", (52, 0, 0)),
    (r"carrier", (34, 0, 0)),
    (r"bracket", (0, -30, 16)),
    (r"grip cell", (18, -8, 0)),
    (r"load cell", (0, 0, 12)),
    (r"spine", (0, 44, 0)),
    (r"body", (0, 0, -40)),
    (r"battery", (64, 0, -70)),
    (r"power switch|contact jack", (0, 40, -40)),
    (r"trigger jack|TTL jack|light", (0, -40, -40)),
    (r"board", (0, 0, -96)),
    (r"processor|USB socket", (0, 0, -122)),
    (r"A\d|J", (0, 0, -106)),
    (r"bay_cover", (0, 0, -146)),
    (r"tray|steel", (0, -26, -172)),
    (r"base", (0, 0, -208)),
)
COLOUR = (  # the first pattern that fits; else the body's own name
    (r"(grip|load) cell", "cell"),
    (r"A\d|JP", "part"),
    (r"J\d", "plug"),
    (r"USB|.* jack", "metal"),
    (r"power switch|motion", "part"),
    (r"SCREW|shim", "screw"),
    (r"tie|shrink", "part"),
    (r"arrow", "jig_plate"),
    (r"steel", "steel"),
)


def _first(table: tuple[tuple[str, Any], ...], name: str, otherwise: Any) -> Any:
    return next((value for pattern, value in table if re.match(pattern, name)), otherwise)


def colour_of(name: str) -> str:
    """Return the colour of a body."""
    if name.startswith("wire "):
        return "wire " + next(c for c in ("red", "green", "white", "black") if c in name)
    return str(_first(COLOUR, name, name.removesuffix(" index").removesuffix(" thumb")))


def printed_part(stl: Path, sizes: Mapping[str, Any], name: str) -> Mesh:
    """Return a rendered part where it sits on the object."""
    return read_stl(stl / f"{name}.stl").moved(inverse(sizes[f"print_{name}"]))


def frame(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    """Return parts, cells and steel in their places, from parts that stand in theirs."""
    bodies: Bodies = {}
    both = [part.name for part in PARTS if part.per_digit]
    for name in [part.name for part in PARTS if part.on_object or part.name == "base"]:
        bodies |= _twice(name, parts[name], sizes) if name in both else {name: parts[name]}
    length, width, height = (sizes[f"cell_{k}"] for k in ("length", "width", "height"))
    grip = block(((sizes["grip_x0"] + sizes["grip_x1"]) / 2, 0, 0), (height, length, width))
    load = block((0, 0, sizes["load_z"]), (width, length, height))
    bodies |= _twice("grip cell", grip, sizes) | _twice("load cell", load, sizes)
    side, stack = sizes["steel_side"], sizes["steel"] * sizes["steel_count"]
    middle = sizes["tray_bottom"] + sizes["tray_wall"] + stack / 2
    return bodies | {"steel": block((0, 0, middle), (side, side, stack))}


def _twice(name: str, mesh: Mesh, sizes: Mapping[str, Any]) -> Bodies:
    return {f"{name} index": mesh, f"{name} thumb": mesh.moved(sizes["other_digit"])}


def whole(parts: Mapping[str, Mesh], sizes: Mapping[str, Any], circuit: Circuit) -> Bodies:
    """Return the object with its electronics."""
    return frame(parts, sizes) | electronics.bay_bodies(sizes, circuit)


def spread_out(bodies: Bodies, sizes: Mapping[str, Any]) -> Bodies:
    """Pull the bodies apart."""
    found = {}
    for name, mesh in bodies.items():
        far = np.array(_first(SPREAD, name, (0, 0, 0)), dtype=np.float64)
        if name.endswith(" thumb"):
            far = far @ np.array(sizes["other_digit"])[:3, :3].T
        found[name] = Mesh(mesh.triangles + far)
    return found


def without(bodies: Bodies, pattern: str) -> Bodies:
    """Return the bodies whose names do not begin with a pattern."""
    return {name: mesh for name, mesh in bodies.items() if not re.match(pattern, name)}


def only(bodies: Bodies, pattern: str) -> Bodies:
    """Return the bodies whose names begin with a pattern."""
    return {name: mesh for name, mesh in bodies.items() if re.match(pattern, name)}


def _screwed(bodies: Bodies, sizes: Mapping[str, Any], steps: tuple[int, ...]) -> Bodies:
    """Add the screws of some steps of the assembly."""
    there = [s for s in fasteners.screws(sizes) if s.step in steps]
    return bodies | {f"{s.ref} {i}": s.body() for i, s in enumerate(there)}


def _object(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    return whole(parts, sizes, RESEARCH)


def hung(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    """Return the object without base, tray and steel."""
    return without(_object(parts, sizes), "base|tray|steel")


def _grip(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    return _screwed(only(frame(parts, sizes), "plate|carrier|bracket|spine|.* cell"), sizes, (3,))


def _cells(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    inside = only(frame(parts, sizes), "bracket|carrier|spine|.* cell")
    near = {n: m for n, m in spread_out(inside, sizes).items() if not n.startswith("carrier")}
    return near | only(inside, "carrier")


def _exploded(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    return spread_out(without(_object(parts, sizes), "cables"), sizes)


def _bay(circuit: Circuit) -> Callable[[Mapping[str, Mesh], Mapping[str, Any]], Bodies]:
    def scene(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
        bodies = only(whole(parts, sizes, circuit), "body") | electronics.bay_bodies(sizes, circuit)
        return _screwed(bodies, sizes, (5,))

    return scene


def _deck(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    bodies = only(_object(parts, sizes), "body|battery|power switch|.* jack|light")
    return _screwed(bodies, sizes, (4,))


def _closing(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    bodies = without(hung(parts, sizes), "bay_cover")
    away = Mesh(parts["bay_cover"].triangles + np.array([0.0, -30.0, -26.0]))
    return bodies | {"bay_cover": away}


def _cut(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    """Cut the printed parts of the lower half open; what is bought stays whole."""
    bodies = _object(parts, sizes)
    half = sizes["board_length"] / 2 - 2
    opened = {n: cut(bodies[n], "x", half) for n in ("body", "bay_cover", "tray", "base")}
    return bodies | opened


def _flash(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    return _object(parts, sizes) | {"part": electronics.usb_plug(sizes, RESEARCH)}


def on_stand(parts: Mapping[str, Mesh], sizes: Mapping[str, Any]) -> Bodies:
    """Return the object on the calibration stand, one plate replaced."""
    thumb = parts["jig_plate"].moved(sizes["other_digit"])
    bare = without(hung(parts, sizes), "plate")
    return bare | {"jig_stand": parts["jig_stand"], "jig_plate": thumb}


def _moved(bodies: Bodies, matrix: list[list[int]]) -> Bodies:
    return {name: mesh.moved(matrix) for name, mesh in bodies.items()}


TURNED_OVER = [[-1, 0, 0, 0], [0, 1, 0, 0], [0, 0, -1, 0], [0, 0, 0, 1]]
THUMB_UP = [[0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 0, 1]]

SCENES: dict[str, tuple[Callable[[Mapping[str, Mesh], Mapping[str, Any]], Bodies], View, str]] = {
    "object": (_object, View(35, 22), "The object on its base"),
    "behind": (_flash, View(155, 18), "From behind: USB, tie slots, contact switch, power switch"),
    "grip": (_grip, View(28, 38), "Plates, cells and spine"),
    "cells": (_cells, View(28, 38), "Cells, brackets, carriers and spine, pulled apart"),
    "exploded": (_exploded, View(38, 24), "Every part, pulled apart"),
    "gauge": (lambda parts, _: {"gauge": parts["gauge"]}, View(20, 45), "The gauge"),
    "deck": (_deck, View(15, -50), "From below, without the board"),
    "bay-research": (_bay(RESEARCH), View(15, -58), "Bay of the research build, from below"),
    "bay-entry": (_bay(ENTRY), View(15, -58), "Bay of the entry build, from below"),
    "closing": (_closing, View(25, -32), "The cover's tongues go in first"),
    "cut": (_cut, View(68, 14), "Cut open beside the board"),
    "calibrate-load": (
        lambda parts, sizes: _moved(on_stand(parts, sizes), TURNED_OVER),
        View(-25, 18),
        "Load axis: the object hangs upside down",
    ),
    "calibrate-grip": (
        lambda parts, sizes: _moved(on_stand(parts, sizes), THUMB_UP),
        View(-35, 22),
        "Grip axis: one plate upwards",
    ),
    "calibrate-clamp": (
        lambda parts, sizes: hung(parts, sizes) | {"jig_clamp": parts["jig_clamp"]},
        View(28, 30),
        "The clamp squeezes both plates alike",
    ),
}
