"""The summary of a session: trials, verdicts, and what is to be repeated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gripforce.analysis.assessment.margin_decision import baseline_words
from gripforce.analysis.columns import IN_DECISIONS, column_spec, key_columns
from gripforce.analysis.measures.split_hand import EXPLORATORY
from gripforce.language import translatable
from gripforce.model import task_spec
from gripforce.session.state import SessionState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from gripforce.analysis.results import Analysis, Estimate
    from gripforce.session.state_machine import SessionMachine

CAUTION: Final = "For research, not for diagnosis: squeezing hard can have many reasons."
NOTHING_TO_REPEAT: Final = "Nothing needs to be repeated."
IN_PROGRESS: Final = "The recordings are being analysed …"


def summary_heading(session: SessionMachine) -> str:
    """Return protocol, subject, and whether the session was finished."""
    end = "finished" if session.state is SessionState.FINISHED else translatable("ended")
    return f"{session.protocol.title}, {session.progress.about.get('subject', '')}: {end}"


def summary_lines(session: SessionMachine, verdicts: Sequence[str], folder: Path) -> list[str]:
    """Return the summary; ``verdicts`` are its lines on the hands, as far as they are known."""
    why = session.progress.why
    return [
        *([f"Ended early: {why}.", ""] if why else []),
        *trial_lines(session),
        "",
        *repeat_lines(session),
        "",
        *verdicts,
        "",
        CAUTION,
        "",
        f"All files are in {folder}",
    ]


def trial_lines(session: SessionMachine) -> list[str]:
    """Return a line for each block that asked for trials, and for each check that failed."""
    lines = []
    for index, block in enumerate(session.protocol.blocks):
        done = session.progress.block(index)
        if not block.measured and not done.failed:
            continue
        if done.skipped:
            lines.append(f"– {_name(session, index)}: skipped, {done.skipped}")
        elif done.failed:
            lines.append(f"✕ {_name(session, index)}: failed, the session went on. {done.failed}")
        else:
            asked = session.asked_of(index)
            sign = "✓" if done.counted >= asked else "!"
            good = f"{asked} asked, {done.counted} good"
            repeated = f", {done.repeats} repeated" if done.repeats else ""
            lines.append(f"{sign} {_name(session, index)}: {good}{repeated}")
    return lines


def missed_lines(session: SessionMachine) -> list[str]:
    """Return a sentence for each block that was skipped, failed or has too few good trials."""
    lines = []
    for index, block in enumerate(session.protocol.blocks):
        done = session.progress.block(index)
        if not session.is_short(index) or not (block.measured or done.failed or done.skipped):
            continue
        if done.skipped:
            why = f"skipped, {done.skipped}"
        elif done.failed:
            why = f"failed, and the session went on. {done.failed}".rstrip(". ")
        else:
            why = f"{done.counted} of {session.asked_of(index)} good"
        lines.append(f"{_name(session, index)}: {why}.")
    return lines


def repeat_lines(session: SessionMachine) -> list[str]:
    """Return what is missing, or that nothing is."""
    missed = missed_lines(session)
    return ["To repeat:", *(f"  {line}" for line in missed)] if missed else [NOTHING_TO_REPEAT]


def _name(session: SessionMachine, index: int) -> str:
    block = session.protocol.blocks[index]
    return f"{block.title}, {session.hand_of(block)} hand" if block.measured else block.title


def verdict_lines(analyses: Mapping[str, Analysis], errors: Sequence[str]) -> list[str]:
    """Return both verdicts for each hand with their figures, then what could not be analysed."""
    lines: list[str] = []
    for hand, analysis in analyses.items():
        lines.append(f"{hand.capitalize() or 'Unknown'} hand")
        for verdict in analysis.verdicts.values():
            answer = str(verdict.answer).capitalize()
            lines += [f"  {verdict.question} {answer}", f"    {verdict.why}"]
            if change := baseline_words(verdict.evidence):
                lines.append(f"    {change}")
        lines += [f"    {text}" for text in _figures(analysis)]
        lines += [f"  Note: {remark}" for remark in analysis.remarks_besides]
        lines.append("")
    lines += _left_and_right(analyses)
    return [*lines, *errors]


_COMPARED: Final = (
    ("maximal pinch", "pinch", "mvc_best_n", "N", 1),
    ("friction coefficient", "slip", "mu", "", 2),
    ("grip force in the hold", "lift", "gf_static_n", "N", 1),
)
"""What both hands are compared by: words, task, column, unit, digits."""


def _left_and_right(analyses: Mapping[str, Analysis]) -> list[str]:
    """Return a line for each figure that both hands have."""
    if not {"left", "right"} <= set(analyses):
        return []
    lines = []
    for words, task, column, unit, digits in _COMPARED:
        both = [analyses[hand].by_task.get(task, {}).get(column) for hand in ("left", "right")]
        left, right = both
        if left is not None and right is not None:
            values = " / ".join(_rounded(e.value, digits) for e in (left, right))
            lines.append(f"  {words}: {values} {unit}".rstrip())
    lines += _key_figures_of_both(analyses["left"].by_task, analyses["right"].by_task)
    return ["Left / right", *lines, ""] if lines else []


def _key_figures_of_both(
    left: Mapping[str, Mapping[str, Estimate]], right: Mapping[str, Mapping[str, Estimate]]
) -> list[str]:
    """Return a line for each figure that answers a task's question, and that both hands have."""
    lines = []
    for task in (task for task in left if task in right and task not in IN_DECISIONS):
        for column in _answering(task, {c: e for c, e in left[task].items() if c in right[task]}):
            spec = column_spec(column, task)
            both = [_short(own[task][column], spec.decimals) for own in (left, right)]
            lines.append(f"  {spec.label}: {' / '.join(both)} {spec.unit}".rstrip())
    return lines


