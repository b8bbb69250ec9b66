"""How a group changes: mixed-effects slopes, an equivalence test, reliability between days, power.

Strategy: every person has a level and a slope of their own, both normal about those of the group,
and every day adds noise,

    y = (β₀ + b₀) + (β₁ + b₁) · time + e,

fitted by restricted maximum likelihood (statsmodels). Slope and standard error follow from its
variances by generalized least squares, because the curvature of the likelihood is no guide where a
variance is 0. Measures that are positive throughout are compared as logarithms, so that slopes are
in percent. Intervals are by Student's t with one degree of freedom less than people, because the
slope of a group is a mean over people.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.stats import t as student

from gripforce.analysis.statistics.reliability import reliability
from gripforce.cohort.slopes import ALPHA, DAYS_PER_MONTH, POWER, PRIMARY, SHORTEST_DAYS, holm
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.analysis.statistics.reliability import Reliability
    from gripforce.cohort.slopes import SessionMeans
    from gripforce.model import FloatArray, IntArray

FEWEST_PEOPLE: Final = 6
VISITS: Final = (3, 4, 5, 6, 8, 12)
MOST_PEOPLE: Final = 1000
Group = tuple[str, str, str, str]
"""Hand, task, object, metric."""


@dataclass(frozen=True, slots=True)
class GroupSlope:
    """How a metric of a group changes per unit of time; shares of the level where ``relative``."""

    group: Group
    people: int
    sessions: int
    relative: bool
    value: float
    ci_low: float
    ci_high: float
    p: float
    p_corrected: float
    sd_slope: float
    """Between people, of the logarithm where relative; as is ``sd_day``."""
    sd_day: float
    spacing: float
    """Usual time between visits."""
    repeats: Reliability | None
    """Between days, where two or more people repeated their first session within two weeks."""

    @property
    def primary_metric(self) -> str:
        """The metric's column."""
        return self.group[-1]

    def equivalence_p(self, margin: float) -> float:
        """Return the p value of two one-sided tests that the slope lies within ± ``margin``.

        ``margin`` is a share per unit of time where relative, else in the metric's unit.
        """
        value, error, edges = self._on_line(margin)
        df = self.people - 1
        low, high = ((value - edges[0]) / error, (value - edges[1]) / error)
        return float(max(student.sf(low, df), student.cdf(high, df)))

    def people_needed(self, slope: float, visits: int) -> int | None:
        """Return how many people show a slope in so many visits with 80 % power; None: over 1000.

        Visits are as far apart as here; a share per unit of time where relative.
        """
        size = abs(np.log1p(slope)) if self.relative else abs(slope)
        times = self.spacing * np.arange(visits)
        own = self.sd_slope**2 + self.sd_day**2 / float(((times - times.mean()) ** 2).sum())
        power = _statsmodels("stats.power").TTestPower()
        for people in range(FEWEST_PEOPLE, MOST_PEOPLE + 1):
            reached = power.power(effect_size=size / np.sqrt(own), nobs=people, alpha=ALPHA)
            if reached >= POWER:
                return people
        return None

    def _on_line(self, margin: float) -> tuple[float, float, tuple[float, float]]:
        """Return slope, its standard error, and the edges of a margin, on the model's scale."""
        half = float(student.ppf(1 - ALPHA / 2, self.people - 1))
        if not self.relative:
            return self.value, (self.ci_high - self.value) / half, (-margin, margin)
        value, high = np.log1p(self.value), np.log1p(self.ci_high)
        return value, (high - value) / half, (float(np.log1p(-margin)), float(np.log1p(margin)))


def group_slopes(series: Iterable[SessionMeans], primary: str = PRIMARY) -> list[GroupSlope]:
    """Return the slope of each hand, task, object and metric that enough people have.

    p values are corrected (Holm) among those of the primary metric, and among all others.
    """
    groups: dict[Group, list[SessionMeans]] = {}
    for one in series:
        groups.setdefault((one.hand, one.task, one.object, one.metric), []).append(one)
    found = [slope for key, same in groups.items() if (slope := fit_group(key, same)) is not None]
    corrected = []
    for family in (True, False):
        members = [slope for slope in found if (slope.primary_metric == primary) is family]
        for slope, p in zip(members, holm([slope.p for slope in members]), strict=True):
            corrected.append(replace(slope, p_corrected=p))
    return sorted(corrected, key=lambda slope: (slope.primary_metric != primary, slope.p))


