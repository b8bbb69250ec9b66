"""The first page, for the clinician: both hands side by side, answers first, then strips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.advice import repeat_words
from gripforce.analysis.assessment.margin_decision import baseline_words
from gripforce.analysis.columns import IN_DECISIONS, column_spec, key_columns
from gripforce.analysis.measures.split_hand import EXPLORATORY
from gripforce.analysis.metric import MISSING
from gripforce.analysis.results import Decision
from gripforce.model import task_spec
from gripforce.report.identity import hand_title
from gripforce.report.markup import Child, Markup, element
from gripforce.report.strips import IN_STRIPS, strip_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.visits import VisitAnalysis
    from gripforce.analysis.evidence import RecordingEvidence
    from gripforce.analysis.results import Analysis, Estimate, Verdict

_MOST_EVIDENCE: Final = 3
_MOST_OF_A_PART: Final = 2
_MOST_MISSED: Final = 3
_SIGNS: Final = {Decision.YES: "●", Decision.NO: "○", Decision.UNDETERMINED: "?"}
_STRIPS_NOTE: Final = (
    "Dot and line: median and 95 % interval, today. Open dots: earlier visits, the oldest lowest. "
    "Grey band: 5–95 % of other people's lifts (margin: published range of healthy hands), for "
    "orientation: no norm for this person's age, skin or object. ▲ ▼ outside the band; △ ▽ "
    "outside, but the interval reaches it."
)


def first_page(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> Markup:
    """Return the summary: decisions of each hand, strips, what is missing."""
    rows = strip_table(visit, earlier)
    questions = dict.fromkeys(name for a in visit.hands.values() for name in a.verdicts)
    return element(
        "section",
        element("h2", "Summary"),
        [_question(visit, name) for name in questions],
        rows,
        element("p", _STRIPS_NOTE, class_="note") if rows is not None else None,
        _key_figures(visit),
        _missed(visit),
        id="summary",
    )


def _question(visit: VisitAnalysis, name: str) -> list[Child]:
    """Return a question and its answer for each hand, side by side."""
    verdicts = {hand: analysis.verdicts[name] for hand, analysis in visit.hands.items()}
    question = next(iter(verdicts.values())).question
    cards = [_card(hand, verdict) for hand, verdict in verdicts.items()]
    return [element("h3", question), element("div", cards, class_="cards")]


def _card(hand: str, verdict: Verdict) -> Markup:
    answer = verdict.answer
    sign = element("b", f"{_SIGNS[answer]} {answer.value}", data_answer=answer.value)
    return element(
        "article",
        element("p", f"{hand_title(hand)}: ", sign, class_="answer"),
        element("p", verdict.why),
        element("ul", [element("li", line) for line in _evidence(verdict)]),
        class_=f"card {answer.value.replace(' ', '-')}",
    )


def _evidence(verdict: Verdict) -> list[str]:
    """Return the main figures that a decision rests on, the deciding task and figure first."""
    answer, evidence = verdict.answer, verdict.evidence
    deciding = [part for part in evidence.recordings if part.supports(answer)]
    lines = [
        line
        for part in deciding or evidence.recordings
        for line in _part(part, answer, alone=len(evidence.recordings) == 1)
    ]
    lines += [_estimate(c, e) for c, e in evidence.figures.items() if e is not None]
    change = baseline_words(evidence)
    return [*lines[:_MOST_EVIDENCE], *([change] if change else [])]


def _part(part: RecordingEvidence, answer: Decision, *, alone: bool) -> list[str]:
    """Return a recording's figures, with the task's name where there are more recordings."""
    figures = list(part.ordered(answer).items())[:_MOST_OF_A_PART]
    lines = [_estimate(column, estimate, part.task) for column, estimate in figures]
    return lines if alone else [f"{task_spec(part.task).title}: {line}" for line in lines]


def _estimate(column: str, estimate: Estimate, task: str = "") -> str:
    return f"{column_spec(column, task).label}: {_value(column, estimate, task)}"


def _value(column: str, estimate: Estimate | None, task: str) -> str:
    """Return a figure with its unit, interval and number; a dash where there is none."""
    if estimate is None:
        return MISSING
    spec = column_spec(column, task)
    interval = spec.interval(estimate)
    within = "" if interval == MISSING else f"95 %: {interval}; "
    unit = f" {spec.unit}" if spec.unit else ""
    return f"{spec.write(estimate.value)}{unit} ({within}n\u00a0=\u00a0{estimate.n})"


def _key_figures(visit: VisitAnalysis) -> Child:
    """Return the figures that answer each task's question, a column for each hand.

    Those of decisions and strips are not among them, but for what a series answers, such as the
    split hand.
    """
    summaries = [analysis.by_task for analysis in visit.hands.values()]
    tasks = dict.fromkeys(task for own in summaries for task in own if task not in IN_DECISIONS)
    of_task = {task: [own.get(task, {}) for own in summaries] for task in tasks}
    rows = [row for task, own in of_task.items() for row in _key_rows(task, own)]
    if not rows:
        return None
    heads = [element("th", text) for text in ("", *map(hand_title, visit.hands))]
    table = element("table", element("tr", heads), rows, class_="figures")
    return element("div", element("h3", "Key figures"), table, _exploratory(summaries))


def _key_rows(task: str, summaries: Sequence[Mapping[str, Estimate]]) -> list[Markup]:
    """Return a row for each key figure of a task: its name, then its value in each hand."""
    columns = dict.fromkeys(c for summary in summaries for c in key_columns(summary, task))
    if task in IN_STRIPS:
        columns = dict.fromkeys(c for c in columns if _is_answer(c, task))
    title = task_spec(task).title
    rows = []
    for column in columns:
        cells = [_value(column, summary.get(column), task) for summary in summaries]
        name = f"{title}: {column_spec(column, task).label}"
        rows.append(element("tr", element("th", name), [element("td", cell) for cell in cells]))
    return rows


def _is_answer(column: str, task: str) -> bool:
    place = column_spec(column, task).headline
    return place is not None and place <= 0


def _exploratory(summaries: Sequence[Mapping[str, Mapping[str, Estimate]]]) -> Child:
    known = any("split_hand_ratio" in own.get("pinch", {}) for own in summaries)
    return element("p", f"Split hand: {EXPLORATORY}.", class_="note") if known else None


def _missed(visit: VisitAnalysis) -> Markup:
    """Return what is missing, in short: page two says it in full."""
    lines = list(visit.missed)
    lines += [
        f"{hand_title(hand)}: {line}"
        for hand, analysis in visit.hands.items()
        for line in missed(analysis)[:_MOST_MISSED]
    ]
    return element(
        "div",
        element("h3", "What is missing"),
        listed(lines or ["Nothing: everything that was recorded could be used."]),
        class_="missed",
    )


def missed(analysis: Analysis) -> list[str]:
    """Return which trials to repeat and which tests were not made."""
    lines = repeat_words(analysis.results)
    if not analysis.trials:
        lines.append("No trial was found: the object was not lifted, or the forces are unusable.")
    if analysis.results and analysis.margin is None:
        lines.append("Do a slip test with the same hand and surface, right after the lifts.")
    return lines


def listed(lines: Sequence[Child]) -> Markup:
    """Return lines as a list."""
    return element("ul", [element("li", line) for line in lines])
