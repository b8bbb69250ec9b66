"""Maximal pinch: each effort's plateau, and how well repeats agree.

The best half second of an effort is its maximum: a single highest sample rewards a jerk. Three
efforts, their mean and their best are reported; the mean has the smaller error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import uniform_filter1d

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.measures.split_hand import SplitHand, split_hand
from gripforce.analysis.measures.steadiness import hold_steadiness
from gripforce.analysis.metric import condition, given_figures, metric, specs_of
from gripforce.analysis.results import Estimate
from gripforce.analysis.statistics.estimates import summarize
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

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

    digits: str | None = condition("digits", "as the recording says: thumb-index, thumb-little")
    mvc_n: float | None = metric(
        "maximal pinch force", "mean GF of the best half second", headline=1
    )
    gf_peak_n: float | None = metric(definition="largest GF after the low-pass", headline=2)
    time_to_peak_s: float | None = metric("time to peak")
    gf_rate_peak_n_per_s: float | None = metric(definition="largest dGF/dt of the effort")
    duration_s: float | None = metric("plateau duration", "GF above 0.8 of the maximum")
    fade_pct: float | None = metric(
        "fade", "loss from the best half second to the last of the plateau"
    )
    gf_cv_pct: float | None = metric(definition="100 · SD / mean of GF over the plateau")
    tremor_8_12_pct: float | None = metric(definition="rms of GF over its mean, plateau")


@dataclass(frozen=True, slots=True)
class PinchSeries:
    """What belongs to all efforts together."""

    split_hand_ratio: Estimate | None = metric(
        "split-hand pinch ratio",
        "thumb-index over thumb-little, three best of each; exploratory, no norms",
        headline=-1,
    )
    split_hand_asymmetry: Estimate | None = metric(
        "split-hand asymmetry",
        "difference over sum of thumb-index and thumb-little; exploratory, no norms",
        headline=0,
    )
    mvc_mean_n: Estimate | None = metric("maximal pinch force, mean of the three best")
    mvc_best_n: Estimate | None = metric("maximal pinch force, best")


def analyze_pinch(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure every maximal effort; ``mvc_mean_n`` is of the three best."""
    context = TaskContext(recording, "pinch", low_pass)
    touches = context.signals.baseline.touches
    grip = context.signals.gf
    strongest = max((float(grip[a:b].max()) for a, b in touches), default=0.0)
    for start, stop in touches:
        if float(grip[start:stop].max()) >= _EFFORT * strongest:
            _measure(context, start, stop)
    _compare(context)
    result = context.result(PinchMetrics)
    found = compare_pinches(result.used)
    details = {} if found is None else {"split_hand": found}
    return replace(result, summary=pinch_summary(result.used, result.summary), details=details)


def _measure(context: TaskContext, start: int, stop: int) -> None:
    signals = context.signals
    grip = signals.gf[start:stop]
    events: dict[str, float | None] = {
        "t_onset_s": signals.time(start),
        "t_end_s": signals.time(stop),
    }
    digits = _digits(context.recording, signals.time(start))
    if not signals.complete(start, stop - 1):
        context.add((start, stop), PinchMetrics(digits=digits), events, {TrialFlag.GAP})
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
    flags = {TrialFlag.SHORT_EFFORT} if last - first < signals.samples(_SHORTEST_S) else set()
    metrics = PinchMetrics(
        digits=digits,
        mvc_n=mvc,
        gf_peak_n=float(grip[peak]),
        time_to_peak_s=peak / signals.rate_hz,
        gf_rate_peak_n_per_s=float(signals.gf_rate[start:stop].max()) if context.timed else None,
        duration_s=(last - first) / signals.rate_hz,
        fade_pct=100 * (1 - final / mvc),
        gf_cv_pct=steady.cv_pct if steady else None,
        tremor_8_12_pct=steady.tremor_8_12_pct if steady and context.timed else None,
    )
    context.add((start, stop), metrics, events, flags)


def _digits(recording: Recording, time_s: float) -> str | None:
    """Return the digits that the last marker before a time names, else the recording's."""
    digits = recording.metadata.get("digits")
    for marker in recording.markers:
        if marker.t <= time_s and marker.text.startswith("digits="):
            digits = marker.text.removeprefix("digits=")
    return None if digits is None else str(digits)


def _compare(context: TaskContext) -> None:
    """Flag efforts that fall short of the best one of the same digits."""
    best: dict[object, float] = {}
    for trial in context.trials:
        digits = trial.values["digits"]
        best[digits] = max([best.get(digits, 0.0), *numbers([trial], "mvc_n")])
    for trial in list(context.trials):
        mvc = trial.values["mvc_n"]
        if isinstance(mvc, float) and mvc < _WEAKER * best[trial.values["digits"]]:
            context.amend(trial.trial.number, flags={TrialFlag.WEAKER_REPEAT})


def pinch_summary(trials: Sequence[MeasuredTrial], columns: Iterable[str]) -> dict[str, Estimate]:
    """Return the summary of efforts: of several pairs of digits each has its own figures.

    They are called ``mvc_n_index`` and ``mvc_n_little``: a median over both would mean nothing.
    """
    names = [spec.column for spec in specs_of(PinchMetrics).values() if spec.column in columns]
    pairs = list(dict.fromkeys(_pair(trial) for trial in trials))
    found = compare_pinches(trials)
    summary: dict[str, Estimate] = {}
    for pair in pairs:
        own = [trial for trial in trials if _pair(trial) == pair]
        ending = f"_{pair}" if len(pairs) > 1 else ""
        figures = summarize(own, names) | given_figures(_series(own))
        summary |= {f"{column}{ending}": estimate for column, estimate in figures.items()}
    if found is not None:
        ratios = PinchSeries(split_hand_ratio=found.ratio, split_hand_asymmetry=found.asymmetry)
        summary |= given_figures(ratios)
    return summary


def _pair(trial: MeasuredTrial) -> str:
    return str(trial.values["digits"] or "unnamed").removeprefix("thumb-")


def _series(trials: Sequence[MeasuredTrial]) -> PinchSeries:
    efforts = sorted(numbers(trials, "mvc_n"), reverse=True)
    if not efforts:
        return PinchSeries()
    three = efforts[:_OF_THREE]
    return PinchSeries(
        mvc_mean_n=Estimate(float(np.mean(three)), None, None, len(three)),
        mvc_best_n=Estimate(efforts[0], None, None, len(efforts)),
    )


def compare_pinches(trials: Iterable[MeasuredTrial]) -> SplitHand | None:
    """Return thumb-index against thumb-little, the best efforts of each; None without both."""
    efforts: dict[str, list[float]] = {}
    for trial in trials:
        efforts.setdefault(_pair(trial), []).extend(numbers([trial], "mvc_n"))
    if not efforts.get("index") or not efforts.get("little"):
        return None
    return split_hand(efforts["index"], efforts["little"])
