"""Bayesian onset of a grip response to an event of the load.

Strategy: early in a response the signal is below the background force variability, so a threshold
is crossed late, and by chance fluctuations too. Therefore the whole rise is fitted to the
prewhitened grip force (``ar_model``). How a rise begins decides where its onset is put: a straight
line shows at once, a minimum-jerk course 20 to 40 ms later. So candidate onsets on a grid are
weighted by the likelihood of the data under four courses (linear, half cosine, critically damped,
minimum jerk), each with one or two durations. One hand answers alike in all trials of a recording:
the share of each course is estimated from all of them together (expectation maximization), and
what remains open widens the interval. Only data up to the moment at which the odds for a rise
exceed 150 to 1, and 50 ms more, are used, so that later events (a reflex on top, a slip) do not
bias the onset. Where likely onsets lie far apart, the onset is unresolved.

Model, for one candidate onset: the prewhitened force up to sample ``n`` is ``y = s·l + x·a + e``
with the prewhitened level ``s`` and rise ``x``, ``e ~ N(0, 1)``, ``l ~ N(0, 1)``, ``a ~ N(0, 1)``.

1. With all sums over samples up to ``n``, the level is integrated out by projection: its best value
   is ``l = s·y / (s·s + 1)``, and inner products become
   ``<u, v> = u·v - (u·s)(s·v) / (s·s + 1)``.
2. One rise: the evidence for ``a`` beside ``a = 0`` is
   ``log odds = ½ (m² / p - log p)``, with moment ``m = <x, y>`` and precision ``p = <x, x> + 1``.
3. Two rises: the same with the vector of moments and the matrix of precisions,
   ``log odds = ½ (mᵀ P⁻¹ m - log det P)``; ``P`` is 2 × 2, so the inverse is written out.
4. Falls are excluded: two of opposite signs would imitate another course. A rise is detected by
   the mean odds of single rises; the evidence of a course is the mean over its rises and pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

from gripforce.analysis.response.ar_model import BAND, ORDER, SAMPLE_S, BackgroundForce
from gripforce.analysis.signal.prepared import EVENT_FILTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

COURSES = {"linear": 0.1, "half cosine": 0.2, "critically damped": 0.25, "minimum jerk": 0.45}
"""Courses of a rise with their prior shares: muscles do not start with a corner, and the odds
of each matter only while the data leave it open."""
_BEFORE_S = 0.3
_STEP_S = 0.0025
_PER_SAMPLE = round(SAMPLE_S / _STEP_S)
"""Candidate onsets from one sample of the model to the next."""
_COARSE_S = (0.06, 0.135, 0.3)
"""Durations of the rises that one is detected with."""
_RISES_S = tuple(float(d) for d in np.geomspace(0.06, 0.45, 15))
"""Durations of the rises that its onset is estimated with; a reflex takes 60 ms. Steps of 15 %:
with coarser ones a duration between two of them is taken for another course (8 ms off)."""
_DAMPED_SHARE = 0.2
"""Time constant of a critically damped rise as a share of its duration: 96 % are reached then."""
_RISE_SHARE = 0.5
"""Prior SD of a rise's amplitude, relative to grip force."""
_SURE = 5.0
"""Log odds for a rise (150 to 1) at which one is detected."""
_MORE_S = 0.05
_TAIL = 0.05
_MODEL_S = 0.004
"""Added to either end of the interval: the grid's step, durations between those modelled, and the
error of the event itself."""
_CAUTION = 0.7
"""Power of the likelihood: the background's model is estimated from a few seconds, and taken as
known its intervals hold 80 % of slow minimum-jerk onsets (development seeds 500 to 503)."""
_ROUNDS = 30
_OPEN_SHARE = 0.1
"""A course of a smaller share of the responses is taken as excluded."""
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


@dataclass(frozen=True, eq=False, slots=True)
class OnsetEvidence:
    """What one event's data say: log evidence, shape ``(courses, onsets)``, by candidate onset."""

    onsets: FloatArray
    """Fractional grid indices."""
    by_course: FloatArray
    margin: float
    """Error of the model, in grid indices."""


