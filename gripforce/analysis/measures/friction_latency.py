"""When another friction is felt: from contact to grip's leaving the surface before's course.

Strategy: the first lift after an unseen change begins as a lift of the surface before would. What
it is more than the mean of those (and their rates, for a lift that is stronger or later as a
whole) stays nothing until the skin has told, then bends off. All changes are laid together at
contact, each signed and weighed by how much more or less grip the new surface takes, and a bend
is sought by least squares. Whether there is one: 400 times the changes' signs are drawn by lot.
Friction is in the grip some 0.1 s after contact (S7, S35), in people over sixty 0.1 s later (S36).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.filters import derivative
from gripforce.analysis.statistics.estimates import SEED, estimate_statistic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Estimate
    from gripforce.model import FloatArray

WINDOW_S = 0.3
"""From contact: later, grip is corrected for other reasons too."""
SAMPLE_S = 0.005
_BENDS_S = np.arange(0.03, 0.25, 0.005)
_WIDEST_MS = 150.0
"""An interval wider than this tells no latency."""
_EDGES_MS = (1e3 * float(_BENDS_S[0]), 1e3 * float(_BENDS_S[-1]))
"""A bend that may as well lie where the search begins or ends is none."""
_FEWEST = 4
_REGRESSORS = 4
_LOTS = 400
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
    """Return the latency from contact [ms]; None where it cannot be told.

    The interval is a bootstrap over changes; their number is ``n``.
    """
    changes = _changes(lifts)
    if len(changes) < _FEWEST:
        return None
    rows = np.array(changes)
    if _chance(rows) > _LARGEST_P:
        return None
    found = estimate_statistic(rows, _bend_ms)
    if found is None or found.ci_low is None or found.ci_high is None:
        return None
    inside = found.ci_low > _EDGES_MS[0] and found.ci_high < _EDGES_MS[1]
    return found if inside and found.ci_high - found.ci_low <= _WIDEST_MS else None


def _changes(lifts: Sequence[SurfaceLift]) -> list[FloatArray]:
    """Return of each change: the signed difference, the course before, and the weight."""
    courses: Mapping[str, FloatArray] = _mean_courses(lifts)
    levels = {
        surface: float(np.median([x.static_n for x in lifts if _settled(x, surface)]))
        for surface in courses
    }
    rows = []
    for lift in lifts:
        before = lift.previous
        if before is None or before == lift.surface or not {before, lift.surface} <= set(courses):
            continue
        more = levels[lift.surface] - levels[before]
        usual = courses[before]
        rows.append(np.concatenate(([abs(more)], np.sign(more) * (lift.grip - usual), usual)))
    return rows


def _mean_courses(lifts: Sequence[SurfaceLift]) -> dict[str, FloatArray]:
    found = {}
    for surface in sorted({lift.surface for lift in lifts}):
        settled = [lift.grip for lift in lifts if _settled(lift, surface)]
        if settled:
            found[surface] = np.mean(settled, axis=0)
    return found


def _settled(lift: SurfaceLift, surface: str) -> bool:
    return lift.surface == surface == lift.previous


def _chance(rows: FloatArray) -> float:
    """Return how often a bend as clear as this comes about with each change's sign drawn by lot."""
    half = (rows.shape[1] - 1) // 2
    lots = np.random.default_rng(SEED).choice((-1.0, 1.0), (_LOTS, len(rows)))
    clear = _bend(rows)[1]
    by_lot = 0
    for signs in lots:
        drawn = rows.copy()
        drawn[:, 1 : half + 1] *= signs[:, None]
        by_lot += _bend(drawn)[1] >= clear
    return (by_lot + 1) / (_LOTS + 1)


def _bend_ms(rows: FloatArray) -> float:
    return _bend(rows)[0]


def _bend(rows: FloatArray) -> tuple[float, float]:
    """Return where the mean difference bends off [ms], and the sum of squares that explains.

    Least squares over beginnings of a parabola that rises.
    """
    total = float(rows[:, 0].sum())
    half = (rows.shape[1] - 1) // 2
    if total <= 0:
        return float("nan"), 0.0
    more, usual = rows[:, 1 : half + 1].sum(axis=0) / total, rows[:, half + 1 :].sum(axis=0) / total
    t = np.arange(half) * SAMPLE_S
    since = np.maximum(t - _BENDS_S[:, None], 0.0)
    same = np.vstack([usual, derivative(usual, 1 / SAMPLE_S)])
    both = np.broadcast_to(same, (len(_BENDS_S), *same.shape))
    causes = np.concatenate([both, since[:, None], since[:, None] ** 2], axis=1)
    gram = causes @ causes.transpose(0, 2, 1)
    gram += 1e-12 * np.trace(gram, axis1=1, axis2=2)[:, None, None] * np.eye(_REGRESSORS)
    moment = causes @ more
    size = np.linalg.solve(gram, moment[..., None])[..., 0]
    explained = np.where(size[:, 2] > 0, np.sum(moment * size, axis=1), -np.inf)
    best = int(np.argmax(explained))
    if not np.isfinite(explained[best]):
        return float("nan"), 0.0
    without = same.T @ np.linalg.lstsq(same.T, more, rcond=None)[0]
    return float(1e3 * _BENDS_S[best]), float(explained[best] - without @ without)
