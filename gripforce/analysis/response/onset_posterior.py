"""When grip force answers, or foresees, something that happens to the load.

Strategy: force grows smoothly from nothing, under a hand's own wandering at first; where it crosses
a threshold is late, and a wave of the wandering crosses it too. So the whole rise is fitted, on
what the wandering does not predict (``background``): beginnings at each time in question, each with
a sum of smooth rises of 60 to 600 ms, are weighed by how likely they make what was recorded.
Only as much is looked at as it takes to be sure that there is a rise, and 50 ms more, so that what
comes later (a reflex on top, a slip) does not bend the answer. Where likely beginnings lie far
apart the onset is refused: it cannot be told from the hand's own unrest.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

from gripforce.analysis.response.ar_model import BAND, ORDER, SAMPLE_S, BackgroundForce
from gripforce.analysis.signal.prepared import EVENT_FILTER

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_BEFORE_S = 0.3
_STEP_S = 0.0025
_RISES_S = (0.06, 0.09, 0.135, 0.2, 0.3, 0.45)
"""Durations of minimum-jerk rises, of which one or two make a response; 60 ms is a reflex's."""
_RISE_SHARE = 0.5
"""Usual size of a rise beside the grip: the scale of the amplitudes' prior."""
_SURE = 5.0
"""Logarithm of the odds for a rise beside none (150 to 1) at which there is one."""
_MORE_S = 0.05
_TAIL = 0.05
_FINE_HZ = 1000.0
_TABLE_S = (-0.3, 1.5)


@dataclass(frozen=True, slots=True)
class Onset:
    """When a rise of grip begins (fractional index), and between which it does in 90 %."""

    at: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """Length of that interval."""
        return self.high - self.low


def find_onset(
    smooth: FloatArray,
    background: BackgroundForce,
    *,
    event: float,
    search_s: tuple[float, float],
    stop: int,
    rate_hz: float,
) -> Onset | None:
    """Return where a rise begins; ``smooth`` is in ``BAND`` and is looked at before ``stop``.

    The posterior of the beginning, flat before: mean, and from its 5th to its 95th percentile.
    """
    stride = round(SAMPLE_S * rate_hz)
    first = round(event + (search_s[0] - _BEFORE_S) * rate_hz) - ORDER * stride
    last = min(stop, len(smooth), round(event + (search_s[1] + 2 * _MORE_S) * rate_hz))
    at = np.arange(first, last, stride)
    if first < 0 or len(at) <= ORDER + round(_BEFORE_S / SAMPLE_S):
        return None
    begins = event + np.arange(*search_s, _STEP_S) * rate_hz
    score = _scores(smooth[at], (at[:, None] - begins) / rate_hz, background)
    begun = at[ORDER:, None] > begins
    score[~begun] = -np.inf
    sure = _log_mean(score) > _SURE
    if not sure.any():
        return None
    end = min(int(np.argmax(sure)) + round(_MORE_S / SAMPLE_S), len(score) - 1)
    weight = np.exp(score[end] - score[end].max())
    weight /= weight.sum()
    low, high = np.searchsorted(np.cumsum(weight), (_TAIL, 1 - _TAIL))
    return Onset(float(weight @ begins), float(begins[low]), float(begins[high]))


def _scores(grip: FloatArray, since_s: FloatArray, background: BackgroundForce) -> FloatArray:
    """Return by sample and beginning the log odds of a rise, from all samples up to that one.

    Linear regression with Gaussian priors, integrated over level and amplitudes, and averaged over
    all single rises and all pairs of them.
    """
    level = float(np.median(grip[: len(grip) // 4 + 1]))
    if level <= 0:
        return np.full((len(grip) - ORDER, since_s.shape[1]), -np.inf)
    left = background.whiten(grip / level - 1)
    still = background.whiten(np.ones_like(grip))
    rises = [_Rise.seen(since_s, duration_s, background, left, still) for duration_s in _RISES_S]
    odds = [rise.odds() for rise in rises]
    odds += [_pair_odds(one, other) for one, other in itertools.combinations(rises, 2)]
    return np.asarray(logsumexp(odds, axis=0) - np.log(len(odds)))


@dataclass(frozen=True, eq=False, slots=True)
class _Rise:
    """One rise against what was recorded, by sample and beginning, the level taken out.

    Sums run from the first sample to each one, so that what comes later has no part.
    """

    course: FloatArray
    cause: FloatArray
    """The course, whitened and scaled to an amplitude of usual size."""
    known: FloatArray
    mixed: FloatArray
    moment: FloatArray
    power: FloatArray

    @classmethod
    def seen(
        cls,
        since_s: FloatArray,
        duration_s: float,
        background: BackgroundForce,
        left: FloatArray,
        still: FloatArray,
    ) -> _Rise:
        course = np.interp(since_s, *_rise(duration_s))
        cause = _RISE_SHARE * background.whiten(course)
        known = (np.cumsum(still**2) + 1.0)[:, None]
        level = np.cumsum(still * left)[:, None] / known
        mixed = np.cumsum(cause * still[:, None], axis=0)
        moment = np.cumsum(cause * left[:, None], axis=0) - mixed * level
        power = np.cumsum(cause**2, axis=0) - mixed**2 / known + 1.0
        return cls(course[ORDER:], cause, known, mixed, moment, power)

    def odds(self) -> FloatArray:
        """Return the log odds of this rise alone; a fall has none."""
        score = 0.5 * (self.moment**2 / self.power - np.log(self.power))
        return np.where(self.moment > 0, score, -np.inf)


def _pair_odds(one: _Rise, other: _Rise) -> FloatArray:
    """Return the log odds of two rises from one beginning, whose sum is a rise."""
    both = np.cumsum(one.cause * other.cause, axis=0) - one.mixed * other.mixed / one.known
    size = one.power * other.power - both**2
    first = (other.power * one.moment - both * other.moment) / size
    second = (one.power * other.moment - both * one.moment) / size
    score = 0.5 * (one.moment * first + other.moment * second - np.log(size))
    return np.where(first * one.course + second * other.course > 0, score, -np.inf)


def _log_mean(score: FloatArray) -> FloatArray:
    """Return by sample the logarithm of the mean odds over beginnings that were possible."""
    possible = np.maximum(np.isfinite(score).sum(axis=1), 1)
    return np.asarray(logsumexp(score, axis=1) - np.log(possible))


@cache
def _rise(duration_s: float) -> tuple[FloatArray, FloatArray]:
    """Return a rise from 0 to 1 as it looks in the bands that grip is looked at in."""
    t = np.arange(*_TABLE_S, 1 / _FINE_HZ)
    tau = np.clip(t / duration_s, 0.0, 1.0)
    course = tau**3 * (10 - 15 * tau + 6 * tau**2)
    return t, BAND.apply(EVENT_FILTER.apply(course, _FINE_HZ), _FINE_HZ)
