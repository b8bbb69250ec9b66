"""The lifts of a recording: found, split into phases, measured, flagged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.attempts import (
    find_attempts,
    is_one_sided,
    off_weight,
    reference_weight,
)
from gripforce.analysis.lift.measure import measure_lift
from gripforce.analysis.lift.phases import find_phases
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.signal.prepared import prepare_recording
from gripforce.analysis.signal.unfollowed import trend
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.context import TaskContext
from gripforce.model import task_spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.attempts import Attempt
    from gripforce.analysis.lift.metrics import LiftMetrics
    from gripforce.analysis.lift.phases import LiftPhases
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import Recording, Trial
    from gripforce.model.task import TaskSpec

_DRIFT_N = 0.05
_ONE_DIGIT = 0.3
_MARGIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Lift:
    """One attempt at a lift."""

    trial: Trial
    phases: LiftPhases
    metrics: LiftMetrics
    lost: int
    """Force samples lost inside the trial."""
    flags: tuple[TrialFlag, ...]


@dataclass(frozen=True, eq=False, slots=True)
class LiftAnalysis:
    """The lifts of a recording and the context that they were measured in."""

    context: TaskContext
    lifts: tuple[Lift, ...]

    @property
    def signals(self) -> PreparedSignals:
        """The signals that the lifts were measured on."""
        return self.context.signals


def analyze_lifts(
    recording: Recording,
    low_pass: LowPass | None = None,
    *,
    earlier_weights_n: Sequence[float] = (),
) -> LiftAnalysis:
    """Detect and measure every attempt at a lift in a recording, in order of time.

    ``low_pass`` replaces the task's own filter of magnitudes, rates and correlations.
    ``earlier_weights_n`` are supported loads [N] of lifts before this recording, if it is only the
    latest part of a session. Where the task's weight differs from lift to lift, each shows its
    own. ``UsageError`` where there is no load force, or where ``mass_g`` or ``slip_n`` of the
    metadata is not a positive number.
    """
    slip_n = positive_number(recording.metadata, "slip_n")
    context = TaskContext(recording, _spec(recording).name, low_pass)
    signals, mass_g = context.signals, _mass_g(recording)
    measured = []
    for attempt, phases in _phased(signals, context.spec, mass_g, earlier_weights_n):
        metrics, unmeasured = measure_lift(signals, phases, slip_n)
        flags = phases.flags | unmeasured | _flags(signals, attempt, phases, mass_g)
        flags -= set() if context.spec.one_weight else {TrialFlag.NO_MASS}
        measured.append((attempt, phases, metrics, flags))
    if mass_g is not None:
        context.doubt_zero(_moving_load([(phases, metrics) for _, phases, metrics, _ in measured]))
    lifts = []
    for attempt, phases, metrics, flags in measured:
        found = context.add(_span(signals, attempt), metrics, phases.events, flags)
        lifts.append(Lift(found.trial, phases, metrics, found.lost, found.flags))
    return LiftAnalysis(context, tuple(lifts))


def find_lifts(
    recording: Recording, *, earlier_weights_n: Sequence[float] = ()
) -> list[tuple[tuple[float, float], LiftPhases]]:
    """Detect the attempts at a lift of a recording and their phases, and measure nothing.

    Each has its span in seconds, which is that of its trial in ``analyze_lifts``, and its phases.
    ``earlier_weights_n`` are as there; ``UsageError`` where there is no load force, or where
    ``mass_g`` of the metadata is not a positive number.
    """
    spec, mass_g = _spec(recording), _mass_g(recording)
    signals = prepare_recording(recording, LowPass(spec.filter_hz), needs_load=spec.needs_load)
    found = _phased(signals, spec, mass_g, earlier_weights_n)
    spans = [_span(signals, attempt) for attempt, _ in found]
    return [
        ((signals.time(start), signals.time(stop)), phases)
        for (start, stop), (_, phases) in zip(spans, found, strict=True)
    ]


def _spec(recording: Recording) -> TaskSpec:
    """Return the recording's task, where its trials are lifts."""
    spec = task_spec(str(recording.metadata.get("task")))
    return spec if spec.lifted else task_spec("lift")


def _mass_g(recording: Recording) -> float | None:
    """Return the object's mass; None where it is not given, or differs from lift to lift."""
    one_mass = _spec(recording).one_weight
    return positive_number(recording.metadata, "mass_g") if one_mass else None


def _phased(
    signals: PreparedSignals,
    spec: TaskSpec,
    mass_g: float | None,
    earlier_weights_n: Sequence[float],
) -> list[tuple[Attempt, LiftPhases]]:
    """Return each attempt with its phases, which rest on the weight that all of them show."""
    attempts = find_attempts(signals)
    weights = [a.weight_n for a in attempts if a.weight_n is not None]
    reference = (
        reference_weight([*earlier_weights_n, *weights], mass_g) if spec.one_weight else None
    )
    edges = [0, *(a.stop for a in attempts[:-1])]
    nexts = [*(a.start for a in attempts[1:]), len(signals.gf)]
    return [
        (attempt, find_phases(signals, attempt, reference, earliest, latest))
        for attempt, earliest, latest in zip(attempts, edges, nexts, strict=False)
    ]


def _moving_load(lifts: Sequence[tuple[LiftPhases, LiftMetrics]]) -> dict[str, float]:
    """Return how fast [N/min] the load of one mass moves from hold to hold, where it does."""
    held = [
        (phases.hold_start_s, metrics.lf_static_n)
        for phases, metrics in lifts
        if phases.hold_start_s is not None and metrics.lf_static_n is not None
    ]
    slope = trend(*np.array(held).T) if held else None
    return {} if slope is None else {"load": 60 * slope}


def _span(signals: PreparedSignals, attempt: Attempt) -> tuple[int, int]:
    """Return an attempt's span in grid indices, with 0.1 s before and after where it is free."""
    margin = signals.samples(_MARGIN_S)
    start = max(0, attempt.start - (0 if attempt.follows_without_release else margin))
    last = len(signals.gf) - 1
    return start, min(last, attempt.stop + (0 if attempt.precedes_without_release else margin))


def _flags(
    signals: PreparedSignals, attempt: Attempt, phases: LiftPhases, mass_g: float | None
) -> set[TrialFlag]:
    """Return the flags that concern the lift as a whole."""
    flags = set()
    if phases.weight_n is not None and off_weight(phases.weight_n, mass_g):
        flags.add(TrialFlag.LOAD_OFF_WEIGHT)
    if phases.liftoff_s is not None:
        if mass_g is None:
            flags.add(TrialFlag.NO_MASS)
        liftoff = signals.aligned.index(phases.liftoff_s)
        if _one_digit(signals, liftoff):
            flags.add(TrialFlag.ONE_DIGIT)
        if is_one_sided(signals, liftoff, phases.weight_n or 0.0, mass_g):
            flags.add(TrialFlag.ONE_SIDED_LOAD)
    last = min(attempt.stop, len(signals.gf) - 1)
    zeros = (signals.baseline.gf_zero, signals.baseline.lf_zero)
    if any(abs(float(zero[last] - zero[attempt.start])) > _DRIFT_N for zero in zeros):
        flags.add(TrialFlag.ZERO_DRIFT)
    return flags


def _one_digit(signals: PreparedSignals, liftoff: int) -> bool:
    digits = sorted(values[liftoff] - rest for values, rest in signals.digits)
    return len(digits) > 1 and float(digits[0]) < _ONE_DIGIT * float(digits[-1])
