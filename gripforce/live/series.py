"""Grip and load force of one or several streams on one axis, and what of it fits a column.

The fastest force stream gives the axis; the others are interpolated on it by their own time.
That is enough for a picture; metrics come from the offline functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.align import GAP_PERIODS
from gripforce.model import Flag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.live.sample_buffer import SampleBuffer
    from gripforce.model import FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Forces on one axis; NaN where a digit is not known."""

    t: FloatArray
    gf: FloatArray
    """Mean of the digits' normal forces; NaN throughout without a grip channel."""
    lf: FloatArray
    """Sum of the tangential forces; NaN throughout without a load channel."""
    saturated: BoolArray
    reach_s: float
    """Neighbours further apart than this have lost something between them."""


EMPTY = Series(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.bool_), 0.0)


def force_series(tapes: Sequence[SampleBuffer], start_s: float, stop_s: float) -> Series:
    """Return grip and load force of a span of time."""
    force = [tape for tape in tapes if tape.carries_force]
    if not force:
        return EMPTY
    reference = max(force, key=lambda tape: tape.stream.rate_hz)
    rows = reference.between(start_s - reference.shift_s, stop_s - reference.shift_s)
    t = rows["t"] + reference.shift_s
    grip, load = [], []
    saturated = np.zeros(len(t), np.bool_)
    for tape in force:
        if tape is reference:
            values, stuck = rows["values"], (rows["flags"] & Flag.SATURATED) != 0
        else:
            values, stuck = _resampled(tape, t)
        saturated |= stuck
        grip += [values[:, k] for k in tape.grip]
        load += [values[:, k] for k in tape.load]
    unknown = np.full(len(t), np.nan)
    return Series(
        t,
        np.mean(grip, axis=0) if grip else unknown,
        np.sum(load, axis=0) if load else unknown,
        saturated,
        GAP_PERIODS / reference.stream.rate_hz,
    )


def _resampled(tape: SampleBuffer, t: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Return another stream's values at ``t``, NaN where they are not bracketed closely."""
    values = np.full((len(t), len(tape.stream.channels)), np.nan)
    stuck = np.zeros(len(t), np.bool_)
    if not len(t):
        return values, stuck
    reach = GAP_PERIODS / tape.stream.rate_hz
    rows = tape.between(t[0] - tape.shift_s - reach, t[-1] - tape.shift_s + reach)
    if len(rows) < 2:  # noqa: PLR2004 - one sample brackets nothing
        return values, stuck
    own = rows["t"] + tape.shift_s
    right = np.clip(np.searchsorted(own, t), 1, len(own) - 1)
    known = (own[right] - own[right - 1] <= reach) & (t >= own[0]) & (t <= own[-1])
    for k in (*tape.grip, *tape.load):
        shift = tape.stream.channels[k].skew_us * 1e-6
        values[known, k] = np.interp(t, own + shift, rows["values"][:, k])[known]
    flagged = (rows["flags"] & Flag.SATURATED) != 0
    stuck[known] = (flagged[right] | flagged[right - 1])[known]
    return values, stuck


def column_edges(right_s: float, span_s: float, count: int) -> FloatArray:
    """Return the edges of ``count`` columns of time.

    Columns lie on multiples of their own width, so that a trace that scrolls does not shimmer.
    """
    width = span_s / count
    last = int(np.ceil(right_s / width))
    return np.asarray((np.arange(count + 1) + last - count) * width, dtype=np.float64)


def columns(
    t: FloatArray, values: FloatArray, edges: FloatArray, reach_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return the least and greatest value in each column of time, NaN where none is known.

    A column between two samples that are neighbours has the straight line's value.
    """
    count = len(edges) - 1
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    bounds = np.searchsorted(t, edges)
    filled = bounds[1:] > bounds[:-1]
    if filled.any():
        inside = values[: bounds[-1]]
        low[filled] = np.fmin.reduceat(inside, bounds[:-1][filled])
        high[filled] = np.fmax.reduceat(inside, bounds[:-1][filled])
    between = ~filled & (bounds[1:] > 0) & (bounds[1:] < len(t))
    if between.any():
        right = bounds[1:][between]
        centres = 0.5 * (edges[1:] + edges[:-1])[between]
        value = np.interp(centres, t, values)
        value[t[right] - t[right - 1] > reach_s] = np.nan
        low[between] = high[between] = value
    return low, high