def onset_evidence(
    smooth: FloatArray,
    background: BackgroundForce,
    *,
    event: float,
    search_s: tuple[float, float],
    stop: int,
    rate_hz: float,
) -> OnsetEvidence | None:
    """Weigh candidate onsets of a rise of grip force; None where there is none, or too little data.

    ``smooth`` is grip force [N] filtered with ``BAND`` on a grid of ``rate_hz``; ``event`` is a
    fractional index, ``search_s`` the window about it in which the onset may lie. Data from
    ``stop`` on are not used.
    """
    stride = round(SAMPLE_S * rate_hz)
    first = round(event + (search_s[0] - _BEFORE_S) * rate_hz) - ORDER * stride
    last = min(stop, len(smooth), round(event + (search_s[1] + 2 * _MORE_S) * rate_hz))
    at = np.arange(first, last, stride)
    if first < 0 or len(at) <= ORDER + round(_BEFORE_S / SAMPLE_S):
        return None
    step = stride / _PER_SAMPLE
    onsets = event + np.arange(search_s[0] * rate_hz, search_s[1] * rate_hz, step)
    level = float(np.median(smooth[at][: len(at) // 4 + 1]))
    if level <= 0:
        return None
    times = at[0] - onsets[-1] + step * np.arange(_PER_SAMPLE * (len(at) - 1) + len(onsets))
    data = _Whitened(background, smooth[at] / level - 1, times / rate_hz, len(onsets))
    future = at[ORDER:, None] <= onsets
    detected = _log_mean(np.where(future, -np.inf, data.odds_by_sample())) > _SURE
    if not detected.any():
        return None
    end = min(int(np.argmax(detected)) + round(_MORE_S / SAMPLE_S), len(future) - 1)
    by_course = np.array([data.course_odds(course, end) for course in COURSES])
    by_course[:, future[end]] = -np.inf
    return OnsetEvidence(onsets, _CAUTION * by_course, _MODEL_S * rate_hz)


@dataclass(frozen=True, slots=True)
class PooledOnsets:
    """Onsets of the events of one recording, and how far off they may be together.

    ``offsets`` is how much earlier and later, in grid indices, the median would lie if the hand
    always took another course that the data leave open: it is no error of single trials, and more
    trials do not reduce it.
    """

    onsets: tuple[Onset, ...]
    offsets: tuple[float, float]


def resolve_onsets(evidence: Sequence[OnsetEvidence]) -> PooledOnsets:
    """Estimate the onsets of the events of one recording, of one hand that answers alike.

    The prior is flat over onsets; each onset is the posterior mean, its interval runs from the 5th
    to the 95th percentile, and the error of the model is added to either end.
    """
    if not evidence:
        return PooledOnsets((), (0.0, 0.0))
    total = np.array([logsumexp(one.by_course, axis=1) for one in evidence])
    prior = np.array(list(COURSES.values()))
    shares = prior
    for _ in range(_ROUNDS):
        likely = total + np.log(shares)
        likely -= logsumexp(likely, axis=1, keepdims=True)
        shares = (prior + np.exp(likely).sum(axis=0)) / (1 + len(evidence))
    onsets = tuple(_resolve(one, shares) for one in evidence)
    at = np.array([onset.at for onset in onsets])
    by_course = np.array([_weights(one.by_course) @ one.onsets for one in evidence])
    off = np.median(by_course - at[:, None], axis=0)[shares > _OPEN_SHARE]
    margin = evidence[0].margin
    offsets = min(0.0, float(off.min())) - margin, max(0.0, float(off.max())) + margin
    return PooledOnsets(onsets, offsets)


def _resolve(evidence: OnsetEvidence, shares: FloatArray) -> Onset:
    weight = _weights(logsumexp(evidence.by_course + np.log(shares)[:, None], axis=0))
    low, high = np.searchsorted(np.cumsum(weight), (_TAIL, 1 - _TAIL))
    onsets, margin = evidence.onsets, evidence.margin
    return Onset(float(weight @ onsets), float(onsets[low] - margin), float(onsets[high] + margin))


def _weights(log_evidence: FloatArray) -> FloatArray:
    """Return the posterior over the last axis, under a flat prior."""
    weight = np.exp(log_evidence - log_evidence.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


class _Whitened:
    """One event's data, prewhitened; names are those of the model above.

    ``relative`` is grip force relative to its level, less 1, by sample. Samples and candidate
    onsets lie on one lattice of ``_STEP_S``: sample ``n`` comes ``since_s[4 n + M - 1 - m]`` after
    onset ``m`` of ``M``. So a rise is whitened once for each place on the lattice, and a sum over
    samples is a running sum along it; before the first sample all rises are zero.
    """

    def __init__(
        self, background: BackgroundForce, relative: FloatArray, since_s: FloatArray, onsets: int
    ) -> None:
        self._background, self._since_s, self._onsets = background, since_s, onsets
        self._y = background.whiten(relative)
        self._s = float(background.whiten(np.ones(ORDER + 1))[0])

    def _rises(self, course: str, durations_s: Sequence[float]) -> FloatArray:
        """Return rises scaled to the prior SD of their amplitude: duration, sample, onset's phase.

        The last two are the lattice, a row of it a sample.
        """
        shapes = np.array([np.interp(self._since_s, *_rise(course, d)) for d in durations_s])
        whole = np.pad(shapes, ((0, 0), (0, -shapes.shape[1] % _PER_SAMPLE)), mode="edge")
        by_sample = whole.reshape(len(shapes), -1, _PER_SAMPLE).swapaxes(0, 1)
        return _RISE_SHARE * self._background.whiten(by_sample).swapaxes(0, 1)

    def _by_onset(self, rises: FloatArray) -> FloatArray:
        """Return what stands on the lattice by duration, sample and onset, without a copy."""
        lattice = rises.reshape(*rises.shape[:-2], -1)
        view = np.lib.stride_tricks.sliding_window_view(lattice, self._onsets, axis=-1)
        return view[..., ::_PER_SAMPLE, ::-1]

    def odds_by_sample(self) -> FloatArray:
        """Return the mean log odds of coarse single rises, from all samples up to each one."""
        s_s = self._s**2 * np.arange(1.0, len(self._y) + 1)[:, None] + 1.0
        level = self._s * np.cumsum(self._y)[:, None] / s_s
        odds = []
        for course in COURSES:
            rises = self._rises(course, _COARSE_S)
            x = self._by_onset(rises)
            x_s, x_x = (self._by_onset(np.cumsum(v, axis=1)) for v in (self._s * rises, rises**2))
            moment = np.cumsum(x * self._y[:, None], axis=1) - x_s * level
            odds.append(_single(moment, x_x - x_s**2 / s_s + 1.0))
        whole = np.concatenate(odds)
        return np.asarray(logsumexp(whole, axis=0) - np.log(len(whole)))

    def course_odds(self, course: str, end: int) -> FloatArray:
        """Return a course's log odds by candidate onset, from all samples up to ``end``."""
        rises = self._rises(course, _RISES_S)
        y, x = self._y[: end + 1], self._by_onset(rises)[:, : end + 1]
        s_s = self._s**2 * len(y) + 1.0
        one, other = np.triu_indices(len(rises))
        sums = np.cumsum(np.concatenate([self._s * rises, rises[one] * rises[other]]), axis=1)
        x_s, x_x = np.split(self._by_onset(sums)[:, end], [len(rises)])
        moment = np.einsum("krm,r->km", x, y) - x_s * (self._s * y.sum()) / s_s
        products = x_x - x_s[one] * x_s[other] / s_s
        alone = one == other
        precision, pair = products[alone] + 1.0, ~alone
        one, other = one[pair], other[pair]
        pairs = _pair(
            (moment[one], moment[other]), (precision[one], precision[other]), products[pair]
        )
        odds = np.concatenate([_single(moment, precision), pairs])
        return np.asarray(logsumexp(odds, axis=0) - np.log(len(odds)))


def _single(moment: FloatArray, precision: FloatArray) -> FloatArray:
    """Return the log odds of one rise (step 2); -inf for a fall."""
    score = 0.5 * (moment**2 / precision - np.log(precision))
    return np.where(moment > 0, score, -np.inf)


def _pair(
    moments: tuple[FloatArray, FloatArray],
    precisions: tuple[FloatArray, FloatArray],
    cross: FloatArray,
) -> FloatArray:
    """Return the log odds of two rises from one onset (step 3); -inf where one of them falls."""
    determinant = precisions[0] * precisions[1] - cross**2
    first = (precisions[1] * moments[0] - cross * moments[1]) / determinant
    second = (precisions[0] * moments[1] - cross * moments[0]) / determinant
    score = 0.5 * (moments[0] * first + moments[1] * second - np.log(determinant))
    return np.where((first > 0) & (second > 0), score, -np.inf)


def _log_mean(score: FloatArray) -> FloatArray:
    """Return by sample the logarithm of the mean odds over possible onsets."""
    possible = np.maximum(np.isfinite(score).sum(axis=1), 1)
    return np.asarray(logsumexp(score, axis=1) - np.log(possible))


@cache
def _rise(course: str, duration_s: float) -> tuple[FloatArray, FloatArray]:
    """Return times [s] and a rise from 0 to 1, filtered as grip force is."""
    t = np.arange(*_TABLE_S, 1 / _FINE_HZ)
    shape = _shape(course, t / duration_s)
    return t, BAND.apply(EVENT_FILTER.apply(shape, _FINE_HZ), _FINE_HZ)


def _shape(course: str, tau: FloatArray) -> FloatArray:
    """Return a course from 0 to 1 at times relative to its duration."""
    if course == "critically damped":
        decay = np.maximum(tau, 0.0) / _DAMPED_SHARE
        return np.asarray(1 - (1 + decay) * np.exp(-decay))
    tau = np.clip(tau, 0.0, 1.0)
    if course == "half cosine":
        return np.asarray(0.5 - 0.5 * np.cos(np.pi * tau))
    return np.asarray(tau if course == "linear" else tau**3 * (10 - 15 * tau + 6 * tau**2))
