"""Summarize one person's recordings: medians, the safety margin and the two decisions."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.advice import advice
from gripforce.analysis.assessment.comparison import against_controls, since_baseline
from gripforce.analysis.assessment.coupling_decision import coupling_verdict
from gripforce.analysis.assessment.doubts import (
    common_conditions,
    doubted,
    find_task_doubts,
    without_doubtful,
)
from gripforce.analysis.assessment.margin import (
    NO_SLIP_FORCE,
    by_margin_rank,
    why_no_slips,
)
from gripforce.analysis.assessment.margin_decision import Control, margin_verdict
from gripforce.analysis.assessment.margin_pools import find_margin_pools
from gripforce.analysis.assessment.pooling import in_order, pool_by_task
from gripforce.analysis.results import Analysis, total_counts
from gripforce.analysis.statistics.estimates import as_json
from gripforce.errors import UsageError
from gripforce.model.whose import hand_of, person_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.doubts import Doubt
    from gripforce.analysis.results import Estimate, SafetyMargin, TaskResult, Verdict

__all__ = ["Control", "analysis_json", "require_one_person", "summarize_person"]


def summarize_person(
    results: Sequence[TaskResult],
    controls: Mapping[str, Control] | None = None,
    baseline: Mapping[str, Estimate] | None = None,
    baseline_by_task: Mapping[str, Mapping[str, Estimate]] | None = None,
) -> Analysis:
    """Return the analysis of one person's recordings.

    Medians of several recordings of a task are over all their trials together; the order of the
    recordings does not matter. ``controls`` are a control group's figures by column, ``baseline``
    the person's own earlier summary, ``baseline_by_task`` the same by task. Raises ``UsageError``
    where the recordings are of different people.
    """
    require_one_person(results)
    results = in_order(results)
    pools = find_margin_pools(results, [r for r in results if r.task == "slip"])
    margin, no_margin = pools.margin, [] if pools.margin else _why_no_margin(results)
    by_task = {task: pool.summary for task, pool in pool_by_task(results).items()}
    doubts = find_task_doubts(results)
    by_task = {task: without_doubtful(own, task, doubts) for task, own in by_task.items()}
    remarks = [
        *_about_recordings(results),
        *(doubt.sentence for doubt in doubts),
        *(against_controls(by_task, controls) if controls is not None else ()),
        *(since_baseline(by_task, baseline_by_task) if baseline_by_task is not None else ()),
        *common_conditions(results),
        *no_margin,
        *pools.remarks,
    ]
    in_excess = margin_verdict(
        results, margin, controls, baseline, no_margin, by_recording=pools.as_json()
    )
    return Analysis(
        results=tuple(results),
        summary=_flat(by_task, None if doubts else margin),
        by_task=by_task,
        margin=None if doubts else margin,
        verdicts=_verdicts(coupling_verdict(results), in_excess, doubts),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _verdicts(coupled: Verdict, in_excess: Verdict, doubts: Sequence[Doubt]) -> dict[str, Verdict]:
    """Return both answers, as far as the data are not in doubt."""
    return {
        "anticipatory_coupling": doubted(coupled, [d for d in doubts if not d.spares_coupling]),
        "excess_margin": doubted(in_excess, doubts),
    }


def _about_recordings(results: Sequence[TaskResult]) -> list[str]:
    """Return what the recordings say of themselves, and what is wrong with them together."""
    return [
        *(remark for result in results for remark in result.remarks),
        *_incomplete(results),
        *_different_hands(results),
        *_failed_checks(results),
        *_overloads(results),
    ]


def analysis_json(analysis: Analysis) -> dict[str, Any]:
    """Return what ``analyze --json`` prints, in plain values."""
    return {
        "files": [result.recording.path for result in analysis.results],
        "recordings": [_integrity(result) for result in analysis.results],
        "trials": analysis.trials,
        "summary": {key: as_json(value) for key, value in analysis.summary.items()},
        "tasks": {
            task: {
                "trials": sum(len(r.trials) for r in analysis.results if r.task == task),
                **_counts([r for r in analysis.results if r.task == task]),
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


def _why_no_margin(results: Sequence[TaskResult]) -> list[str]:
    """Return why no margin is given, and what became of slip tests that were."""
    slips = [result for result in results if result.task == "slip"]
    suitable = by_margin_rank(results)
    refused = [why_no_slips(result, slips) for result in suitable]
    said = list(dict.fromkeys(why for why in refused if why is not None))
    return [*said, NO_SLIP_FORCE] if suitable else []


def _integrity(result: TaskResult) -> dict[str, Any]:
    integrity = result.recording.integrity
    return {
        "file": result.recording.path,
        "ended": str(integrity.ended),
        "lost": integrity.lost,
        "lost_pct": round(integrity.lost_pct, 3),
        "reconciled": integrity.reconciled,
    }


def _incomplete(results: Sequence[TaskResult]) -> list[str]:
    """Return a sentence for each recording that has no end."""
    found = [(result.name, result.recording.integrity.ended.incomplete) for result in results]
    return [f"{name} {why}" for name, why in found if why]


def _overloads(results: Sequence[TaskResult]) -> list[str]:
    """Return a sentence for each force channel that bore more than its cell can."""
    found = []
    for result in results:
        for samples in result.recording.streams.values():
            for k, channel in enumerate(samples.stream.channels):
                if channel.capacity_n is None or not samples.columns[k].endswith("_n"):
                    continue
                peak_n = float(abs(samples.values[:, k]).max(initial=0.0))
                if peak_n > channel.capacity_n:
                    found.append(
                        f"Overload in {result.name}: {channel.label} reached {peak_n:.0f} N, its "
                        f"cell bears {channel.capacity_n:g} N. Calibrate before the next use."
                    )
    return found


def _failed_checks(results: Sequence[TaskResult]) -> list[str]:
    """Return a sentence for each check that had failed when the session went on."""
    texts = dict.fromkeys(r.recording.metadata.get("failed_checks") for r in results)
    return [f"The session went on although a check had failed. {text}" for text in texts if text]


def _counts(results: Sequence[TaskResult]) -> dict[str, int]:
    counts = total_counts(results)
    return {} if counts is None else asdict(counts)


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


def require_one_person(results: Sequence[TaskResult]) -> None:
    """Raise ``UsageError`` where recordings are of different people: medians would mix them."""
    people = {person_of(r.recording.metadata) for r in results} - {""}
    if len(people) > 1:
        raise UsageError(
            f"These recordings are of different people ({', '.join(sorted(people))}).",
            "Analyze one person's recordings at a time; for a study, use gripforce cohort.",
        )


def _different_hands(results: Sequence[TaskResult]) -> list[str]:
    """Return a warning where recordings are not all of one hand."""
    hands = {hand_of(r.recording.metadata) for r in results} - {""}
    if len(hands) < 2:  # noqa: PLR2004 - one hand's
        return []
    return [f"These recordings are of different hands ({', '.join(sorted(hands))})."]
