"""Lifts of changing weights: whether force follows what was lifted last.

Strategy: what a lift weighed is read off its own load (corrected for movement where there is an
accelerometer), so the series needs no list of masses; with one, under ``masses_g``, the list
counts. Force rates before lift-off tell what the hand expected.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.attempts import STANDARD_GRAVITY
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.statistics.estimates import estimate_statistic
from gripforce.analysis.tasks.lift import lift_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult, Value
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import FloatArray, Recording

_SAME_G = 0.12
"""Weights that differ by less than this share are the same weight."""
_RATES = ("pgfr_n_per_s", "plfr_n_per_s")
_FEWEST_PAIRS = 2


def analyze_weights(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return lifts with their weight and the one before, scaling and carry-over of force rates."""
    analysis = analyze_lifts(recording, low_pass, one_mass=False)
    masses = _masses(recording, analysis.lifts)
    extra: dict[int, dict[str, Value]] = {}
    previous: float | None = None
    for lift, mass in zip(analysis.lifts, masses, strict=True):
        extra[lift.trial.number] = {
            "lifted_mass_g": mass,
            "previous_mass_g": previous,
            "weight_changed": None if previous is None or mass is None else _differ(previous, mass),
        }
        previous = mass if mass is not None else previous
    result = lift_result(recording, analysis, "weights", extra=extra)
    summary = dict(result.summary)
    summary |= {k: v for k, v in _series(result.used).items() if v is not None}
    return replace(result, summary=summary)


def _masses(recording: Recording, lifts: Sequence[Lift]) -> list[float | None]:
    told = recording.metadata.get("masses_g")
    if isinstance(told, list | tuple) and len(told) == len(lifts):
        return [float(mass) for mass in told]
    weights = [lift.phases.weight_n for lift in lifts]
    return [None if w is None else 1e3 * w / STANDARD_GRAVITY for w in weights]


def _differ(a: float, b: float) -> bool:
    return abs(a - b) > _SAME_G * max(a, b)


def _series(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate | None]:
    """Return slopes and carry-over of peak force rates."""
    series: dict[str, Estimate | None] = {}
    for column in _RATES:
        cells = [(t.values["previous_mass_g"], t.values["lifted_mass_g"], t.values[column])
                 for t in trials]  # fmt: skip
        rows = np.array([row for row in cells if None not in row], dtype=np.float64).reshape(-1, 3)
        word = column.removesuffix("_n_per_s")
        series[f"{word}_scaling_n_per_s_per_kg"] = estimate_statistic(rows, scaling)
        series[f"{word}_carry_over"] = estimate_statistic(rows, carry_over)
    return series


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
