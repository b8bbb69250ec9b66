"""The summary at the top of the page: identity, decisions, what was recorded, what to repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.analysis.assessment.advice import advice, repeat_words
from gripforce.analysis.assessment.reference import LEAST_SPECIFIC
from gripforce.analysis.columns import column_spec, tasks_in_order
from gripforce.analysis.metric import MISSING
from gripforce.analysis.results import Decision, total_counts
from gripforce.model import task_spec
from gripforce.report.markup import Child, Markup, element
from gripforce.report.tables import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.evidence import RecordingEvidence
    from gripforce.analysis.results import Analysis, Estimate, TaskResult, Verdict

_LIFTS_WANTED = 10
"""The timing of a single lift has an ICC of .24-.39; that of ten lifts is reliable."""
_MOST_ADVICE = 4
_MOST_EVIDENCE = 6
_MOST_OF_A_PART, _FEW_OF_A_PART = 3, 2
_SIGNS = {Decision.YES: "●", Decision.NO: "○", Decision.UNDETERMINED: "?"}
NO_DIAGNOSIS = "For research. Describes how an object was gripped on one day; it is no diagnosis."


def heading(analysis: Analysis) -> Markup:
    """Return the page's title and whose recordings these are."""
    known = [(name, _text(analysis, key, unit)) for name, key, unit in _IDENTITY]
    return element(
        "header",
        element("h1", "Grip force and load force"),
        element("p", NO_DIAGNOSIS, class_="no-diagnosis"),
        facts([(name, text) for name, text in known if text]),
    )


_IDENTITY = (
    ("Person", "subject", ""),
    ("Hand", "hand", ""),
    ("Session", "session", ""),
    ("Date", "utc", ""),
    ("Object", "mass_g", " g"),
    ("Surface", "surface", ""),
)


def identity(analysis: Analysis) -> str:
    """Return person, hand and date in one line, for the foot of each page."""
    parts = [_text(analysis, key, "") for key in ("subject", "hand", "utc")]
    return " · ".join(part for part in parts if part)


def opening(analysis: Analysis) -> Markup:
    """Return the summary in plain words."""
    return element(
        "section",
        element("h2", "Summary"),
        element("div", [_card(verdict) for verdict in analysis.verdicts.values()], class_="cards"),
        element(
            "div",
            _found(analysis),
            _again(analysis),
            class_="columns",
        ),
        element("p", LEAST_SPECIFIC, class_="note"),
        [element("p", text, class_="remark") for text in analysis.remarks_besides],
        id="summary",
    )


def _card(verdict: Verdict) -> Markup:
    answer = verdict.answer
    return element(
        "article",
        element("h3", verdict.question),
        element("p", f"{_SIGNS[answer]} {answer.value}", class_="answer", data_answer=answer.value),
        element("p", verdict.why),
        element("ul", [element("li", line) for line in _evidence(verdict)]),
        class_=f"card {answer.value.replace(' ', '-')}",
    )


def _evidence(verdict: Verdict) -> list[str]:
    """Return the main figures that a decision rests on, a line each, the deciding ones first."""
    evidence = verdict.evidence
    parts = sorted(evidence.recordings, key=lambda part: not part.supports(verdict.answer))
    lines = [line for part in parts for line in _part(part, alone=len(parts) == 1)]
    lines += [_estimate(c, e) for c, e in evidence.figures.items() if e is not None]
    return lines[:_MOST_EVIDENCE]


def _part(part: RecordingEvidence, *, alone: bool) -> list[str]:
    """Return one recording's figures, with the task's name where there are more recordings."""
    lines = [_estimate(c, estimate, part.task) for c, estimate in part.figures.items()]
    if alone:
        return lines[:_MOST_OF_A_PART]
    return [f"{task_spec(part.task).title}: {line}" for line in lines[:_FEW_OF_A_PART]]


def _estimate(column: str, estimate: Estimate, task: str = "") -> str:
    spec = column_spec(column, task)
    interval = spec.interval(estimate)
    within = "" if interval == MISSING else f"95 %: {interval}; "
    unit = f" {spec.unit}" if spec.unit else ""
    value = spec.write(estimate.value)
    return f"{spec.label}: {value}{unit} ({within}n\u00a0=\u00a0{estimate.n})"


def _found(analysis: Analysis) -> Markup:
    lines = [_counted(task, results) for task, results in by_task(analysis).items()]
    if not analysis.trials:
        lines = ["No trial was found: the object was not lifted, or the forces are not usable."]
    return element("div", element("h3", "What was recorded"), _list(lines))


def _counted(task: str, results: Sequence[TaskResult]) -> str:
    found = sum(len(result.trials) for result in results)
    used = sum(len(result.used) for result in results)
    spec = task_spec(task)
    counts = total_counts(results)
    if counts is not None:
        counted = f"{spec.title}: {counts.words(spec)}."
    else:
        counted = f"{spec.title}: {spec.count(found)}, {used} used."
    planned = sum(out.planned for result in results for out in result.excluded)
    if planned:
        counted += f" {planned} left out as planned (the first of a series)."
    lost = sum(tally.lost for result in results for tally in result.recording.integrity.streams)
    return counted + (f" {lost} samples lost." if lost else "")


def _again(analysis: Analysis) -> Markup:
    lines = list(analysis.missed)
    lines += [line for result in analysis.results for line in repeat_words(result)]
    lines += _more_lifts(analysis)
    if analysis.results and analysis.margin is None:
        lines.append("Do a slip test with the same hand and surface, right after the lifts.")
    for result in analysis.results:
        lines += advice(result)[:_MOST_ADVICE]
    lines = list(dict.fromkeys(lines)) or ["Nothing."]
    return element("div", element("h3", "To repeat or improve"), _list(lines))


def _more_lifts(analysis: Analysis) -> list[str]:
    lifts = by_task(analysis).get("lift")
    if lifts is None:
        return []
    used = sum(len(result.used) for result in lifts)
    short = _LIFTS_WANTED - used - (1 if used else 0)  # the first lift is left out
    if short <= 0:
        return []
    lifts_more = task_spec("lift").count(short)
    return [f"Record {lifts_more} more: timing needs {_LIFTS_WANTED}."]


def by_task(analysis: Analysis) -> dict[str, list[TaskResult]]:
    """Return the recordings of each task: tasks in their usual order, recordings as given."""
    tasks = tasks_in_order({result.task for result in analysis.results})
    return {task: [r for r in analysis.results if r.task == task] for task in tasks}


def _list(lines: Sequence[Child]) -> Markup:
    return element("ul", [element("li", line) for line in lines])


def _values(analysis: Analysis, key: str) -> list[str]:
    found = [result.recording.metadata.get(key) for result in analysis.results]
    known = [_plain(value)[:10] if key == "utc" else _plain(value) for value in found]
    return [text for text in dict.fromkeys(known) if text]


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _text(analysis: Analysis, key: str, unit: str) -> str:
    return ", ".join(f"{text}{unit}" for text in _values(analysis, key))
