"""The second page, for the patient's file: trials, advice, remarks, figures of both hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.advice import advice
from gripforce.analysis.assessment.reference import LEAST_SPECIFIC
from gripforce.analysis.columns import column_spec, main_columns, tasks_in_order
from gripforce.analysis.metric import MISSING
from gripforce.analysis.results import total_counts
from gripforce.language import translatable
from gripforce.model import task_spec
from gripforce.report.first_page import listed, missed
from gripforce.report.identity import hand_title
from gripforce.report.markup import Child, Markup, element
from gripforce.report.strips import trend_table
from gripforce.report.tables import data, table
from gripforce.report.traces import marks_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.visits import VisitAnalysis
    from gripforce.analysis.results import Analysis, Estimate, TaskResult

_LIFTS_WANTED: Final = 10
"""The timing of a single lift has an ICC of .24-.39; that of ten lifts is reliable."""
_MOST_ADVICE: Final = 4
_MOST_FIGURES: Final = 5


def file_page(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> Markup:
    """Return what was recorded, what to repeat or improve, and the figures of each task."""
    remarks = dict.fromkeys(r for a in visit.hands.values() for r in a.remarks_besides)
    return element(
        "section",
        element("h2", "For the patient's file"),
        element("div", [_hand(h, a) for h, a in visit.hands.items()], class_="columns"),
        _figures(visit),
        _trend(visit, earlier),
        element("p", LEAST_SPECIFIC, class_="note"),
        [element("p", text, class_="remark") for text in remarks],
        id="file",
    )


def _trend(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> Child:
    found = trend_table(visit, earlier)
    return None if found is None else [element("h3", "Earlier visits: medians"), found]


def by_task(analysis: Analysis) -> dict[str, list[TaskResult]]:
    """Return the recordings of each task: tasks in their usual order, recordings as given."""
    tasks = tasks_in_order({result.task for result in analysis.results})
    return {task: [r for r in analysis.results if r.task == task] for task in tasks}


def _hand(hand: str, analysis: Analysis) -> Markup:
    counted = [
        _counted(task, results, analysis.by_task.get(task, {}))
        for task, results in by_task(analysis).items()
    ]
    return element(
        "div",
        element("h3", f"{hand_title(hand)}: what was recorded"),
        listed(counted),
        element("h3", "To repeat or improve"),
        listed(_again(analysis)),
        _marks(analysis),
    )


def _marks(analysis: Analysis) -> Child:
    """Return what was marked during the recordings; nothing where nothing was."""
    lines = [
        f"{task_spec(result.task).title}: {words} ({at_s:.1f} s)"
        for result in analysis.results
        for at_s, words in marks_of(result.recording)
    ]
    return [element("h3", "Marks"), listed(lines)] if lines else None


def _counted(task: str, results: Sequence[TaskResult], summary: Mapping[str, Estimate]) -> str:
    found = sum(len(result.trials) for result in results)
    number = sum(len(result.used) for result in results)
    spec = task_spec(task)
    counts = total_counts(results)
    words = f"{spec.count(found)}, {number} used" if counts is None else counts.words(spec)
    counted = f"{spec.title}: {words}."
    planned = sum(out.planned for result in results for out in result.excluded)
    if planned:
        counted += f" {planned} left out as planned (the first of a series)."
    fewest = min((summary[c].n for c in _main(summary, task)), default=number)
    if fewest < number:
        counted += f" Some figures rest on {fewest} only: the rest could not be measured."
    lost = sum(tally.lost for result in results for tally in result.recording.integrity.streams)
    return counted + (f" {lost} samples lost." if lost else "")


def _again(analysis: Analysis) -> list[str]:
    lines = [*missed(analysis), *_more_lifts(analysis)]
    for result in analysis.results:
        lines += advice(result)[:_MOST_ADVICE]
    return list(dict.fromkeys(lines)) or ["Nothing."]


def _more_lifts(analysis: Analysis) -> list[str]:
    lifts = by_task(analysis).get("lift")
    if lifts is None:
        return []
    used = sum(len(result.used) for result in lifts)
    short = _LIFTS_WANTED - used - (1 if used else 0)  # the first lift is left out
    if short <= 0:
        return []
    lifts_more = task_spec("lift").count(short)
    return [f"Record another {lifts_more}: timing needs {_LIFTS_WANTED}."]


def _figures(visit: VisitAnalysis) -> Child:
    """Return the main figures of each task, a column a hand."""
    tasks = tasks_in_order({task for a in visit.hands.values() for task in a.by_task})
    rows = [row for task in tasks for row in _rows(visit, task)]
    if not rows:
        return None
    head = [translatable("task"), "measure", *map(hand_title, visit.hands)]
    return [element("h3", "Main figures: median (95 % interval)"), table(head, rows, "medians")]


def _rows(visit: VisitAnalysis, task: str) -> list[list[Child]]:
    summaries = [analysis.by_task.get(task, {}) for analysis in visit.hands.values()]
    columns = list(dict.fromkeys(c for summary in summaries for c in _main(summary, task)))
    title = task_spec(task).title
    return [
        [
            title if k == 0 else "",
            column_spec(column, task).title,
            *(_cell(column, summary.get(column), task) for summary in summaries),
        ]
        for k, column in enumerate(columns[:_MOST_FIGURES])
    ]


def _main(summary: Mapping[str, Estimate], task: str) -> list[str]:
    columns = main_columns(summary, task)
    headlines = [c for c in columns if column_spec(c, task).headline is not None]
    return (headlines or columns)[:_MOST_FIGURES]


def _cell(column: str, estimate: Estimate | None, task: str) -> Child:
    if estimate is None:
        return element("td", MISSING, class_="number")
    interval = column_spec(column, task).interval(estimate)
    text = "" if interval == MISSING else f" ({interval})"
    return element("td", data(column, estimate.value, task), text, class_="number")
