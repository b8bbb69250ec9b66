"""A recording's lifts: found, split into phases, measured, flagged."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.flags import LiftFlag
from gripforce.analysis.lift.attempts import find_attempts, off_weight, reference_weight
from gripforce.analysis.lift.metrics import LiftMetrics, measure_lift
from gripforce.analysis.lift.phases import LiftPhases, find_phases
from gripforce.analysis.signal.align import align
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.signal.prepared import PreparedSignals, prepare
from gripforce.errors import UsageError
from gripforce.model import Trial

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.lift.attempts import Attempt
    from gripforce.model import Recording

_LOWEST_GRID_HZ = 400.0
"""A slower source is put on a multiple of its own rate, so that derivatives are not blunted."""
_DRIFT_N = 0.05
_ONE_DIGIT = 0.3
_MARGIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Lift:
    """One attempt at a lift, with all that is known of it."""

    trial: Trial
    phases: LiftPhases
    metrics: LiftMetrics
    lost: int
    """Force samples lost inside the trial."""
    flags: tuple[LiftFlag, ...]


@dataclass(frozen=True, eq=False, slots=True)
class LiftAnalysis:
    """The lifts of a recording and the signals that they were measured on."""

    signals: PreparedSignals
    lifts: tuple[Lift, ...]


def analyze_lifts(
    recording: Recording,
    low_pass: LowPass | None = None,
    *,
    earlier_weights_n: Sequence[float] = (),
    one_mass: bool = True,
) -> LiftAnalysis:
    """Return every attempt at a lift in a recording, in order of time.

    ``earlier_weights_n``: what was held in lifts before this recording, where it is only the
    latest part of a session. With ``one_mass`` false the object's weight may differ from lift
    to lift: each shows its own.
    """
    mass_g = positive_number(recording.metadata, "mass_g") if one_mass else None
    slip_n = positive_number(recording.metadata, "slip_n")
    signals = prepare(align(recording, _grid_hz(recording)), low_pass or LowPass())
    attempts = find_attempts(signals)
    weights = [a.weight_n for a in attempts if a.weight_n is not None]
    known = [*earlier_weights_n, *weights]
    reference = reference_weight(known, mass_g) if one_mass else None
    edges = [0, *(a.stop for a in attempts[:-1])]
    nexts = [*(a.start for a in attempts[1:]), len(signals.gf)]
    lifts = []
    for number, (attempt, earliest, latest) in enumerate(
        zip(attempts, edges, nexts, strict=False), start=1
    ):
        phases = find_phases(signals, attempt, reference, earliest, latest)
        metrics, measured = measure_lift(signals, phases, slip_n)
        trial = _trial(recording, signals, attempt, number)
        flags = phases.flags | measured | _remarks(signals, attempt, phases, mass_g)
        flags -= set() if one_mass else {LiftFlag.NO_MASS}
        ordered = tuple(flag for flag in LiftFlag if flag in flags)
        lifts.append(Lift(trial, phases, metrics, count_lost(recording, trial), ordered))
    return LiftAnalysis(signals, tuple(lifts))


def positive_number(metadata: Mapping[str, Any], key: str) -> float | None:
    """Return a number above zero from a recording's metadata, None where it is not given."""
    value = metadata.get(key)
    if value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number) or number <= 0:
        raise UsageError(f"The recording says {key} = {value!r}.", "Give a number above 0.")
    return number


def _grid_hz(recording: Recording) -> float | None:
    rates = [
        samples.stream.rate_hz
        for samples in recording.streams.values()
        if len(samples) and any(channel.kind.is_force for channel in samples.stream.channels)
    ]
    if not rates:
        return None
    return max(rates) * ceil(_LOWEST_GRID_HZ / max(rates))


def _trial(recording: Recording, signals: PreparedSignals, attempt: Attempt, number: int) -> Trial:
    margin = signals.samples(_MARGIN_S)
    start = max(0, attempt.start - (0 if attempt.follows_without_release else margin))
    last = len(signals.gf) - 1
    stop = min(last, attempt.stop + (0 if attempt.precedes_without_release else margin))
    task = str(recording.metadata.get("task") or "lift")
    return Trial(number, task, signals.time(start), signals.time(stop))


def count_lost(recording: Recording, trial: Trial) -> int:
    """Return how many force samples were lost between a trial's start and stop."""
    rates = {
        name: samples.stream.rate_hz
        for name, samples in recording.streams.items()
        if any(channel.kind.is_force for channel in samples.stream.channels)
    }
    lost = 0
    for gap in recording.gaps:
        rate = rates.get(gap.stream)
        if rate is None or gap.lost <= 0:
            continue
        first = max(0, ceil((trial.start_s - gap.t) * rate))
        beyond = min(gap.lost, ceil((trial.stop_s - gap.t) * rate))
        lost += max(0, beyond - first)
    return lost


def _remarks(
    signals: PreparedSignals, attempt: Attempt, phases: LiftPhases, mass_g: float | None
) -> set[LiftFlag]:
    """Return the flags that concern the trial as a whole."""
    flags = set()
    if signals.aligned.saturated[attempt.start : attempt.stop].any():
        flags.add(LiftFlag.SATURATED)
    if not signals.baseline.quiet:
        flags.add(LiftFlag.NO_BASELINE)
    if phases.weight_n is not None and off_weight(phases.weight_n, mass_g):
        flags.add(LiftFlag.LOAD_OFF_WEIGHT)
    if phases.liftoff_s is not None:
        if mass_g is None:
            flags.add(LiftFlag.NO_MASS)
        if _one_digit(signals, signals.aligned.index(phases.liftoff_s)):
            flags.add(LiftFlag.ONE_DIGIT)
    last = min(attempt.stop, len(signals.gf) - 1)
    zeros = (signals.baseline.gf_zero, signals.baseline.lf_zero)
    if any(abs(float(zero[last] - zero[attempt.start])) > _DRIFT_N for zero in zeros):
        flags.add(LiftFlag.ZERO_DRIFT)
    return flags


def _one_digit(signals: PreparedSignals, liftoff: int) -> bool:
    digits = sorted(values[liftoff] - rest for values, rest in signals.digits)
    return len(digits) > 1 and float(digits[0]) < _ONE_DIGIT * float(digits[-1])
