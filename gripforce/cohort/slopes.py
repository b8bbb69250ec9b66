"""Who changes over sessions: a slope for each person and measure, with false alarms controlled.

Strategy: day-to-day variability is the scatter of session means about each person's own line,
pooled over the people of a task (a change is a slope, so it does not inflate the scatter). The
standard error of every slope follows from it. One primary metric is named beforehand; its
p values are corrected over people and hands, those of all other metrics over everything (Holm's
step-down method, which controls the family-wise error). Measures that are positive throughout are
compared as logarithms, so that slopes and scatter are in percent.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.stats import t as student

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.model import FloatArray

PRIMARY: Final = "gf_lf_ratio"
ALPHA: Final = 0.05
POWER: Final = 0.8
FEWEST_SESSIONS: Final = 3
MOST_SESSIONS: Final = 40
DAYS_PER_MONTH: Final = 30.4375
SHORTEST_DAYS: Final = 14
"""A slope per month is not stated of sessions that span fewer days."""

Condition = tuple[str, ...]
"""Subject, hand, task, mass, surface, filter."""


@dataclass(frozen=True, slots=True)
class SessionMeans:
    """A metric of one person's hand, task and object over sessions, in order."""

    subject: str
    hand: str
    task: str
    object: str
    metric: str
    x: tuple[float, ...]
    """When the sessions were: their number, or months since the first."""
    means: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DayNoise:
    """Scatter of session means about people's own lines."""

    sem: float
    """Standard deviation: of the logarithm where ``relative``, else in the metric's unit."""
    df: int
    relative: bool


@dataclass(frozen=True, slots=True)
class Slope:
    """Change of a metric per unit of time, in percent where ``relative``."""

    series: SessionMeans
    value: float
    ci_low: float
    ci_high: float
    p: float
    p_corrected: float
    primary: bool
    relative: bool

    @property
    def changes(self) -> bool:
        """Whether a change is shown after correction."""
        return self.p_corrected < ALPHA


def day_noise(series: Iterable[SessionMeans]) -> dict[tuple[str, str], DayNoise]:
    """Return the day-to-day noise by task and metric, where sessions were repeated enough."""
    by_metric: dict[tuple[str, str], list[SessionMeans]] = {}
    for one in series:
        by_metric.setdefault((one.task, one.metric), []).append(one)
    found = {}
    for key, alike in by_metric.items():
        relative = all(mean > 0 for one in alike for mean in one.means)
        left = [_residuals(one, relative=relative) for one in alike]
        df = sum(len(r) - 2 for r in left if len(r))
        if df > 0:
            total = sum(float((r**2).sum()) for r in left)
            found[key] = DayNoise(float(np.sqrt(total / df)), df, relative)
    return found


def slopes(series: Sequence[SessionMeans], primary: str = PRIMARY) -> list[Slope]:
    """Return the slope of each series of three sessions or more, the surest changes first."""
    noise = day_noise(series)
    found = [
        slope
        for one in series
        if len(one.means) >= FEWEST_SESSIONS and (one.task, one.metric) in noise
        if (slope := _slope(one, noise[one.task, one.metric], primary)) is not None
    ]
    return correct(found)


def correct(found: Sequence[Slope]) -> list[Slope]:
    """Return slopes with p values corrected: the primary measure's together, and the others'."""
    corrected = [
        replace(slope, p_corrected=p)
        for family in (True, False)
        if (members := [slope for slope in found if slope.primary is family])
        for slope, p in zip(members, holm([slope.p for slope in members]), strict=True)
    ]
    return sorted(corrected, key=lambda slope: (not slope.primary, slope.p))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values corrected by Holm's step-down method.

    >>> [round(p, 3) for p in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values)
    corrected, largest = np.empty(len(p_values)), 0.0
    for rank, index in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[index]))
        corrected[index] = largest
    return [float(p) for p in corrected]


