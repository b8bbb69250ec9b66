"""Read the columns of a text table; every row has the width of the header or is named.

The cells are parsed by pandas; the sentences on what is wrong are ours.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.errors import UsageError
from gripforce.files import decode_text
from gripforce.formats.tables.dialect import (
    MISSING_WORDS,
    Dialect,
    detect_dialect,
    is_missing,
    is_number,
    split,
)
from gripforce.formats.tables.source_table import find_column, needed_columns
from gripforce.formats.tables.text_lines import (
    TextLines,
    choose_table,
    split_lines,
    without_asides,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gripforce.formats.tables.table_map import TableMap
    from gripforce.model import FloatArray

_GZIP_MAGIC = b"\x1f\x8b"
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([., ])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
"""A number whose thousands are parted."""
_UNIT_SEPARATOR = "\x1f"


@dataclass(frozen=True, eq=False, slots=True)
class TextTable:
    """A text table, split into lines."""

    name: str
    lines: list[str]
    """The rows, without quotes where they had any."""
    numbers_in_file: list[int]
    """Number of each row in the file, counted from 1."""
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
                na_values=MISSING_WORDS,
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
        return f"row {self.numbers_in_file[row]}, column {column + 1} holds {cell!r}"

    def _first_bad_cell(self, columns: Sequence[int]) -> UsageError:
        for row, line in enumerate(self.lines):
            cells = split(line, self.dialect.separator)
            for column in columns:
                cell = cells[column]
                if not (is_number(cell, self.dialect.decimal) or is_missing(cell)):
                    hint = "Check header_rows, the separator and the decimal sign."
                    grouped = _GROUPED.fullmatch(cell)
                    if grouped:
                        hint = f'If thousands are parted so, give thousands = "{grouped[1]}".'
                    return UsageError(
                        f"{self.name}: {self.place(row, column)}, not a number.", hint
                    )
        return UsageError(f"{self.name} is not a table of numbers.", "Check the separator.")


def read_text_table(path: Path, table_map: TableMap | None = None) -> TextTable:
    """Read a text table, plain or gzipped; what the map does not say is detected."""
    name, text = str(path), _read(path)
    given = {} if table_map is None else _given(table_map)
    which = None if table_map is None else table_map.table
    found = split_lines(text, given.get("separator"), table_map.thousands if table_map else None)
    dialect = detect_dialect(found.lines, name, **given)
    if given.get("header_rows") is None:
        _refuse_numbers(found, dialect, name)
    found = without_asides(found, dialect, which)
    begin, stop, dialect = choose_table(found.lines, found.numbers, dialect, name, which)
    needed = _needed(table_map, dialect, name)
    body, numbers, notes = found.lines[begin:stop], found.numbers[begin:stop], [*found.notes]
    complete = text.endswith("\n")
    if stop == len(found.lines) and _is_cut(body[-1], dialect, needed, complete=complete):
        body.pop()
        notes.append(f"The last line of {name} was cut short and is left out.")
    if dialect.decimal == "," and given.get("decimal") is None:
        notes.append(f"{name} is read with {dialect.words}.")
    if dialect.header_rows and not dialect.headings:
        notes.append(_misfit(found.lines[dialect.header_rows - 1], dialect, name))
    _check_widths(body, dialect, numbers, name)
    if any('"' in line for line in body):
        body, dialect = _unquoted(body, dialect)
    if table_map is None or table_map.thousands is None:
        _refuse_thousands(body, dialect, needed, name)
    return TextTable(name, body, numbers, dialect, tuple(notes))


def _given(table_map: TableMap) -> dict[str, Any]:
    """Return what a map says of the dialect."""
    return {
        "separator": table_map.separator,
        "decimal": table_map.decimal,
        "header_rows": table_map.header_rows,
    }


def _refuse_thousands(body: Sequence[str], dialect: Dialect, needed: set[int], name: str) -> None:
    """Refuse a column of whole numbers and numbers with three digits behind the sign.

    Then the sign may stand between thousands: no instrument prints 850 and then 1.020.
    """
    group = re.compile(rf"[+-]?\d{{1,3}}(\{dialect.decimal}\d{{3}})+")
    whole = re.compile(r"[+-]?\d{1,3}")
    suspects, plain, grouped = set(needed), set[int](), dict[int, str]()
    separator = dialect.separator
    for line in body:
        if not suspects:  # as a rule within some rows
            return
        plain_line = separator != " " and '"' not in line
        cells = line.split(separator) if plain_line else split(line, separator)
        for column in tuple(suspects):
            cell = cells[column].strip()
            if group.fullmatch(cell):
                grouped.setdefault(column, cell)
            elif whole.fullmatch(cell):
                plain |= set() if cell.lstrip("+-") == "0" else {column}
            elif not is_missing(cell):
                suspects.remove(column)
    for column in sorted(suspects & plain & grouped.keys()):
        raise UsageError(
            f"{name}: column {column + 1} holds whole numbers and {grouped[column]!r}, in which"
            f" {dialect.decimal!r} may stand between thousands.",
            f'Give thousands = "{dialect.decimal}" in [table] if so, else thousands = "".',
        )


def _read(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP_MAGIC):
            raw = gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is a damaged gzip file"
        raise UsageError(f"The table {path} cannot be read: {reason}.") from error
    return decode_text(raw, f"The table {path}").replace("\N{MINUS SIGN}", "-").lstrip("\ufeff")


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


def _check_widths(body: Sequence[str], dialect: Dialect, numbers: Sequence[int], name: str) -> None:
    separator, width = dialect.separator, dialect.width
    for row, line in zip(numbers, body, strict=False):
        plain = separator != " " and '"' not in line
        cells = line.count(separator) + 1 if plain else len(split(line, separator))
        if cells != width:
            hint = "A decimal comma between commas does this; export with another separator."
            raise UsageError(
                f"{name}: row {row} has {_cells(cells)} where the others have {width}.",
                hint if separator == "," and cells > width else "Mend or remove the row.",
            )


def _refuse_numbers(found: TextLines, dialect: Dialect, name: str) -> None:
    """Refuse numbers alone before the first row: they may be a row with a cell too few."""
    header = found.lines[: dialect.header_rows]
    for row, line in zip(found.numbers, header, strict=False):
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
