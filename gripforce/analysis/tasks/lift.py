"""Lifts as a task: which lifts count, and what belongs to all of them together.

The first lift of a condition is stronger than the rest (peak grip +29 % in real healthy lifts)
and is left out of the summary, as are attempts that were no lifts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.assessment.reference import reference
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.measure import XCORR_LAG_S, static_margin
from gripforce.analysis.lift.metrics import LiftMetrics, LiftSeries
from gripforce.analysis.measures.adaptation import adaptation
from gripforce.analysis.measures.delay import delay_of_lifts
from gripforce.analysis.measures.surrogate import fisher_mean, trial_shuffled
from gripforce.analysis.metric import given_figures, specs_of
from gripforce.analysis.statistics.estimates import FEWEST, estimate_share, measured, summarize
from gripforce.analysis.statistics.regression import fit_plane
from gripforce.analysis.statistics.reliability import minimal_detectable_change
from gripforce.analysis.statistics.spread import estimate_scatter, estimate_spread
from gripforce.analysis.tasks.context import numbers, stop_after

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.analysis.lift.lifts import Lift, LiftAnalysis
    from gripforce.analysis.measures.surrogate import SurrogateTest
    from gripforce.analysis.results import Estimate, Excluded, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.analysis.tasks.context import TaskContext
    from gripforce.model import FloatArray, Recording

FIRST_LIFT = "first lift of the condition: stronger than the rest"
NO_LIFT = (
    TrialFlag.NOT_LIFTED,
    TrialFlag.NO_LOAD,
    TrialFlag.DROPPED,
    TrialFlag.SATURATED,
    TrialFlag.CLIPPED,
    TrialFlag.SPIKES,
    TrialFlag.ONE_DIGIT,
)
"""Flags for which a lift stands in the table but not in the summary."""
_FEWEST_FOR_NOISE = 3
_MASSES_APART = 1.5
"""Ratio of the largest to the smallest load from which an exponent is told."""
_FEEDBACK_MS = reference("feedback_latency_ms").low or 0.0
_SURROGATE_BEFORE_S = 0.05
_SURROGATE_AFTER_S = 0.25


def analyze_lift(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure the lifts of one object."""
    analysis = analyze_lifts(recording, low_pass)
    return lift_result(analysis, LiftMetrics, exclude_lifts(analysis))


def with_slip_force(result: TaskResult, slip_n: float) -> TaskResult:
    """Return lifts with their margins over a slip force [N] that another recording gave."""
    recording, margins = result.recording, static_margin(None, slip_n)
    found = replace(
        result,
        recording=replace(recording, metadata={**recording.metadata, "slip_n": slip_n}),
        trials=tuple(_with_margin(trial, slip_n) for trial in result.trials),
    )
    known = {**result.summary, **summarize(found.used, list(margins))}
    ordered = {column: known[column] for column in result.value_columns if column in known}
    noise = _noise(LiftMetrics, list(found.used))
    return replace(found, summary=ordered | known, details={**result.details, "change": noise})


def _with_margin(trial: MeasuredTrial, slip_n: float) -> MeasuredTrial:
    grip_n = trial.values["gf_static_n"]
    margin = static_margin(grip_n if isinstance(grip_n, float) else None, slip_n)
    return replace(trial, values={**trial.values, **margin})


def exclude_lifts(analysis: LiftAnalysis) -> tuple[Excluded, ...]:
    """Return the lifts that are not summarized."""
    return analysis.context.exclude(NO_LIFT, FIRST_LIFT)


def lift_result(
    analysis: LiftAnalysis,
    metrics: type[LiftMetrics],
    excluded: Sequence[Excluded],
    *,
    series: Mapping[str, Estimate] | None = None,
    remarks: Iterable[str] = (),
) -> TaskResult:
    """Return measured lifts as a task's result; ``metrics`` declares their columns."""
    context = analysis.context
    used = context.used(excluded)
    return context.result(
        metrics,
        series=series_of(used) | dict(series or {}),
        excluded=excluded,
        details=_details(analysis, metrics, used),
        remarks=[*remarks, *([] if used else [_none(context, excluded)])],
    )


def series_of(*recordings: Sequence[MeasuredTrial]) -> dict[str, Estimate]:
    """Return what belongs to all lifts together: who is first, how alike lags and gains are."""
    trials = [trial for recording in recordings for trial in recording]
    beyond = sum(TrialFlag.LAG_AT_EDGE in trial.flags for trial in trials)
    delays = numbers(trials, "coupling_delay_ms")
    asked = len(delays) + sum(TrialFlag.DELAY_UNCLEAR in t.flags for t in trials)
    series = LiftSeries(
        grip_first_share=estimate_share(ms > 0 for ms in numbers(trials, "preload_ms")),
        lag_spread_ms=estimate_spread(numbers(trials, "xcorr_lag_ms"), beyond, 1e3 * XCORR_LAG_S),
        delay_spread_ms=estimate_scatter(delays),
        delay_share=estimate_share(k < len(delays) for k in range(asked)),
        ahead_share=estimate_share(ms < _FEEDBACK_MS for ms in delays),
        gain_spread_pct=estimate_spread([g for r in recordings for g in _relative_gains(r)]),
        grip_scaling_exponent=_scaling(trials),
    )
    delay = delay_of_lifts(delays, numbers(trials, "coupling_delay_half_width_ms"))
    return given_figures(series) | ({} if delay is None else {"coupling_delay_ms": delay})


