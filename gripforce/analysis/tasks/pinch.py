"""Maximal pinch: each effort's plateau, and how well repeats agree.

The best half second of an effort is its maximum: a single highest sample rewards a jerk. Three
efforts, their mean and their best are reported; the mean has the smaller error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import uniform_filter1d

from gripforce.analysis.measures.split_hand import SplitHand, split_hand
from gripforce.analysis.measures.steadiness import hold_steadiness
from gripforce.analysis.results import Estimate
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.model import Recording

EVENTS = ("t_onset_s", "t_peak_s", "t_release_s")
_BEST_S = 0.5
_SHORTEST_S = 1.0
_EFFORT = 0.2
"""A touch below this share of the strongest is no effort."""
_WEAKER = 0.9
_PLATEAU = 0.8
_LAST_S = 0.5
_OF_THREE = 3


@dataclass(frozen=True, slots=True)
class PinchMetrics:
    """One maximal effort; None where it could not be measured."""

    digits: str | None = None
    """Which fingers, where the recording says so: ``thumb-index``, ``thumb-little``."""
    mvc_n: float | None = None
    """Mean of the best half second."""
    gf_peak_n: float | None = None
    """Highest value after the low-pass."""
    time_to_peak_s: float | None = None
    gf_rate_peak_n_per_s: float | None = None
    duration_s: float | None = None
    fade_pct: float | None = None
    """Loss from the best half second to the last of the plateau."""
    cv_pct: float | None = None
    """Unsteadiness of the plateau (above 0.8 of the maximum)."""
    tremor_8_12_pct: float | None = None


def analyze_pinch(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return every maximal effort; ``mvc_mean_n`` is of the three best, as protocols ask."""
    measuring = TaskContext(recording, "pinch", low_pass or LowPass())
    touches = measuring.signals.baseline.touches
    grip = measuring.signals.gf
    strongest = max((float(grip[a:b].max()) for a, b in touches), default=0.0)
    for start, stop in touches:
        if float(grip[start:stop].max()) >= _EFFORT * strongest:
            _measure(measuring, start, stop)
    _compare(measuring)
    series, details = _series(measuring.trials)
    return measuring.result(PinchMetrics, EVENTS, series=series, details=details)


def _measure(measuring: TaskContext, start: int, stop: int) -> None:
    signals = measuring.signals
    grip = signals.gf[start:stop]
    events: dict[str, float | None] = {
        "t_onset_s": signals.time(start),
        "t_release_s": signals.time(stop),
    }
    digits = _digits(measuring.recording, signals.time(start))
    if not signals.complete(start, stop - 1):
        measuring.add((start, stop), PinchMetrics(digits=digits), events, {TaskFlag.GAP})
        return
    best = uniform_filter1d(grip, min(len(grip), max(1, signals.samples(_BEST_S))), mode="nearest")
    top, peak = int(np.argmax(best)), int(np.argmax(grip))
    mvc = float(best[top])
    events["t_peak_s"] = signals.time(start + peak)
    plateau = np.flatnonzero(grip > _PLATEAU * mvc)
    first, last = int(plateau[0]), int(plateau[-1]) + 1
    raw = signals.aligned.gf[start + first : start + last] - signals.baseline.gf_zero[start]
    steady = hold_steadiness(raw, signals.rate_hz)
    final = float(grip[max(first, last - signals.samples(_LAST_S)) : last].mean())
    flags = {TaskFlag.SHORT_EFFORT} if last - first < signals.samples(_SHORTEST_S) else set()
    metrics = PinchMetrics(
        digits=digits,
        mvc_n=mvc,
        gf_peak_n=float(grip[peak]),
        time_to_peak_s=peak / signals.rate_hz,
        gf_rate_peak_n_per_s=float(signals.gf_rate[start:stop].max()) if measuring.timed else None,
        duration_s=(last - first) / signals.rate_hz,
        fade_pct=100 * (1 - final / mvc),
        cv_pct=steady.cv_pct if steady else None,
        tremor_8_12_pct=steady.tremor_8_12_pct if steady and measuring.timed else None,
    )
    measuring.add((start, stop), metrics, events, flags)


def _digits(recording: Recording, time_s: float) -> str | None:
    """Return the digits that the last marker before a time names, else the recording's."""
    said = recording.metadata.get("digits")
    for marker in recording.markers:
        if marker.t <= time_s and marker.text.startswith("digits="):
            said = marker.text.removeprefix("digits=")
    return None if said is None else str(said)


def _compare(measuring: TaskContext) -> None:
    """Flag efforts that fall short of the best one of the same digits."""
    best: dict[object, float] = {}
    for trial in measuring.trials:
        digits = trial.values["digits"]
        best[digits] = max([best.get(digits, 0.0), *numbers([trial], "mvc_n")])
    for k, trial in enumerate(measuring.trials):
        mvc = trial.values["mvc_n"]
        if isinstance(mvc, float) and mvc < _WEAKER * best[trial.values["digits"]]:
            flags = (*trial.flags, str(TaskFlag.WEAKER_REPEAT))
            measuring.trials[k] = replace(trial, flags=flags)


def _series(
    trials: list[MeasuredTrial],
) -> tuple[dict[str, Estimate | None], dict[str, object]]:
    efforts = sorted(numbers(trials, "mvc_n"), reverse=True)
    if not efforts:
        return {}, {}
    three = efforts[:_OF_THREE]
    series: dict[str, Estimate | None] = {
        "mvc_mean_n": Estimate(float(np.mean(three)), None, None, len(three)),
        "mvc_best_n": Estimate(efforts[0], None, None, len(efforts)),
    }
    found = compare_pinches(trials)
    if found is None:
        return series, {}
    series["split_hand_ratio"] = Estimate(found.ratio, None, None, 2)
    return series, {"split_hand": found}


def compare_pinches(trials: Iterable[MeasuredTrial]) -> SplitHand | None:
    """Return thumb-index against thumb-little, the best effort of each; None without both."""
    best: dict[str, float] = {}
    for trial in trials:
        digits = str(trial.values["digits"]).removeprefix("thumb-")
        best[digits] = max([best.get(digits, 0.0), *numbers([trial], "mvc_n")])
    if not {"index", "little"} <= best.keys():
        return None
    return split_hand(best["index"], best["little"])
