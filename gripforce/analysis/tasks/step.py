"""The load of a held object steps up unexpectedly: how soon and how much grip answers.

Strategy: a step is where the load leaves the level that it stood at and stays away from it. Its
onset is where the straight line through its rise begins; the grip's is found by ``response``,
from a quarter second before the load to 0.45 s after it. Grip that rises sooner than a load can be
felt was not an answer: no latency. A step under which the object is dropped is a row too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.holds import find_holds, is_dropped
from gripforce.analysis.response.responses import Responses
from gripforce.analysis.signal.filters import LowPass, derivative, runs
from gripforce.analysis.signal.onsets import crossing_position, first_reaching
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.tasks.context import TaskContext

if TYPE_CHECKING:
    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.response.responses import Response
    from gripforce.analysis.results import TaskResult
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

EVENTS = ("t_step_s", "t_gf_onset_s", "t_gf_peak_s")
_SMALLEST_STEP_N = 0.3
_SLOWEST_N_PER_S = 1.0
_RATE_BAND = LowPass(10.0)
_SETTLED_S = 0.3
_LEVEL_S = 0.3
_GUARD_S = 0.03
_AFTER_S = 0.8
_APART_S = 0.5
_STAYS = 0.5
_LATER_S = 0.3
_SEARCH_S = (-0.25, 0.45)
"""About the load's onset: fast loads are answered after 60-90 ms (S28), 2 N/s after 180 ± 53, by
cerebellar patients after 278 ± 162 (S30)."""
FELT_S = 0.02
"""No grip answers a load sooner: the shortest loop over the spinal cord takes 30 ms (remembered),
10 ms are left for the onset's error."""


@dataclass(frozen=True, slots=True)
class StepMetrics:
    """One step of load; None where it could not be measured."""

    load_step_n: float | None = None
    load_rate_n_per_s: float | None = None
    """Mean rate from a tenth to nine tenths of the step."""
    latency_ms: float | None = None
    """Onset of grip minus onset of load."""
    onset_width_ms: float | None = None
    """Length of the 90 % interval of the grip's onset."""
    gf_before_n: float | None = None
    gf_lf_ratio: float | None = None
    """Before the step."""
    gf_peak_n: float | None = None
    gf_rise_n: float | None = None
    gain: float | None = None
    """Rise of grip over rise of load."""


@dataclass(frozen=True, slots=True)
class _Step:
    onset: float
    start: int
    stop: int
    before_n: float
    height_n: float
    """To where the load came, in a step under which the object was dropped."""
    rate_n_per_s: float
    dropped: bool


