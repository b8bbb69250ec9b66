"""What a column, an event, a flag or a task is called on paper, and how it is written.

A column that is not listed is named by its own words and written by its unit's decimals, so
a new metric needs nothing here to appear in a report.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gripforce.analysis.results import Estimate, Value

MISSING = "–"
_UNITS: Final = (
    ("_pct_of_slip", "% of slip force", 0),
    ("_pct_of_grip", "% of grip force", 0),
    ("_n_per_s_per_kg", "N/s/kg", 0),
    ("_n_per_s", "N/s", 1),
    ("_pct", "%", 1),
    ("_ms", "ms", 0),
    ("_hz", "Hz", 2),
    ("_deg", "°", 0),
    ("_n", "N", 2),
    ("_s", "s", 2),
    ("cycles", "", 0),
    ("peaks", "", 0),
)
_WORDS: Final = {"gf": "grip force", "lf": "load force", "pgfr": "grip rate", "plfr": "load rate",
                 "mu": "µ", "ols": "(OLS)", "tls": "(TLS)", "r": "r", "xcorr": "coupling",
                 "max": "maximum", "rmse": "error (RMS)", "sd": "SD", "cv": "CV",
                 "mvc": "strongest pinch"}  # fmt: skip
_LABELS: Final = {
    "preload_ms": "preload (contact to load)",
    "loading_ms": "loading (load to lift-off)",
    "gf_at_load_onset_n": "grip when load begins",
    "gf_at_liftoff_n": "grip at lift-off",
    "gf_peak_n": "peak grip",
    "lf_peak_n": "peak load",
    "gf_static_n": "grip while holding",
    "lf_static_n": "load while holding",
    "gf_lf_ratio": "grip / load, holding",
    "gf_lf_min_ratio": "smallest grip / load",
    "pgfr_n_per_s": "steepest grip rise",
    "plfr_n_per_s": "steepest load rise",
    "rate_peak_lag_ms": "lag of steepest rises",
    "xcorr_r": "coupling r",
    "xcorr_lag_ms": "grip behind load (lag)",
    "gf_rate_peaks": "steps in the grip rise",
    "gf_cv_pct": "unsteadiness of the hold",
    "slip_force_n": "slip force",
    "safety_margin_n": "safety margin",
    "safety_margin_pct_of_slip": "safety margin",
    "grip_first_share": "share of lifts gripped first",
    "gf_onset_ms": "grip rise after impact",
    "peak_lag_ms": "grip peak behind load peak",
    "early_gf_change_n": "early grip change",
    "early_gf_change_up_n": "early grip change, going up",
    "early_gf_change_down_n": "early grip change, going down",
    "early_rise_down_share": "share of early rises going down",
    "latency_ms": "answer to the load step",
    "onset_width_ms": "how surely timed (90 % interval)",
    "gf_onset_self_ms": "grip rise after own drop's impact",
    "gf_onset_experimenter_ms": "grip rise after another's drop's impact",
    "gf_onset_self_before_experimenter_ms": "sooner for own drops, by",
    "predictive_share": "share met before the impact",
    "predictive_share_self": "share of own drops met before the impact",
    "predictive_share_experimenter": "share of another's drops met before the impact",
    "friction_update_ms": "another surface felt, after contact",
    "gf_early_n": "grip 0.1 s after contact",
    "change_gf_peak_pct": "peak grip after a change, beside the usual",
    "pgfr_scaling_n_per_s_per_kg": "steepest grip rise, for each kg expected",
    "plfr_scaling_n_per_s_per_kg": "steepest load rise, for each kg expected",
    "pgfr_carry_over": "carry-over of the weight before (grip)",
    "plfr_carry_over": "carry-over of the weight before (load)",
    "tracking_lag_ms": "hand behind target",
    "mvc_n": "strongest pinch",
    "gf_max_lf_max_ratio": "grip maximum / load maximum",
    "gf_max_n": "largest grip",
    "lf_max_n": "largest load",
    "gf_at_min_ratio_n": "grip nearest to slipping",
    "lf_at_min_ratio_n": "load nearest to slipping",
    "hold_sd_slow_n": "slow unsteadiness (SD)",
    "hold_sd_fast_n": "fast unsteadiness (SD)",
    "tremor_4_7_pct": "tremor 4–7 Hz",
    "tremor_8_12_pct": "tremor 8–12 Hz",
    "tremor_peak_hz": "tremor frequency",
    "mu": "friction µ",
    "release_rate_n_per_s": "speed of letting go",
    "static_margin_n": "static margin",
    "static_margin_pct_of_slip": "static margin",
    "static_margin_pct_of_grip": "static margin",
    "dynamic_margin_n": "dynamic margin",
    "dynamic_margin_pct_of_slip": "dynamic margin",
    "dynamic_margin_pct_of_grip": "dynamic margin",
}
_DECIMALS: Final = {"xcorr_lag_ms": 1, "rate_peak_lag_ms": 1, "peak_lag_ms": 1}
_EVENTS: Final = {
    "t_contact_s": "contact", "t_load_onset_s": "load begins", "t_liftoff_s": "lift-off",
    "t_hold_start_s": "hold", "t_hold_end_s": "hold ends", "t_replace_s": "put down",
    "t_release_s": "let go", "t_slip_s": "slip", "t_impact_s": "impact",
    "t_gf_onset_s": "grip rises", "t_gf_peak_s": "grip peak", "t_lf_peak_s": "load peak",
    "t_onset_s": "begins", "t_step_s": "load step", "t_first_extremum_s": "load turns",
}  # fmt: skip
_TASKS: Final = {
    "lift": "Lift, hold and put down", "slip": "Slip test", "p2p": "Up and down, point to point",
    "cyclic": "Up and down without a pause", "drop": "Drop and catch", "step": "Unexpected load",
    "pinch": "Strongest pinch", "tracking": "Following a target", "weights": "Changing weights",
    "surfaces": "Changing surfaces",
}  # fmt: skip
TRIAL_NAMES: Final = {"lift": "lift", "weights": "lift", "surfaces": "lift", "p2p": "movement",
                      "cyclic": "bout", "pinch": "pinch"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A column on paper."""

    label: str
    unit: str
    decimals: int

    def write(self, value: Value) -> str:
        """Return a cell's text: rounded, with a true minus, a dash where nothing is known."""
        if value is None or isinstance(value, bool):
            return MISSING if value is None else ("yes" if value else "no")
        if isinstance(value, str):
            return value
        if not math.isfinite(value):
            return MISSING
        text = f"{value:.{self.decimals}f}".replace("-", "−")
        return text.removeprefix("−") if not text.strip("−0.") else text

    def interval(self, estimate: Estimate) -> str:
        """Return the 95 % interval, ``1.2 to 3.4``; a dash where it is not known."""
        if estimate.ci_low is None or estimate.ci_high is None:
            return MISSING
        return f"{self.write(estimate.ci_low)} to {self.write(estimate.ci_high)}"

    @property
    def title(self) -> str:
        """The label with its unit: ``peak grip [N]``."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


def quantity(column: str) -> Quantity:
    """Return how a column is called and written; of ``task.column``, the column's part."""
    name = column.rpartition(".")[2]
    for suffix, unit, decimals in _UNITS:
        if name.endswith(suffix):
            label = _LABELS.get(name) or _spoken(name.removesuffix(suffix) if unit else name)
            return Quantity(label, unit, _DECIMALS.get(name, decimals))
    return Quantity(_LABELS.get(name) or _spoken(name), "", 2)


def event(column: str) -> str:
    """Return what a moment is called: ``t_liftoff_s`` is ``lift-off``."""
    return _EVENTS.get(column) or _spoken(column.removeprefix("t_").removesuffix("_s"))


def task_title(task: str) -> str:
    """Return a task's name for a heading."""
    return _TASKS.get(task, _spoken(task))


def trials_of(task: str, count: int) -> str:
    """Return how many trials, in the task's own word: ``1 lift``, ``3 movements``."""
    word = TRIAL_NAMES.get(task, "trial")
    if word == "pinch":
        return f"{count} pinch{'' if count == 1 else 'es'}"
    return f"{count} {word}{'' if count == 1 else 's'}"


def _spoken(name: str) -> str:
    return " ".join(_WORDS.get(word, word) for word in name.split("_") if word)
