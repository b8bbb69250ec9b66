"""Grip's net lag, set to what was drawn: the lag that an ideal observer of the forces finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.model import FloatArray

_TRIES: Final = 8
_TOLERANCE_S: Final = 1e-4
_PACE: Final = (0.4, 2.5)
"""How far a lag may follow the shift of the grip: not all of the grip is shifted."""


@dataclass(frozen=True, eq=False, slots=True)
class Planted:
    """A grip, and of each movement the lag that it has."""

    force: FloatArray
    lags_s: FloatArray
    r: FloatArray


def plant_lags(
    force: Callable[[FloatArray], FloatArray],
    observe: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    wanted_s: FloatArray,
) -> Planted:
    """Shift the grip of several movements, each by its own time, until their lags are as wanted.

    ``force`` makes the grip of shifts; ``observe`` returns each movement's lag and correlation.
    What cannot be brought within 0.1 ms stays where it came nearest.
    """
    shifts, lags_before, steps = wanted_s.copy(), np.zeros_like(wanted_s), np.zeros_like(wanted_s)
    best, nearest = shifts.copy(), np.full_like(wanted_s, np.inf)
    for k in range(_TRIES):
        lags, _ = observe(force(shifts))
        off = np.abs(lags - wanted_s)
        best = np.where(off < nearest, shifts, best)
        nearest = np.minimum(off, nearest)
        if (nearest < _TOLERANCE_S).all():
            break
        moved = (k > 0) & (steps != 0)
        safe = np.where(moved, steps, 1.0)
        pace = np.where(moved, np.clip((lags - lags_before) / safe, *_PACE), 1.0)
        steps = np.where(nearest < _TOLERANCE_S, 0.0, (wanted_s - lags) / pace)
        shifts = np.where(nearest < _TOLERANCE_S, best, shifts + steps)
        lags_before = lags
    made = force(best)
    return Planted(made, *observe(made))
