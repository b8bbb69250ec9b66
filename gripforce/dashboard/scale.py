"""Choose the ends of an axis: round numbers that do not change with every frame."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_STEPS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
_HEADROOM = 1.05
_BELOW = 0.04
"""A dip below zero by less than this share of the top is noise and is not shown."""


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis from ``bottom`` to ``top``."""

    bottom: float
    top: float


def round_up(value: float) -> float:
    """Return the next of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-9))


def fit_scale(values: FloatArray, smallest_top: float) -> Scale:
    """Return a scale that holds all values; its top is at least ``smallest_top``."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Scale(0.0, smallest_top)
    top = max(smallest_top, round_up(max(_HEADROOM * float(known.max()), smallest_top)))
    least = float(known.min())
    bottom = -round_up(-_HEADROOM * least) if least < -_BELOW * top else 0.0
    return Scale(bottom, top)


def format_force(value: float) -> str:
    """Return an axis label: ``12``, ``1.5``, ``-3``, ``2.1M`` for counts."""
    for limit, suffix in ((1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            return f"{value / (1e3 if suffix == 'k' else 1e6):g}{suffix}"
    return f"{value:g}"
