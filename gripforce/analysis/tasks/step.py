"""The load of a held object steps up unexpectedly: how soon and how much grip answers.

Strategy: a step is where the load leaves the level that it stood at and stays away from it. Its
onset is where the straight line through its rise begins; the grip's is extrapolated like that
of a lift, both in the 50 Hz band.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.build import Measuring
from gripforce.analysis.filters import LowPass, derivative, runs
from gripforce.analysis.held import held_spans
from gripforce.analysis.onsets import crossing_position, first_reaching
from gripforce.analysis.response import find_response
from gripforce.analysis.task_flags import TaskFlag

if TYPE_CHECKING:
    from gripforce.analysis.held import Held
    from gripforce.analysis.results import TaskResult
    from gripforce.analysis.signals import LiftSignals
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


@dataclass(frozen=True, slots=True)
class StepMetrics:
    """One step of load; None where it could not be measured."""

    load_step_n: float | None = None
    load_rate_n_per_s: float | None = None
    """Mean rate from a tenth to nine tenths of the step."""
    latency_ms: float | None = None
    """Onset of grip minus onset of load."""
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
    rate_n_per_s: float


def analyze_step(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return every step of load of a recording, and the grip's answer."""
    measuring = Measuring(recording, "step", low_pass or LowPass(50.0))
    for held in held_spans(measuring.signals, load_grows=True):
        for step in _find_steps(measuring.signals, held):
            _measure(measuring, held, step)
    return measuring.result(StepMetrics, EVENTS)


def _find_steps(signals: LiftSignals, held: Held) -> list[_Step]:
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


def _step(signals: LiftSignals, held: Held, start: int, stop: int) -> _Step | None:
    """Return the step that a span of rising load is, if the load stays up after it."""
    load = signals.lf_event
    guard, level = signals.samples(2 * _GUARD_S), signals.samples(_LEVEL_S)
    end = max(held.start + 1, start - guard)
    rest = load[max(held.start, end - level) : end]
    later = load[stop + guard : min(held.stop, stop + guard + signals.samples(_LATER_S))]
    if len(rest) < guard or len(later) < guard:
        return None
    before, after = float(np.median(rest)), float(np.median(later))
    height = after - before
    still = float(np.percentile(np.abs(rest - before), 95))
    if height < max(_SMALLEST_STEP_N, 3 * still) or float(later.min()) < before + _STAYS * height:
        return None
    above = load - before
    onset = _ramp_onset(above, height, start - guard, stop + guard)
    if onset is None:
        return None
    span = above[int(onset) : stop + guard]
    low, high = (int(np.argmax(span >= share * height)) for share in (0.1, 0.9))
    rate = 0.8 * height * signals.rate_hz / max(1, high - low)
    return _Step(onset, start, stop, before, height, rate)


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


def _measure(measuring: Measuring, held: Held, step: _Step) -> None:
    signals, grip = measuring.signals, measuring.signals.gf_event
    onset = int(step.onset)
    first = max(held.start, onset - signals.samples(_LEVEL_S))
    stop = min(held.stop, onset + signals.samples(_AFTER_S))
    events: dict[str, float | None] = {"t_step_s": signals.time(step.onset)}
    if not signals.complete(first, stop):
        measuring.add((first, stop), StepMetrics(), events, {TaskFlag.GAP})
        return
    found = find_response(grip, level=(first, onset), search=(onset, stop), rate_hz=signals.rate_hz)
    before = float(np.median(grip[first:onset]))
    basics = StepMetrics(
        load_step_n=step.height_n,
        load_rate_n_per_s=step.rate_n_per_s if measuring.timed else None,
        gf_before_n=before,
        gf_lf_ratio=before / step.before_n if step.before_n > 0 else None,
    )
    if found is None:
        measuring.add((first, stop), basics, events, {TaskFlag.NO_RESPONSE})
        return
    events["t_gf_onset_s"] = signals.time(found.onset)
    events["t_gf_peak_s"] = signals.time(found.peak)
    latency_ms = 1e3 * (found.onset - step.onset) / signals.rate_hz
    metrics = replace(
        basics,
        latency_ms=latency_ms if measuring.timed else None,
        gf_peak_n=found.peak_n,
        gf_rise_n=found.peak_n - before,
        gain=(found.peak_n - before) / step.height_n,
    )
    measuring.add((first, stop), metrics, events)