def _answering(task: str, summary: Mapping[str, Estimate]) -> list[str]:
    """Return the columns that answer a task's question and do not stand in ``_COMPARED``."""
    compared = {column for _, other, column, _, _ in _COMPARED if other == task}
    return [column for column in key_columns(summary, task) if column not in compared]


def _short(estimate: Estimate, digits: int) -> str:
    middle = _rounded(estimate.value, digits)
    if estimate.ci_low is None or estimate.ci_high is None:
        return middle
    low, high = _rounded(estimate.ci_low, digits), _rounded(estimate.ci_high, digits)
    return f"{middle} ({low} to {high})"


def _figures(analysis: Analysis) -> list[str]:
    lines = [
        f"{words}: {_interval(estimate, unit, digits)}"
        for words, task, column, unit, digits in _COMPARED
        if (estimate := analysis.by_task.get(task, {}).get(column)) is not None
    ]
    lag = analysis.summary.get("xcorr_lag_ms")
    others = analysis.by_task and not any(task_spec(task).couples for task in analysis.by_task)
    if lag is not None and not others:  # the lag of tracking is not one behind the load
        lines.append(_lag(lag))
    ratio = analysis.summary.get("gf_lf_ratio")
    if ratio is not None:
        lines.append(f"GF/LF in the hold: {_interval(ratio, '', 2)}")
    if analysis.margin is not None:
        margin = analysis.margin.static_margin_pct_of_slip
        lines.append(f"safety margin: {_interval(margin, '% of the slip force', 0)}")
    for task, summary in analysis.by_task.items():
        if task not in IN_DECISIONS:
            lines += _key_lines(task, summary)
    return lines


def _key_lines(task: str, summary: Mapping[str, Estimate]) -> list[str]:
    """Return the figures that answer a task's question, with their intervals."""
    columns = _answering(task, summary)
    specs = [column_spec(column, task) for column in columns]
    lines = [
        f"{spec.label}: {_interval(summary[column], spec.unit, spec.decimals)}"
        for column, spec in zip(columns, specs, strict=True)
    ]
    return [*lines, f"({EXPLORATORY})"] if "split_hand_ratio" in columns else lines


def _lag(lag_ms: Estimate) -> str:
    """Return which of the two forces leads, and by how much."""
    if lag_ms.value < 0:
        lead_ms = replace(
            lag_ms,
            value=-lag_ms.value,
            ci_low=None if lag_ms.ci_high is None else -lag_ms.ci_high,
            ci_high=None if lag_ms.ci_low is None else -lag_ms.ci_low,
        )
        return f"grip leads load by {_interval(lead_ms, 'ms', 0)}"
    return f"grip lags load by {_interval(lag_ms, 'ms', 0)}"


def _interval(estimate: Estimate, unit: str, digits: int) -> str:
    middle = f"{_rounded(estimate.value, digits)} {unit}".rstrip()
    if estimate.ci_low is None or estimate.ci_high is None:
        return f"{middle} (n = {estimate.n})"
    low, high = _rounded(estimate.ci_low, digits), _rounded(estimate.ci_high, digits)
    return f"{middle} (95 %: {low} to {high}, n = {estimate.n})"


def _rounded(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:.{digits}f}"  # -0.0 + 0.0 is 0.0