def sessions_needed(noise: DayNoise, slope: float, tests: int) -> int | None:
    """Return how many equally spaced sessions show a slope with 80 % power; None: over 40.

    ``slope`` is per session, as a share where the noise is relative; ``tests`` is how many slopes
    are corrected together.
    """
    size = abs(np.log1p(slope)) if noise.relative else abs(slope)
    for count in range(FEWEST_SESSIONS, MOST_SESSIONS + 1):
        error = noise.sem / np.sqrt(count * (count**2 - 1) / 12)
        critical = student.ppf(1 - ALPHA / (2 * max(1, tests)), noise.df)
        if size >= (critical + student.ppf(POWER, noise.df)) * error:
            return count
    return None


def series_of(rows: Iterable[Mapping[Any, Any]]) -> list[SessionMeans]:
    """Return the series in the rows of a cohort's table; people without a name are left out.

    Time is in months where every session has a date and they lie apart, else in sessions.
    """
    groups: dict[tuple[Condition, str], list[Mapping[Any, Any]]] = {}
    for row in rows:
        mean = row["mean"]
        if not row["subject"] or not row["task"] or mean is None or not np.isfinite(mean):
            continue
        keys = ("subject", "hand", "task", "mass_g", "surface", "filter")
        condition = tuple(str(row[key]) for key in keys)
        groups.setdefault((condition, row["metric"]), []).append(row)
    months = _all_dated(groups.values())
    return [_series(metric, same, months=months) for (_, metric), same in groups.items()]


def _series(metric: str, rows: list[Mapping[Any, Any]], *, months: bool) -> SessionMeans:
    ordered = sorted(rows, key=lambda row: row["utc"]) if months else rows
    first = rows[0]
    days = [_day(row) for row in ordered] if months else []
    x = [(day - days[0]) / DAYS_PER_MONTH for day in days] if months else range(len(ordered))
    mass_g = first["mass_g"]
    mass = "" if mass_g is None or not np.isfinite(mass_g) else f"{mass_g:g} g"
    thing = " ".join(part for part in (mass, first["surface"]) if part)
    return SessionMeans(
        first["subject"], first["hand"], first["task"], thing, metric,
        tuple(float(at) for at in x), tuple(float(row["mean"]) for row in ordered),
    )  # fmt: skip


def _all_dated(groups: Iterable[Sequence[Mapping[Any, Any]]]) -> bool:
    """Whether all sessions have a date, lie a day apart or more, and span two weeks or more."""
    for rows in groups:
        if not all(row["utc"] for row in rows):
            return False
        days = sorted(_day(row) for row in rows)
        if len(days) > 1 and days[-1] - days[0] < SHORTEST_DAYS:
            return False
        if any(b - a < 1 for a, b in itertools.pairwise(days)):
            return False
    return True


def _day(row: Mapping[Any, Any]) -> float:
    return float(np.datetime64(str(row["utc"])[:10], "D").astype(np.int64))


def _values(series: SessionMeans, *, relative: bool) -> tuple[FloatArray, FloatArray]:
    means = np.array(series.means)
    return np.array(series.x), np.log(means) if relative else means


def _residuals(series: SessionMeans, *, relative: bool) -> FloatArray:
    x, y = _values(series, relative=relative)
    if len(y) < FEWEST_SESSIONS or np.ptp(x) == 0:
        return np.zeros(0)
    return np.asarray(y - np.polyval(np.polyfit(x, y, 1), x))


def _slope(series: SessionMeans, noise: DayNoise, primary: str) -> Slope | None:
    x, y = _values(series, relative=noise.relative)
    spread = float(((x - x.mean()) ** 2).sum())
    if spread == 0 or noise.sem == 0:
        return None
    slope, error = float(np.polyfit(x, y, 1)[0]), noise.sem / np.sqrt(spread)
    half = float(student.ppf(1 - ALPHA / 2, noise.df)) * error
    p = 2 * float(student.sf(abs(slope) / error, noise.df))
    edges = np.array([slope, slope - half, slope + half])
    value, low, high = (100 * np.expm1(edges) if noise.relative else edges).tolist()
    return Slope(series, value, low, high, p, p, series.metric == primary, noise.relative)
