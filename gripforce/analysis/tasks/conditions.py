"""Contrast of lifts after watching, imagining or a pantomime with lifts after nothing.

Strategy: each lift is one of a weight that is not known beforehand. A hand that learnt the weight
by watching scales its rates with the present weight, one that did not with the previous one. So the
slope on the present weight, the previous one in the same regression, is contrasted between
conditions; the interval is Welch's.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import t

from gripforce.analysis.results import Estimate
from gripforce.analysis.statistics.regression import fit_plane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.results import MeasuredTrial
    from gripforce.model import FloatArray

CONTROL: Final = "nothing"
FEWEST: Final = 6
"""Lifts of a condition: three are used up by the regression."""
_SLOPES: Final = {
    "gf_rate_peak_n_per_s": "gf_rate_peak_gained_n_per_s_per_kg",
    "lf_rate_peak_n_per_s": "lf_rate_peak_gained_n_per_s_per_kg",
    "gf_peak_n": "gf_peak_gained_n_per_kg",
}
_MEAN: Final = "rate_peak_lag_ms"
_POWER_Z: Final = 2.80
"""Normal quantiles of 0.975 and 0.8 in sum: 80 % power at 5 %."""


def contrast_conditions(
    trials: Sequence[MeasuredTrial],
) -> tuple[dict[str, Estimate], list[str]]:
    """Return each condition's contrast with the control, by ``column_condition``, and remarks."""
    names = list(dict.fromkeys(str(t.values["prepared"]) for t in trials if t.values["prepared"]))
    if not names or names == [CONTROL]:
        return {}, []
    if CONTROL not in names:
        return {}, ["No lift after nothing: conditions cannot be compared with a control."]
    found: dict[str, Estimate] = {}
    remarks = []
    for name in (name for name in names if name != CONTROL):
        for column, gained in _SLOPES.items():
            estimate = _difference(_slope(trials, name, column), _slope(trials, CONTROL, column))
            if estimate is not None:
                found[f"{gained}_{name}"] = estimate
        lag = _difference(_mean(trials, name), _mean(trials, CONTROL))
        if lag is not None:
            found[f"rate_peak_lag_gained_ms_{name}"] = lag
        remarks += _needed(trials, name, found)
    return found, remarks


def _needed(trials: Sequence[MeasuredTrial], name: str, found: dict[str, Estimate]) -> list[str]:
    """Return how many lifts a contrast needs that is half of the control's whole scaling."""
    estimate = found.get(f"lf_rate_peak_gained_n_per_s_per_kg_{name}")
    control = _slopes(trials, CONTROL, "lf_rate_peak_n_per_s")
    if estimate is None or estimate.ci_low is None or estimate.ci_high is None or control is None:
        return [f"Too few lifts after '{name}' or after nothing: {FEWEST} of each are needed."]
    half = 0.5 * abs(float(control.sum()))
    if half <= 0 or estimate.ci_low > 0 or estimate.ci_high < 0:
        return []
    error = (estimate.ci_high - estimate.ci_low) / (2 * float(t.ppf(0.975, estimate.n - 6)))
    lifts = ceil(estimate.n / 2 * (_POWER_Z * error / half) ** 2)
    return [
        f"After '{name}' scaling with weight is not different from after nothing; a difference of "
        f"{half:.0f} N/s/kg (half of all scaling) needs about {max(FEWEST, lifts)} lifts of each "
        "for 80 % power."
    ]


_Part = tuple[float, float, int, int]
"""Value, variance, degrees of freedom, lifts."""


def _rows(trials: Sequence[MeasuredTrial], name: str, column: str) -> FloatArray:
    names = ("previous_mass_g", "lifted_mass_g", column)
    rows = [[t.values[key] for key in names] for t in trials if t.values["prepared"] == name]
    return np.array([row for row in rows if None not in row], dtype=np.float64).reshape(-1, 3)


def _slope(trials: Sequence[MeasuredTrial], name: str, column: str) -> _Part | None:
    rows = _rows(trials, name, column)
    if not _separates(rows):
        return None
    fit = fit_plane(rows[:, :2] * 1e-3, rows[:, 2])
    return float(fit.slopes[1]), float(fit.covariance[1, 1]), len(rows) - 3, len(rows)


def _slopes(trials: Sequence[MeasuredTrial], name: str, column: str) -> FloatArray | None:
    rows = _rows(trials, name, column)
    return fit_plane(rows[:, :2] * 1e-3, rows[:, 2]).slopes if _separates(rows) else None


def _separates(rows: FloatArray) -> bool:
    """Whether there are lifts enough, and previous and present weight are not the same."""
    if len(rows) < FEWEST:
        return False
    design = np.column_stack([np.ones(len(rows)), rows[:, :2] * 1e-3])
    return bool(np.linalg.cond(design) < 1e3)  # noqa: PLR2004 - far from singular


def _mean(trials: Sequence[MeasuredTrial], name: str) -> _Part | None:
    values = _rows(trials, name, _MEAN)[:, 2]
    if len(values) < FEWEST:
        return None
    return (
        float(values.mean()),
        float(values.var(ddof=1) / len(values)),
        len(values) - 1,
        len(values),
    )


def _difference(one: _Part | None, other: _Part | None) -> Estimate | None:
    """Return a difference of two independent figures with Welch's interval."""
    if one is None or other is None:
        return None
    value, variance, n = one[0] - other[0], one[1] + other[1], one[3] + other[3]
    parts = one[1] ** 2 / one[2] + other[1] ** 2 / other[2]
    half = float(t.ppf(0.975, variance**2 / parts)) * variance**0.5 if parts > 0 else 0.0
    return Estimate(value, value - half, value + half, n)