def fit_group(group: Group, series: Sequence[SessionMeans]) -> GroupSlope | None:
    """Return a group's slope; None under six people with two sessions or more each."""
    usable = [one for one in series if len(one.means) > 1 and np.ptp(one.x) > 0]
    if len(usable) < FEWEST_PEOPLE:
        return None
    relative = all(mean > 0 for one in usable for mean in one.means)
    values = [np.log(one.means) if relative else np.array(one.means) for one in usable]
    times = [np.array(one.x) for one in usable]
    slope, error, sd_slope, sd_day = _fit(times, values)
    if not np.isfinite([slope, error]).all() or error <= 0:
        return None
    df = len(usable) - 1
    half = float(student.ppf(1 - ALPHA / 2, df)) * error
    edges = np.array([slope, slope - half, slope + half])
    value, low, high = (np.expm1(edges) if relative else edges).tolist()
    p = 2 * float(student.sf(abs(slope) / error, df))
    return GroupSlope(
        group, len(usable), sum(map(len, times)), relative, value, low, high, p, p, sd_slope,
        sd_day, float(np.median(np.concatenate([np.diff(x) for x in times]))),
        _repeats(times, values),
    )  # fmt: skip


def _fit(
    times: Sequence[FloatArray], values: Sequence[FloatArray]
) -> tuple[float, float, float, float]:
    """Return the group's slope, its standard error, and the SD of slopes and of days."""
    x, y = np.concatenate(times), np.concatenate(values)
    who = np.repeat(np.arange(len(times)), [len(one) for one in times])
    middle, scale = float(x.mean()), float(x.std())
    size = float(np.std(y)) or 1.0
    design = np.column_stack([np.ones(len(x)), (x - middle) / scale])
    y = (y - y.mean()) / size
    mixed = _statsmodels("regression.mixed_linear_model")
    model = mixed.MixedLM(y, design, groups=who, exog_re=design)
    start = mixed.MixedLMParams.from_components(**_moments(design, y, who))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a variance of 0 is an answer and no fault
        try:
            fitted = model.fit(reml=True, method="lbfgs", start_params=start)
            between, of_days = np.asarray(fitted.cov_re), float(fitted.scale)
            slope, error = _generalized(design, y, who, between, of_days)
        except (np.linalg.LinAlgError, ValueError):
            return np.nan, np.nan, np.nan, np.nan
    per, of_slopes = size / scale, max(float(between[1, 1]), 0.0)
    return slope * per, error * per, np.sqrt(of_slopes) * per, np.sqrt(of_days) * size


def _moments(design: FloatArray, y: FloatArray, who: IntArray) -> dict[str, FloatArray]:
    """Return where the search begins: the lines of single people; elsewhere it goes astray."""
    people = [(design[who == k], y[who == k]) for k in range(int(who[-1]) + 1)]
    lines = np.array([np.linalg.lstsq(rows, values, rcond=None)[0] for rows, values in people])
    left = [values - rows @ line for (rows, values), line in zip(people, lines, strict=True)]
    df = max(len(y) - 2 * len(people), 1)
    of_days = max(sum(float(r @ r) for r in left) / df, 1e-6)
    inverse = np.mean([np.linalg.pinv(rows.T @ rows) for rows, _ in people], axis=0)
    values, vectors = np.linalg.eigh(np.cov(lines.T) / of_days - inverse)
    values = np.maximum(values, 1e-3 * max(float(values.max()), 1e-3))
    return {"fe_params": lines.mean(axis=0), "cov_re": (vectors * values) @ vectors.T}


def _generalized(
    design: FloatArray, y: FloatArray, who: IntArray, between: FloatArray, of_days: float
) -> tuple[float, float]:
    """Return slope and standard error by generalized least squares, the variances given."""
    known, product = np.zeros((2, 2)), np.zeros(2)
    for person in range(int(who[-1]) + 1):
        rows, values = design[who == person], y[who == person]
        covariance = rows @ between @ rows.T + of_days * np.eye(len(rows))
        weighted = np.linalg.solve(covariance, rows)
        known, product = known + rows.T @ weighted, product + weighted.T @ values
    inverse = np.linalg.inv(known)
    return float((inverse @ product)[1]), float(np.sqrt(inverse[1, 1]))


def _repeats(times: Sequence[FloatArray], values: Sequence[FloatArray]) -> Reliability | None:
    """Return the reliability between days of the sessions within two weeks of the first.

    Times in sessions have no dates, and so no repeats: the second session is a step further.
    """
    within = SHORTEST_DAYS / DAYS_PER_MONTH
    early = [y[x - x[0] <= within] for x, y in zip(times, values, strict=True)]
    return reliability([y for y in early if len(y) > 1])


def _statsmodels(module: str) -> Any:
    try:
        return import_module(f"statsmodels.{module}")
    except ImportError:
        raise UsageError(
            "A group model needs statsmodels, which is not installed.",
            "Install it with: pip install 'gripforce[mixed]'.",
        ) from None
