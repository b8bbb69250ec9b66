"""What pulls and what holds at each part when the object is gripped at its capacity."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hardware.cad.mesh import Floats, Mesh, inverse
from hardware.strength.calculix import Push, solve
from hardware.strength.judge import Material, far_from, safety_factor
from hardware.strength.materials import material
from hardware.strength.solid import fill

Sizes: TypeAlias = Mapping[str, Any]
Where: TypeAlias = Callable[[Floats], NDArray[np.bool_]]

LOAD_N = 10.0
"""Load on one digit: the weight of the full object, as when the other digit slips."""
FALL_N = 100.0
"""Pull at the eye: ten times the weight of the full object."""
EDGE_MM = (-7.0, 7.0)
"""A finger that meets the plate off its middle, y and z: 10 mm away."""
PAD_MM = 5.0
"""Half the side of the square that a fingertip presses."""
HEAD_RADIUS_MM = 2.75
SHIM_RADIUS_MM = 3.0
CONE = 0.58
"""A screw presses its joint together in a cone of 30 degrees under its head (VDI 2230)."""
CLAMP_FIELD_MM = 0.75
"""Stress is not judged this near to a rigid clamp."""
FACE_TOLERANCE_MM = 0.02


@dataclass(frozen=True, eq=False)
class Force:
    """A force [N] at a point [mm], handed to the nodes of a place."""

    where: Where
    force: tuple[float, float, float]
    point: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Case:
    """One part under one load; ``held`` does not move."""

    name: str
    part: str
    held: Where
    forces: tuple[Force, ...]


@dataclass(frozen=True, eq=False)
class Result:
    """The safety factor, its place [mm], and how loaded places move [mm] and turn [rad]."""

    factor: float
    at: Floats
    moved: Floats
    turned: Floats


def rings(axis: int, plane: float, holes: Sequence[Sequence[float]], radius_mm: float) -> Where:
    """Select a face, normal to an axis, where screws press on it."""
    others = [k for k in range(3) if k != axis]

    def select(nodes: Floats) -> NDArray[np.bool_]:
        on_face = np.abs(nodes[:, axis] - plane) < FACE_TOLERANCE_MM
        near = [np.linalg.norm(nodes[:, others] - hole, axis=1) <= radius_mm for hole in holes]
        return np.asarray(on_face & np.any(near, axis=0))

    return select


def cone_radius_mm(thickness_mm: float) -> float:
    """Return the radius that a screw presses below a part of that thickness."""
    return HEAD_RADIUS_MM + CONE * thickness_mm


def patch(axis: int, plane: float, low: Sequence[float], high: Sequence[float]) -> Where:
    """Select a rectangle of a face normal to an axis."""
    others = [k for k in range(3) if k != axis]

    def select(nodes: Floats) -> NDArray[np.bool_]:
        on_face = np.abs(nodes[:, axis] - plane) < FACE_TOLERANCE_MM
        flat = nodes[:, others]
        return np.asarray(on_face & np.all((flat >= low) & (flat <= high), axis=1))

    return select


def _either(first: Where, second: Where) -> Where:
    return lambda nodes: np.asarray(first(nodes) | second(nodes))


def _eye(sizes: Sizes) -> Where:
    """Select the upper half of the tether's eye."""

    def select(nodes: Floats) -> NDArray[np.bool_]:
        y, z = nodes[:, 1] - sizes["eye_y"], nodes[:, 2] - sizes["eye_z"]
        on_wall = np.abs(np.hypot(y, z) - sizes["eye_hole"] / 2) < FACE_TOLERANCE_MM
        return np.asarray(on_wall & (z > 0))

    return select


def cases(sizes: Sizes, grip_n: float, load_n: float) -> list[Case]:
    """Return the cases at a grip force and a load [N] on each digit."""
    return [*_digit_cases(sizes, grip_n, load_n), *_spine_cases(sizes, grip_n, load_n)]


def _digit_cases(s: Sizes, grip_n: float, load_n: float) -> list[Case]:
    force = (-grip_n, 0.0, -load_n)
    middle, edge = (s["face_x"], 0.0, 0.0), (s["face_x"], *EDGE_MM)
    held = rings(0, s["carrier_x0"], s["carrier_holes"], SHIM_RADIUS_MM)
    pad = patch(0, s["carrier_x1"], (-PAD_MM, -PAD_MM), (PAD_MM, PAD_MM))
    corner = patch(0, s["plate_x1"], *[[at + d * PAD_MM for at in EDGE_MM] for d in (-1, 1)])
    on_bar = patch(0, s["carrier_x1"], (-99, -s["carrier_half"]), (99, s["carrier_half"]))
    return [
        Case(
            "bracket",
            "bracket",
            rings(2, s["load_top"], s["digit_load_holes"], cone_radius_mm(s["flange"])),
            (
                Force(
                    rings(0, s["grip_x0"], s["digit_grip_holes"], cone_radius_mm(s["web"])),
                    force,
                    middle,
                ),
            ),
        ),
        Case("carrier, finger in the middle", "carrier", held, (Force(pad, force, middle),)),
        Case("carrier, finger 10 mm off", "carrier", held, (Force(pad, force, edge),)),
        Case("plate, finger 10 mm off", "plate", on_bar, (Force(corner, force, edge),)),
    ]


def _spine_cases(s: Sizes, grip_n: float, load_n: float) -> list[Case]:
    foot = _either(
        rings(
            2, s["body_top"], s["foot_holes"], cone_radius_mm(s["deck"])
        ),  # and where its front is pressed on the body
        patch(2, s["body_top"], (-s["spine_half"], s["foot_y0"]), (s["spine_half"], s["wall_y0"])),
    )
    pressed = cone_radius_mm(s["shelf"])
    top, bottom = (
        rings(2, z, s["spine_load_holes"], pressed) for z in (s["load_top"], -s["load_top"])
    )
    index, thumb = (-grip_n, 0.0, -load_n), (grip_n, 0.0, -load_n)
    middle, other = (s["face_x"], 0.0, 0.0), (-s["face_x"], 0.0, 0.0)
    eye = (0.0, s["eye_y"], s["eye_z"])
    return [
        Case("spine", "spine", foot, (Force(top, index, middle), Force(bottom, thumb, other))),
        Case("spine, fall into the tether", "spine", foot, (Force(_eye(s), (0, 0, FALL_N), eye),)),
    ]


def run(case: Case, part: Mesh, sizes: Sizes, size_mm: float, of: Material | None = None) -> Result:
    """Fill a part, as it sits on the object, solve the case and find its weakest place.

    ``of`` takes the place of the material that the part is made of.
    """
    stuff = of or material(case.part)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        solid = fill(part, folder, size_mm)
        held = np.flatnonzero(case.held(solid.nodes))
        pushes = [Push(np.flatnonzero(f.where(solid.nodes)), f.force, f.point) for f in case.forces]
        answer = solve(solid, held, pushes, stuff, folder)
    factor = safety_factor(answer.stress, stuff, layer_normal(sizes, case.part))
    clamped = np.concatenate([held, *(push.nodes for push in pushes)])
    factor[~far_from(solid.nodes, clamped, CLAMP_FIELD_MM)] = np.inf
    worst = int(np.argmin(factor))
    return Result(float(factor[worst]), solid.nodes[worst], answer.pushed, answer.turned)


def layer_normal(sizes: Sizes, part: str) -> Floats:
    """Return the direction in which a part grows on the printer, in the object's frame."""
    return np.asarray(inverse(sizes[f"print_{part}"])[:3, 2])
