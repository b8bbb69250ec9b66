"""Combine grip and load force of all streams on one time axis, and reduce them to columns.

The fastest force stream gives the axis; the others are interpolated on it by their own times.
This is for drawing only; metrics are computed by the offline functions.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.align import GAP_PERIODS
from gripforce.analysis.signal.filters import LowPass
from gripforce.model import Flag, Unit
from gripforce.model.forces import grip_force, load_force

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray
    from gripforce.online.sample_buffer import SampleBuffer


_FEWEST_TO_FILTER = 8
_CELL_S = 0.2
"""A figure is the mean over this time: faster changes are unreadable."""


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Forces [N] on one time axis, each of shape ``(n,)``; NaN where one is not known."""

    t: FloatArray
    gf: FloatArray
    """Mean of the digits' normal forces; NaN throughout without a grip channel."""
    lf: FloatArray
    """Sum of the tangential forces; NaN throughout without a load channel."""
    saturated: BoolArray
    reach_s: float
    """Between samples further apart than this, samples are missing."""


@dataclass(frozen=True, slots=True)
class CellForce:
    """The force of one cell."""

    label: str
    unit: Unit
    value: float | None
    """None where no sample is near."""


EMPTY = Series(np.empty(0), np.empty(0), np.empty(0), np.empty(0, np.bool_), 0.0)


def force_series(buffers: Sequence[SampleBuffer], start_s: float, stop_s: float) -> Series:
    """Return grip and load force from ``start_s`` to ``stop_s``."""
    force = [buffer for buffer in buffers if buffer.carries_force]
    if not force:
        return EMPTY
    reference = max(force, key=lambda buffer: buffer.stream.rate_hz)
    rows = reference.between(start_s, stop_s)
    t = rows["t"]
    grip, load = [], []
    saturated = np.zeros(len(t), np.bool_)
    for buffer in force:
        if buffer is reference:
            values, stuck = rows["values"], (rows["flags"] & Flag.SATURATED) != 0
        else:
            values, stuck = _resampled(buffer, t)
        saturated |= stuck
        grip += [values[:, k] for k in buffer.grip]
        load += [values[:, k] for k in buffer.load]
    unknown = np.full(len(t), np.nan)
    return Series(
        t,
        grip_force(grip) if grip else unknown,
        load_force(load) if load else unknown,
        saturated,
        GAP_PERIODS / reference.stream.rate_hz,
    )


def filtered_series(series: Series, low_pass: LowPass | None = None) -> Series:
    """Return the forces low-passed as the analysis does, each run without gaps by itself."""
    low_pass = low_pass or LowPass()
    if len(series.t) < _FEWEST_TO_FILTER:
        return series
    rate_hz = 1.0 / float(np.median(np.diff(series.t)))
    after_gap = np.concatenate([[False], np.diff(series.t) > series.reach_s])
    forces = [_filtered(values, after_gap, rate_hz, low_pass) for values in (series.gf, series.lf)]
    return replace(series, gf=forces[0], lf=forces[1])


def _filtered(
    values: FloatArray, after_gap: BoolArray, rate_hz: float, low_pass: LowPass
) -> FloatArray:
    result = np.array(values)
    edges = [0, *np.flatnonzero(after_gap).tolist(), len(values)]
    for start, stop in itertools.pairwise(edges):
        known = ~np.isnan(values[start:stop])
        if known.any():
            smooth = low_pass.apply(values[start:stop], rate_hz, known)
            result[start:stop] = np.where(known, smooth, np.nan)
    return result


def cell_forces(buffers: Sequence[SampleBuffer], at_s: float) -> list[CellForce]:
    """Return the force of each cell: the mean over the 0.2 s before a time."""
    found = []
    for buffer in buffers:
        if not buffer.carries_force:
            continue
        values = buffer.between(at_s - _CELL_S, np.nextafter(at_s, np.inf))["values"]
        for k in (*buffer.grip, *buffer.load):
            mean = float(values[:, k].mean()) if len(values) else None
            channel, unit = buffer.stream.channels[k], buffer.scaling.units[k]
            found.append(CellForce(channel.label, unit, mean))
    return found


def _resampled(buffer: SampleBuffer, t: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Interpolate another stream at ``t``; NaN without close samples on both sides."""
    values = np.full((len(t), len(buffer.stream.channels)), np.nan)
    stuck = np.zeros(len(t), np.bool_)
    if not len(t):
        return values, stuck
    reach = GAP_PERIODS / buffer.stream.rate_hz
    rows = buffer.between(t[0] - reach, t[-1] + reach)
    if len(rows) < 2:  # noqa: PLR2004 - one sample brackets nothing
        return values, stuck
    own = rows["t"]
    right = np.clip(np.searchsorted(own, t), 1, len(own) - 1)
    known = (own[right] - own[right - 1] <= reach) & (t >= own[0]) & (t <= own[-1])
    for k in (*buffer.grip, *buffer.load):
        channel_t = own + buffer.stream.skew_s(k)
        values[known, k] = np.interp(t, channel_t, rows["values"][:, k])[known]
    flagged = (rows["flags"] & Flag.SATURATED) != 0
    stuck[known] = (flagged[right] | flagged[right - 1])[known]
    return values, stuck


def column_edges(right_s: float, span_s: float, count: int) -> FloatArray:
    """Return the edges [s] of ``count`` columns of time, shape ``(count + 1,)``.

    Columns begin at multiples of their width, so that a scrolling trace does not flicker.
    """
    width = span_s / count
    last = int(np.ceil(right_s / width))
    return np.asarray((np.arange(count + 1) + last - count) * width, dtype=np.float64)


def columns(
    t: FloatArray, values: FloatArray, edges: FloatArray, reach_s: float
) -> tuple[FloatArray, FloatArray]:
    """Return the least and greatest value in each column of time, NaN where none is known.

    ``t`` and ``values`` have the shape ``(n,)``, the results ``(columns,)``. A column without
    samples, between two no more than ``reach_s`` apart, has the interpolated value.
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
