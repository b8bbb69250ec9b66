"""From a task's measured spans to its result: flags that all tasks share, summary, exclusions."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.lift.lifts import count_lost
from gripforce.analysis.results import Excluded, MeasuredTrial, TaskResult, Traces
from gripforce.analysis.signal.align import align
from gripforce.analysis.signal.prepared import PreparedSignals, prepare
from gripforce.analysis.signal.timing import timing_resolution
from gripforce.analysis.statistics.estimates import summarize
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.tasks.exclusions import rejected_trials
from gripforce.model import Trial

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.analysis.results import Estimate, TimingResolution, Value
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

_LOWEST_GRID_HZ = 400.0
"""A slower source is put on a multiple of its own rate, so that derivatives are not blunted."""
_WITHOUT_LOAD = ("pinch", "tracking")
"""Tasks that a device without load cells can do."""
_OUT = {TaskFlag.SATURATED: "a force channel was at its end stop"}
"""Flags for which a trial stands in the table but not in the summary."""


class TaskContext:
    """One recording under analysis: its signals, and the trials found so far."""

    def __init__(self, recording: Recording, task: str, low_pass: LowPass) -> None:
        self.recording, self.task = recording, task
        aligned = align(recording, _grid_hz(recording))
        self.has_load = aligned.lf is not None
        if task in _WITHOUT_LOAD and aligned.lf is None:
            aligned = replace(aligned, lf=np.zeros_like(aligned.gf))
        self.signals: PreparedSignals = prepare(aligned, low_pass)
        self.timing: TimingResolution = timing_resolution(recording)
        self.trials: list[MeasuredTrial] = []

    @property
    def timed(self) -> bool:
        """Whether lags, latencies and rates may be told."""
        return self.timing.lag_ms is not None

    def add(
        self,
        span: tuple[int, int],
        values: Any,
        events: Mapping[str, float | None],
        flags: Iterable[TaskFlag] = (),
    ) -> None:
        """Add a trial: its span in grid indices, its metrics and the times of its events."""
        signals = self.signals
        trial = Trial(len(self.trials) + 1, self.task, signals.time(span[0]), signals.time(span[1]))
        found = set(flags) | self._shared(span)
        ordered = tuple(str(flag) for flag in TaskFlag if flag in found)
        lost = count_lost(self.recording, trial)
        self.trials.append(MeasuredTrial(trial, events, asdict(values), lost, ordered))

    def _shared(self, span: tuple[int, int]) -> set[TaskFlag]:
        """Return flags that concern any task."""
        flags = set()
        start, stop = max(0, span[0]), min(span[1], len(self.signals.gf))
        if self.signals.aligned.saturated[start:stop].any():
            flags.add(TaskFlag.SATURATED)
        if not self.signals.baseline.quiet:
            flags.add(TaskFlag.NO_BASELINE)
        if not self.timed:
            flags.add(TaskFlag.LOW_RATE)
        elif not self.timing.simultaneous:
            flags.add(TaskFlag.COARSE_TIMING)
        return flags

    def result(
        self,
        values: type,
        events: Sequence[str],
        *,
        series: Mapping[str, Estimate | None] | None = None,
        excluded: Mapping[int, str] | None = None,
        details: Mapping[str, Any] | None = None,
        remarks: Iterable[str] = (),
    ) -> TaskResult:
        """Return the result; ``series`` are figures that belong to all trials together."""
        columns = tuple(field.name for field in fields(values))
        out = dict(excluded or {}) | self._excluded(excluded or {})
        used = [trial for trial in self.trials if trial.trial.number not in out]
        summary = summarize(used, columns)
        summary |= {key: value for key, value in (series or {}).items() if value is not None}
        name = self.recording.path.replace("\\", "/").rsplit("/", 1)[-1]
        said = list(remarks) or ([] if self.trials else [f"No trial of task {self.task} found."])
        return TaskResult(
            recording=self.recording,
            task=self.task,
            traces=traces(self.signals, has_load=self.has_load),
            trials=tuple(self.trials),
            event_columns=tuple(events),
            value_columns=columns,
            summary=summary,
            excluded=tuple(Excluded(name, number, why) for number, why in sorted(out.items())),
            timing=self.timing,
            remarks=tuple(said),
            details=details or {},
        )

    def _excluded(self, already: Mapping[int, str]) -> dict[int, str]:
        judged = rejected_trials(self.recording, [trial.trial for trial in self.trials])
        out = {}
        for trial in self.trials:
            number = trial.trial.number
            why = next((text for flag, text in _OUT.items() if flag in trial.flags), None)
            why = judged.get(number, why)
            if why is not None and number not in already:
                out[number] = why
        return out


def traces(signals: PreparedSignals, *, has_load: bool = True) -> Traces:
    """Return the signals that a person wants to see beside the trials."""
    return Traces(
        t=signals.aligned.t,
        gf=signals.gf,
        lf=signals.lf if has_load else None,
        valid=signals.valid,
        rate_hz=signals.rate_hz,
        source_hz=signals.aligned.source_hz,
        filter=signals.low_pass.label_at(signals.rate_hz),
    )


def numbers(trials: Iterable[MeasuredTrial], column: str) -> list[float]:
    """Return what was measured in a column, as numbers."""
    cells: list[Value] = [trial.values.get(column) for trial in trials]
    return [float(cell) for cell in cells if cell is not None and not isinstance(cell, str)]


def _grid_hz(recording: Recording) -> float | None:
    rates = [
        samples.stream.rate_hz
        for samples in recording.streams.values()
        if len(samples) and any(channel.kind.is_force for channel in samples.stream.channels)
    ]
    return max(rates) * ceil(_LOWEST_GRID_HZ / max(rates)) if rates else None
