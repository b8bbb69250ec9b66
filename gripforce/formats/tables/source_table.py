"""A table of any origin, and how a map names its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.formats.tables.table_map import ColumnName, TableMap
    from gripforce.model import FloatArray


class SourceTable(Protocol):
    """A table of any origin: columns by index from 0, with their headings."""

    @property
    def name(self) -> str:
        """The file, for messages."""

    @property
    def headings(self) -> tuple[str, ...]:
        """One a column; empty where the table has none."""

    @property
    def width(self) -> int:
        """Number of columns."""

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each omission or detection."""

    def numbers(self, columns: Sequence[int]) -> FloatArray:
        """Return columns as numbers, NaN where a cell is blank, shape ``(n, len(columns))``."""

    def words(self, column: int) -> list[str]:
        """Return a column as text."""

    def place(self, row: int, column: int) -> str:
        """Return what a person calls a cell, and what it holds."""


def needed_columns(table_map: TableMap) -> list[ColumnName]:
    """Return the columns that a map names."""
    named = [c for combination in table_map.channels.values() for c in combination.columns]
    if table_map.target is not None:
        named += table_map.target.source.columns
    if table_map.time_column is not None:
        named.append(table_map.time_column)
    return list(dict.fromkeys(named))


def find_column(column: ColumnName, headings: Sequence[str], width: int, name: str) -> int:
    """Return a column's index from 0; ``UsageError`` where the table has none of that name."""
    known = f": {', '.join(h for h in headings if h)}" if any(headings) else ""
    if isinstance(column, int):
        if column > width:
            raise UsageError(
                f"The map names column {column}, but {name} has {width} columns{known}.",
                "Columns are counted from 1; check the separator too.",
            )
        return column - 1
    exact = [k for k, heading in enumerate(headings) if heading == column]
    loose = [k for k, heading in enumerate(headings) if heading.casefold() == column.casefold()]
    found = exact or loose
    if len(found) != 1:
        problem = "several columns" if found else "no column"
        raise UsageError(
            f"{name} has {problem} with the heading {column!r}{known}.",
            "Copy the heading, or give the column's number, counted from 1.",
        )
    return found[0]
