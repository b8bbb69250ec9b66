"""Lifts as a task's result: what the lifts table does not hold, and which lifts count.

The first lift of a condition is stronger than the rest (peak grip +29 % in real healthy lifts)
and is left out of the summary, as are attempts that were no lifts.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.flags import LiftFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.table import METRIC_COLUMNS, PHASE_COLUMNS
from gripforce.analysis.measures.adaptation import adaptation
from gripforce.analysis.measures.steadiness import hold_steadiness
from gripforce.analysis.measures.surrogate import fisher_mean, trial_shuffled
from gripforce.analysis.results import Excluded, MeasuredTrial, TaskResult
from gripforce.analysis.signal.timing import timing_resolution
from gripforce.analysis.statistics.estimates import FEWEST, estimate_share, measured, summarize
from gripforce.analysis.statistics.reliability import minimal_detectable_change
from gripforce.analysis.tasks.context import traces
from gripforce.analysis.tasks.exclusions import rejected_trials

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.analysis.lift.lifts import Lift, LiftAnalysis
    from gripforce.analysis.measures.surrogate import SurrogateTest
    from gripforce.analysis.results import Value
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

EXTRA_COLUMNS = (
    "gf_lf_min_ratio",
    "gf_at_min_ratio_n",
    "lf_at_min_ratio_n",
    "hold_sd_slow_n",
    "hold_sd_fast_n",
    "tremor_4_7_pct",
    "tremor_8_12_pct",
    "tremor_peak_hz",
)
"""Measured on each lift beside the promised columns; in the summary, not in the table."""
FIRST_LIFT = "first lift of the condition: stronger than the rest"
_NO_LIFT = {
    LiftFlag.NOT_LIFTED: "not lifted",
    LiftFlag.NO_LOAD: "gripped, not pulled",
    LiftFlag.DROPPED: "dropped",
    LiftFlag.SATURATED: "a force channel was at its end stop",
    LiftFlag.ONE_DIGIT: "carried by one digit",
}
_FEWEST_BESIDE_FIRST = 2
_SURROGATE_BEFORE_S = 0.05
_SURROGATE_AFTER_S = 0.25
_SMALLEST_LOAD_N = 0.05


def analyze_lift(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return the lifts of a recording of one object."""
    return lift_result(recording, analyze_lifts(recording, low_pass), "lift")


def lift_result(
    recording: Recording,
    analysis: LiftAnalysis,
    task: str,
    *,
    first_left_out: bool = True,
    extra: Mapping[int, Mapping[str, Value]] | None = None,
) -> TaskResult:
    """Return measured lifts as a task's result; ``extra`` are more cells by trial number."""
    trials = tuple(
        _trial(analysis.signals, lift, (extra or {}).get(lift.trial.number, {}))
        for lift in analysis.lifts
    )
    name = recording.path.replace("\\", "/").rsplit("/", 1)[-1]
    out = _excluded(recording, trials, first_left_out=first_left_out)
    used = [trial for trial in trials if trial.trial.number not in out]
    more = tuple(dict.fromkeys(key for cells in (extra or {}).values() for key in cells))
    summary = summarize(used, (*METRIC_COLUMNS, *EXTRA_COLUMNS))
    early = measured(_floats(used, "preload_ms"))
    share = estimate_share(bool(ms > 0) for ms in early)
    summary |= {} if share is None else {"grip_first_share": share}
    return TaskResult(
        recording=recording,
        task=task,
        traces=traces(analysis.signals),
        trials=trials,
        event_columns=PHASE_COLUMNS,
        value_columns=(*METRIC_COLUMNS, *more),
        summary=summary,
        excluded=tuple(Excluded(name, number, why) for number, why in sorted(out.items())),
        timing=timing_resolution(recording),
        remarks=() if used else ("No lift could be measured.",),
        details=_details(analysis, trials, used),
    )


def _trial(signals: PreparedSignals, lift: Lift, extra: Mapping[str, Value]) -> MeasuredTrial:
    events = {c: getattr(lift.phases, c.removeprefix("t_")) for c in PHASE_COLUMNS}
    values: dict[str, Value] = asdict(lift.metrics)
    values |= _nearest_to_slip(signals, lift) | _hold(signals, lift) | dict(extra)
    return MeasuredTrial(lift.trial, events, values, lift.lost, tuple(map(str, lift.flags)))


