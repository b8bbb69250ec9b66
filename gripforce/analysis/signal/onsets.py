"""Where a force begins, ends, or passes a level, between samples.

Strategy for an onset: a force that grows as some power of the time since it began, ``(t - t0)^p``,
passes ``h``, ``2 h`` and ``4 h`` at times whose steps have the ratio ``R = 2^(1/p)``, whatever its
slope; the beginning then is ``t(h) - (t(4h) - t(h)) / (R^2 - 1)``: Aitken's extrapolation, exact
for a ramp (R = 2) and for a parabola alike. ``R`` is kept between those of ``p`` = 2 and 1/2, so
that noise cannot carry the beginning away. A bare threshold would be late by a tenth of a
slow rise.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_FURTHER_LEVELS = (2.0, 4.0)
_SMALLEST_RATIO = 2.0 ** (1 / 2)
_LARGEST_RATIO = 4.0
_BLOCK = 4096
"""Samples that are searched at once."""
_LONGEST_EXTRAPOLATION_S = 0.1
"""A force that lingers between the levels for longer did not begin in one movement."""


def last_below(values: FloatArray, level: float, start: int, stop: int) -> int | None:
    """Return the last index in ``[start, stop)`` whose value is below the level."""
    while stop > start:  # from the end and block by block: the answer is seldom far
        begin = max(start, stop - _BLOCK)
        below = np.flatnonzero(values[begin:stop] < level)
        if len(below):
            return begin + int(below[-1])
        stop = begin
    return None


def first_below(values: FloatArray, level: float, start: int, stop: int) -> int | None:
    """Return the first index in ``[start, stop)`` whose value is below the level."""
    for begin in range(start, min(stop, len(values)), _BLOCK):
        below = values[begin : min(begin + _BLOCK, stop)] < level
        k = int(below.argmax())
        if below[k]:
            return begin + k
    return None


def first_reaching(values: FloatArray, level: float, start: int, stop: int) -> int | None:
    """Return the first index in ``[start, stop)`` whose value is at or above the level."""
    above = values[start:stop] >= level
    k = int(above.argmax()) if len(above) else 0
    return start + k if len(above) and above[k] else None


def last_reaching(values: FloatArray, level: float, start: int, stop: int) -> int:
    """Return the last index in ``[start, stop)`` at or above the level, else ``start``."""
    above = np.flatnonzero(values[start:stop] >= level)
    return start + int(above[-1]) if len(above) else start


def crossing_position(values: FloatArray, level: float, index: int) -> float:
    """Return the fractional index at which the line that ends at ``index`` has the level."""
    if index <= 0:
        return float(index)
    before, after = float(values[index - 1]), float(values[index])
    if before == after:
        return float(index)
    return index - 1 + min(max((level - before) / (after - before), 0.0), 1.0)


def onset_position(
    values: FloatArray, threshold: float, start: int, anchor: int, rate_hz: float
) -> float | None:
    """Return the fractional index at which the rise through ``anchor`` began.

    The last sample below ``threshold`` between ``start`` and ``anchor`` is sought backward,
    then the beginning is extrapolated as the module says. None where the force was never
    below the threshold: it began before the record did.
    """
    below = last_below(values, threshold, start, anchor + 1)
    if below is None or below + 1 >= len(values):
        return None
    near = crossing_position(values, threshold, below + 1)
    end = min(len(values), below + 2 + int(_LONGEST_EXTRAPOLATION_S * rate_hz))
    steps = [near]
    for factor in _FURTHER_LEVELS:
        index = first_reaching(values, factor * threshold, below + 1, end)
        if index is None:
            return near
        steps.append(crossing_position(values, factor * threshold, index))
    first, second = (after - before for before, after in itertools.pairwise(steps))
    if first <= 0 or first + second > _LONGEST_EXTRAPOLATION_S * rate_hz:
        return near
    ratio = min(max(second / first, _SMALLEST_RATIO), _LARGEST_RATIO)
    return near - (first + second) / (ratio**2 - 1)


def offset_position(
    values: FloatArray, threshold: float, anchor: int, stop: int, rate_hz: float
) -> float | None:
    """Return the fractional index at which the force at ``anchor`` ended: an onset mirrored."""
    mirrored = onset_position(values[anchor:stop][::-1], threshold, 0, stop - anchor - 1, rate_hz)
    return None if mirrored is None else stop - 1 - mirrored


def drawn_on_position(
    values: FloatArray, target: float, level: float, index: int, reach: int
) -> float:
    """Return where a rise would be at ``target``, by the line through two of its shares.

    ``index`` is the first sample at ``level`` of the target; the other share lies twice as far
    below that as the target does above. Where the rise took longer than ``reach`` samples between
    them, the place of the level itself.
    """
    near = crossing_position(values, level * target, index)
    low = (3 * level - 2) * target
    first = max(0, index - reach)
    below = np.flatnonzero(values[first:index] < low)
    if not len(below):
        return near
    return near + 0.5 * (near - crossing_position(values, low, first + int(below[-1]) + 1))
