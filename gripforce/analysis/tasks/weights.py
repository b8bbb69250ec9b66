"""Lifts of changing weights: whether force follows the weight of the previous lift.

Strategy: the weight of each lift is read off its own load (corrected for movement where there is
an accelerometer), so the series needs no list of masses; a list under ``masses_g`` takes
precedence. Force rates before lift-off reflect the expected weight [JohanssonWestling1988Weight].
Previous and present weight stand in one regression, since each alone takes over what belongs to the
other wherever equal weights follow one another.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.metrics import LiftMetrics, LiftSeries
from gripforce.analysis.metric import condition, given_figures, metric
from gripforce.analysis.statistics.regression import fit_plane
from gripforce.analysis.tasks.annotations import is_shown, labels_per_trial
from gripforce.analysis.tasks.conditions import contrast_conditions
from gripforce.analysis.tasks.lift import exclude_lifts, lift_result
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.statistics.regression import PlaneFit
    from gripforce.model import FloatArray, Recording

_SAME_G = 0.12
"""Weights that differ by less than this share are the same weight."""
FEWEST_LIFTS = 6
_MOST_ALIKE = 0.95
_NO_MEMORY = (
    "The order of these lifts does not separate the previous weight from the present one: "
    "no scaling with the previous weight."
)
_NO_SCALING = (
    "The peak {} force rate does not follow weight, neither the previous nor the present one: "
    "no carry-over."
)


@dataclass(frozen=True, slots=True)
class WeightLiftMetrics(LiftMetrics):
    """One lift of a series of weights."""

    lifted_mass_g: float | None = condition("mass lifted", unit="g")
    previous_mass_g: float | None = condition("mass of the previous lift", unit="g")
    weight_changed: bool | None = condition("weight changed", "by more than 12 %")
    prepared: str | None = condition("before the lift", "nothing, watch, imagine or pantomime")


@dataclass(frozen=True, slots=True)
class WeightSeries(LiftSeries):
    """What belongs to the whole series of weights: one regression of each peak force rate."""

    gf_rate_peak_scaling_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak grip force rate with the previous mass",
        "slope on the previous mass, the present mass in the same regression",
        headline=-5,
    )
    gf_rate_peak_present_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak grip force rate with the present mass",
        "slope on the present mass, the previous mass in the same regression",
        headline=-4,
    )
    gf_rate_peak_carry_over: Estimate | None = metric(
        "carry-over of the previous weight (grip force rate)",
        "slope on the previous mass over the sum of both slopes; Fieller's interval",
        headline=-3,
    )
    lf_rate_peak_scaling_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak load force rate with the previous mass",
        "slope on the previous mass, the present mass in the same regression",
        headline=-2,
    )
    lf_rate_peak_present_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak load force rate with the present mass",
        "slope on the present mass, the previous mass in the same regression",
        headline=-1,
    )
    gf_rate_peak_gained_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak grip force rate gained by",
        "slope on the present mass after that condition minus after nothing",
    )
    lf_rate_peak_gained_n_per_s_per_kg: Estimate | None = metric(
        "scaling of the peak load force rate gained by",
        "slope on the present mass after that condition minus after nothing",
    )
    rate_peak_lag_gained_ms: Estimate | None = metric(
        "lag of the peak rates, change by", "mean after that condition minus after nothing"
    )
    gf_peak_gained_n_per_kg: Estimate | None = metric(
        "scaling of the peak grip force gained by",
        "slope on the present mass after that condition minus after nothing",
        unit="N/kg",
    )
    lf_rate_peak_carry_over: Estimate | None = metric(
        "carry-over of the previous weight (load force rate)",
        "slope on the previous mass over the sum of both slopes; Fieller's interval",
        headline=0,
    )


def analyze_weights(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure lifts of changing weights: each weight, scaling, carry-over."""
    analysis = analyze_lifts(recording, low_pass)
    previous: float | None = None
    masses = _masses(recording, analysis.lifts)
    ends = [lift.trial.stop_s for lift in analysis.lifts]
    before = labels_per_trial(recording, ends, metadata="prepared", marker="prepared")
    for lift, mass, prepared in zip(analysis.lifts, masses, before, strict=True):
        known = previous is not None and mass is not None
        metrics = WeightLiftMetrics(
            **asdict(lift.metrics),
            lifted_mass_g=mass,
            previous_mass_g=previous,
            weight_changed=_differ(previous or 0.0, mass or 0.0) if known else None,
            prepared=prepared,
        )
        analysis.context.amend(lift.trial.number, metrics)
        own = not is_shown(recording, lift.trial.start_s)
        previous = mass if own and mass is not None else previous
    excluded = exclude_lifts(analysis)
    used = analysis.context.used(excluded)
    series, remarks = _series(used)
    contrasts, said = contrast_conditions(used)
    return lift_result(
        analysis,
        WeightLiftMetrics,
        excluded,
        series=given_figures(series) | contrasts,
        remarks=[*remarks, *said],
    )


def _masses(recording: Recording, lifts: Sequence[Lift]) -> list[float | None]:
    given = recording.metadata.get("masses_g")
    if isinstance(given, list | tuple) and len(given) == len(lifts):
        return [float(mass) for mass in given]
    weights = [lift.phases.weight_n for lift in lifts]
    return [None if w is None else 1e3 * w / STANDARD_GRAVITY for w in weights]


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > _SAME_G * max(a, b)


def _rows(trials: Sequence[MeasuredTrial], column: str) -> FloatArray:
    """Return previous mass [kg], mass [kg] and rate [N/s] of each trial that has all three."""
    names = ("previous_mass_g", "lifted_mass_g", column)
    rows = [[trial.values[name] for name in names] for trial in trials]
    known = np.array([row for row in rows if None not in row], dtype=np.float64).reshape(-1, 3)
    return np.asarray(known * np.array([1e-3, 1e-3, 1.0]))


def weight_memory(rows: FloatArray) -> PlaneFit | None:
    """Return the regression of a force rate on the previous and the present mass.

    ``rows``: previous mass [kg], mass [kg], rate [N/s]. None under six lifts, where a mass never
    changes, and where the order of the weights makes both the same.
    """
    if len(rows) < FEWEST_LIFTS:
        return None
    previous, present = rows[:, 0], rows[:, 1]
    if any(float(np.ptp(mass)) < _SAME_G * float(mass.max()) for mass in (previous, present)):
        return None
    if abs(float(np.corrcoef(previous, present)[0, 1])) > _MOST_ALIKE:
        return None
    return fit_plane(rows[:, :2], rows[:, 2])


def _series(trials: Sequence[MeasuredTrial]) -> tuple[WeightSeries, list[str]]:
    """Return slopes and carry-over of peak force rates, and why there is none."""
    figures: dict[str, Estimate] = {}
    remarks = []
    for force, words in (("gf", "grip"), ("lf", "load")):
        found = weight_memory(_rows(trials, f"{force}_rate_peak_n_per_s"))
        if found is None:
            return WeightSeries(), [_NO_MEMORY]
        figures[f"{force}_rate_peak_scaling_n_per_s_per_kg"] = found.slope(0)
        figures[f"{force}_rate_peak_present_n_per_s_per_kg"] = found.slope(1)
        share = found.share(0)
        if share is None:
            remarks.append(_NO_SCALING.format(words))
        else:
            figures[f"{force}_rate_peak_carry_over"] = share
    return WeightSeries(**figures), remarks


def series_of(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate]:
    """Return the figures of a series of weights, of all its trials together."""
    return given_figures(_series(trials)[0])
