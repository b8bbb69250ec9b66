"""Estimates with 95 % intervals: seeded percentile bootstrap over trials, Wilson's for shares.

Trials are resampled with replacement and the statistic is computed again; the 2.5th and 97.5th
percentiles of the results are the interval. It covers variability between trials of one session,
not between days.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.results import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gripforce.analysis.results import MeasuredTrial
    from gripforce.model import FloatArray, IntArray

RESAMPLES = 1000
SEED = 20_030_712
FEWEST = 3
"""A bootstrap of two trials has three possible results: no interval."""
_CONFIDENCE = 0.95
_WILSON_Z = 1.959964
"""Standard normal quantile of 0.975 to six decimals, as published tables of Wilson's have it."""


@lru_cache(maxsize=32)
def resample_indices(n: int, resamples: int = RESAMPLES, seed: int = SEED) -> IntArray:
    """Return trial indices of each resample, shape ``(resamples, n)``; the same every time."""
    return np.random.default_rng([seed, n]).integers(0, n, (resamples, n))


def estimate_median(values: Iterable[float | None]) -> Estimate | None:
    """Return median and 95 % interval of what was measured; None where nothing was.

    >>> estimate_median([1.0, 2.0, None, 3.0]).value
    2.0
    """
    known = measured(values)
    if not len(known):
        return None
    median = float(np.median(known))
    if len(known) < FEWEST:
        return Estimate(median, None, None, len(known))
    drawn = np.median(known[resample_indices(len(known))], axis=1)
    return Estimate(median, *interval(drawn), len(known))


def estimate_statistic(
    trials: FloatArray, statistic: Callable[[FloatArray], float], fewest: int = FEWEST
) -> Estimate | None:
    """Return a figure of a whole series: ``statistic`` of its rows, and the bootstrap interval.

    Resamples for which the statistic is not finite are left out; None where the series has
    fewer rows than ``fewest`` or the statistic of the series itself is not finite.
    """
    n = len(trials)
    if n < fewest:
        return None
    value = statistic(trials)
    if not np.isfinite(value):
        return None
    drawn = np.array([statistic(trials[rows]) for rows in resample_indices(n, RESAMPLES // 2)])
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < RESAMPLES // 4:
        return Estimate(float(value), None, None, n)
    return Estimate(float(value), *interval(drawn), n)


def estimate_share(hits: Iterable[bool]) -> Estimate | None:
    """Return the share of trials that are true, and Wilson's 95 % score interval [Wilson1927].

    The bootstrap interval collapses when all trials agree.

    >>> estimate_share([True] * 5).ci_low > 0.5
    True
    """
    found = list(hits)
    n = len(found)
    if n < FEWEST:
        return None
    share, z = sum(found) / n, _WILSON_Z
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half), n)


def interval(drawn: FloatArray) -> tuple[float, float]:
    """Return the central 95 % of resampled figures."""
    tail = 50 * (1 - _CONFIDENCE)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return float(low), float(high)


def measured(values: Iterable[float | None]) -> FloatArray:
    """Return the values that are numbers, in order."""
    found = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return found[np.isfinite(found)]


def summarize(trials: Sequence[MeasuredTrial], columns: Sequence[str]) -> dict[str, Estimate]:
    """Return median and interval of each column that holds numbers; words are passed over."""
    summary = {}
    for column in columns:
        cells = [trial.values.get(column) for trial in trials]
        estimate = estimate_median([None if isinstance(c, str) else c for c in cells])
        if estimate is not None:
            summary[column] = estimate
    return summary


def as_json(estimate: Estimate | None) -> dict[str, float | int | None] | None:
    """Return an estimate as plain values."""
    if estimate is None:
        return None
    return {
        "median": estimate.value,
        "ci_low": estimate.ci_low,
        "ci_high": estimate.ci_high,
        "n": estimate.n,
    }
