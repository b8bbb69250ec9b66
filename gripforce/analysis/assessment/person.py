"""Summarize one person's recordings: medians, the safety margin and the two decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.advice import advice
from gripforce.analysis.assessment.coupling_decision import coupling_verdict
from gripforce.analysis.assessment.margin import NO_SLIP_TEST, find_slips, safety_margin
from gripforce.analysis.assessment.margin_decision import Control, margin_verdict
from gripforce.analysis.results import Analysis, Estimate
from gripforce.analysis.statistics.estimates import as_json, estimate_median
from gripforce.analysis.tasks.context import numbers
from gripforce.analysis.tasks.pinch import compare_pinches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import SafetyMargin, TaskResult

__all__ = ["Control", "analysis_json", "summarize_person"]


def summarize_person(
    results: Sequence[TaskResult],
    controls: Mapping[str, Control] | None = None,
    baseline: Mapping[str, Estimate] | None = None,
) -> Analysis:
    """Return the analysis of one person's recordings.

    Medians of several recordings of a task are over all their trials together. ``controls`` are a
    control group's figures by column, ``baseline`` the person's own earlier summary.
    """
    margin = _margin(results)
    by_task = {task: _summary([r for r in results if r.task == task]) for task in _tasks(results)}
    remarks = [remark for result in results for remark in result.remarks]
    remarks += [*_mixed(results)]
    if margin is None and any(result.spec.margin_rank for result in results):
        remarks.append(NO_SLIP_TEST)
    return Analysis(
        results=tuple(results),
        summary=_flat(by_task, margin),
        by_task=by_task,
        margin=margin,
        verdicts={
            "anticipatory_coupling": coupling_verdict(results),
            "excess_margin": margin_verdict(results, margin, controls, baseline),
        },
        remarks=tuple(dict.fromkeys(remarks)),
    )


def analysis_json(analysis: Analysis) -> dict[str, Any]:
    """Return what ``analyze --json`` prints, in plain values."""
    return {
        "files": [result.recording.path for result in analysis.results],
        "trials": analysis.trials,
        "summary": {key: as_json(value) for key, value in analysis.summary.items()},
        "tasks": {
            task: {
                "trials": sum(len(r.trials) for r in analysis.results if r.task == task),
                "summary": {key: as_json(value) for key, value in summary.items()},
            }
            for task, summary in analysis.by_task.items()
        },
        "verdicts": {
            name: {
                "question": verdict.question,
                "answer": str(verdict.answer),
                "why": verdict.why,
                "evidence": verdict.evidence.as_json(),
            }
            for name, verdict in analysis.verdicts.items()
        },
        "excluded": [
            {"file": e.recording, "trial": e.trial, "why": e.why} for e in analysis.excluded
        ],
        "timing": [{"file": r.name, "why": r.timing.why} for r in analysis.results],
        "advice": [{"file": r.name, "advice": list(advice(r))} for r in analysis.results],
        "filters": sorted({result.traces.filter for result in analysis.results}),
        "remarks": list(analysis.remarks),
    }


def _tasks(results: Sequence[TaskResult]) -> list[str]:
    return list(dict.fromkeys(result.task for result in results))


def _margin(results: Sequence[TaskResult]) -> SafetyMargin | None:
    """Return the margin of the first recording, best task first, that has slips."""
    slips = [result for result in results if result.task == "slip"]
    for result in by_margin_rank(results):
        margin = safety_margin(result, find_slips(result, slips))
        if margin is not None:
            return margin
    return None


def by_margin_rank(results: Sequence[TaskResult]) -> list[TaskResult]:
    """Return the recordings that a margin can be taken from, the most suitable task first."""
    suitable = [result for result in results if result.spec.margin_rank is not None]
    return sorted(suitable, key=lambda result: result.spec.margin_rank or 0)


def _summary(results: Sequence[TaskResult]) -> dict[str, Estimate]:
    """Return one task's summary: a single recording's own, or medians over all its trials."""
    if len(results) == 1:
        return dict(results[0].summary)
    pooled = {}
    for column in dict.fromkeys(column for result in results for column in result.summary):
        values = [v for result in results for v in numbers(result.used, column)]
        if not values:  # a figure of a whole series: the median of the recordings'
            values = [r.summary[column].value for r in results if column in r.summary]
        estimate = estimate_median(values)
        if estimate is not None:
            pooled[column] = estimate
    if results[0].task == "pinch" and len(_hands(results)) < 2:  # noqa: PLR2004 - one hand's
        found = compare_pinches([trial for result in results for trial in result.used])
        if found is not None:
            pooled["split_hand_ratio"] = Estimate(found.ratio, None, None, 2)
    return pooled


def _hands(results: Sequence[TaskResult]) -> set[str]:
    return {str(result.recording.metadata.get("hand")) for result in results}


def _flat(
    by_task: Mapping[str, Mapping[str, Estimate]], margin: SafetyMargin | None
) -> dict[str, Estimate]:
    """Return one summary: beside lifts, columns of other tasks are prefixed with the task."""
    plain = "lift" if "lift" in by_task or len(by_task) != 1 else next(iter(by_task))
    flat = {
        column if task == plain else f"{task}.{column}": estimate
        for task, summary in by_task.items()
        for column, estimate in summary.items()
    }
    if margin is not None:
        flat |= margin.figures
    return flat


def _mixed(results: Sequence[TaskResult]) -> list[str]:
    """Return warnings where recordings are not all of one person and hand."""
    remarks = []
    for key, word in (("subject", "people"), ("hand", "hands")):
        values = {r.recording.metadata.get(key) for r in results} - {None}
        if len(values) > 1:
            named = ", ".join(sorted(map(str, values)))
            remarks.append(f"These recordings are of different {word} ({named}).")
    return remarks
