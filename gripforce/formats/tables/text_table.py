"""Read the columns of a text table; every row has the width of the header or is named.

The cells are parsed by pandas; the sentences on what is wrong are ours.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import UsageError
from gripforce.files import decode_text
from gripforce.formats.tables.dialect import (
    Dialect,
    detect_dialect,
    is_missing,
    is_number,
    is_row,
    is_stamp,
    split,
)
from gripforce.formats.tables.source_table import find_column, needed_columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gripforce.formats.tables.table_map import TableMap
    from gripforce.model import FloatArray

_GZIP_MAGIC = b"\x1f\x8b"
_UNIT_SEPARATOR = "\x1f"


@dataclass(frozen=True, eq=False, slots=True)
class TextTable:
    """A text table, split into lines."""

    name: str
    lines: list[str]
    """The rows, without quotes where they had any."""
    first_row: int
    """Number of the first row in the file, counted from 1."""
    dialect: Dialect
    notes: tuple[str, ...] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """One a column; empty where the table has none."""
        return self.dialect.headings

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.dialect.width

    def numbers(self, columns: Sequence[int]) -> FloatArray:
        """Return columns as numbers, NaN where a cell is blank, shape ``(n, len(columns))``."""
        import pandas as pd  # noqa: PLC0415 - takes half a second, and only an import needs it

        wanted = sorted(set(columns))
        separator = self.dialect.separator
        try:
            frame = pd.read_csv(
                io.StringIO("\n".join(self.lines)),
                sep=r"\s+" if separator == " " else separator,
                decimal=self.dialect.decimal,
                header=None,
                names=range(self.width),
                usecols=wanted,
                dtype=np.float64,
                engine="c",
                quoting=csv.QUOTE_NONE,
                na_values=["-"],
                skip_blank_lines=False,
                skipinitialspace=True,
            )
            values = frame[list(columns)].to_numpy()
        except (ValueError, pd.errors.ParserError):
            raise self._first_bad_cell(wanted) from None
        if np.isinf(values).any() or len(values) != len(self.lines):
            raise self._first_bad_cell(wanted)
        return np.asarray(values, dtype=np.float64)

    def words(self, column: int) -> list[str]:
        """Return a column as text."""
        return [split(line, self.dialect.separator)[column] for line in self.lines]

    def place(self, row: int, column: int) -> str:
        """Return what a person calls a cell, and what it holds."""
        cell = split(self.lines[row], self.dialect.separator)[column]
        return f"row {self.first_row + row}, column {column + 1} holds {cell!r}"

    def _first_bad_cell(self, columns: Sequence[int]) -> UsageError:
        for row, line in enumerate(self.lines):
            cells = split(line, self.dialect.separator)
            for column in columns:
                cell = cells[column]
                if not (is_number(cell, self.dialect.decimal) or is_missing(cell)):
                    return UsageError(
                        f"{self.name}: {self.place(row, column)}, not a number.",
                        "Check header_rows, the separator and the decimal sign.",
                    )
        return UsageError(f"{self.name} is not a table of numbers.", "Check the separator.")


def read_text_table(path: Path, table_map: TableMap | None = None) -> TextTable:
    """Read a text table, plain or gzipped; what the map does not say is detected."""
    text = _read(path)
    lines = text.split("\n")
    while lines and not lines[-1].strip(" \t;,"):
        lines.pop()
    name = str(path)
    given = (
        {}
        if table_map is None
        else {
            "separator": table_map.separator,
            "decimal": table_map.decimal,
            "header_rows": table_map.header_rows,
        }
    )
    dialect = detect_dialect(lines, name, **given)  # type: ignore[arg-type]
    if table_map is None or table_map.header_rows is None:
        _refuse_numbers(lines[: dialect.header_rows], dialect, name)
    complete = text.endswith("\n")
    begin, stop, dialect = _one_table(lines, dialect, name, table_map.table if table_map else None)
    body, notes = lines[begin:stop], []
    needed = _needed(table_map, dialect, name)
    if stop == len(lines) and _is_cut(body[-1], dialect, needed, complete=complete):
        body.pop()
        notes.append(f"The last line of {name} was cut short and is left out.")
    if dialect.decimal == "," and "decimal" not in {k for k, v in given.items() if v}:
        notes.append(f"{name} is read with {dialect.words}.")
    if dialect.header_rows and not dialect.headings:
        notes.append(_misfit(lines[dialect.header_rows - 1], dialect, name))
    _check_widths(body, dialect, begin + 1, name)
    if any('"' in line for line in body):
        body, dialect = _unquoted(body, dialect)
    return TextTable(name, body, begin + 1, dialect, tuple(notes))


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP_MAGIC):
            raw = gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is a damaged gzip file"
        raise UsageError(f"The table {path} cannot be read: {reason}.") from error
    return decode_text(raw, f"The table {path}").replace("\N{MINUS SIGN}", "-").lstrip("\ufeff")


def _one_table(
    lines: list[str], dialect: Dialect, name: str, which: int | None
) -> tuple[int, int, Dialect]:
    """Return where the rows of the one table begin and stop, and its own dialect.

    A line of words alone, or a blank one, ends a table.
    """
    spans, begin = [], dialect.header_rows
    for k in range(begin, len(lines) + 1):
        if k == len(lines) or _ends_table(lines[k], dialect):
            if k - begin > 1:
                spans.append((begin, k))
            begin = k + 1
    if which is None and len(spans) > 1:
        starts = ", ".join(str(a + 1) for a, _ in spans)
        raise UsageError(
            f"{name} holds {len(spans)} tables; their rows begin at rows {starts}.",
            "Choose one by table = 1 in [table], or split the file.",
        )
    if not spans:
        raise UsageError(f"{name} holds fewer than two rows of numbers.", "Check header_rows.")
    if which is not None and which > len(spans):
        raise UsageError(f"{name} has no table {which}; it holds {len(spans)}.")
    begin, stop = spans[(which or 1) - 1]
    if begin == dialect.header_rows:
        return begin, stop, dialect
    above = [b for _, b in spans if b < begin]
    start = above[-1] if above else 0
    own = detect_dialect(
        lines[start:stop], name, separator=dialect.separator, decimal=dialect.decimal
    )
    return begin, stop, replace(own, headings=own.headings or dialect.headings)


def _ends_table(line: str, dialect: Dialect) -> bool:
    if not line.strip():
        return True
    first = line.lstrip(' "')[:1]
    if not (first.isalpha() or first in "#%*"):
        return False
    cells = split(line, dialect.separator)
    return not any(
        is_number(c, dialect.decimal) or is_stamp(c) or is_missing(c) for c in cells if c
    ) or not is_row(cells, dialect.decimal)


def _needed(table_map: TableMap | None, dialect: Dialect, name: str) -> set[int]:
    """Return the columns that a map names; all where there is no map yet."""
    if table_map is None:
        return set(range(dialect.width))
    wanted = needed_columns(table_map)
    return {find_column(c, dialect.headings, dialect.width, name) for c in wanted}


def _is_cut(line: str, dialect: Dialect, needed: set[int], *, complete: bool) -> bool:
    """Whether a last line is cut: needed cells are missing, or its last cell, or digits may be."""
    cells = split(line, dialect.separator)
    last = dialect.width - 1
    if len(cells) < dialect.width or not cells[last]:
        return True
    return any(not cells[k] for k in needed) or (not complete and last in needed)


def _misfit(line: str, dialect: Dialect, name: str) -> str:
    count = len([cell for cell in split(line, dialect.separator) if cell])
    return (
        f"{name}: the header has {count} headings where rows have {dialect.width} cells"
        f" ({dialect.words}); columns are taken by their numbers."
    )


def _check_widths(body: Sequence[str], dialect: Dialect, first_row: int, name: str) -> None:
    separator, width = dialect.separator, dialect.width
    for row, line in enumerate(body, start=first_row):
        plain = separator != " " and '"' not in line
        cells = line.count(separator) + 1 if plain else len(split(line, separator))
        if cells != width:
            hint = "A decimal comma between commas does this; export with another separator."
            raise UsageError(
                f"{name}: row {row} has {_cells(cells)} where the others have {width}.",
                hint if separator == "," and cells > width else "Mend or remove the row.",
            )


def _refuse_numbers(header: Sequence[str], dialect: Dialect, name: str) -> None:
    """Refuse numbers alone before the first row: they may be a row with a cell too few."""
    for row, line in enumerate(header, start=1):
        cells = split(line, dialect.separator)
        if (
            len(cells) != dialect.width
            and line.strip()
            and all(is_number(cell, dialect.decimal) for cell in cells)
        ):
            raise UsageError(
                f"{name}: row {row} has {_cells(len(cells))} where the others have"
                f" {dialect.width}.",
                f"If it is no row, give header_rows = {dialect.header_rows} in [table].",
            )


def _cells(count: int) -> str:
    return f"{count} cell" if count == 1 else f"{count} cells"


def _unquoted(body: Sequence[str], dialect: Dialect) -> tuple[list[str], Dialect]:
    rows = [_UNIT_SEPARATOR.join(split(line, dialect.separator)) for line in body]
    return rows, replace(dialect, separator=_UNIT_SEPARATOR)
