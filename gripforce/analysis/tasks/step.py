"""Unexpected load steps on a held object: latency and size of the grip response.

Strategy: a step is where the load force leaves its level and stays away from it. Its onset is
where the straight line through its rise begins. The onset of grip force is estimated by
``response``, from 0.25 s before the load to 0.45 s after it. A rise that begins before the load
can be felt is no response, and has no latency. A step under which the object is dropped is a
trial too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.holds import find_holds, is_dropped
from gripforce.analysis.metric import metric
from gripforce.analysis.response.responses import Responses
from gripforce.analysis.signal.filters import LowPass, derivative, runs
from gripforce.analysis.signal.onsets import crossing_position, first_reaching
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.response.responses import Response
    from gripforce.analysis.results import TaskResult
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

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
"""About the load's onset: latencies are 60-90 ms for fast loads [ColeAbbs1988], and 180 ± 53 ms at
2 N/s, 278 ± 162 ms after cerebellar stroke [ReactiveGrip2010]."""
FELT_S = 0.02
"""No grip response is faster: the shortest spinal loop takes 30 ms (remembered, not checked), less
10 ms for the onset's error."""


@dataclass(frozen=True, slots=True)
class StepMetrics:
    """One step of load; None where it could not be measured."""

    load_step_n: float | None = metric("load step")
    load_rate_n_per_s: float | None = metric(
        "load force rate of the step", "mean from a tenth to nine tenths of the step"
    )
    latency_ms: float | None = metric(
        "grip response latency", "grip onset minus load onset", headline=-1
    )
    onset_width_ms: float | None = metric(
        definition="length of the onset's 90 % credible interval", headline=2
    )
    gf_static_n: float | None = metric(definition="median GF of the 0.3 s before the step")
    gf_lf_ratio: float | None = metric(definition="GF over LF before the step", headline=1)
    gf_peak_n: float | None = metric(definition="largest GF within 0.8 s of the step", headline=3)
    gf_rise_n: float | None = metric("grip force rise", "peak GF minus static GF")
    gf_lf_rise_ratio: float | None = metric("grip rise / load step", headline=0)


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
    """Detect every load step, and measure the grip response to it."""
    context = TaskContext(recording, "step", low_pass)
    steps = [
        (hold, step)
        for hold in find_holds(context.signals, load_grows=True)
        for step in _find_steps(context.signals, hold)
    ]
    events = [(hold, step.onset) for hold, step in steps]
    responses = Responses(context.signals, events, _SEARCH_S, _AFTER_S)
    for hold, step in steps:
        _measure(context, responses, hold, step)
    used = context.used(context.exclude())
    latency = responses.pooled_ms(numbers(used, "latency_ms"))
    return context.result(StepMetrics, series={"latency_ms": latency} if latency else {})


def _find_steps(signals: PreparedSignals, hold: Hold) -> list[_Step]:
    load = signals.lf_event
    rate = derivative(_RATE_BAND.apply(load, signals.rate_hz), signals.rate_hz)
    begin = hold.start + signals.samples(_SETTLED_S)
    steps: list[_Step] = []
    for a, b in runs(rate[begin : hold.stop] > _SLOWEST_N_PER_S):
        start, stop = begin + a, begin + b
        if steps and start - steps[-1].stop < signals.samples(_APART_S):
            continue
        step = _step(signals, hold, start, stop)
        if step is not None:
            steps.append(step)
    return steps


def _step(signals: PreparedSignals, hold: Hold, start: int, stop: int) -> _Step | None:
    """Return the step that a span of rising load is, if the load stays up or the object falls."""
    load = signals.lf_event
    guard, level = signals.samples(2 * _GUARD_S), signals.samples(_LEVEL_S)
    end = max(hold.start + 1, start - guard)
    rest = load[max(hold.start, end - level) : end]
    if len(rest) < guard:
        return None
    before = float(np.median(rest))
    still = float(np.percentile(np.abs(rest - before), 95))
    smallest = max(_SMALLEST_STEP_N, 3 * still)
    dropped = is_dropped(signals, hold) and hold.stop - start < signals.samples(_AFTER_S)
    later = load[stop + guard : min(hold.stop, stop + guard + signals.samples(_LATER_S))]
    if dropped:
        height = float(load[start : hold.stop].max()) - before
    elif len(later) >= guard:
        height = float(np.median(later)) - before
        if float(later.min()) < before + _STAYS * height:
            return None
    else:
        return None
    last = min(stop + guard, hold.stop)
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


def _measure(context: TaskContext, responses: Responses, hold: Hold, step: _Step) -> None:
    signals = context.signals
    first = max(hold.start, int(step.onset) - signals.samples(_LEVEL_S))
    stop = min(hold.stop, int(step.onset) + signals.samples(_AFTER_S))
    events: dict[str, float | None] = {"t_step_s": signals.time(step.onset)}
    if not signals.complete(first, stop):
        context.add((first, stop), StepMetrics(), events, {TrialFlag.GAP})
        return
    before = float(np.median(signals.gf_event[first : int(step.onset)]))
    rated = context.timed and not step.dropped
    basics = StepMetrics(
        load_step_n=None if step.dropped else step.height_n,
        load_rate_n_per_s=step.rate_n_per_s if rated else None,
        gf_static_n=before,
        gf_lf_ratio=before / step.before_n if step.before_n > 0 else None,
    )
    found = responses.find(hold, step.onset)
    metrics, times, flags = _response(context, basics, step, found)
    if step.dropped:
        flags.add(TrialFlag.DROPPED)
    context.add((first, stop), metrics, events | times, flags)


def _response(
    context: TaskContext, basics: StepMetrics, step: _Step, found: Response | None
) -> tuple[StepMetrics, dict[str, float | None], set[TrialFlag]]:
    """Add a grip response to the metrics; no latency where its onset is too early or uncertain."""
    if found is None:
        return basics, {}, {TrialFlag.NO_RESPONSE}
    signals = context.signals
    rise = found.peak_n - (basics.gf_static_n or 0.0)
    metrics = replace(
        basics,
        gf_peak_n=found.peak_n,
        gf_rise_n=rise,
        gf_lf_rise_ratio=None if step.dropped else rise / step.height_n,
    )
    times: dict[str, float | None] = {"t_gf_peak_s": signals.time(found.peak)}
    onset = found.onset
    if onset is None or not found.is_resolved:
        return metrics, times, found.flags
    times["t_gf_onset_s"] = signals.time(onset.at)
    if onset.at < step.onset + FELT_S * signals.rate_hz:
        return metrics, times, {TrialFlag.ANTICIPATED}
    if context.timed:
        metrics = replace(
            metrics,
            latency_ms=1e3 * (onset.at - step.onset) / signals.rate_hz,
            onset_width_ms=1e3 * onset.width / signals.rate_hz,
        )
    return metrics, times, set()
