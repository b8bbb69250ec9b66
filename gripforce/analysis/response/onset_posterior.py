"""Bayesian onset of a grip response to an event of the load.

Strategy: early in a response the signal is below the background force variability, so a threshold
is crossed late, and by chance fluctuations too. Therefore the whole rise is fitted to the
prewhitened grip force (``ar_model``). Candidate onsets on a grid, each with a sum of one or two
minimum-jerk rises, are weighted by the likelihood of the data. Only data up to the moment at which
the odds for a rise exceed 150 to 1, and 50 ms more, are used, so that later events (a reflex on
top, a slip) do not bias the onset. Where likely onsets lie far apart, the onset is unresolved.

Model, for one candidate onset: the prewhitened force up to sample ``n`` is ``y = s·l + x·a + e``
with the prewhitened level ``s`` and rise ``x``, ``e ~ N(0, 1)``, ``l ~ N(0, 1)``, ``a ~ N(0, 1)``.

1. With all sums over samples up to ``n``, the level is integrated out by projection: its best value
   is ``l = s·y / (s·s + 1)``, and inner products become
   ``<u, v> = u·v - (u·s)(s·v) / (s·s + 1)``.
2. One rise: the evidence for ``a`` beside ``a = 0`` is
   ``log odds = ½ (m² / p - log p)``, with moment ``m = <x, y>`` and precision ``p = <x, x> + 1``.
3. Two rises: the same with the vector of moments and the matrix of precisions,
   ``log odds = ½ (mᵀ P⁻¹ m - log det P)``; ``P`` is 2 × 2, so the inverse is written out.
4. Rises with a negative total amplitude are excluded; the odds of all single rises and pairs are
   averaged.
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
"""Durations of minimum-jerk rises: one or two make a response; a reflex takes 60 ms."""
_RISE_SHARE = 0.5
"""Prior SD of a rise's amplitude, relative to grip force."""
_SURE = 5.0
"""Log odds for a rise (150 to 1) at which one is detected."""
_MORE_S = 0.05
_TAIL = 0.05
_FINE_HZ = 1000.0
_TABLE_S = (-0.3, 1.5)


@dataclass(frozen=True, slots=True)
class Onset:
    """Onset of a rise (fractional grid index) with its 90 % credible interval."""

    at: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """Length of that interval, in grid indices."""
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
    """Estimate the onset of a rise of grip force; None where there is none, or too little data.

    ``smooth`` is grip force [N] filtered with ``BAND`` on a grid of ``rate_hz``; ``event`` is a
    fractional index, ``search_s`` the window about it in which the onset may lie. Data from
    ``stop`` on are not used. The prior is flat; the onset is the posterior mean, the interval runs
    from its 5th to its 95th percentile.
    """
    stride = round(SAMPLE_S * rate_hz)
    first = round(event + (search_s[0] - _BEFORE_S) * rate_hz) - ORDER * stride
    last = min(stop, len(smooth), round(event + (search_s[1] + 2 * _MORE_S) * rate_hz))
    at = np.arange(first, last, stride)
    if first < 0 or len(at) <= ORDER + round(_BEFORE_S / SAMPLE_S):
        return None
    onsets = event + np.arange(*search_s, _STEP_S) * rate_hz
    score = _log_odds(smooth[at], (at[:, None] - onsets) / rate_hz, background)
    score[at[ORDER:, None] <= onsets] = -np.inf
    detected = _log_mean(score) > _SURE
    if not detected.any():
        return None
    end = min(int(np.argmax(detected)) + round(_MORE_S / SAMPLE_S), len(score) - 1)
    weight = np.exp(score[end] - score[end].max())
    weight /= weight.sum()
    low, high = np.searchsorted(np.cumsum(weight), (_TAIL, 1 - _TAIL))
    return Onset(float(weight @ onsets), float(onsets[low]), float(onsets[high]))


