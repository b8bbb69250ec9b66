"""Estimates with 95 % intervals: seeded percentile bootstrap over trials, Wilson's for shares.

Trials are resampled with replacement and the statistic is computed again; the 2.5th and 97.5th
percentiles of the results are the interval. Two things make it too short, so its limits are moved
away from the median: few trials, by Student's t over the normal quantile, and trials that resemble
their neighbours, by √[(1 + ρ)/(1 - ρ)], which is what serial correlation takes from the number of
independent trials. Under six trials not even the whole range holds a median in 95 of 100 sessions,
so there is no interval. It covers variability between trials of one session, not between days.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from gripforce.analysis.results import Estimate
from gripforce.analysis.statistics.medians import middles_of_sorted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gripforce.analysis.results import MeasuredTrial
    from gripforce.model import FloatArray, IntArray

RESAMPLES = 1000
SEED = 20_030_712
FEWEST = 6
"""The range of n trials holds the median in ``1 - 2 / 2**n`` of sessions: 94 % of five trials, 97 %
of six."""
_FEWEST_FOR_FIGURE = 3
SERIAL_CORRELATION = 0.27
"""Lag-1 correlation of static grip in real lifts; what a session is taken to have beforehand."""
_SERIAL_WEIGHT = 10
"""Trials that this is worth beside the session's own correlation (design choice)."""
_MOST_CORRELATED = 0.8
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
    drawn = middles_of_sorted(np.sort(known[resample_indices(len(known))], axis=1))
    return Estimate(median, *interval(drawn, median, stretch(known)), len(known))


def estimate_statistic(
    trials: FloatArray, statistic: Callable[[FloatArray], float], fewest: int = _FEWEST_FOR_FIGURE
) -> Estimate | None:
    """Return a figure of a whole series: ``statistic`` of its rows, and the bootstrap interval.

    Resamples for which the statistic is not finite are left out, and there is no interval under
    six rows; None where the series has fewer rows than ``fewest`` or the statistic of the series
    itself is not finite.
    """
    n = len(trials)
    if n < fewest:
        return None
    value = statistic(trials)
    if not np.isfinite(value):
        return None
    if n < FEWEST:
        return Estimate(float(value), None, None, n)
    drawn = np.array([statistic(trials[rows]) for rows in resample_indices(n, RESAMPLES // 2)])
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < RESAMPLES // 4:
        return Estimate(float(value), None, None, n)
    longer = student_factor(n) * _serial_factor(SERIAL_CORRELATION)
    return Estimate(float(value), *interval(drawn, float(value), longer), n)


def estimate_share(hits: Iterable[bool]) -> Estimate | None:
    """Return the share of trials that are true, and Wilson's 95 % score interval [Wilson1927].

    The bootstrap interval collapses when all trials agree. None without trials.

    >>> estimate_share([True] * 6).ci_low > 0.5
    True
    """
    found = list(hits)
    n = len(found)
    if n == 0:
        return None
    if n < FEWEST:
        return Estimate(sum(found) / n, None, None, n)
    share, z = sum(found) / n, _WILSON_Z
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    return Estimate(share, max(0.0, middle - half), min(1.0, middle + half), n)


def interval(drawn: FloatArray, value: float, longer: float = 1.0) -> tuple[float, float]:
    """Return the central 95 % of resampled figures, its limits ``longer`` times as far away."""
    tail = 50 * (1 - _CONFIDENCE)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    return value - longer * (value - float(low)), value + longer * (float(high) - value)


def stretch(values: FloatArray) -> float:
    """Return by how much a bootstrap interval of trials in their order is too short."""
    own, n = _serial_correlation(values), len(values)
    prior = _SERIAL_WEIGHT * SERIAL_CORRELATION
    return student_factor(n) * _serial_factor((n * own + prior) / (n + _SERIAL_WEIGHT))


def student_factor(n: int) -> float:
    """Return Student's t with ``n - 1`` degrees of freedom over the normal quantile."""
    return float(stdtrit(n - 1, 0.5 + _CONFIDENCE / 2)) / _WILSON_Z


def _serial_factor(correlation: float) -> float:
    rho = min(max(correlation, 0.0), _MOST_CORRELATED)
    return float(np.sqrt((1 + rho) / (1 - rho)))


def _serial_correlation(values: FloatArray) -> float:
    """Return the lag-1 correlation, less the bias that a short series has [MarriottPope1954]."""
    apart, n = values - values.mean(), len(values)
    power = float(apart @ apart)
    rho = float(apart[1:] @ apart[:-1]) / power if power > 0 else 0.0
    return rho + (1 + 3 * rho) / n


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
