"""Pictures of the steps with boards, wires and the finished object."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from hardware.board.research import RESEARCH
from hardware.cad import electronics
from hardware.cad.assembly_steps import cord, loose_screws, measured, shifted, shims
from hardware.cad.mesh import Mesh
from hardware.cad.picture import View
from hardware.cad.scenes import TURNED_OVER, frame, hung, on_stand, only, whole, without
from hardware.cad.solids import cuboid, cut, rod, union, wire
from hardware.wiring.plan import CELL_WIRE

if TYPE_CHECKING:
    from hardware.cad.assembly_steps import Bodies, Parts, Sizes, Step

LEAD_MM = 1.4


# -- boards and wiring ----------------------------------------------------------------------------


def _processor(parts: Parts, sizes: Sizes) -> Bodies:
    """Turn the board over: its parts up, the processor above its sockets."""
    del parts
    lying = only(electronics.bay_bodies(sizes, RESEARCH), r"board|A\d|J|processor|USB")
    apart = shifted(lying, "processor|USB", z=-16)
    return {name: mesh.moved(TURNED_OVER) for name, mesh in apart.items()}


def _lead(start: tuple[float, float, float], towards: float, colours: tuple[str, str]) -> Bodies:
    """Return two wires from a part to a plug."""
    x, y, z = start
    end = y + towards
    middle = y + towards * 0.5
    wires = {
        f"wire {colour} {x} {side}": wire(
            [(x + side, y, z), (x + 2 * side, middle, z + 2), (x + side, end, z)], LEAD_MM
        )
        for colour, side in zip(colours, (1.0, -1.0), strict=True)
    }
    reach = sorted((end, end + np.sign(towards) * 7))
    return {**wires, f"J{x}": cuboid((x - 3, x + 3), reach, (z - 2.2, z + 2.2))}


def _leads(parts: Parts, sizes: Sizes) -> Bodies:
    """Lay jacks, light and power switch on a table, each with its lead."""
    del parts
    bodies = electronics.bay_bodies(sizes, RESEARCH)
    found: Bodies = {}
    chosen = ("trigger jack", "TTL jack", "contact jack", "light", "power switch")
    for i, name in enumerate(chosen):
        mesh = bodies[name]
        low, high = mesh.bounds
        back = name in {"contact jack", "power switch"}
        turn = np.array([-1, -1, 1] if back else [1, 1, 1])
        found[name] = Mesh((mesh.triangles - (low + high) / 2) * turn + np.array([24.0 * i, 0, 0]))
        pair = ("red", "red") if name == "power switch" else ("red", "black")
        found |= _lead((24.0 * i, float(high[1] - low[1]) / 2, 0.0), 30, pair)
    return found


COLOURS = {"RD": "red", "GN": "green", "WH": "white", "BK": "black"}
WIRES = tuple(COLOURS[code] for code in CELL_WIRE.values())
"""At the pins of a cell's plug, as the harness has them."""


def _cell_lead(parts: Parts, sizes: Sizes) -> Bodies:
    """Return a cell, its four wires with heat-shrink over each joint, and the plug."""
    found = measured(parts, sizes)
    del found["cables"]
    y = -sizes["cell_length"] / 2
    found["cables"] = wire([(0, y, 3), (0, y - 10, 3)], 2.6)
    for i, colour in enumerate(WIRES):
        x = 6.0 * (1.5 - i)
        way = [(0, y - 9, 3), (x, y - 18, 3), (x, y - 40, 3), (x / 3, y - 50, 3)]
        found[f"wire {colour}"] = wire(way, LEAD_MM)
        found[f"shrink {i}"] = rod((x, y - 24, 3), (x, y - 34, 3), 2.6)
    found["J1"] = cuboid((-5, 5), (y - 57, y - 49.5), (0.8, 5.2))
    return found