def _relative_gains(trials: Sequence[MeasuredTrial]) -> list[float]:
    """Return gains as 100 · ln(gain / median) of the same surface: friction changes the gain."""
    found: list[float] = []
    for surface in dict.fromkeys(trial.values.get("lifted_surface") for trial in trials):
        here = [trial for trial in trials if trial.values.get("lifted_surface") == surface]
        gains = np.log(numbers(here, "coupling_gain"))
        found += [100 * float(gain) for gain in gains - np.median(gains)] if len(gains) > 1 else []
    return found


def _scaling(trials: Sequence[MeasuredTrial]) -> Estimate | None:
    """Return the exponent of static grip over static load; None where masses hardly differ."""
    pairs = [(trial.values["gf_static_n"], trial.values["lf_static_n"]) for trial in trials]
    known = [pair for pair in pairs if all(isinstance(n, float) and n > 0 for n in pair)]
    grip, load = np.log(np.array(known, dtype=np.float64).reshape(-1, 2)).T
    if len(load) < FEWEST or np.ptp(load) < np.log(_MASSES_APART):
        return None
    return fit_plane(load[:, None], grip).slope(0)


def _none(context: TaskContext, excluded: Sequence[Excluded]) -> str:
    why = context.why_none(excluded)
    return f"No lift could be measured: {why}{stop_after(why)}"


def _details(analysis: LiftAnalysis, metrics: type, used: list[MeasuredTrial]) -> dict[str, Any]:
    """Return surrogate test, adaptation over lifts, and what a change must exceed."""
    details: dict[str, Any] = {}
    r = np.array(numbers(used, "xcorr_r"))
    if len(r):
        details["xcorr_r_fisher_mean"] = fisher_mean(r)
    used_numbers = {trial.trial.number for trial in used}
    lifts = [lift for lift in analysis.lifts if lift.trial.number in used_numbers]
    test = _surrogate(analysis.signals, lifts)
    if test is not None:
        details["surrogate"] = test
    peaks = [lift.metrics.gf_peak_n for lift in analysis.lifts]
    settling = adaptation(measured(peaks)) if peaks and peaks[0] is not None else None
    if settling is not None:
        details["adaptation"] = settling
    details["change"] = _noise(metrics, used)
    return details


def _surrogate(signals: PreparedSignals, lifts: list[Lift]) -> SurrogateTest | None:
    """Return the trial-shuffled test of force rates, aligned at contact."""
    known = [
        (x.phases.contact_s, x.phases.liftoff_s, x.metrics.xcorr_lag_ms)
        for x in lifts
        if x.metrics.xcorr_lag_ms is not None
    ]
    spans = [(a, b, lag) for a, b, lag in known if a is not None and b is not None]
    if not spans:
        return None
    lag = round(float(np.median([lag for *_, lag in spans])) * 1e-3 * signals.rate_hz)
    reach_s = float(np.median([b - a for a, b, _ in spans])) + _SURROGATE_AFTER_S
    starts = [signals.aligned.index(a - _SURROGATE_BEFORE_S) for a, _, _ in spans]
    length, last = signals.samples(reach_s), len(signals.gf)
    inside = [s for s in starts if s + min(lag, 0) >= 0 and s + length + max(lag, 0) <= last]
    grip = _cut(signals.gf_rate, [s + lag for s in inside], length)
    return trial_shuffled(grip, _cut(signals.lf_rate, inside, length))


def _cut(values: FloatArray, starts: list[int], length: int) -> FloatArray:
    return np.array([values[start : start + length] for start in starts])


def _noise(metrics: type, used: list[MeasuredTrial]) -> dict[str, dict[str, float]]:
    """Return, by column, SEM of one lift and MDC95 of this session's mean."""
    found = {}
    for spec in specs_of(metrics).values():
        values = np.array(numbers(used, spec.column)) if spec.summarized else np.zeros(0)
        if len(values) >= _FEWEST_FOR_NOISE:
            sem = float(np.std(values, ddof=1))
            mdc = minimal_detectable_change(sem, len(values))
            found[spec.column] = {"sem": sem, "mdc95_of_mean": mdc, "n": float(len(values))}
    return found
