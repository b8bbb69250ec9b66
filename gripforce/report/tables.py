"""Tables of the page: every number also stands beside its text in full, in ``value``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gripforce.analysis.columns import column_spec
from gripforce.analysis.flags import TrialFlag
from gripforce.language import translatable
from gripforce.report.markup import Child, Markup, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult, Value

_WIDEST = 11
"""Columns of numbers that fit side by side on an upright A4 page, in the appendix's small type."""


def table(head: Sequence[Child], rows: Iterable[Sequence[Child]], class_: str = "") -> Markup:
    """Return a table; a child that is a cell already is taken as it is."""
    return element(
        "table",
        element("thead", element("tr", [_head(cell) for cell in head])),
        element("tbody", [element("tr", [_cell(cell) for cell in row]) for row in rows]),
        class_=class_ or None,
    )


def _head(child: Child) -> Markup:
    if isinstance(child, Markup) and child.startswith("<th"):
        return child
    return element("th", child, scope="col")


def _cell(child: Child) -> Markup:
    if isinstance(child, Markup) and child.startswith(("<td", "<th")):
        return child
    return element("td", child)


def value(column: str, cell: Value, task: str = "") -> Markup:
    """Return a cell with a number."""
    return element("td", data(column, cell, task), class_="number")


def data(column: str, cell: Value, task: str = "") -> Child:
    """Return a number's text with all its digits beside it, for a place of any kind."""
    text = column_spec(column, task).write(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return text
    return element("data", text, value=repr(cell), data_column=column)


def median(column: str, estimate: Estimate, task: str = "") -> list[Markup]:
    """Return cells: median, 95 % interval, number of trials."""
    spec = column_spec(column, task)
    ends = (estimate.ci_low, estimate.ci_high)
    limits = [None if end is None else repr(end) for end in ends]
    return [
        value(column, estimate.value, task),
        element(
            "td",
            spec.interval(estimate),
            class_="number interval-cell",
            data_low=limits[0],
            data_high=limits[1],
        ),
        element("td", str(estimate.n), class_="number"),
    ]


def named(column: str, task: str = "") -> Markup:
    """Return a row's head: the column's label and unit, with its name in the table."""
    spec = column_spec(column, task)
    unit = f" [{spec.unit}]" if spec.unit else None
    return element("th", spec.label, unit, scope="row", title=column)


class _Row(NamedTuple):
    result: TaskResult
    trial: MeasuredTrial


def trial_tables(results: Sequence[TaskResult]) -> list[Markup]:
    """Return the main results of every trial of one task, few columns at a time.

    Columns without a value, and flags that all trials share, are named once below.
    """
    rows = [_Row(result, trial) for result in results for trial in result.trials]
    task = results[0].task
    columns = list(dict.fromkeys(c for result in results for c in result.value_columns))
    columns = [c for c in columns if column_spec(c, task).headline is not None] or columns
    measured = {c for c in columns if any(row.trial.values.get(c) is not None for row in rows)}
    shown = [c for c in columns if c in measured]
    common = set.intersection(*(set(row.trial.flags) for row in rows)) if rows else set()
    parts = [shown[k : k + _WIDEST] for k in range(0, len(shown), _WIDEST)]
    several = len(results) > 1
    tables = [_part(rows, part, several=several) for part in parts[:-1]]
    tables += [_part(rows, part, several=several, common=common) for part in parts[-1:]]
    if common:
        words = ", ".join(flag.words for flag in TrialFlag if flag in common)
        tables.append(element("p", f"Flags of every trial: {words}.", class_="note"))
    if len(shown) < len(columns):
        names = ", ".join(column_spec(c, task).label for c in columns if c not in measured)
        tables.append(element("p", f"Measured in no trial: {names}.", class_="note"))
    return tables


def _part(
    rows: Sequence[_Row],
    columns: Sequence[str],
    *,
    several: bool,
    common: set[TrialFlag] | None = None,
) -> Markup:
    """Return some columns of all trials; with ``common``, their other flags in a last column."""
    task = rows[0].result.task
    head: list[Child] = [translatable("trial"), *(column_spec(c, task).title for c in columns)]
    cells: list[list[Child]] = [
        [
            _trial_name(result, trial.trial.number, several=several),
            *(value(c, trial.values.get(c), task) for c in columns),
        ]
        for result, trial in rows
    ]
    if common is not None:
        head.append(element("th", translatable("flags"), scope="col", class_="flags"))
        for row, line in zip(rows, cells, strict=True):
            line.append(
                _flags(flag for flag in row.result.own_flags(row.trial) if flag not in common)
            )
    return table(head, cells, "trials")


def _flags(flags: Iterable[TrialFlag]) -> Markup:
    return element("td", ", ".join(flag.words for flag in flags))


def _trial_name(result: TaskResult, number: int, *, several: bool) -> Markup:
    out = {excluded.trial for excluded in result.excluded}
    name = f"{result.name} {number}" if several else str(number)
    return element("th", name, "*" if number in out else None, scope="row")


def facts(pairs: Iterable[tuple[str, Child]]) -> Markup:
    """Return names and what they are, as a list of definitions."""
    return element(
        "dl",
        [element("div", element("dt", name), element("dd", what)) for name, what in pairs],
    )


MEDIANS = (
    translatable("measure"),
    translatable("median"),
    "95 % interval",
    translatable("trials"),
)
