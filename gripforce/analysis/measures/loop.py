"""Grip against load in the plane of both forces: the loop that they run through, and its slopes.

Grip that follows load without delay runs up and down one line. A delay opens the line to a loop,
and so does a grip that is stronger while load rises than while it falls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.statistics.regression import least_squares

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_FEWEST_SAMPLES: Final = 5


@dataclass(frozen=True, slots=True)
class ForceLoop:
    """The loop of grip over load from one moment to another, closed by a straight line."""

    area_n2: float
    """``∮ GF dLF``: positive where grip is stronger while load rises than while it falls."""
    share: float
    """The area over the rectangle around the loop, from -1 to 1."""


@dataclass(frozen=True, slots=True)
class Branch:
    """The regression of grip on load while load changes in one direction."""

    gain: float
    r: float


def force_loop(grip: FloatArray, load: FloatArray) -> ForceLoop | None:
    """Return the signed area of grip [N] over load [N]; None where either stays the same.

    For sines of amplitude A with gain b, grip late by the phase φ, the area of a cycle is
    ``-π b A² sin φ``, its share ``-(π / 4) sin φ``.

    >>> turn = np.linspace(0, 2 * np.pi, 2001)
    >>> round(force_loop(np.sin(turn - 0.3), np.sin(turn)).share / np.sin(0.3), 3)
    -0.785
    """
    around = float(np.ptp(grip)) * float(np.ptp(load)) if len(grip) else 0.0
    if around <= 0:
        return None
    nearer = 0.5 * (grip + np.roll(grip, -1))
    area = float((nearer * (np.roll(load, -1) - load)).sum())
    return ForceLoop(area, area / around)


def fit_branch(grip: FloatArray, load: FloatArray) -> Branch | None:
    """Return slope and correlation of grip on load; None where load stays the same."""
    if len(load) < _FEWEST_SAMPLES or np.ptp(load) <= 0 or np.ptp(grip) <= 0:
        return None
    line = least_squares(load, grip)
    return Branch(line.gain, float(np.corrcoef(load, grip)[0, 1]))
