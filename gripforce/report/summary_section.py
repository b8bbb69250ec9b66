"""The page's beginning, for somebody who reads nothing else: who, verdicts, what to repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.reference import LEAST_SPECIFIC
from gripforce.analysis.results import Decision, Estimate
from gripforce.analysis.tasks.registry import TASKS
from gripforce.report import flag_glossary, labels
from gripforce.report.markup import Child, Markup, element
from gripforce.report.tables import facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import Analysis, TaskResult, Verdict

_LIFTS_WANTED = 10
"""Timing of a single lift has an ICC of .24-.39: ten lifts make it worth reading."""
_MOST_REMEDIES = 4
_MOST_EVIDENCE = 6
_MOST_OF_A_PART, _FEW_OF_A_PART = 3, 2
_SIGNS = {Decision.YES: "●", Decision.NO: "○", Decision.CANNOT_TELL: "?"}
NO_DIAGNOSIS = "For research. Describes how an object was gripped on one day; it is no diagnosis."


def heading(analysis: Analysis) -> Markup:
    """Return whose recordings these are."""
    who = [(name, _said(analysis, key, unit)) for name, key, unit in _IDENTITY]
    return element(
        "header",
        element("h1", "Grip force and load force"),
        element("p", NO_DIAGNOSIS, class_="no-diagnosis"),
        facts([(name, said) for name, said in who if said]),
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
    said = [_said(analysis, key, "") for key in ("subject", "hand", "utc")]
    return " · ".join(part for part in said if part)


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
    """Return the main figures that a verdict rests on, a line each, what decided it first."""
    evidence, lines = verdict.evidence, []
    parts = [(key, part) for key, parts in evidence.items() if isinstance(parts, list)
             for part in parts]  # fmt: skip
    parts.sort(key=lambda part: not _agrees(part[1], verdict.answer))
    for task, part in parts:
        lines += _part(part, labels.task_title(task) if len(parts) > 1 else "")
    for key, content in evidence.items():
        match content:
            case {"median": float() | int()}:
                lines.append(_estimate(key, content))
            case _:
                pass
    return lines[:_MOST_EVIDENCE]


def _agrees(part: Any, answer: Decision) -> bool:
    """Whether a recording's own evidence answers as the whole does."""
    criteria = part.get("criteria", {}) if isinstance(part, dict) else {}
    return any(criterion["answer"] == answer.value for criterion in criteria.values())


def _part(part: Any, name: str) -> list[str]:
    """Return one recording's figures, named where there are more recordings."""
    if not isinstance(part, dict):
        return []
    lines = [_estimate(k, v) for k, v in part.items() if isinstance(v, dict) and "median" in v]
    if name:
        return [f"{name}: {line}" for line in lines[:_FEW_OF_A_PART]]
    return lines[:_MOST_OF_A_PART]


def _estimate(column: str, content: Mapping[str, Any]) -> str:
    described = labels.quantity(column)
    n = int(content.get("n") or 0)
    middle = float(content["median"])
    between = described.interval(Estimate(middle, content.get("ci_low"), content.get("ci_high"), n))
    within = "" if between == labels.MISSING else f"95 %: {between}; "
    unit = f" {described.unit}" if described.unit else ""
    return f"{described.label}: {described.write(middle)}{unit} ({within}n\u00a0=\u00a0{n})"


def _found(analysis: Analysis) -> Markup:
    lines = [_counted(task, results) for task, results in by_task(analysis).items()]
    if not analysis.trials:
        lines = ["No trial was found: the object was not lifted, or the forces are not usable."]
    return element("div", element("h3", "What was recorded"), _list(lines))


def _counted(task: str, results: Sequence[TaskResult]) -> str:
    found = sum(len(result.trials) for result in results)
    used = sum(len(result.used) for result in results)
    counted = f"{labels.task_title(task)}: {labels.trials_of(task, found)}, {used} good and used."
    planned = found - used - sum(len(flag_glossary.to_repeat(result)) for result in results)
    if planned:
        counted += f" {planned} left out as planned (the first of a series)."
    lost = sum(tally.lost for result in results for tally in result.recording.integrity.streams)
    return counted + (f" {lost} samples lost." if lost else "")


def _again(analysis: Analysis) -> Markup:
    lines: list[str] = []
    for result in analysis.results:
        bad = flag_glossary.to_repeat(result)
        if bad:
            which = ", ".join(f"{number} ({why})" for number, why in bad.items())
            lines.append(
                f"Repeat {labels.trials_of(result.task, len(bad))} of {result.name}: {which}."
            )
    lines += _more_lifts(analysis)
    if analysis.results and analysis.margin is None:
        lines.append("Do a slip test with the same hand and surface, right after the lifts.")
    for result in analysis.results:
        lines += flag_glossary.remedies(result)[:_MOST_REMEDIES]
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
    return [f"Record {labels.trials_of('lift', short)} more: timing takes {_LIFTS_WANTED} to tell."]


def by_task(analysis: Analysis) -> dict[str, list[TaskResult]]:
    """Return the recordings of each task: tasks in their usual order, recordings as given."""
    tasks = {task: [r for r in analysis.results if r.task == task] for task in TASKS}
    return {task: results for task, results in tasks.items() if results}


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


def _said(analysis: Analysis, key: str, unit: str) -> str:
    return ", ".join(f"{text}{unit}" for text in _values(analysis, key))
