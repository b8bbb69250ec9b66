"""Cycles of a load that rises and falls about its median, in one bout."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray, IntArray

FEWEST_CYCLES = 5
_HYSTERESIS = 0.25
_CYCLE_S = (0.2, 5.0)
_STEADIEST = 2.5
"""A passage further from its neighbour than this many median cycles belongs to no bout."""


def cycle_starts(load: FloatArray, rate_hz: float) -> IntArray:
    """Return indices at which the load passes its mean upward, once a cycle."""
    level = float(np.median(load))
    amplitude = 0.5 * float(np.percentile(load, 95) - np.percentile(load, 5))
    band = _HYSTERESIS * amplitude
    if amplitude <= 0:
        return np.zeros(0, dtype=np.int64)
    state = np.where(load > level + band, 1, np.where(load < level - band, -1, 0))
    marked = np.flatnonzero(state)
    turns = np.flatnonzero((state[marked[:-1]] < 0) & (state[marked[1:]] > 0))
    starts = []
    for low, high in zip(marked[turns], marked[turns + 1], strict=True):
        starts.append(int(low + np.argmax(load[low : high + 1] >= level)))
    return _one_bout(np.array(starts, dtype=np.int64), rate_hz)


def _one_bout(starts: IntArray, rate_hz: float) -> IntArray:
    """Return the longest run of passages that follow each other at about the same interval."""
    if len(starts) < FEWEST_CYCLES:
        return starts
    periods = np.diff(starts) / rate_hz
    usual = float(np.median(periods))
    low, high = max(_CYCLE_S[0], usual / _STEADIEST), min(_CYCLE_S[1], usual * _STEADIEST)
    breaks = np.flatnonzero((periods < low) | (periods > high)) + 1
    edges = [0, *(int(b) for b in breaks), len(starts)]
    a, b = max(itertools.pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return starts[a:b]
