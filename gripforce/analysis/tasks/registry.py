"""The analysis of each task, and the table of a result."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.assessment.margin import by_surface, find_slips
from gripforce.analysis.lift.metrics import LiftMetrics, LiftSeries
from gripforce.analysis.measures.friction import fit_friction
from gripforce.analysis.metric import specs_of
from gripforce.analysis.tasks import (
    cyclic,
    drop,
    lift,
    p2p,
    pinch,
    slip,
    step,
    surfaces,
    tracking,
    weights,
)
from gripforce.analysis.tasks.context import numbers
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    import pandas as pd

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

    _Analyze: TypeAlias = Callable[[Recording], TaskResult]


@dataclass(frozen=True, slots=True)
class TaskAnalysis:
    """How a task is analysed, and the dataclasses that declare its columns."""

    analyze: Callable[[Recording, LowPass | None], TaskResult]
    metrics: type
    """Of one trial."""
    series: type | None = None
    """Of all trials together."""


ANALYSES: Final[dict[str, TaskAnalysis]] = {
    "lift": TaskAnalysis(lift.analyze_lift, LiftMetrics, LiftSeries),
    "slip": TaskAnalysis(slip.analyze_slip, slip.SlipMetrics, slip.SlipSeries),
    "p2p": TaskAnalysis(p2p.analyze_p2p, p2p.PointToPointMetrics, p2p.PointToPointSeries),
    "cyclic": TaskAnalysis(cyclic.analyze_cyclic, cyclic.CyclicMetrics, cyclic.CyclicSeries),
    "drop": TaskAnalysis(drop.analyze_drop, drop.DropMetrics, drop.DropSeries),
    "step": TaskAnalysis(step.analyze_step, step.StepMetrics),
    "pinch": TaskAnalysis(pinch.analyze_pinch, pinch.PinchMetrics, pinch.PinchSeries),
    "tracking": TaskAnalysis(tracking.analyze_tracking, tracking.TrackingMetrics),
    "weights": TaskAnalysis(
        weights.analyze_weights, weights.WeightLiftMetrics, weights.WeightSeries
    ),
    "surfaces": TaskAnalysis(
        surfaces.analyze_surfaces, surfaces.SurfaceLiftMetrics, surfaces.SurfaceSeries
    ),
}
_CONTEXT_COLUMNS: Final = ("recording", "trial", "task", "mass_g", "surface", "hand")
_WHOSE_COLUMNS: Final = ("subject", "session")
_PROVENANCE_COLUMNS: Final = ("filter", "rate_hz", "lost", "flags")
_TEXT_COLUMNS: Final = {"recording", "task", "surface", "hand", "filter", "flags", *_WHOSE_COLUMNS}
_COUNT_COLUMNS: Final = {"trial", "lost"}


def analyze_task(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure a recording's trials by its task; lifts where it names none.

    ``low_pass`` replaces the task's own filter. ``UsageError`` where the task is unknown or the
    recording lacks what it needs.
    """
    task = str(recording.metadata.get("task") or "lift")
    if task not in ANALYSES:
        raise UsageError(
            f"The recording's task is {task!r}, which has no analysis.",
            f"Known: {', '.join(ANALYSES)}.",
        )
    return ANALYSES[task].analyze(recording, low_pass)


def analyze_session(
    recordings: Sequence[Recording],
    low_pass: LowPass | None = None,
    apply: Callable[[_Analyze, Sequence[Recording]], Iterable[TaskResult]] = map,
) -> list[TaskResult]:
    """Return each recording's result; lifts take their slip force from a slip test among them.

    ``apply`` analyses each recording by itself, in any way and order, as ``map`` does.
    """
    results = list(apply(partial(analyze_task, low_pass=low_pass), recordings))
    slips = [result for result in results if result.task == "slip"]
    return [_with_slip_force(result, slips, low_pass) for result in results]


