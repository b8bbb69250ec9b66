"""Latency of grip adaptation after an unannounced friction change.

Strategy: the first lift after an unannounced change begins like a lift of the previous surface.
Its difference from the mean trajectory of those (and from a multiple of that trajectory and of its
rate, for a lift that is stronger or later as a whole) stays zero until friction is felt, and then
bends off. All changes are aligned at contact, signed and weighted by how much more or less grip
the new surface takes, and the bend is estimated by least squares. A sign-flip permutation test
with 400 random permutations decides whether there is one. Grip adapts to friction some 0.1 s after
contact [JohanssonWestling1984], and 0.1 s later in people over sixty [Cole1999].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.filters import derivative
from gripforce.analysis.statistics.estimates import SEED, estimate_statistic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.results import Estimate
    from gripforce.model import FloatArray, IntArray

WINDOW_S = 0.3
"""From contact: later, grip is corrected for other reasons too."""
SAMPLE_S = 0.005
_BENDS_S = np.arange(0.03, 0.25, 0.005)
_WIDEST_MS = 150.0
"""A latency with a wider interval is not reported."""
_EDGES_MS = (1e3 * float(_BENDS_S[0]), 1e3 * float(_BENDS_S[-1]))
"""A bend whose interval reaches the first or last candidate is not reported."""
_FEWEST = 4
_RIDGE = 1e-12
"""Share of a Gram matrix's trace on its diagonal: makes it regular where regressors are zero."""
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
    """Estimate the latency from contact [ms]; None where there is no clear bend.

    The interval is a bootstrap over changes; their number is ``n``.
    """
    changes = _changes(lifts)
    if len(changes) < _FEWEST or _p_value(changes) > _LARGEST_P:
        return None
    rows = np.arange(len(changes), dtype=np.float64)
    found = estimate_statistic(rows, lambda drawn: _fit_bend(changes[drawn.astype(int)]).at_ms)
    if found is None or found.ci_low is None or found.ci_high is None:
        return None
    inside = found.ci_low > _EDGES_MS[0] and found.ci_high < _EDGES_MS[1]
    return found if inside and found.ci_high - found.ci_low <= _WIDEST_MS else None


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

    def __getitem__(self, rows: IntArray) -> _Changes:
        return _Changes(self.weight[rows], self.difference[rows], self.previous[rows])

    def flipped(self, signs: FloatArray) -> _Changes:
        """Return the same with each difference multiplied by +1 or -1."""
        return _Changes(self.weight, self.difference * signs[:, None], self.previous)


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


def _p_value(changes: _Changes) -> float:
    """Return the p-value of a bend by a permutation test that flips the changes' signs."""
    shape = (_PERMUTATIONS, len(changes))
    flips = np.random.default_rng(SEED).choice((-1.0, 1.0), shape)
    clear = _fit_bend(changes).explained
    exceeded = sum(_fit_bend(changes.flipped(signs)).explained >= clear for signs in flips)
    return (exceeded + 1) / (_PERMUTATIONS + 1)


@dataclass(frozen=True, slots=True)
class _Bend:
    at_ms: float
    """Time from contact; NaN where no candidate fits."""
    explained: float
    """Sum of squares that the bend explains beyond the trajectory and its rate."""


def _fit_bend(changes: _Changes) -> _Bend:
    """Estimate where the weighted mean difference bends off.

    For each candidate time ``b`` the regressors are the previous trajectory, its rate, ``(t - b)``
    and ``(t - b)²`` from ``b`` on; the one that explains most is taken, if its parabola rises.
    """
    total = float(changes.weight.sum())
    if total <= 0:
        return _Bend(float("nan"), 0.0)
    difference = changes.difference.sum(axis=0) / total
    previous = changes.previous.sum(axis=0) / total
    same = np.vstack([previous, derivative(previous, 1 / SAMPLE_S)])
    since = np.maximum(np.arange(len(difference)) * SAMPLE_S - _BENDS_S[:, None], 0.0)
    repeated = np.broadcast_to(same, (len(_BENDS_S), *same.shape))
    regressors = np.concatenate([repeated, since[:, None], since[:, None] ** 2], axis=1)
    moment = regressors @ difference
    size = _solve(regressors, moment)
    explained = np.where(size[:, 2] > 0, np.sum(moment * size, axis=1), -np.inf)
    best = int(np.argmax(explained))
    if not np.isfinite(explained[best]):
        return _Bend(float("nan"), 0.0)
    without = same.T @ np.linalg.lstsq(same.T, difference, rcond=None)[0]
    return _Bend(float(1e3 * _BENDS_S[best]), float(explained[best] - without @ without))


def _solve(regressors: FloatArray, moment: FloatArray) -> FloatArray:
    """Return least-squares coefficients of each candidate's regressors (rows of ``regressors``)."""
    gram = regressors @ regressors.transpose(0, 2, 1)
    diagonal = np.eye(gram.shape[1])
    gram += _RIDGE * np.trace(gram, axis1=1, axis2=2)[:, None, None] * diagonal
    return np.asarray(np.linalg.solve(gram, moment[..., None])[..., 0])