def analyze_step(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return every step of load of a recording, and the grip's answer."""
    measuring = TaskContext(recording, "step", low_pass or LowPass(50.0))
    steps = [
        (held, step)
        for held in find_holds(measuring.signals, load_grows=True)
        for step in _find_steps(measuring.signals, held)
    ]
    events = [(held, step.onset) for held, step in steps]
    reactions = Responses(measuring.signals, events, _SEARCH_S)
    for held, step in steps:
        _measure(measuring, reactions, held, step)
    return measuring.result(StepMetrics, EVENTS)


def _find_steps(signals: PreparedSignals, held: Hold) -> list[_Step]:
    load = signals.lf_event
    rate = derivative(_RATE_BAND.apply(load, signals.rate_hz), signals.rate_hz)
    begin = held.start + signals.samples(_SETTLED_S)
    steps: list[_Step] = []
    for a, b in runs(rate[begin : held.stop] > _SLOWEST_N_PER_S):
        start, stop = begin + a, begin + b
        if steps and start - steps[-1].stop < signals.samples(_APART_S):
            continue
        step = _step(signals, held, start, stop)
        if step is not None:
            steps.append(step)
    return steps


def _step(signals: PreparedSignals, held: Hold, start: int, stop: int) -> _Step | None:
    """Return the step that a span of rising load is, if the load stays up or the object falls."""
    load = signals.lf_event
    guard, level = signals.samples(2 * _GUARD_S), signals.samples(_LEVEL_S)
    end = max(held.start + 1, start - guard)
    rest = load[max(held.start, end - level) : end]
    if len(rest) < guard:
        return None
    before = float(np.median(rest))
    still = float(np.percentile(np.abs(rest - before), 95))
    smallest = max(_SMALLEST_STEP_N, 3 * still)
    dropped = is_dropped(signals, held) and held.stop - start < signals.samples(_AFTER_S)
    later = load[stop + guard : min(held.stop, stop + guard + signals.samples(_LATER_S))]
    if dropped:
        height = float(load[start : held.stop].max()) - before
    elif len(later) >= guard:
        height = float(np.median(later)) - before
        if float(later.min()) < before + _STAYS * height:
            return None
    else:
        return None
    last = min(stop + guard, held.stop)
    onset = _ramp_onset(load - before, height, start - guard, last) if height > smallest else None
    if onset is None:
        return None
    rate = _rate(load[int(onset) : last] - before, height, signals.rate_hz)
    return _Step(onset, start, stop, before, height, rate, dropped)


def _rate(above: FloatArray, height: float, rate_hz: float) -> float:
    low, high = (int(np.argmax(above >= share * height)) for share in (0.1, 0.9))
    return 0.8 * height * rate_hz / max(1, high - low)


def _ramp_onset(above: FloatArray, height: float, start: int, stop: int) -> float | None:
    """Return where the straight line through 20 and 50 % of a rise begins (fractional index).

    What pulls at an object is a machine's ramp, exact in a straight line; an onset made for
    smooth forces would place it early by the time it takes to pass the threshold twice.
    """
    crossings = []
    for share in (0.2, 0.5):
        index = first_reaching(above, share * height, start, stop)
        if index is None or index <= start:
            return None
        crossings.append(crossing_position(above, share * height, index))
    return crossings[0] - (crossings[1] - crossings[0]) * 0.2 / 0.3


def _measure(measuring: TaskContext, reactions: Responses, held: Hold, step: _Step) -> None:
    signals = measuring.signals
    first = max(held.start, int(step.onset) - signals.samples(_LEVEL_S))
    stop = min(held.stop, int(step.onset) + signals.samples(_AFTER_S))
    events: dict[str, float | None] = {"t_step_s": signals.time(step.onset)}
    if not signals.complete(first, stop):
        measuring.add((first, stop), StepMetrics(), events, {TaskFlag.GAP})
        return
    before = float(np.median(signals.gf_event[first : int(step.onset)]))
    rated = measuring.timed and not step.dropped
    basics = StepMetrics(
        load_step_n=None if step.dropped else step.height_n,
        load_rate_n_per_s=step.rate_n_per_s if rated else None,
        gf_before_n=before,
        gf_lf_ratio=before / step.before_n if step.before_n > 0 else None,
    )
    found = reactions.find(step.onset, stop)
    metrics, times, flags = _answered(measuring, basics, step, found)
    if step.dropped:
        flags.add(TaskFlag.DROPPED)
    measuring.add((first, stop), metrics, events | times, flags)


def _answered(
    measuring: TaskContext, basics: StepMetrics, step: _Step, found: Response | None
) -> tuple[StepMetrics, dict[str, float | None], set[TaskFlag]]:
    """Return what a rise of grip adds; no latency where its onset is no answer or unclear."""
    if found is None:
        return basics, {}, {TaskFlag.NO_RESPONSE}
    signals = measuring.signals
    rise = found.peak_n - (basics.gf_before_n or 0.0)
    metrics = replace(
        basics,
        gf_peak_n=found.peak_n,
        gf_rise_n=rise,
        gain=None if step.dropped else rise / step.height_n,
    )
    times: dict[str, float | None] = {"t_gf_peak_s": signals.time(found.peak)}
    onset = found.onset
    if onset is None or not found.told:
        return metrics, times, found.flags
    times["t_gf_onset_s"] = signals.time(onset.at)
    if onset.at < step.onset + FELT_S * signals.rate_hz:
        return metrics, times, {TaskFlag.ANTICIPATED}
    if measuring.timed:
        metrics = replace(
            metrics,
            latency_ms=1e3 * (onset.at - step.onset) / signals.rate_hz,
            onset_width_ms=1e3 * onset.width / signals.rate_hz,
        )
    return metrics, times, set()
