"""Set the net lag of grip behind load: the lag that an ideal observer of the forces finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.model import FloatArray

_ITERATIONS: Final = 8
_TOLERANCE_S: Final = 1e-4
_SLOPE_LIMITS: Final = (0.4, 2.5)
"""Limits of the change of lag per change of shift: not all of the grip is shifted."""


@dataclass(frozen=True, eq=False, slots=True)
class GripWithLags:
    """A grip force, and the net lag of each of its movements."""

    force: FloatArray
    """Newtons, shape ``(n,)``."""
    lags_s: FloatArray
    """Net lags, positive where grip follows load, shape ``(movements,)``."""
    r: FloatArray
    """Correlations at those lags, shape ``(movements,)``."""
    shifts_s: FloatArray
    """Planted delays of the part that follows the load, shape ``(movements,)``."""


def match_lags(
    force: Callable[[FloatArray], FloatArray],
    observe: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    wanted_s: FloatArray,
) -> GripWithLags:
    """Shift the grip of each movement until its net lag is the wanted one (secant method).

    Parameters: ``force`` returns the grip, newtons, for a shift of each movement in seconds;
    ``observe`` returns the lag in seconds and the correlation of each movement of a grip;
    ``wanted_s`` has the lags, shape ``(movements,)``. A lag that cannot be brought within 0.1 ms
    stays where it came nearest.
    """
    shifts, lags_before, steps = wanted_s.copy(), np.zeros_like(wanted_s), np.zeros_like(wanted_s)
    best, nearest = shifts.copy(), np.full_like(wanted_s, np.inf)
    for k in range(_ITERATIONS):
        lags, _ = observe(force(shifts))
        error = np.abs(lags - wanted_s)
        best = np.where(error < nearest, shifts, best)
        nearest = np.minimum(error, nearest)
        if (nearest < _TOLERANCE_S).all():
            break
        moved = (k > 0) & (steps != 0)
        safe = np.where(moved, steps, 1.0)
        slope = np.where(moved, np.clip((lags - lags_before) / safe, *_SLOPE_LIMITS), 1.0)
        steps = np.where(nearest < _TOLERANCE_S, 0.0, (wanted_s - lags) / slope)
        shifts = np.where(nearest < _TOLERANCE_S, best, shifts + steps)
        lags_before = lags
    matched = force(best)
    return GripWithLags(matched, *observe(matched), best)