def analyze(recording: Recording, low_pass: LowPass | None = None) -> pd.DataFrame:
    """Return a recording's trials, one row each; ``flags`` gives the reason of an empty cell."""
    return result_table(analyze_task(recording, low_pass))


def result_table(result: TaskResult) -> pd.DataFrame:
    """Return a task's table: what was recorded, events, metrics, and their provenance.

    Numbers are ``float64``, counts ``int64``, whatever could be measured; the rest is text.
    """
    import pandas as pd  # noqa: PLC0415 - half a second that `import gripforce` must not cost

    table, words = pd.DataFrame(table_cells(result)), _words_of(result)
    kinds = {c: "int64" if c in _COUNT_COLUMNS else "float64" for c in table if c not in words}
    return table.astype(kinds)


def table_cells(result: TaskResult) -> dict[str, list[Any]]:
    """Return a task's table by column: counts, floats (NaN where not measured), text or None."""
    rows = [_row(result, trial) for trial in result.trials]
    table = {column: [row.get(column) for row in rows] for column in table_columns(result)}
    kept = _words_of(result) | _COUNT_COLUMNS
    return {c: cells if c in kept else list(map(_number, cells)) for c, cells in table.items()}


def _number(cell: Any) -> float:
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")


def table_columns(result: TaskResult) -> tuple[str, ...]:
    """Return the columns of a result's table, in order."""
    measured = (*result.event_columns, *result.value_columns)
    return (*_CONTEXT_COLUMNS, *measured, *_WHOSE_COLUMNS, *_PROVENANCE_COLUMNS)


def _words_of(result: TaskResult) -> set[str]:
    """Return the columns that hold words."""
    specs = specs_of(ANALYSES[result.task].metrics).values()
    return _TEXT_COLUMNS | {spec.column for spec in specs if not spec.numeric}


def _row(result: TaskResult, trial: MeasuredTrial) -> dict[str, Any]:
    metadata = result.recording.metadata
    return {
        "recording": result.name,
        "trial": trial.trial.number,
        "task": trial.trial.task,
        "mass_g": metadata.get("mass_g"),
        "surface": metadata.get("surface"),
        "hand": metadata.get("hand"),
        **trial.events,
        **{column: trial.values.get(column) for column in result.value_columns},
        **{column: metadata.get(column) for column in _WHOSE_COLUMNS},
        "filter": result.traces.filter,
        "rate_hz": result.traces.source_hz,
        "lost": trial.lost,
        "flags": ";".join(result.own_flags(trial)),
    }


def _with_slip_force(
    result: TaskResult, slips: list[TaskResult], low_pass: LowPass | None
) -> TaskResult:
    """Return lifts with the slip force of the slip test that belongs to them."""
    if result.task == "surfaces":
        return _with_slip_forces(result, slips, low_pass)
    one_slip_force = result.spec.lifted and result.spec.one_condition
    if not one_slip_force or not slips or result.recording.metadata.get("slip_n") is not None:
        return result
    found = find_slips(result, slips)
    level = result.summary.get("lf_static_n")
    if found is None or level is None:
        return result
    friction = fit_friction(found.slip_force_n, found.load_n)
    slip_n = round(float(friction.slip_force_n(np.array(level.value))), 4)
    return lift.with_slip_force(result, slip_n)


def _with_slip_forces(
    result: TaskResult, slips: list[TaskResult], low_pass: LowPass | None
) -> TaskResult:
    """Return lifts on several surfaces, each measured again with its own surface's slip force."""
    known: dict[str, float] = {}
    for part in by_surface(result):
        found, loads = find_slips(part, slips), numbers(part.used, "lf_static_n")
        if found is not None and loads:
            friction = fit_friction(found.slip_force_n, found.load_n)
            slip_n = friction.slip_force_n(np.array(float(np.median(loads))))
            known[str(part.recording.metadata["surface"])] = round(float(slip_n), 4)
    if not known:
        return result
    metadata = {**result.recording.metadata, surfaces.SLIP_BY_SURFACE: known}
    return analyze_task(replace(result.recording, metadata=metadata), low_pass)
