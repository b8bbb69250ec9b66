"""A recording's task says how it is analysed."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.assessment.margin import find_slips
from gripforce.analysis.lift.table import COLUMNS, CONTEXT_COLUMNS, PROVENANCE_COLUMNS, tabulate
from gripforce.analysis.measures.friction import fit_friction
from gripforce.analysis.tasks.cyclic import analyze_cyclic
from gripforce.analysis.tasks.drop import analyze_drop
from gripforce.analysis.tasks.lift import analyze_lift
from gripforce.analysis.tasks.p2p import analyze_p2p
from gripforce.analysis.tasks.pinch import analyze_pinch
from gripforce.analysis.tasks.slip import analyze_slip
from gripforce.analysis.tasks.step import analyze_step
from gripforce.analysis.tasks.surfaces import analyze_surfaces
from gripforce.analysis.tasks.tracking import analyze_tracking
from gripforce.analysis.tasks.weights import analyze_weights
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

_ANALYSES: Final[dict[str, Callable[[Recording, LowPass | None], TaskResult]]] = {
    "lift": analyze_lift,
    "slip": analyze_slip,
    "p2p": analyze_p2p,
    "cyclic": analyze_cyclic,
    "drop": analyze_drop,
    "step": analyze_step,
    "pinch": analyze_pinch,
    "tracking": analyze_tracking,
    "weights": analyze_weights,
    "surfaces": analyze_surfaces,
}
TASKS: Final = tuple(_ANALYSES)


def analyze_task(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return a recording's trials, measured as its task asks; lifts where it names none.

    ``low_pass`` replaces the task's own filter (15 Hz, 50 Hz for impacts and steps).
    """
    task = str(recording.metadata.get("task") or "lift")
    if task not in _ANALYSES:
        raise UsageError(
            f"The recording's task is {task!r}, which has no analysis.",
            f"Known: {', '.join(TASKS)}.",
        )
    return _ANALYSES[task](recording, low_pass)


def analyze_session(
    recordings: Sequence[Recording], low_pass: LowPass | None = None
) -> list[TaskResult]:
    """Return each recording's result; lifts learn their slip force from a slip test beside them."""
    results = [analyze_task(recording, low_pass) for recording in recordings]
    slips = [result for result in results if result.task == "slip"]
    return [_with_slip_force(result, slips, low_pass) for result in results]


def analyze(recording: Recording, low_pass: LowPass | None = None) -> pd.DataFrame:
    """Return a recording's trials, one row each; an empty cell's reason stands in ``flags``."""
    return result_table(analyze_task(recording, low_pass))


def result_table(result: TaskResult) -> pd.DataFrame:
    """Return a task's table: what was recorded, events, metrics, and where they come from."""
    rows = [_row(result, trial) for trial in result.trials]
    if result.task == "lift":
        return tabulate(rows)
    return _typed(rows, _columns(result))


def _columns(result: TaskResult) -> tuple[str, ...]:
    if result.task == "lift":
        return COLUMNS
    measured = (*result.event_columns, *result.value_columns)
    return (*CONTEXT_COLUMNS, *measured, *PROVENANCE_COLUMNS)


def _row(result: TaskResult, trial: MeasuredTrial) -> dict[str, Any]:
    metadata = result.recording.metadata
    return {
        "recording": re.split(r"[\\/]", result.recording.path)[-1],
        "trial": trial.trial.number,
        "task": trial.trial.task,
        "mass_g": metadata.get("mass_g"),
        "surface": metadata.get("surface"),
        "hand": metadata.get("hand"),
        **trial.events,
        **{column: trial.values.get(column) for column in result.value_columns},
        "filter": result.traces.filter,
        "rate_hz": result.traces.source_hz,
        "lost": trial.lost,
        "flags": ";".join(trial.flags),
    }


def _typed(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - half a second that `import gripforce` must not cost

    table = pd.DataFrame(rows, columns=list(columns))
    for column in columns:
        known = [row.get(column) for row in rows if row.get(column) is not None]
        if known and all(isinstance(cell, int | float) for cell in known):
            whole = column in {"trial", "lost"}
            table[column] = table[column].astype("int64" if whole else "float64")
    return table


def _with_slip_force(
    result: TaskResult, slips: list[TaskResult], low_pass: LowPass | None
) -> TaskResult:
    """Return lifts measured again with the slip force of the slip test that belongs to them."""
    if result.task != "lift" or not slips or result.recording.metadata.get("slip_n") is not None:
        return result
    found = find_slips(result, slips)
    level = result.summary.get("lf_static_n")
    if found is None or level is None:
        return result
    slip_n = float(
        fit_friction(found.slip_force_n, found.load_n).slip_force_n(np.array(level.median))
    )
    metadata = {**result.recording.metadata, "slip_n": round(slip_n, 4)}
    return analyze_task(replace(result.recording, metadata=metadata), low_pass)
