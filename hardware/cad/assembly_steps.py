"""Pictures of the steps with saw and screws: what is added, and from where it comes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from hardware.board.research import RESEARCH
from hardware.cad import fasteners
from hardware.cad.mesh import Mesh, read_stl
from hardware.cad.openscad import PARTS
from hardware.cad.picture import View
from hardware.cad.scenes import frame, only, whole
from hardware.cad.solids import cuboid, cut, minus, rod, union, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

Bodies: TypeAlias = "dict[str, Mesh]"
Parts: TypeAlias = "Mapping[str, Mesh]"
Sizes: TypeAlias = "Mapping[str, Any]"
Step: TypeAlias = "tuple[Callable[[Parts, Sizes], Bodies], View, str]"

BED_GAP_MM = 8.0


def shifted(bodies: Bodies, pattern: str, x: float = 0, y: float = 0, z: float = 0) -> Bodies:
    """Move the bodies of a pattern."""
    away = np.array([x, y, z], dtype=np.float64)
    return {
        name: Mesh(mesh.triangles + away) if re.match(pattern, name) else mesh
        for name, mesh in bodies.items()
    }


def loose_screws(sizes: Sizes, step: int, out: float, of: str = "") -> Bodies:
    """Return the screws of a step of the assembly, each ``out`` mm before it is turned in."""
    turned = [
        s
        for s in fasteners.screws(sizes)
        if s.step == step and re.search(of, f"{s.through} {s.thread}")
    ]
    return {
        f"{s.ref} {i}": Mesh(s.body().triangles - out * np.array(s.into))
        for i, s in enumerate(turned)
    }


# -- print and saw --------------------------------------------------------------------------------


def measured(parts: Parts, sizes: Sizes) -> Bodies:
    """Return a cell with its four holes."""
    del parts
    length, width, height = (sizes[f"cell_{k}"] for k in ("length", "width", "height"))
    holes = [y for _, y in sizes["spine_load_holes"]]
    rods = [rod((0, y, -1), (0, y, height + 1), 3.0) for y in (*holes, *(-y for y in holes))]
    bar = cuboid((-width / 2, width / 2), (-length / 2, length / 2), (0, height))
    cable = wire([(0, -length / 2, 3), (0, -length / 2 - 8, 2), (6, -length / 2 - 20, 1)], 2.4)
    return {"cell": minus(bar, rods), "cables": cable}


def _sawn(parts: Parts, sizes: Sizes) -> Bodies:
    carrier = Mesh(parts["carrier"].triangles + np.array([26.0, 0.0, 0.0]))
    del sizes
    return {"bracket": parts["bracket"], "carrier": carrier}


def on_the_bed(stl: Path) -> Callable[[Parts, Sizes], Bodies]:
    """Return a scene of all printed parts as they lie on the bed, in two rows."""

    def scene(parts: Parts, sizes: Sizes) -> Bodies:
        del parts, sizes
        x, found = [0.0, 0.0], {}
        for i, part in enumerate(part for part in PARTS if not part.sawn):
            mesh = read_stl(stl / f"{part.name}.stl")
            low, high = mesh.bounds
            row = i % 2
            shift = np.array([x[row] - low[0], 150.0 * row - low[1], 0.0])
            found[part.name] = Mesh(mesh.triangles + shift)
            x[row] += high[0] - low[0] + BED_GAP_MM
        return found

    return scene


def _surface(parts: Parts, sizes: Sizes) -> Bodies:
    half, face = sizes["plate_side"] / 2, sizes["plate_x1"]
    sheet = cuboid((face + 14, face + 14.5), (-half, half), (-half, half))
    return {"plate": parts["plate"], "sheet": sheet}


def _base_switch(parts: Parts, sizes: Sizes) -> Bodies:
    """Return the base from below, its switch before its slot, the lead round the pegs."""
    x, y = sizes["switch_length"] / 2, sizes["switch_width"] / 2
    z = sizes["switch_z"]
    body = cuboid((-x, x), (-y, y), (z - 4.5, z + 2))
    switch = union([body, cuboid((-1, 1), (-1, 1), (z + 1.9, z + sizes["switch_tip"]))])
    low = sizes["base_bottom"] + 1.6
    way = [(0, 18, low), (1.6, 33, low), (1.8, 36, low), (-1.8, 42, low), (1.8, 48, low)]
    lead = wire([*way, (0, 56, low), (0, 80, low)], 1.8)
    bodies = {"base": parts["base"], "cables": lead}
    return bodies | shifted({"part": switch}, "part", z=-24)


def _steel(parts: Parts, sizes: Sizes) -> Bodies:
    side, thick = sizes["steel_side"] / 2, sizes["steel"]
    floor = sizes["tray_bottom"] + sizes["tray_wall"]
    found = {"tray": parts["tray"]}
    for i in range(int(sizes["steel_count"])):
        z = floor + 50 + 1.7 * thick * i
        found[f"steel {i}"] = cuboid((-side, side), (-side, side), (z, z + thick))
    top = floor + 50 + 1.7 * thick * sizes["steel_count"] + 6
    return found | {"foam": cuboid((-side, side), (-side, side), (top, top + 2))}


# -- cells ----------------------------------------------------------------------------------------


def _numbered(parts: Parts, sizes: Sizes) -> Bodies:
    return only(frame(parts, sizes), "(grip|load) cell")


def _bracket(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(frame(parts, sizes), "(bracket|grip cell) index")
    return shifted(bodies, "grip", x=10) | loose_screws(sizes, 0, 16, "bracket index")


def shims(sizes: Sizes) -> Bodies:
    """Return the shims between grip cell and carrier."""
    x = sizes["grip_x1"]
    rings = {}
    for i, (y, z) in enumerate(sizes["carrier_holes"]):
        ring = rod((x, y, z), (x + 0.5, y, z), 6.0)
        rings[f"shim {i}"] = minus(ring, [rod((x - 1, y, z), (x + 2, y, z), 3.2)])
    return rings


def _carrier(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(frame(parts, sizes), "(bracket|grip cell|carrier) index")
    apart = shifted(bodies, "carrier", x=26) | shifted(shims(sizes), "shim", x=13)
    return (
        apart
        | loose_screws(sizes, 0, 0, "bracket index")
        | loose_screws(sizes, 1, 46, "carrier index")
    )


def _load_cells(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(frame(parts, sizes), "spine|load cell")
    return shifted(bodies, "load cell", y=-22) | loose_screws(sizes, 2, 18)


def _brackets_on(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(frame(parts, sizes), "bracket|grip cell|carrier|spine|load cell")
    apart = shifted(
        shifted(bodies, ".*(?<!load cell) index", z=16), ".*(?<!load cell) thumb", z=-16
    )
    return apart | loose_screws(sizes, 3, 28)


def _gaps(parts: Parts, sizes: Sizes) -> Bodies:
    """Cut through the middle of the cells, seen along them."""
    bodies = only(frame(parts, sizes), "bracket|grip cell|load cell")
    return {name: cut(mesh, "y", -18.0) for name, mesh in bodies.items()}


def _on_body(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(whole(parts, sizes, RESEARCH), "bracket|grip cell|carrier|spine|load cell|body")
    x, y = sizes["wire_hole"]
    top, low = sizes["body_top"], sizes["bay_floor"] - 50
    cables = wire([(x, y - 14, top + 8), (x, y - 4, top + 12), (x, y, top + 2), (x, y, low)], 3.6)
    return shifted(bodies, "body", z=-30) | {"cables": cables} | loose_screws(sizes, 4, 74)


def cord(sizes: Sizes, end_z: float) -> Mesh:
    """Return the tether through the eye, with its end at a height."""
    y, z = sizes["eye_y"], sizes["eye_z"]
    loop = [(-15, y, z + 6), (-15, y, z), (15, y, z), (15, y, z + 6), (0, y, z + 24)]
    return union([wire([*loop, (0, y, end_z)], 2.0), wire([loop[-1], loop[0]], 2.0)])


def _plates(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(frame(parts, sizes), "bracket|grip cell|carrier|spine|load cell|body|plate")
    return shifted(bodies, "plate", y=-44) | {"cord": cord(sizes, sizes["eye_z"] + 50)}


ASSEMBLY: dict[str, Step] = {
    "cell": (measured, View(50, 38), "A cell and its holes"),
    "sawn": (_sawn, View(35, 28), "Bracket and carrier"),
    "surface": (_surface, View(55, 20), "A surface goes onto a plate"),
    "base-switch": (_base_switch, View(25, -48), "The base from below: switch and lead"),
    "steel": (_steel, View(30, 18), "Steel and foam go into the tray"),
    "numbered": (_numbered, View(28, 38), "The four cells and their numbers"),
    "bracket": (_bracket, View(-40, 26), "A bracket on its grip cell"),
    "carrier": (_carrier, View(10, 34), "A carrier, with a shim on each screw"),
    "load-cells": (_load_cells, View(32, 24), "Load cells on the spine"),
    "brackets": (_brackets_on, View(28, 24), "Both digits on the load cells"),
    "gaps": (_gaps, View(180, 0), "Gaps, seen along the cells"),
    "on-body": (_on_body, View(28, 14), "Cables through the deck, spine on the body"),
    "plates": (_plates, View(30, 24), "Plates slide on; the cord is tied"),
}
"""By the name of its file: scene, onlooker, title."""
