"""What lies in the bay: battery, board with its tall parts, processor, jacks, switch, cables.

Places on the board come from its circuit, openings from ``parameters.scad``: tests hold both
together. Sizes are those of the makers' drawings, as remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hardware.cad.solids import cuboid, rod, union, wire

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hardware.board.circuit import Circuit, Component
    from hardware.cad.mesh import Mesh

PLUG_MM, LEG_MM = 8.5, 1.5
"""Height of a plug of JST's PH in its socket; legs behind the board, cut short."""
SOCKET_MM, HEADER_MM = 8.5, 2.5
"""Height of a socket strip, and of the plastic of the pins in it."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A part's body around its first pin: ranges of x and y, and height [mm]."""

    x: tuple[float, float]
    y: tuple[float, float]
    height: float


def _row(pins: int, pitch: float, side: float, height: float) -> Outline:
    """Pins one below the other."""
    return Outline((-side, side), (-side, (pins - 1) * pitch + side), height)


def _plug(pins: int) -> Outline:
    return Outline((-1.95, 2 * (pins - 1) + 1.95), (-1.7, 2.8), PLUG_MM)


TAPE_MM = 0.4
MOTION_SENSOR_MM = (25.4, 17.8, 3.0)


TALL = {
    "cell": _plug(4),
    "pair": _plug(2),
    "imu": _plug(5),
    "choice": _row(3, 2.54, 1.27, 11.0),
    "xiao left": _row(7, 2.54, 1.27, SOCKET_MM),
    "xiao right": _row(7, 2.54, 1.27, SOCKET_MM),
    "nano left": _row(15, 2.54, 1.27, SOCKET_MM),
    "nano right": _row(15, 2.54, 1.27, SOCKET_MM),
}


@dataclass(frozen=True, slots=True)
class Module:
    """A processor on its pins: overhang before the first pin [mm], size, socket of its USB plug."""

    overhang: float
    size: tuple[float, float, float]
    usb: tuple[float, float, float]
    """Width, how far it stands out, height."""
    plug: tuple[float, float]
    """Handle of its USB plug, as large as the standard allows."""


MODULES = {
    "research": Module(2.88, (17.8, 21.0, 1.0), (8.94, 1.3, 3.2), (12.35, 6.5)),
    "entry": Module(3.81, (18.0, 43.18, 1.6), (7.7, 1.4, 3.9), (10.8, 8.0)),
}


def on_board(sizes: Mapping[str, Any], x: float, y: float) -> tuple[float, float]:
    """Return the place on the object of a point of the board: it lies with its parts downwards."""
    return sizes["board_length"] / 2 - x, sizes["board_y1"] - y


def bay_bodies(sizes: Mapping[str, Any], circuit: Circuit) -> dict[str, Mesh]:
    """Return every bought body in the bay by its name, in its place."""
    bodies = {"board": _board(sizes)}
    for part in circuit.components:
        if part.kind_name in TALL:
            bodies[part.ref] = _component(sizes, part)
    bodies |= _module(sizes, circuit)
    bodies |= _panel(sizes)
    bodies |= _cables(sizes, circuit)
    if circuit.name == "research":
        return bodies | {"battery": battery(sizes), "power switch": _rocker(sizes)}
    return bodies | {"motion sensor": _in_pocket(sizes, MOTION_SENSOR_MM)}


def _board(sizes: Mapping[str, Any]) -> Mesh:
    half = sizes["board_length"] / 2
    return cuboid((-half, half), (sizes["board_y0"], sizes["board_y1"]), _z(sizes, -1.6, 0))


def _z(sizes: Mapping[str, Any], low: float, high: float) -> tuple[float, float]:
    """Heights above the board's face, which looks down."""
    return sizes["board_z0"] - low, sizes["board_z0"] - high


