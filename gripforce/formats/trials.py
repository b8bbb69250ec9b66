"""Trials and events of a recording, as an export states them beside the forces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.analysis.tasks.registry import ANALYSES, analyze_task, result_table
from gripforce.errors import GripforceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.model import Recording

COUNTS, LEFT_OUT = "used", "left out"
_DIGITS = 6
_OF_RECORDING = ("recording", "task", "mass_g", "surface", "hand", "filter", "rate_hz")
"""Columns of the table of trials that are the same for all of them."""


@dataclass(frozen=True, slots=True, order=True)
class TrialEvent:
    """An event of a trial, or the trial itself as a span of time."""

    t: float
    """Seconds on the recording's axis."""
    duration_s: float
    name: str
    """As the table of tasks calls it: ``lift-off``; a span is called ``lift``, ``movement`` …"""
    trial: int
    why: str = ""
    """Why the trial is left out of the summary; "" where it counts."""

    @property
    def label(self) -> str:
        """The name, and whether the trial counts: ``lift-off/used``."""
        return f"{self.name}/{LEFT_OUT if self.why else COUNTS}"


def measure_trials(recording: Recording) -> tuple[TaskResult | None, str]:
    """Return the analysis of a recording, or None and a sentence why there is none."""
    task = str(recording.metadata.get("task") or "lift")
    if task not in ANALYSES:
        return None, f"Task {task} has no trials to be measured."
    try:
        return analyze_task(recording), ""
    except GripforceError as error:
        return None, f"No trials: {error.args[0]}"


def trial_events(result: TaskResult) -> list[TrialEvent]:
    """Return all trials and their events, in the order of time."""
    why = _why(result)
    found = []
    for trial in result.trials:
        number, span = trial.trial.number, trial.trial
        reason, length_s = why.get(number, ""), span.stop_s - span.start_s
        found.append(
            TrialEvent(
                round(span.start_s, _DIGITS),
                round(length_s, _DIGITS),
                result.spec.trial,
                number,
                reason,
            )
        )
        found += [
            TrialEvent(
                round(t, _DIGITS), 0.0, result.spec.events.get(column, column), number, reason
            )
            for column, t in trial.events.items()
            if t is not None
        ]
    return sorted(found)


def trial_table(result: TaskResult) -> pd.DataFrame:
    """Return one row a trial: span, whether it counts and why not, events, metrics, flags."""
    table = result_table(result).drop(columns=list(_OF_RECORDING))
    why = _why(result)
    reasons = [why.get(trial.trial.number, "") for trial in result.trials]
    for column, values in _spans(result.trials).items():
        table.insert(1, column, values)
    table.insert(3, "used", [not reason for reason in reasons])
    table.insert(4, "why_left_out", reasons)
    return table.round(_DIGITS)


def _spans(trials: tuple[MeasuredTrial, ...]) -> dict[str, list[float]]:
    """Return both columns, the last first: each is inserted before the one before it."""
    return {
        "stop_s": [one.trial.stop_s for one in trials],
        "start_s": [one.trial.start_s for one in trials],
    }


def _why(result: TaskResult) -> Mapping[int, str]:
    return {one.trial: one.why for one in result.excluded}
