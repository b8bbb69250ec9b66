"""Compare a task's key figures with a control group, and with the person's own earlier ones.

One sentence a task; a task of which nothing can be compared is said, too.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from gripforce.analysis.columns import column_spec, key_columns
from gripforce.analysis.statistics.change import Z, change_between
from gripforce.model import task_spec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.assessment.margin_decision import Control
    from gripforce.analysis.results import Estimate

    Summary = Mapping[str, Estimate]


def against_controls(by_task: Mapping[str, Summary], controls: Mapping[str, Control]) -> list[str]:
    """Return a sentence a task on its key figures beside a control group's, by column.

    The limits hold 95 % of new controls: ``mean ± 1.96 SD √(1 + 1 / n)``.
    """
    return [
        _sentence(f"Against controls, {_title(task)}", [
            _beside(column, task, summary[column], controls[column])
            for column in _compared(task, summary, controls)
        ], "their table has none of its main results, so nothing is compared.")
        for task, summary in by_task.items()
    ]  # fmt: skip


def since_baseline(by_task: Mapping[str, Summary], earlier: Mapping[str, Summary]) -> list[str]:
    """Return a sentence a task on the change of its key figures since an earlier visit."""
    return [
        _sentence(f"Since the baseline, {_title(task)}", [
            _change(column, task, summary[column], earlier[task][column])
            for column in _compared(task, summary, earlier.get(task, {}))
        ], "the baseline has none of its main results, so nothing is compared.")
        for task, summary in by_task.items()
    ]  # fmt: skip


def _compared(task: str, summary: Summary, known: Mapping[str, object]) -> list[str]:
    return [column for column in key_columns(summary, task) if column in known]


def _title(task: str) -> str:
    return task_spec(task).title.lower()


def _sentence(begin: str, parts: list[str], nothing: str) -> str:
    return f"{begin}: {'; '.join(parts)}." if parts else f"{begin}: {nothing}"


def _beside(column: str, task: str, found: Estimate, control: Control) -> str:
    half = Z * control.sd * sqrt(1 + 1 / control.n)
    low, high = control.mean - half, control.mean + half
    spec = column_spec(column, task)
    limits = f"{spec.write(low)} to {spec.write(high)}"
    own = f"{spec.label} {spec.write(found.value)} {spec.unit}".rstrip()
    if found.ci_low is None or found.ci_high is None:
        return f"{own} has no interval, so it is not placed in their {limits}"
    if found.ci_high < low:
        return f"{own} lies below their {limits}"
    if found.ci_low > high:
        return f"{own} lies above their {limits}"
    if low <= found.ci_low and found.ci_high <= high:
        return f"{own} lies within their {limits}"
    return f"{own} may lie in or outside of their {limits}"


def _change(column: str, task: str, now: Estimate, earlier: Estimate) -> str:
    """Return a change beside the noise within both sessions, from their intervals."""
    spec = column_spec(column, task)
    found = change_between(earlier, now)
    sign = "+" if found.change > 0 else ""
    own = f"{spec.label} {sign}{spec.write(found.change)} {spec.unit}".rstrip()
    if found.noise is None:
        return f"{own}, without an interval in both"
    if found.answer == "no larger than noise":
        return f"{own}, no more than the noise within sessions (± {spec.write(found.noise)})"
    return (
        f"{own}, beyond the noise within sessions (± {spec.write(found.noise)}; days differ "
        "besides)"
    )