def _nearest_to_slip(signals: PreparedSignals, lift: Lift) -> dict[str, Value]:
    """Return grip and load at the moment of the smallest ratio from lift-off to replacement."""
    start_s, stop_s = lift.phases.liftoff_s, lift.phases.replace_s
    if start_s is None or stop_s is None:
        return {}
    start, stop = signals.aligned.index(start_s), signals.aligned.index(stop_s)
    if stop - start < 1 or not signals.complete(start, stop):
        return {}
    grip, load = signals.gf[start:stop], signals.lf[start:stop]
    at = int(np.argmin(grip / np.maximum(load, _SMALLEST_LOAD_N)))
    ratio = float(grip[at]) / max(float(load[at]), _SMALLEST_LOAD_N)
    return {
        "gf_lf_min_ratio": ratio,
        "gf_at_min_ratio_n": float(grip[at]),
        "lf_at_min_ratio_n": float(load[at]),
    }


def _hold(signals: PreparedSignals, lift: Lift) -> dict[str, Value]:
    """Return steadiness and tremor of the hold, of unfiltered data."""
    start_s, stop_s = lift.phases.hold_start_s, lift.phases.hold_end_s
    if start_s is None or stop_s is None:
        return {}
    start, stop = signals.aligned.index(start_s), signals.aligned.index(stop_s) + 1
    if not signals.complete(start, stop - 1):
        return {}
    raw = signals.aligned.gf[start:stop] - signals.baseline.gf_zero[start:stop]
    steady = hold_steadiness(raw, signals.rate_hz)
    if steady is None:
        return {}
    return {
        "hold_sd_slow_n": steady.sd_slow_n,
        "hold_sd_fast_n": steady.sd_fast_n,
        "tremor_4_7_pct": steady.tremor_4_7_pct,
        "tremor_8_12_pct": steady.tremor_8_12_pct,
        "tremor_peak_hz": steady.tremor_peak_hz,
    }


def _excluded(
    recording: Recording, trials: Sequence[MeasuredTrial], *, first_left_out: bool
) -> dict[int, str]:
    """Return lifts that do not enter the summary, and why."""
    judged = rejected_trials(recording, [trial.trial for trial in trials])
    out = {}
    for trial in trials:
        why = next((text for flag, text in _NO_LIFT.items() if str(flag) in trial.flags), None)
        why = judged.get(trial.trial.number, why)
        if why is not None:
            out[trial.trial.number] = why
    good = [trial.trial.number for trial in trials if trial.trial.number not in out]
    if first_left_out and len(good) > _FEWEST_BESIDE_FIRST and good[0] == 1:
        out[1] = FIRST_LIFT
    return out


def _details(
    analysis: LiftAnalysis, trials: tuple[MeasuredTrial, ...], used: list[MeasuredTrial]
) -> dict[str, Any]:
    """Return the shuffled test, the settling over lifts, and what a change must exceed."""
    details: dict[str, Any] = {}
    r = measured(_floats(used, "xcorr_r"))
    if len(r):
        details["xcorr_r_fisher_mean"] = fisher_mean(r)
    numbers = {trial.trial.number for trial in used}
    lifts = [lift for lift in analysis.lifts if lift.trial.number in numbers]
    test = _surrogate(analysis.signals, lifts)
    if test is not None:
        details["surrogate"] = test
    peaks = np.array([_number(trial, "gf_peak_n") for trial in trials])
    settling = adaptation(peaks[np.isfinite(peaks)]) if np.isfinite(peaks[:1]).all() else None
    if settling is not None:
        details["adaptation"] = settling
    details["change"] = _change(used)
    return details


def _surrogate(signals: PreparedSignals, lifts: list[Lift]) -> SurrogateTest | None:
    """Return the trial-shuffled test of force rates, laid together at contact."""
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
    kept = [s for s in starts if s + min(lag, 0) >= 0 and s + length + max(lag, 0) <= last]
    grip = _cut(signals.gf_rate, [s + lag for s in kept], length)
    return trial_shuffled(grip, _cut(signals.lf_rate, kept, length))


def _cut(values: FloatArray, starts: list[int], length: int) -> FloatArray:
    return np.array([values[start : start + length] for start in starts])


def _change(used: list[MeasuredTrial]) -> dict[str, dict[str, float]]:
    """Return, by column, SEM of one lift and MDC95 of this session's mean."""
    found = {}
    for column in METRIC_COLUMNS:
        values = measured(_floats(used, column))
        if len(values) >= FEWEST:
            sem = float(np.std(values, ddof=1))
            mdc = minimal_detectable_change(sem, len(values))
            found[column] = {"sem": sem, "mdc95_of_mean": mdc, "n": float(len(values))}
    return found


def _floats(trials: Iterable[MeasuredTrial], column: str) -> list[float | None]:
    cells = [trial.values.get(column) for trial in trials]
    return [None if isinstance(cell, str) else cell for cell in cells]


def _number(trial: MeasuredTrial, column: str) -> float:
    cell = trial.values.get(column)
    return float(cell) if isinstance(cell, int | float) else float("nan")