def _turned(part: Component, x: float, y: float) -> tuple[float, float]:
    """Turn a point of a part as KiCad does, by quarters."""
    for _ in range(int(part.turn // 90) % 4):
        x, y = y, -x
    return part.at[0] + x, part.at[1] + y


def _component(sizes: Mapping[str, Any], part: Component) -> Mesh:
    outline = TALL[part.kind_name]
    corners = [
        on_board(sizes, *_turned(part, x, y)) for x, y in zip(outline.x, outline.y, strict=True)
    ]
    xs, ys = zip(*corners, strict=True)
    return cuboid(xs, ys, _z(sizes, 0, outline.height))


def legs(sizes: Mapping[str, Any], circuit: Circuit) -> dict[str, Mesh]:
    """Return the room that soldered legs take on the board's other side."""
    found = {}
    for part in circuit.components:
        if part.kind_name in TALL:
            outline = TALL[part.kind_name]
            along_x = outline.x[1] > outline.y[1]
            last = (outline.x[1] - 1.95, 0) if along_x else (0, outline.y[1] - 1.27)
            ends = [on_board(sizes, *_turned(part, *point)) for point in ((0, 0), last)]
            xs, ys = zip(*ends, strict=True)
            grown = [(min(v) - 0.8, max(v) + 0.8) for v in (xs, ys)]
            found[part.ref] = cuboid(*grown, _z(sizes, -1.6 - LEG_MM, -1.6))
    return found


def _module(sizes: Mapping[str, Any], circuit: Circuit) -> dict[str, Mesh]:
    """Return processor and its USB socket, in the two rows of A1 and A2."""
    shape = MODULES[circuit.name]
    left, right = circuit.part("A1").at, circuit.part("A2").at
    middle, top = (left[0] + right[0]) / 2, left[1] - shape.overhang
    width, length, thick = shape.size
    base = SOCKET_MM + HEADER_MM

    def piece(half: float, rows: tuple[float, float], z: tuple[float, float]) -> Mesh:
        ends = [
            on_board(sizes, middle + side * half, y) for side, y in zip((-1, 1), rows, strict=True)
        ]
        xs, ys = zip(*ends, strict=True)
        return cuboid(xs, ys, _z(sizes, *z))

    usb = shape.usb
    return {
        "processor": piece(width / 2, (top, top + length), (base, base + thick)),
        "USB socket": piece(
            usb[0] / 2, (top - usb[1], top + 6), (base + thick, base + thick + usb[2])
        ),
    }


def usb_plug(sizes: Mapping[str, Any], circuit: Circuit) -> Mesh:
    """Return the handle of a USB plug, pushed in."""
    socket = bay_bodies(sizes, circuit)["USB socket"].bounds
    (x, y, z), (width, height) = (socket[0] + socket[1]) / 2, MODULES[circuit.name].plug
    del y
    face = socket[1, 1] + 0.3
    return cuboid(
        (x - width / 2, x + width / 2), (face, face + 30), (z - height / 2, z + height / 2)
    )


def battery(sizes: Mapping[str, Any]) -> Mesh:
    """Return the battery in its pocket under the deck."""
    return _in_pocket(sizes, sizes["battery"])


def _in_pocket(sizes: Mapping[str, Any], size: tuple[float, float, float]) -> Mesh:
    """Return a flat body on its tape under the deck, between the two ribs."""
    length, width, thick = size
    y0 = sizes["body_y0"] + sizes["wall"] + sizes["battery_front"]
    z = sizes["bay_top"] - TAPE_MM
    return cuboid((-length / 2, length / 2), (y0, y0 + width), (z - thick, z))


def _panel(sizes: Mapping[str, Any]) -> dict[str, Mesh]:
    """Return three jacks and the light, each in its hole."""
    front, z = sizes["body_y0"], sizes["board_z0"] - sizes["jack_z"]
    found = {}
    for name, x in (("trigger jack", -sizes["jack_front"]), ("TTL jack", sizes["jack_front"])):
        found[name] = _jack(x, z, front + sizes["wall"], 1)
    back = sizes["body_y1"] - sizes["wall"]
    found["contact jack"] = _jack(sizes["jack_back"], z, back, -1)
    led = sizes["led_z"]
    found["light"] = rod((0, front - 1.5, led), (0, front + sizes["wall"] + 6, led), 5.0)
    return found


def _jack(x: float, z: float, inside: float, inwards: int) -> Mesh:
    """Return a panel jack: body behind the wall, thread through it, nut before it."""
    wall = 2.4
    return union(
        [
            rod((x, inside, z), (x, inside + inwards * 11, z), 8.2),
            rod((x, inside - inwards * 4.5, z), (x, inside + inwards, z), 6.0),
            rod((x, inside - inwards * (wall + 2), z), (x, inside - inwards * wall, z), 8.0),
        ]
    )


def _rocker(sizes: Mapping[str, Any]) -> Mesh:
    """Return the power switch, snapped in from behind the object, with its two tabs."""
    x, z, y = sizes["switch_x"], sizes["switch_at"], sizes["body_y1"]
    width, height = (size - 0.3 for size in sizes["switch_hole_size"])
    return union(
        [
            cuboid(
                (x - width / 2, x + width / 2), (y - 13, y + 0.5), (z - height / 2, z + height / 2)
            ),
            cuboid((x - 5.1, x + 5.1), (y, y + 2), (z - 7.6, z + 7.6)),
            cuboid((x - 2.5, x + 2.5), (y - 20, y - 12.9), (z - 4, z + 4)),
        ]
    )


def _cables(sizes: Mapping[str, Any], circuit: Circuit) -> dict[str, Mesh]:
    """Return the cells' cables: through the deck, tied, round the board's front edge, to plugs."""
    x0, y0 = sizes["wire_hole"]
    beside, before = 21.6, sizes["board_y0"] - 2.2
    under = sizes["bay_top"] - 4.9
    below = sizes["board_z0"] - 6.4
    bundle = [(x0, y0, sizes["body_top"] + 1), (x0, y0, under), (beside, y0, under)]
    wires = [wire([*bundle, (beside, before, under), (beside, before, below)], 3.6)]
    for channel in range(4):
        plug = _component(sizes, circuit.part(f"J{channel + 1}")).bounds.mean(axis=0)
        top = sizes["board_z0"] - PLUG_MM
        way = [(beside, before, below), (beside, before + 2, top - 2.4)]
        way += [(beside + 0.9, plug[1], top - 2.4), (plug[0], plug[1], top - 0.8)]
        wires.append(wire(way, 1.4))
    return {"cables": union(wires)}
