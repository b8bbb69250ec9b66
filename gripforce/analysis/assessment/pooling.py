"""Join a person's recordings: one order, and one summary a task over all its trials.

Answers depend neither on the order in which files are named nor on how trials are divided between
files: recordings are put in order of time, medians and figures of a series are computed again from
all trials together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from gripforce.analysis.columns import tasks_in_order
from gripforce.analysis.statistics.estimates import estimate_median
from gripforce.analysis.tasks import cyclic, drop, lift, p2p, surfaces, weights
from gripforce.analysis.tasks.context import numbers
from gripforce.analysis.tasks.pinch import pinch_summary
from gripforce.model import task_spec
from gripforce.model.whose import hand_of, surface_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gripforce.analysis.measures.surrogate import SurrogateTest
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult, TimingResolution
    from gripforce.model import TaskSpec


@dataclass(frozen=True, eq=False)
class TaskPool:
    """All recordings of one task, in order of time."""

    task: str
    results: tuple[TaskResult, ...]

    @property
    def spec(self) -> TaskSpec:
        """The task's entry in the table of tasks."""
        return task_spec(self.task)

    @property
    def names(self) -> str:
        """The files' names."""
        return ", ".join(result.name for result in self.results)

    @cached_property
    def used(self) -> tuple[MeasuredTrial, ...]:
        """The trials that the summary rests on."""
        return tuple(trial for result in self.results for trial in result.used)

    @property
    def timing(self) -> TimingResolution:
        """The coarsest resolution of a lag among the recordings."""
        return max(
            (result.timing for result in self.results),
            key=lambda timing: float("inf") if timing.lag_ms is None else timing.lag_ms,
        )

    @property
    def surrogate(self) -> SurrogateTest | None:
        """The trial-shuffled test of the recording with most trials."""
        tests = [result.details.get("surrogate") for result in self.results]
        return max((t for t in tests if t is not None), key=lambda t: t.trials, default=None)

    @cached_property
    def summary(self) -> Mapping[str, Estimate]:
        """A single recording's own summary, or medians and series of all trials together."""
        if len(self.results) == 1:
            return dict(self.results[0].summary)
        if self.task == "pinch":
            return self._pinches()
        surfaces = dict.fromkeys(map(_surface, self.results))
        if self.task == "slip" and len(surfaces) > 1:  # a median over surfaces means nothing
            return {
                f"{column}_{name}": estimate
                for name in surfaces
                for column, estimate in self._on(name).summary.items()
            }
        columns = dict.fromkeys(column for r in self.results for column in r.summary)
        pooled = {column: self._pooled(column) for column in columns}
        found = {column: estimate for column, estimate in pooled.items() if estimate is not None}
        return found | self._series()

    def _pooled(self, column: str) -> Estimate | None:
        values = numbers(self.used, column)
        if not values:  # a figure of a whole series: the median of the recordings'
            values = [r.summary[column].value for r in self.results if column in r.summary]
        return estimate_median(values)

    def _series(self) -> dict[str, Estimate]:
        """Return the figures of a series, computed again from all trials."""
        if self.task == "cyclic":
            cycles = [cycle for r in self.results for cycle in r.details.get("cycles", ())]
            return cyclic.series_of(self.used, cycles)
        found: dict[str, Estimate] = {}
        if self.spec.lifted:
            found |= lift.series_of(*(result.used for result in self.results))
        own = _SERIES.get(self.task)
        return found | ({} if own is None else own(self.used))

    def _on(self, surface: str) -> TaskPool:
        return TaskPool(self.task, tuple(r for r in self.results if _surface(r) == surface))

    def _pinches(self) -> dict[str, Estimate]:
        """Return each pair of digits' figures; the split hand only of one hand's efforts."""
        hands = {hand_of(result.recording.metadata) for result in self.results}
        columns = {column for result in self.results for column in result.value_columns}
        found = pinch_summary(self.used, columns)
        return {c: e for c, e in found.items() if len(hands) == 1 or not c.startswith("split_hand")}


_SERIES: Final[Mapping[str, Callable[[Sequence[MeasuredTrial]], dict[str, Estimate]]]] = {
    "p2p": p2p.series_of,
    "drop": drop.series_of,
    "weights": weights.series_of,
    "surfaces": surfaces.by_surface,
}


def _surface(result: TaskResult) -> str:
    return surface_of(result.recording.metadata) or "unnamed"


def pool_by_task(results: Sequence[TaskResult]) -> dict[str, TaskPool]:
    """Return the recordings of each task together, tasks in their usual order."""
    ordered = in_order(results)
    tasks = tasks_in_order({result.task for result in ordered})
    return {t: TaskPool(t, tuple(r for r in ordered if r.task == t)) for t in tasks}


def in_order(results: Sequence[TaskResult]) -> list[TaskResult]:
    """Return results in order of the time of recording; those without one by name and content."""
    return sorted(results, key=_place)


def _place(result: TaskResult) -> tuple[str, str, str, float, float]:
    recording, traces = result.recording, result.traces
    begun = str(recording.metadata.get("utc") or "")
    length = float(len(traces.gf))
    return begun, result.task, str(recording.path), length, float(traces.gf.sum())
