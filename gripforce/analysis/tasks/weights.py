"""Lifts of changing weights: whether force follows the weight of the previous lift.

Strategy: the weight of each lift is read off its own load (corrected for movement where there is
an accelerometer), so the series needs no list of masses; a list under ``masses_g`` takes
precedence. Force rates before lift-off reflect the expected weight [JohanssonWestling1988Weight].
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.metrics import LiftMetrics, LiftSeries
from gripforce.analysis.metric import condition, given_figures, metric
from gripforce.analysis.statistics.estimates import estimate_statistic
from gripforce.analysis.tasks.lift import exclude_lifts, lift_result
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import FloatArray, Recording

_SAME_G = 0.12
"""Weights that differ by less than this share are the same weight."""


@dataclass(frozen=True, slots=True)
class WeightLiftMetrics(LiftMetrics):
    """One lift of a series of weights."""

    lifted_mass_g: float | None = condition("mass lifted", unit="g")
    previous_mass_g: float | None = condition("mass of the previous lift", unit="g")
    weight_changed: bool | None = condition("weight changed", "by more than 12 %")


@dataclass(frozen=True, slots=True)
class WeightSeries(LiftSeries):
    """What belongs to the whole series of weights."""

    gf_rate_peak_scaling_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak grip force rate with the previous mass",
        "least-squares slope",
        headline=7,
    )
    gf_rate_peak_carry_over: Estimate | None = metric(
        "carry-over of the previous weight (grip force rate)",
        "share of the weight effect that is that of the previous lift",
        headline=8,
    )
    lf_rate_peak_scaling_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak load force rate with the previous mass", "least-squares slope"
    )
    lf_rate_peak_carry_over: Estimate | None = metric(
        "carry-over of the previous weight (load force rate)",
        "share of the weight effect that is that of the previous lift",
    )


def analyze_weights(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure lifts of changing weights: each weight, scaling, carry-over."""
    analysis = analyze_lifts(recording, low_pass, one_mass=False)
    previous: float | None = None
    for lift, mass in zip(analysis.lifts, _masses(recording, analysis.lifts), strict=True):
        known = previous is not None and mass is not None
        metrics = WeightLiftMetrics(
            **asdict(lift.metrics),
            lifted_mass_g=mass,
            previous_mass_g=previous,
            weight_changed=_differ(previous or 0.0, mass or 0.0) if known else None,
        )
        analysis.context.amend(lift.trial.number, metrics)
        previous = mass if mass is not None else previous
    excluded = exclude_lifts(analysis)
    series = _series(analysis.context.used(excluded))
    return lift_result(analysis, WeightLiftMetrics, excluded, series=given_figures(series))


def _masses(recording: Recording, lifts: Sequence[Lift]) -> list[float | None]:
    given = recording.metadata.get("masses_g")
    if isinstance(given, list | tuple) and len(given) == len(lifts):
        return [float(mass) for mass in given]
    weights = [lift.phases.weight_n for lift in lifts]
    return [None if w is None else 1e3 * w / STANDARD_GRAVITY for w in weights]


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > _SAME_G * max(a, b)


def _series(trials: Sequence[MeasuredTrial]) -> WeightSeries:
    """Return slopes and carry-over of peak force rates."""
    grip, load = (_rows(trials, f"{force}_rate_peak_n_per_s") for force in ("gf", "lf"))
    return WeightSeries(
        gf_rate_peak_scaling_n_per_s_per_kg=estimate_statistic(grip, scaling),
        gf_rate_peak_carry_over=estimate_statistic(grip, carry_over),
        lf_rate_peak_scaling_n_per_s_per_kg=estimate_statistic(load, scaling),
        lf_rate_peak_carry_over=estimate_statistic(load, carry_over),
    )


def _rows(trials: Sequence[MeasuredTrial], column: str) -> FloatArray:
    """Return previous mass [g], mass [g] and rate [N/s] of each trial that has all three."""
    names = ("previous_mass_g", "lifted_mass_g", column)
    rows = [[trial.values[name] for name in names] for trial in trials]
    return np.array([row for row in rows if None not in row], dtype=np.float64).reshape(-1, 3)


def scaling(rows: FloatArray) -> float:
    """Return the slope of a force rate on the weight expected [N/s per kg].

    ``rows``: previous mass [g], mass [g], rate [N/s]. What is expected is the previous mass.
    """
    expected, rate = rows[:, 0] * 1e-3, rows[:, 2]
    if float(np.ptp(expected)) < _SAME_G * float(expected.max(initial=0.0)):
        return float("nan")
    return float(np.cov(expected, rate)[0, 1] / np.var(expected, ddof=1))


def carry_over(rows: FloatArray) -> float:
    """Return how much of a weight's effect is that of the lift before: 0 none, 1 all.

    ``(rate | previous heavy - rate | previous light) / (rate HH - rate LL)``, the numerator
    averaged over what is lifted now; heavy and light are the heaviest and the lightest.
    """
    if not len(rows):
        return float("nan")
    light, heavy = float(rows[:, :2].min()), float(rows[:, :2].max())
    if heavy < light * (1 + 2 * _SAME_G):
        return float("nan")
    is_kind = {
        True: np.abs(rows[:, :2] - heavy) <= _SAME_G * heavy,
        False: np.abs(rows[:, :2] - light) <= _SAME_G * light,
    }
    cells = {}
    for before, now in itertools.product((False, True), repeat=2):
        here = is_kind[before][:, 0] & is_kind[now][:, 1]
        if not here.any():
            return float("nan")
        cells[before, now] = float(rows[here, 2].mean())
    numerator = 0.5 * (
        cells[True, True] - cells[False, True] + cells[True, False] - cells[False, False]
    )
    denominator = cells[True, True] - cells[False, False]
    return numerator / denominator if denominator else float("nan")
