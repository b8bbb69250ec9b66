"""Tables of results: readable on a terminal, plain CSV in a pipe or file."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Any, TextIO

from gripforce.untrusted import escaped, spreadsheet_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_DECIMALS = {"s": 6, "n": 6, "ms": 3, "g": 3, "pct": 4}
"""Written by the ending of a column: beyond what a converter or clock resolves."""
_DIGITS = 7


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table to standard output; text from outside cannot act on terminal or sheet."""
    if sys.stdout.isatty():
        _print_drawn(columns, rows)
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[spreadsheet_text(_text(cell)) for cell in row] for row in rows])


def _print_drawn(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for k, column in enumerate(columns):
        numeric = all(isinstance(row[k], int | float | None) for row in rows)
        drawn.add_column(Text(column), justify="right" if numeric else "left")
    for row in rows:
        drawn.add_row(*(Text(escaped(_text(cell))) for cell in row))
    Console().print(drawn)


def _text(cell: object) -> str:
    if cell is None or cell != cell:  # noqa: PLR0124 - NaN differs from itself
        return ""
    return f"{cell:.{_DIGITS}g}" if isinstance(cell, float) else str(cell)


def write_csv(table: Mapping[str, Sequence[Any]], stream: TextIO) -> None:
    """Write a table by column as CSV; its numbers carry the digits that they mean, not sixteen.

    No text becomes a formula in a spreadsheet; what is not known is empty.
    """
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(table)
    columns = [_cells(column, values) for column, values in table.items()]
    writer.writerows(zip(*columns, strict=True))


def _cells(column: str, values: Sequence[Any]) -> list[Any]:
    """Return a column's cells as they are written."""
    decimals = _DECIMALS.get(column.rpartition("_")[2])
    return [_cell(value, decimals) for value in values]


def _cell(value: Any, decimals: int | None) -> Any:
    match value:
        case str():
            return spreadsheet_text(value)
        case float() if value != value:  # noqa: PLR0124 - NaN differs from itself
            return ""
        case float():
            return float(f"{value:.{_DIGITS}g}") if decimals is None else round(value, decimals)
        case _:
            return value
