"""Several recordings of one person as tables: trials, summary, margin and decisions."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from os import PathLike
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.visits import VisitAnalysis, summarize_visit
from gripforce.analysis.columns import column_spec
from gripforce.analysis.tasks import registry
from gripforce.api.recordings import low_pass_of, opened
from gripforce.errors import UsageError
from gripforce.model import Recording
from gripforce.recording import each_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from gripforce.analysis.results import Analysis, Estimate
    from gripforce.api.recordings import RecordingLike


@dataclass(frozen=True, eq=False)
class SessionAnalysis:
    """The analysis of one person's recordings, each hand by itself."""

    visit: VisitAnalysis
    """Everything that was found: by hand, the results of each recording, estimates, verdicts."""
    copies: tuple[str, ...] = ()
    """A sentence for each recording that was given twice and is used once."""

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks of the recordings."""
        return tuple(dict.fromkeys(result.task for result in self.visit.results))

    def table(self, task: str | None = None) -> pd.DataFrame:
        """Return all trials of a task, one row each; of the only task by default.

        Raises ``UsageError`` where no recording is of this task, or there are several.
        """
        import pandas as pd  # noqa: PLC0415 - as in recordings

        if task is None and len(self.tasks) == 1:
            task = self.tasks[0]
        if task not in self.tasks:
            raise UsageError(
                "Name one of the tasks." if task is None else f"No recording is of task {task}.",
                f"There are: {', '.join(self.tasks)}.",
            )
        found = [registry.result_table(r) for r in self.visit.results if r.task == task]
        full = [table for table in found if len(table)] or found[:1]
        return pd.concat(full, ignore_index=True)

    @property
    def summary(self) -> pd.DataFrame:
        """Medians and figures of the series, a row each.

        Columns: ``hand, task, metric, label, unit, value, ci_low, ci_high`` (95 %; empty under six
        trials) and ``n`` trials.
        """
        rows = [
            {"hand": hand, "task": task, **_row(column, estimate, task)}
            for hand, analysis in self.visit.hands.items()
            for task, summary in analysis.by_task.items()
            for column, estimate in summary.items()
        ]
        return _frame(rows, ("hand", "task", *_ROW))

    @property
    def margin(self) -> pd.DataFrame:
        """The safety margin, with columns as in ``summary``; empty without a slip test."""
        rows = [
            {"hand": hand, **_row(column, estimate, "lift")}
            for hand, analysis in self.visit.hands.items()
            if analysis.margin is not None
            for column, estimate in analysis.margin.figures.items()
        ]
        return _frame(rows, ("hand", *_ROW))

    @property
    def verdicts(self) -> pd.DataFrame:
        """The two decisions of each hand: ``yes``, ``no`` or ``cannot tell``, and why.

        Columns: ``hand, name, question, answer, why``. Never a diagnosis.
        """
        rows = [
            {
                "hand": hand,
                "name": name,
                "question": verdict.question,
                "answer": str(verdict.answer),
                "why": verdict.why,
            }
            for hand, analysis in self.visit.hands.items()
            for name, verdict in analysis.verdicts.items()
        ]
        return _frame(rows, ("hand", "name", "question", "answer", "why"))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know: doubts, losses, what was left out, and why."""
        said = [remark for analysis in self.visit.hands.values() for remark in analysis.remarks]
        return (*self.copies, *dict.fromkeys(said))

    def hand(self, name: str) -> Analysis:
        """Return one hand's analysis; ``UsageError`` where no recording is of it."""
        if name not in self.visit.hands:
            known = ", ".join(hand or "(unstated)" for hand in self.visit.hands)
            raise UsageError(f"No recording is of hand {name}.", f"There are: {known}.")
        return self.visit.hands[name]

    def __repr__(self) -> str:
        trials = sum(analysis.trials for analysis in self.visit.hands.values())
        answers = ", ".join(
            f"{hand + ' ' if hand else ''}{name.replace('_', ' ')}: {verdict.answer}"
            for hand, analysis in self.visit.hands.items()
            for name, verdict in analysis.verdicts.items()
        )
        files = len(self.visit.results)
        return f"<{files} recordings, {trials} trials ({', '.join(self.tasks)}); {answers}>"

    def _repr_html_(self) -> str:
        tables = [self.verdicts, self.margin, self.summary]
        remarks = "".join(f"<li>{escape(remark)}</li>" for remark in self.remarks)
        shown = "".join(table.to_html(index=False) for table in tables if len(table))
        return f"<div>{escape(repr(self))}</div>{shown}<ul>{remarks}</ul>"


_ROW = ("metric", "label", "unit", "value", "ci_low", "ci_high", "n")


def analyze_session(
    recordings: RecordingLike | Iterable[RecordingLike], *, filter_hz: float | None = None
) -> SessionAnalysis:
    """Analyze one person's recordings (or paths of their files) together.

    Lifts take their slip force from a slip test among them, each hand is summarized by itself, and
    copies count once. ``filter_hz`` [Hz] replaces the tasks' own low-pass. Raises ``UsageError``
    where the recordings are of different people or there are none.
    """
    if isinstance(recordings, Recording | str | PathLike):
        recordings = [recordings]
    given = list(recordings)
    if not given:
        raise UsageError("No recordings were given.", "Give a recording or the path of its file.")
    kept, copies = each_once([opened(one) for one in given])
    results = registry.analyze_session(kept, low_pass_of(filter_hz))
    return SessionAnalysis(summarize_visit(results), tuple(copies))


def _row(column: str, estimate: Estimate, task: str) -> dict[str, Any]:
    spec = column_spec(column, task)
    return {
        "metric": column,
        "label": spec.label,
        "unit": spec.unit,
        "value": estimate.value,
        "ci_low": estimate.ci_low,
        "ci_high": estimate.ci_high,
        "n": estimate.n,
    }


def _frame(rows: Sequence[Mapping[str, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - as in recordings

    table = pd.DataFrame(rows, columns=list(columns))
    for column in ("value", "ci_low", "ci_high"):
        if column in table:
            table[column] = table[column].astype("float64")
    return table
