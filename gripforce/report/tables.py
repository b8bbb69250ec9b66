"""Tables of the page: every number also stands beside its text in full, in ``value``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.report import labels
from gripforce.report.markup import Child, Markup, element

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gripforce.analysis.results import Estimate, TaskResult, Value

_WIDEST = 8
"""Columns of numbers that fit side by side on an upright A4 page."""


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


def value(column: str, cell: Value) -> Markup:
    """Return a number as its text with all its digits beside it."""
    text = labels.quantity(column).write(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return element("td", text, class_="number")
    full = element("data", text, value=repr(cell), data_column=column)
    return element("td", full, class_="number")


def median(column: str, estimate: Estimate) -> list[Markup]:
    """Return cells: median, 95 % interval, number of trials."""
    described = labels.quantity(column)
    ends = (estimate.ci_low, estimate.ci_high)
    limits = [None if end is None else repr(end) for end in ends]
    return [
        value(column, estimate.median),
        element(
            "td",
            described.interval(estimate),
            class_="number interval-cell",
            data_low=limits[0],
            data_high=limits[1],
        ),
        element("td", str(estimate.n), class_="number"),
    ]


def named(column: str) -> Markup:
    """Return a row's head: what the column is called, its unit, and its name in the table."""
    described = labels.quantity(column)
    unit = f" [{described.unit}]" if described.unit else None
    return element("th", described.label, unit, scope="row", title=column)


def trial_tables(results: Sequence[TaskResult]) -> list[Markup]:
    """Return every metric of every trial of one task, few columns at a time."""
    columns = list(dict.fromkeys(c for result in results for c in result.value_columns))
    rows = [(result, trial) for result in results for trial in result.trials]
    empty = [c for c in columns if all(t.values.get(c) is None for _, t in rows)]
    full = [c for c in columns if c not in empty]
    parts = [full[k : k + _WIDEST] for k in range(0, len(full), _WIDEST)]
    several = len(results) > 1
    common = set.intersection(*(set(trial.flags) for _, trial in rows)) if rows else set()
    tables = []
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        head: list[Child] = ["trial", *(labels.quantity(c).title for c in part)]
        cells = [
            [
                _trial_name(result, trial.trial.number, several=several),
                *(value(c, trial.values.get(c)) for c in part),
                *([_flags(trial.flags, common)] if last else []),
            ]
            for result, trial in rows
        ]
        tables.append(
            table(
                [*head, *([element("th", "flags", scope="col", class_="flags")] if last else [])],
                cells,
                "trials",
            )
        )
    if common:
        said = ", ".join(sorted(common)).replace("_", " ")
        tables.append(element("p", f"Flags of every trial: {said}.", class_="note"))
    if empty:
        names = ", ".join(labels.quantity(c).label for c in empty)
        tables.append(element("p", f"Measured in no trial: {names}.", class_="note"))
    return tables


def _flags(flags: Iterable[str], common: set[str]) -> Markup:
    own = [flag.replace("_", " ") for flag in flags if flag not in common]
    return element("td", ", ".join(own))


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


def by_column(summary: Mapping[str, Estimate], first: Sequence[str]) -> list[str]:
    """Return the columns of a summary, those of ``first`` in its order before the rest."""
    return [column for column in dict.fromkeys([*first, *summary]) if column in summary]


def all_medians(results: Sequence[TaskResult], summary: Mapping[str, Estimate]) -> Child:
    """Return the medians of every measure of a task, named as in the exported table."""
    promised = [column for result in results for column in result.value_columns]
    rows = [
        [named(column), element("td", column, class_="name"), *median(column, summary[column])]
        for column in by_column(summary, promised)
    ]
    if not rows:
        return None
    return table([*MEDIANS[:1], "column", *MEDIANS[1:]], rows, "medians every")


MEDIANS = ("measure", "median", "95 % interval", "trials")