def _front(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(whole(parts, sizes, RESEARCH), "body|trigger jack|TTL jack|light")
    return shifted(bodies, ".* jack|light", y=-22)


def _battery(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = only(whole(parts, sizes, RESEARCH), "body|battery|cables")
    return shifted(bodies, "battery", z=-26)


def _board_in(parts: Parts, sizes: Sizes) -> Bodies:
    """Board with its front edge behind the hooks, its back still down."""
    bodies = whole(parts, sizes, RESEARCH)
    lying = only(bodies, r"board|A\d|J|processor|USB")
    angle = np.radians(18)
    hinge = np.array([0.0, sizes["board_y0"], sizes["board_z0"]])
    turn = np.array(
        [[1, 0, 0], [0, np.cos(angle), np.sin(angle)], [0, -np.sin(angle), np.cos(angle)]]
    )
    swung = {n: Mesh((m.triangles - hinge) @ turn.T + hinge) for n, m in lying.items()}
    return swung | only(bodies, "body|battery") | loose_screws(sizes, 5, 34)


def _tray_on(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = without(whole(parts, sizes, RESEARCH), "base")
    return shifted(bodies, "tray|steel", y=-62) | loose_screws(sizes, 7, 78)


def _usb_tie(parts: Parts, sizes: Sizes) -> Bodies:
    """Lead the USB lead in a loop along the back wall, to the two slots."""
    bodies = without(whole(parts, sizes, RESEARCH), "base")
    plug = electronics.usb_plug(sizes, RESEARCH)
    low, high = plug.bounds
    x, z = float(low[0] + high[0]) / 2, float(low[2] + high[2]) / 2
    out, wall = float(high[1]), sizes["body_y1"] + 2.4
    tie_z = sizes["board_z0"] - sizes["jack_z"]
    way = [(x, out, z), (x, out + 14, z - 8), (x - 14, out, z - 10), (sizes["tie_x"], wall, tie_z)]
    lead = wire([*way, (sizes["tie_x"], wall, tie_z + 16), (-20, out + 10, tie_z + 30)], 3.4)
    loop = [(sizes["tie_x"], wall - 3, tie_z - 3.5), (sizes["tie_x"], wall + 2.4, tie_z - 3.5)]
    loop += [(sizes["tie_x"], wall + 2.4, tie_z + 3.5), (sizes["tie_x"], wall - 3, tie_z + 3.5)]
    tie = union([rod(a, b, 2.0) for a, b in pairwise(loop)])
    return bodies | {"part": plug, "cables": lead, "tie": tie}


# -- flash, calibrate, verify ---------------------------------------------------------------------


def _stand(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = on_stand(parts, sizes)
    return shifted(shifted(bodies, "jig_stand", y=-72), "jig_plate", y=-44)


def _stop(parts: Parts, sizes: Sizes) -> Bodies:
    """Cut through the grip axis, seen from above."""
    bodies = only(frame(parts, sizes), "bracket index|grip cell index|carrier index|plate index")
    found = bodies | shims(sizes)
    return {name: cut(mesh, "z", 0.0) for name, mesh in found.items()}


def _lifted(parts: Parts, sizes: Sizes) -> Bodies:
    bodies = whole(parts, sizes, RESEARCH)
    return shifted(bodies, "base", z=-44)


def _by_the_eye(parts: Parts, sizes: Sizes) -> Bodies:
    return _lifted(parts, sizes) | {"cord": cord(sizes, sizes["eye_z"] + 64)}


def _between_digits(parts: Parts, sizes: Sizes) -> Bodies:
    """Arrows of a cone and a rod, where thumb and index finger press."""
    arrows = {}
    for name, side in (("index", 1), ("thumb", -1)):
        face = side * (sizes["face_x"] + 2)
        head = rod((face, 0, 0), (face + side * 12, 0, 0), 0.5, 12)
        shaft = rod((face + side * 11, 0, 0), (face + side * 34, 0, 0), 5)
        arrows[f"arrow {name}"] = union([head, shaft])
    return _lifted(parts, sizes) | arrows


def _hung_front(parts: Parts, sizes: Sizes) -> Bodies:
    return hung(parts, sizes)


WIRING: dict[str, Step] = {
    "processor": (_processor, View(28, 36), "The processor goes into its sockets"),
    "cell-lead": (_cell_lead, View(8, 64), "Wires of a cell, and its plug"),
    "leads": (_leads, View(20, 48), "Jacks, light and power switch with their leads"),
    "front": (_front, View(25, 16), "The front: trigger in, light, TTL out"),
    "battery": (_battery, View(18, -46), "Battery under the deck, cables tied"),
    "board-in": (_board_in, View(20, -40), "The board swings up behind the hooks"),
    "tray-on": (_tray_on, View(30, 12), "The tray slides in from the front"),
    "usb-tie": (_usb_tie, View(150, 20), "USB lead in a loop, tied to the back wall"),
    "powered": (_hung_front, View(22, 8), "The light in front"),
    "stand": (_stand, View(32, 16), "Stand and calibration plate slide in"),
    "stop": (_stop, View(0, 90), "The stop, cut and seen from above"),
    "eye": (_by_the_eye, View(35, 12), "Lifted by the tether's eye"),
    "digits": (_between_digits, View(20, 14), "Lifted between thumb and index finger"),
}
"""By the name of its file: scene, onlooker, title."""
