"""What a printer has to lay on air: each layer against the one below it.

A layer may stand out by half its height; an overhang of a steep slope does no more. What stands
out further has to be short, or a bridge: straight lines that end on the layer below at both ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import manifold3d
import numpy as np

from hardware.cad.solids import solid

if TYPE_CHECKING:
    from hardware.cad.mesh import Mesh

LAYER_MM = 0.4
LEAN_MM = 0.45
"""How far a layer may stand out beyond the one below: a little more than 45 degrees."""
SHORT_MM = 2.2
"""A ledge that prints without anything below it."""
BRIDGE_MM = 25.0
ENDS = 0.75
"""Share of a bridge's lines that must end on something."""
SPECK_MM2 = 0.3
Area = manifold3d.CrossSection


@dataclass(frozen=True, slots=True)
class Overhang:
    """A piece of a layer that hangs in the air: height, middle, size [mm]."""

    z: float
    middle: tuple[float, float]
    size: tuple[float, float]


def overhangs(part: Mesh) -> list[Overhang]:
    """Return what of a part, as it lies on the bed, would need support."""
    whole = solid(part)
    top = part.bounds[1, 2]
    found = []
    below = whole.slice(LAYER_MM / 2)
    for z in np.arange(1.5 * LAYER_MM, top, LAYER_MM):
        layer = whole.slice(float(z))
        loose = layer - _grown(below, LEAN_MM)
        if loose.area() > SPECK_MM2:
            pieces = (layer - _grown(below, 0.02)).decompose()
            found += [
                _measured(piece, float(z))
                for piece in pieces
                if (piece ^ loose).area() > SPECK_MM2 and not _prints(piece, below)
            ]
        below = layer
    return found


def _grown(area: Area, by: float) -> Area:
    return area.offset(by, manifold3d.JoinType.Round, 2.0, 16)


def _prints(piece: Area, below: Area) -> bool:
    short = (piece - _grown(below, SHORT_MM)).area() <= SPECK_MM2
    return short or any(_is_bridge(piece, below, axis) for axis in (0, 1))


def _is_bridge(piece: Area, below: Area, axis: int) -> bool:
    low, high = np.array(piece.bounds()).reshape(2, 2)
    if (high - low)[axis] > BRIDGE_MM:
        return False
    ends = []
    for sign in (-1, 1):
        step = [0.0, 0.0]
        step[axis] = sign * 0.5
        beyond = piece.translate(tuple(step)) - piece
        ends.append((beyond ^ below).area() >= ENDS * beyond.area())
    return all(ends)


def _measured(piece: Area, z: float) -> Overhang:
    low, high = np.array(piece.bounds()).reshape(2, 2)
    middle, size = (low + high) / 2, high - low
    return Overhang(round(z, 2), (middle[0], middle[1]), (size[0], size[1]))
