"""Read the table of a control group, as people's spreadsheets write it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from gripforce.errors import UsageError
from gripforce.files import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.analysis.assessment.person import Control

_COLUMNS = ("metric", "mean", "sd", "n")


def read_controls(path: Path) -> dict[str, Control]:
    """Return a control group's figures by metric.

    Cells may be separated by ``,``, ``;`` or tabs; beside the last two, a comma may be the decimal
    sign. Blank rows are passed over. ``UsageError`` where a metric is unknown.
    """
    rows = _rows(path)
    found = {row["metric"]: _control(path, number, row) for number, row in rows}
    unknown = [metric for metric in found if metric not in _known_metrics()]
    if unknown:
        raise UsageError(
            f"{path}: there is no metric {', '.join(unknown)}.",
            f"Metrics are columns of the results, such as {', '.join(_examples())}.",
        )
    return found


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Return rows by heading, each with its number in the file."""
    lines = read_text(path, "The table").split("\n")
    header = next((line for line in lines if line.strip()), "")
    separator = max("\t;,", key=header.count)
    rows = []
    for number, cells in enumerate(csv.reader(lines, delimiter=separator), start=1):
        plain = [cell.strip() for cell in cells]
        if any(plain):
            rows.append((number, plain))
    names = [name.lower() for name in rows[0][1]] if rows else []
    if not set(_COLUMNS) <= set(names):
        raise UsageError(
            f"{path} is not a table of a control group.",
            f"Its columns are {','.join(_COLUMNS)}; here: {','.join(names) or 'none'}.",
        )
    return [
        (number, dict(zip(names, [*cells, *[""] * len(names)], strict=False)))
        for number, cells in rows[1:]
    ]


def _control(path: Path, number: int, row: dict[str, str]) -> Control:
    from gripforce.analysis.assessment.person import Control

    try:
        mean, sd, n = (float(row[name].replace(",", ".")) for name in _COLUMNS[1:])
    except ValueError:
        raise UsageError(
            f"{path}: row {number} is not a metric with the numbers mean, sd and n.",
            f"It holds {', '.join(row.values())}.",
        ) from None
    if not (sd >= 0 and n > 1 and n.is_integer()):
        raise UsageError(
            f"{path}: row {number} needs n of 2 or more, a whole number, and no negative sd."
        )
    return Control(mean, sd, int(n))


def _known_metrics() -> set[str]:
    from dataclasses import fields

    from gripforce.analysis.results import SafetyMargin
    from gripforce.analysis.tasks.registry import ANALYSES

    kinds = [k for a in ANALYSES.values() for k in (a.metrics, a.series) if k is not None]
    return {field.name for kind in (*kinds, SafetyMargin) for field in fields(kind)}


def _examples() -> tuple[str, ...]:
    return ("gf_static_n", "gf_lf_ratio", "static_margin_pct_of_slip")