def _log_odds(grip: FloatArray, since_s: FloatArray, background: BackgroundForce) -> FloatArray:
    """Return the log odds of a rise by sample and candidate onset, from all samples up to it."""
    level = float(np.median(grip[: len(grip) // 4 + 1]))
    if level <= 0:
        return np.full((len(grip) - ORDER, since_s.shape[1]), -np.inf)
    y = background.whiten(grip / level - 1)
    s = background.whiten(np.ones_like(grip))
    rises = [_Rise.fit(since_s, duration_s, background, y, s) for duration_s in _RISES_S]
    odds = [rise.log_odds() for rise in rises]
    odds += [_pair_log_odds(one, other) for one, other in itertools.combinations(rises, 2)]
    return np.asarray(logsumexp(odds, axis=0) - np.log(len(odds)))


@dataclass(frozen=True, eq=False, slots=True)
class _Rise:
    """One rise against the data, by sample (rows) and candidate onset (columns).

    Names are those of the model above; all sums are cumulative over samples.
    """

    shape: FloatArray
    """The rise from 0 to 1, not whitened."""
    x: FloatArray
    """The rise, whitened and scaled to the prior SD of its amplitude."""
    s_s: FloatArray
    """``s·s + 1``."""
    x_s: FloatArray
    """``x·s``."""
    moment: FloatArray
    """``<x, y>``."""
    precision: FloatArray
    """``<x, x> + 1``."""

    @classmethod
    def fit(
        cls,
        since_s: FloatArray,
        duration_s: float,
        background: BackgroundForce,
        y: FloatArray,
        s: FloatArray,
    ) -> _Rise:
        """Make the rise of a duration; ``since_s`` is the time since each candidate onset."""
        shape = np.interp(since_s, *_rise(duration_s))
        x = _RISE_SHARE * background.whiten(shape)
        s_s = (np.cumsum(s**2) + 1.0)[:, None]
        level = np.cumsum(s * y)[:, None] / s_s
        x_s = np.cumsum(x * s[:, None], axis=0)
        moment = np.cumsum(x * y[:, None], axis=0) - x_s * level
        precision = np.cumsum(x**2, axis=0) - x_s**2 / s_s + 1.0
        return cls(shape[ORDER:], x, s_s, x_s, moment, precision)

    def log_odds(self) -> FloatArray:
        """Return the log odds of this rise alone (step 2); -inf for a fall."""
        score = 0.5 * (self.moment**2 / self.precision - np.log(self.precision))
        return np.where(self.moment > 0, score, -np.inf)


def _pair_log_odds(one: _Rise, other: _Rise) -> FloatArray:
    """Return the log odds of two rises from one onset (step 3); -inf where their sum falls."""
    cross = np.cumsum(one.x * other.x, axis=0) - one.x_s * other.x_s / one.s_s
    determinant = one.precision * other.precision - cross**2
    first = (other.precision * one.moment - cross * other.moment) / determinant
    second = (one.precision * other.moment - cross * one.moment) / determinant
    score = 0.5 * (one.moment * first + other.moment * second - np.log(determinant))
    return np.where(first * one.shape + second * other.shape > 0, score, -np.inf)


def _log_mean(score: FloatArray) -> FloatArray:
    """Return by sample the logarithm of the mean odds over possible onsets."""
    possible = np.maximum(np.isfinite(score).sum(axis=1), 1)
    return np.asarray(logsumexp(score, axis=1) - np.log(possible))


@cache
def _rise(duration_s: float) -> tuple[FloatArray, FloatArray]:
    """Return times [s] and a rise from 0 to 1, filtered as grip force is."""
    t = np.arange(*_TABLE_S, 1 / _FINE_HZ)
    tau = np.clip(t / duration_s, 0.0, 1.0)
    shape = tau**3 * (10 - 15 * tau + 6 * tau**2)
    return t, BAND.apply(EVENT_FILTER.apply(shape, _FINE_HZ), _FINE_HZ)
