"""One recording under analysis: its signals, the trials measured so far, and its result.

What all tasks share is here once: the grid, the flags of device and baseline, the exclusion of
trials, the summary.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, fields, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.metric import specs_of
from gripforce.analysis.results import Excluded, MeasuredTrial, TaskResult, Traces
from gripforce.analysis.signal.baseline import ANY_ZERO, ZeroRule
from gripforce.analysis.signal.doubts import RecordingDoubts, find_doubts, zero_doubts
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.signal.prepared import PreparedSignals, prepare_recording
from gripforce.analysis.signal.timing import timing_resolution
from gripforce.analysis.signal.unfollowed import moving_zeros
from gripforce.analysis.statistics.estimates import summarize
from gripforce.analysis.tasks.annotations import positive_number
from gripforce.analysis.tasks.exclusions import (
    duplicates,
    not_accepted,
    rejected_by_number,
    session_counts,
)
from gripforce.constants import STANDARD_GRAVITY
from gripforce.model import TASKS, Trial

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.analysis.results import Estimate, TimingResolution, Value
    from gripforce.model import Recording

EXCLUDING = (TrialFlag.SATURATED, TrialFlag.CLIPPED, TrialFlag.SPIKES)
"""Flags for which a trial of any task stands in the table but not in the summary."""
_FEWEST_BESIDE_FIRST = 2


class TaskContext:
    """One recording under analysis: its signals, and the trials found so far.

    ``low_pass`` replaces the task's own filter; ``zero`` limits where the object is untouched.
    """

    def __init__(
        self,
        recording: Recording,
        task: str,
        low_pass: LowPass | None = None,
        zero: ZeroRule = ANY_ZERO,
    ) -> None:
        self.recording, self.spec = recording, TASKS[task]
        filter_ = low_pass or LowPass(self.spec.filter_hz)
        self.signals: PreparedSignals = prepare_recording(
            recording, filter_, needs_load=self.spec.needs_load, zero=zero
        )
        self.timing: TimingResolution = timing_resolution(recording)
        mass_g = positive_number(recording.metadata, "mass_g")
        weighs = self.spec.lifted or self.spec.couples
        weight_n = mass_g * 1e-3 * STANDARD_GRAVITY if mass_g and weighs else None
        self.doubts: RecordingDoubts = find_doubts(recording, self.signals.aligned, weight_n)
        self.doubt_zero(moving_zeros(self.signals))
        self.trials: list[MeasuredTrial] = []

    def doubt_zero(self, moving: Mapping[str, float]) -> None:
        """Doubt the zero of forces that moves [N/min], where nothing graver is found."""
        if not self.doubts.whole:
            self.doubts = replace(self.doubts, whole=zero_doubts(moving))

    @property
    def timed(self) -> bool:
        """Whether the device is fast enough for lags, latencies and rates."""
        return self.signals.timed

    def add(
        self,
        span: tuple[int, int],
        metrics: Any,
        events: Mapping[str, float | None],
        flags: Iterable[TrialFlag] = (),
    ) -> MeasuredTrial:
        """Add a trial: its span in grid indices, its metrics and the times of its events [s]."""
        signals = self.signals
        number = len(self.trials) + 1
        trial = Trial(number, self.spec.name, signals.time(span[0]), signals.time(span[1]))
        lost = count_lost(self.recording, trial)
        all_flags = set(flags) | self._shared_flags(span)
        self.trials.append(MeasuredTrial(trial, events, asdict(metrics), lost, _ordered(all_flags)))
        return self.trials[-1]

    def amend(
        self, number: int, metrics: Any | None = None, flags: Iterable[TrialFlag] = ()
    ) -> None:
        """Replace a trial's metrics, or add flags, that depend on the other trials."""
        trial = self.trials[number - 1]
        values = trial.values if metrics is None else asdict(metrics)
        all_flags = _ordered({*trial.flags, *flags})
        self.trials[number - 1] = replace(trial, values=values, flags=all_flags)

    def _shared_flags(self, span: tuple[int, int]) -> set[TrialFlag]:
        """Return flags that concern any task."""
        flags = set()
        start, stop = max(0, span[0]), min(span[1], len(self.signals.gf))
        if self.signals.aligned.saturated[start:stop].any():
            flags.add(TrialFlag.SATURATED)
        flags |= self.doubts.flags(self.signals.time(start), self.signals.time(stop))
        if not self.signals.baseline.quiet:
            flags.add(TrialFlag.NO_BASELINE)
        if not self.timed:
            flags.add(TrialFlag.LOW_RATE)
        elif not self.timing.simultaneous:
            flags.add(TrialFlag.COARSE_TIMING)
        return flags

    def exclude(
        self, flags: Sequence[TrialFlag] = EXCLUDING, first: str = ""
    ) -> tuple[Excluded, ...]:
        """Return the trials that are not summarized, in order.

        They carry one of ``flags``, or examiner or session rejected them, or the session did not
        ask for them. With ``first`` the first trial of a condition is left out too, for that
        reason, if two others remain.
        """
        name, flagged = self.recording.name, self._flagged(flags)
        rejected = rejected_by_number(self.recording.notes)
        out = {k: Excluded(name, k, why) for k, why in (flagged | rejected).items()}
        for number, why in not_accepted(self.recording, self.trials).items():
            if number not in rejected:
                out[number] = Excluded(name, number, why, by_session=True)
        for number, why in duplicates(self.recording, self.used(out.values())).items():
            out[number] = Excluded(name, number, why, by_session=True)
        good = [trial.trial.number for trial in self.trials if trial.trial.number not in out]
        if first and len(good) > _FEWEST_BESIDE_FIRST and good[0] == 1:
            out[1] = Excluded(name, 1, first, planned=True)
        return tuple(out[number] for number in sorted(out))

    def _flagged(self, flags: Sequence[TrialFlag]) -> dict[int, str]:
        """Return the trials that carry one of some flags, by number, and what the first means."""
        first = {
            trial.trial.number: next((flag for flag in flags if flag in trial.flags), None)
            for trial in self.trials
        }
        return {number: flag.meaning for number, flag in first.items() if flag is not None}

    def used(self, excluded: Iterable[Excluded]) -> list[MeasuredTrial]:
        """Return the trials that are summarized."""
        out = {one.trial for one in excluded}
        return [trial for trial in self.trials if trial.trial.number not in out]

    def why_none(self, excluded: Sequence[Excluded]) -> str:
        """Return why no trial could be measured, as the end of a sentence."""
        if self.doubts.whole:
            return "; ".join(self.doubts.whole.values())
        if excluded:
            reasons = Counter(one.why for one in excluded)
            return "; ".join(f"{why} ({n})" for why, n in reasons.most_common())
        highest = float(np.ptp(self.signals.gf)) if len(self.signals.gf) else 0.0
        if not self.signals.baseline.touches:
            return f"the object was never gripped (grip force changes by {highest:.2f} N in all)"
        return "the object was gripped, but nothing in it is such a trial"

    def result(
        self,
        metrics: type,
        *,
        series: Mapping[str, Estimate] | None = None,
        excluded: Sequence[Excluded] | None = None,
        details: Mapping[str, Any] | None = None,
        remarks: Iterable[str] = (),
    ) -> TaskResult:
        """Return the result: ``metrics`` declares the columns of a trial.

        ``series`` are figures of all trials together, by column.
        """
        excluded = self.exclude() if excluded is None else excluded
        columns = tuple(field.name for field in fields(metrics))
        summarized = [spec.column for spec in specs_of(metrics).values() if spec.summarized]
        why = self.why_none(())
        none_found = (
            []
            if self.trials
            else [f"No trial of task {self.spec.name} found: {why}{stop_after(why)}"]
        )
        return TaskResult(
            recording=self.recording,
            task=self.spec.name,
            traces=_traces(self.signals),
            trials=tuple(self.trials),
            event_columns=tuple(self.spec.events),
            value_columns=columns,
            summary=summarize(self.used(excluded), summarized) | dict(series or {}),
            excluded=tuple(excluded),
            timing=self.timing,
            remarks=tuple(remarks) or tuple(none_found),
            details={**(details or {}), "doubts": dict(self.doubts.whole)},
            counts=session_counts(self.recording, len(self.used(excluded))),
        )


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


def stop_after(words: str) -> str:
    """Return the full stop that ends a sentence, none after a question.

    >>> stop_after("is its sign turned?"), stop_after("no lift was found")
    ('', '.')
    """
    return "" if words.endswith("?") else "."


def numbers(trials: Iterable[MeasuredTrial], column: str) -> list[float]:
    """Return what was measured in a column, as numbers."""
    cells: list[Value] = [trial.values.get(column) for trial in trials]
    return [float(cell) for cell in cells if cell is not None and not isinstance(cell, str)]


def _ordered(flags: set[TrialFlag]) -> tuple[TrialFlag, ...]:
    return tuple(flag for flag in TrialFlag if flag in flags)


def _traces(signals: PreparedSignals) -> Traces:
    """Return the signals that stand beside the trials in a figure."""
    return Traces(
        t=signals.aligned.t,
        gf=signals.gf,
        lf=signals.lf if signals.has_load else None,
        valid=signals.valid,
        rate_hz=signals.rate_hz,
        source_hz=signals.aligned.source_hz,
        filter=signals.low_pass.label_at(signals.rate_hz),
    )
