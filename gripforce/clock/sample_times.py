"""Compute a time for every sample from blocks that carry the counter and tick of their first one.

Strategy: the ticks are knots of a piecewise-linear curve over the sample counter. Between two
knots, also across a gap, samples are spread evenly; after the last one they follow at the period
just measured. A knot that does not fit is replaced by one interpolated from the others, so that
the curve rises for any input.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gripforce.model.counters import ramps

if TYPE_CHECKING:
    from gripforce.model import FloatArray, IntArray

Mask: TypeAlias = NDArray[np.bool_]

JITTER_SAMPLES = 0.4
"""Tolerated jitter of a tick in periods; less than one, so that live blocks stay in order."""
DRIFT = 0.02
"""The same as a share of the step: an HX711's RC oscillator drifts while it warms up."""
LEAST_SLOPE = 0.1
"""Shortest step between knots, in periods per sample."""
NOMINAL_FACTOR = (0.5, 2.0)
"""Limits of a measured period relative to the nominal one, with few steps."""
ENOUGH_STEPS = 3
"""From this number of steps on a measured period is trusted: one corrupt tick spoils two."""
PERIOD_STEPS = 16
"""Number of steps whose median is the local period."""


def sample_times(first: IntArray, tick_us: IntArray, n: IntArray, rate_hz: float) -> FloatArray:
    """Return the device seconds of every sample, shape ``(sum(n),)``, strictly rising.

    ``first``, ``tick_us`` (both unwrapped) and ``n``, each of shape ``(blocks,)``, are the counter
    and tick of each block's first sample and its number of samples. Raises ``ValueError`` where
    blocks are not in order of their counters or overlap. Live, pass the last few blocks and the
    new one and use the last ``n`` times; a new block whose tick disagrees is placed by its counter
    until the next one confirms it.
    """
    first = np.asarray(first, dtype=np.int64)
    n = np.asarray(n, dtype=np.int64)
    if np.any(first[1:] < first[:-1] + np.maximum(n[:-1], 1)):
        raise ValueError("blocks must be in the order of their counters and must not overlap")
    if not len(first):
        return np.empty(0)
    nominal_us = 1e6 / rate_hz
    knots = np.asarray(tick_us, dtype=np.float64)
    counts, steps_us = np.diff(first), np.diff(knots)
    period = _period(counts, steps_us, nominal_us)
    fits = _fits(counts, steps_us, period)
    if not np.all(fits):
        knots = _trusted(first, knots, period, fits, nominal_us)
        steps_us = np.diff(knots)
    last = _period(counts[-PERIOD_STEPS:], steps_us[-PERIOD_STEPS:], nominal_us)
    return _spread(knots * 1e-6, np.append(steps_us / counts, last) * 1e-6, n)


def _spread(starts: FloatArray, periods: FloatArray, n: IntArray) -> FloatArray:
    size = int(n[0])
    if np.all(n == size):
        times = periods[:, None] * np.arange(size)
        times += starts[:, None]
        return times.ravel()
    times = np.repeat(periods, n)
    times *= ramps(np.zeros_like(n), n)
    times += np.repeat(starts, n)
    return times


def _period(counts: IntArray, steps_us: FloatArray, nominal_us: float) -> float:
    """Return the median period, or the nominal one where too few steps support another."""
    if not len(counts):
        return nominal_us
    periods = np.sort(steps_us / counts)  # np.median costs ten times as much for a few
    measured = float(periods[(len(periods) - 1) // 2] + periods[len(periods) // 2]) / 2
    if (
        len(counts) < ENOUGH_STEPS
        and not NOMINAL_FACTOR[0] < measured / nominal_us < NOMINAL_FACTOR[1]
    ):
        return nominal_us
    return measured if measured > 0 else nominal_us


def _trusted(
    first: IntArray, tick_us: FloatArray, period: float, fits: Mask, nominal_us: float
) -> FloatArray:
    kept = _without_strays(first, tick_us, period, fits)
    kept = kept[_rising(tick_us[kept] - LEAST_SLOPE * period * first[kept])]
    return _rebuilt(first, first[kept], tick_us[kept], nominal_us)


def _fits(counts: IntArray, steps_us: FloatArray, period: float) -> Mask:
    tolerance = period * (JITTER_SAMPLES + DRIFT * counts)
    return np.asarray(np.abs(steps_us - period * counts) <= tolerance)


def _without_strays(first: IntArray, tick_us: FloatArray, period: float, fits: Mask) -> IntArray:
    """Return the knots without those that disagree while their neighbours agree with each other.

    The newest has one neighbour and must agree with it. The oldest is trusted, since a pause after
    the first block is likelier than a wrong tick that passed its CRC.
    """
    stray = np.zeros(len(first), dtype=bool)
    bridged = _fits(first[2:] - first[:-2], tick_us[2:] - tick_us[:-2], period)
    stray[1:-1] = ~fits[:-1] & ~fits[1:] & bridged
    stray[-1] = not fits[-1] and not stray[-2:-1].any()
    return np.flatnonzero(~stray)


def _rising(values: FloatArray) -> list[int]:
    """Return the indices of the longest strictly rising subsequence (patience sorting)."""
    tails: list[float] = []
    tail_index: list[int] = []
    before: list[int] = []
    for index, value in enumerate(values.tolist()):
        length = bisect_left(tails, value)
        before.append(tail_index[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        tail_index[length : length + 1] = [index]
    chain = []
    index = tail_index[-1]
    while index >= 0:
        chain.append(index)
        index = before[index]
    return chain[::-1]


def _rebuilt(first: IntArray, at: IntArray, tick_us: FloatArray, nominal_us: float) -> FloatArray:
    """Return a tick for every block: trusted ones unchanged, the others from their counter."""
    steps, counts = np.diff(tick_us), np.diff(at)
    before = _period(counts[:PERIOD_STEPS], steps[:PERIOD_STEPS], nominal_us)
    after = _period(counts[-PERIOD_STEPS:], steps[-PERIOD_STEPS:], nominal_us)
    knots = np.interp(first, at, tick_us)
    knots = np.where(first < at[0], tick_us[0] + before * (first - at[0]), knots)
    return np.where(first > at[-1], tick_us[-1] + after * (first - at[-1]), knots)
