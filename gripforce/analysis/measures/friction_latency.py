"""Latency of grip adaptation after an unannounced friction change.

Strategy: the first lift after an unannounced change begins like a lift of the previous surface.
Its difference from the mean trajectory of those (and from a multiple of that trajectory and of its
rate, for a lift that is stronger or later as a whole) stays zero until friction is felt, and then
grows by a course that nobody knows. All changes are aligned at contact, signed, and averaged with
the weight of how much more or less grip the new surface takes. Candidates are courses of five
shapes (linear, minimum jerk, half cosine, critically damped, exponential) and of 60 to 500 ms, from
each onset; they are weighted by how well they fit, and the
latency is the weighted mean of their onsets. The interval is a bootstrap over changes that draws a
course by the same weights each time. A sign-flip permutation test decides whether grip diverges at
all. Grip adapts to friction some 0.1 s after contact [JohanssonWestling1984], and 0.1 s later in
people over sixty [Cole1999].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.results import Estimate
from gripforce.analysis.signal.filters import derivative
from gripforce.analysis.statistics.estimates import RESAMPLES, SEED, interval, resample_indices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

WINDOW_S = 0.4
"""From contact: later, grip is corrected for other reasons too."""
SAMPLE_S = 0.005
_ONSETS_S = np.arange(0.03, 0.305, 0.005)
_DURATIONS_S = (0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
_INDEPENDENT = 10.0
"""Independent samples in the window: grip hardly varies faster than 20 Hz."""
_WIDEST_MS = 150.0
"""A latency with a wider interval is not reported."""
_EDGES_MS = (1e3 * float(_ONSETS_S[0]), 1e3 * float(_ONSETS_S[-1]))
"""A latency whose interval reaches the first or last candidate is not reported."""
_FEWEST = 4
_RIDGE = 1e-9
_SHORTEST = 1e-3
"""A course that trajectory and rate explain but for less is no candidate."""
_CRITICAL = 4.74
"""A critically damped course has come 95 % of its way after so many time constants."""
_PERMUTATIONS = 400
_LARGEST_P = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class SurfaceLift:
    """One lift: its surface, the one before, and grip from contact on."""

    surface: str
    previous: str | None
    grip: FloatArray
    """Newtons, ``SAMPLE_S`` apart for ``WINDOW_S``."""
    static_n: float


def friction_latency_ms(lifts: Sequence[SurfaceLift]) -> Estimate | None:
    """Estimate the latency from contact [ms]; None where grip does not clearly diverge.

    The interval is a bootstrap over changes; their number is ``n``.
    """
    changes = _changes(lifts)
    if len(changes) < _FEWEST or float(changes.weight.sum()) <= 0:
        return None
    courses = _courses(changes.previous)
    rng = np.random.default_rng(SEED)
    shares = changes.weight / changes.weight.sum()
    signs = rng.choice((-1.0, 1.0), (_PERMUTATIONS, len(changes)))
    flipped = courses.explained((shares * signs) @ changes.difference).max(axis=1)
    whole = courses.explained(shares[None] @ changes.difference)
    if (np.sum(flipped >= whole.max()) + 1) / (_PERMUTATIONS + 1) > _LARGEST_P:
        return None
    rows = resample_indices(len(changes), RESAMPLES // 2)
    shares = changes.weight[rows] / changes.weight[rows].sum(axis=1, keepdims=True)
    drawn = courses.draw(np.einsum("rc,rct->rt", shares, changes.difference[rows]), rng)
    low, high = interval(1e3 * drawn, float(np.median(1e3 * drawn)))
    if low <= _EDGES_MS[0] or high >= _EDGES_MS[1] or high - low > _WIDEST_MS:
        return None
    weights = courses.weights(changes.weight[None] / changes.weight.sum() @ changes.difference)
    return Estimate(float(1e3 * weights[0] @ courses.onset_s), low, high, len(changes))


@dataclass(frozen=True, eq=False, slots=True)
class _Changes:
    """The first lifts after a change: one entry, or row, each."""

    weight: FloatArray
    """By how much static grip of the two surfaces differs [N], positive."""
    difference: FloatArray
    """Grip minus the mean trajectory of the previous surface, positive towards the new one [N]."""
    previous: FloatArray
    """That mean trajectory [N]."""

    def __len__(self) -> int:
        return len(self.weight)


def _changes(lifts: Sequence[SurfaceLift]) -> _Changes:
    """Return the first lifts after a change between surfaces that both have settled lifts."""
    trajectories = _mean_trajectories(lifts)
    levels = {
        surface: float(np.median([x.static_n for x in lifts if _settled(x, surface)]))
        for surface in trajectories
    }
    weights, differences, previous = [], [], []
    for lift in lifts:
        before = lift.previous
        if before is None or before == lift.surface or not {before, lift.surface} <= set(levels):
            continue
        more = levels[lift.surface] - levels[before]
        weights.append(abs(more))
        differences.append(np.sign(more) * (lift.grip - trajectories[before]))
        previous.append(trajectories[before])
    return _Changes(np.array(weights), np.array(differences), np.array(previous))


def _mean_trajectories(lifts: Sequence[SurfaceLift]) -> dict[str, FloatArray]:
    found = {}
    for surface in sorted({lift.surface for lift in lifts}):
        settled = [lift.grip for lift in lifts if _settled(lift, surface)]
        if settled:
            found[surface] = np.mean(settled, axis=0)
    return found


def _settled(lift: SurfaceLift, surface: str) -> bool:
    return lift.surface == surface == lift.previous


@dataclass(frozen=True, eq=False, slots=True)
class _Courses:
    """Candidate courses of a divergence, without what trajectory and rate explain."""

    onset_s: FloatArray
    course: FloatArray
    """One a row, of length 1."""
    same: FloatArray
    """Orthonormal base of the previous trajectory and its rate, shape ``(samples, 2)``."""

    def explained(self, differences: FloatArray) -> FloatArray:
        """Return the squares that each course explains of each difference (a row each)."""
        return np.asarray(np.maximum(differences @ self.course.T, 0.0) ** 2)

    def weights(self, differences: FloatArray) -> FloatArray:
        """Return the weight of each course for each difference, in sum 1.

        It is ``(residual squares) ** (-N / 2)``, with N independent samples.
        """
        rest = differences - (differences @ self.same) @ self.same.T
        squares = np.maximum((rest**2).sum(axis=1, keepdims=True), _RIDGE)
        explained = self.explained(differences)
        left = np.log(np.maximum(squares - explained, _RIDGE * squares))
        least = left.min(axis=1, keepdims=True)
        found = np.where(explained > 0, np.exp(-0.5 * _INDEPENDENT * (left - least)), _RIDGE)
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def draw(self, differences: FloatArray, rng: np.random.Generator) -> FloatArray:
        """Draw an onset [s] for each difference by the weights."""
        reached = np.cumsum(self.weights(differences), axis=1)
        at = (reached < rng.random((len(differences), 1))).sum(axis=1)
        between = rng.uniform(-SAMPLE_S, SAMPLE_S, len(at))  # the grid, and the time of contact
        return np.asarray(self.onset_s[np.minimum(at, len(self.onset_s) - 1)] + between)


def _courses(previous: FloatArray) -> _Courses:
    """Return the courses: a share of a final difference, or of the rising trajectory itself."""
    mean = previous.mean(axis=0)
    same, _ = np.linalg.qr(np.column_stack([mean, derivative(mean, 1 / SAMPLE_S)]))
    plain, onset_s = _shapes()
    course = np.concatenate([plain, plain * (mean / max(float(np.abs(mean).max()), _RIDGE))])
    course = course - (course @ same) @ same.T
    length = np.linalg.norm(course, axis=1, keepdims=True)
    course = np.where(length > _SHORTEST, course / np.maximum(length, _SHORTEST), 0.0)
    return _Courses(np.tile(onset_s, 2), course, same)


@cache
def _shapes() -> tuple[FloatArray, FloatArray]:
    """Return rises from 0 to 1 in five shapes, one a row, and the onset of each [s]."""
    t = np.arange(round(WINDOW_S / SAMPLE_S)) * SAMPLE_S
    rows, onsets = [], []
    for onset_s in _ONSETS_S:
        for duration_s in _DURATIONS_S:
            x = np.clip((t - onset_s) / duration_s, 0.0, 1.0)
            late = np.maximum(t - onset_s, 0.0) / (duration_s / _CRITICAL)
            minimum_jerk = x**3 * (10 - 15 * x + 6 * x**2)
            cosine = 0.5 - 0.5 * np.cos(np.pi * x)
            damped, abrupt = 1 - (1 + late) * np.exp(-late), 1 - np.exp(-late)
            shapes = [x, minimum_jerk, cosine, damped, abrupt]
            rows += shapes
            onsets += [onset_s] * len(shapes)
    return np.array(rows), np.array(onsets)
