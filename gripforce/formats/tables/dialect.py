"""Detect how a text table is written: separator, decimal sign, headings, and how many tables.

Strategy: each pair of separator and decimal sign is tried on lines from all over the file. A pair
fits where rows have one width and their cells are numbers; the headings must have that width too.
Where two readings fit, and only one is right, nothing is guessed: the map must say.
"""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gripforce.errors import UsageError
from gripforce.formats.tables.units import force_unit, heading_no_force, time_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

SEPARATORS = ("\t", ";", ",", "|", " ")
_NONE = "\x1f"
"""Separator of a table of one column: a character that no text has."""
_HEADER_LINES = 200
_SAMPLED = 120
MISSING_WORDS: Final = tuple(
    case
    for word in (
        "nan", "-nan", "+nan", "na", "n/a", "#n/a", "#na", "<na>", "null", "none", "nil", "missing",
        "-", "--", "---", ".", "..", "*", "?", "x", "#value!", "#div/0!", "#num!", "#ref!",
        "1.#qnan", "-1.#ind", "1.#ind", "1.#inf", "-1.#inf", "inf", "+inf", "-inf", "infinity",
        "-infinity", "ol", "over", "overflow", "ovfl", "ovr", "err", "error", "invalid", "nd",
    )
    for case in (word, word.upper(), word.capitalize())
)  # fmt: skip
"""What tables write where nothing was measured, or where it was too much for the instrument."""
_MISSING = frozenset({"", "NaN", "-NaN", *MISSING_WORDS})
_STAMP = re.compile(
    r"\d{1,4}[-:/.]\d{1,2}[-:/.]\d{1,4}([ T]|$|[.,:]\d)|\d{1,2}:\d{2}|\d{8}[T ]\d{4}"
    r"|\d{1,2}[-. ]{1,2}[^\W\d_]{3,9}\.?[-. ]\d{2,4}\b"
)
_NUMBERS = {
    ".": re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}
_UNNATURAL = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the rows of a table are written."""

    separator: str
    decimal: str
    header_rows: int
    """Lines before the first row."""
    width: int
    """Cells of a row."""
    headings: tuple[str, ...]
    """One a column; empty where the table has none that fit."""

    @property
    def words(self) -> str:
        """The dialect for a person."""
        named = {"\t": "tabs", ";": "semicolons", ",": "commas", " ": "blanks"}
        between = named.get(self.separator, self.separator)
        cells = "one column" if self.width == 1 else f"cells between {between}"
        return f"{cells}, decimal sign {self.decimal!r}"


def split(line: str, separator: str) -> list[str]:
    """Return a line's cells without blanks around them."""
    if separator == " " and '"' not in line:
        return line.split()
    if '"' in line and separator != _NONE:
        cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
        return [cell.strip() for cell in cells if cell or separator != " "]
    return [cell.strip().strip('"') for cell in line.split(separator)]


def is_number(cell: str, decimal: str) -> bool:
    """Whether a cell is a number, and nothing else."""
    return bool(_NUMBERS[decimal].fullmatch(cell))


def is_missing(cell: str) -> bool:
    """Whether a cell stands for a value that was not measured."""
    return cell in _MISSING


def is_stamp(cell: str) -> bool:
    """Whether a cell is a date or a time of day."""
    return bool(_STAMP.match(cell))


def is_row(cells: Sequence[str], decimal: str) -> bool:
    """Whether at least half of the cells that are not blank are numbers or times."""
    if cells and cells[0].endswith("="):
        return False  # a key of LabChart's header
    full = [cell for cell in cells if not is_missing(cell)]
    good = sum(is_number(cell, decimal) or is_stamp(cell) for cell in full)
    return bool(good) and 2 * good >= len(full)


def detect_dialect(
    lines: Sequence[str],
    name: str,
    *,
    separator: str | None = None,
    decimal: str | None = None,
    header_rows: int | None = None,
) -> Dialect:
    """Return the one way to read the lines; what is given is not detected.

    Raises ``UsageError`` where nothing fits, or where two readings fit equally well.
    """
    pairs = [
        (s, d)
        for s, d in itertools.product((separator,) if separator else (*SEPARATORS, _NONE), ".,")
        if s != d and decimal in {None, d}
    ]
    quoted = '","' in "".join(lines[-3:])
    if quoted and separator in {None, ","} and decimal in {None, ","}:
        pairs.append((",", ","))
    if separator and decimal == separator and not quoted:
        raise UsageError(
            f"{name}: separator and decimal are both {separator!r}.", "Change one of them."
        )
    if separator == "," and not pairs:
        pairs = [(",", ".")]
    tried = [(_fit(lines, s, d, header_rows), s, d) for s, d in pairs]
    best = max(fit for fit, _, _ in tried)
    fitting = [(s, d) for fit, s, d in tried if fit == best and fit[0] > 0]
    if not fitting:
        raise UsageError(
            f"{name} holds fewer than two rows of numbers.",
            "Check header_rows, the separator and the decimal sign.",
        )
    chosen, sign = fitting[0]
    dialect = _dialect(lines, chosen, sign, header_rows)
    _refuse_decimal_commas(lines, dialect, name, given=separator is not None)
    return dialect


def _fit(
    lines: Sequence[str], separator: str, decimal: str, header_rows: int | None
) -> tuple[float, ...]:
    """Return how well a reading fits, to be compared: share of good rows, headings, width."""
    begin = _body(lines, separator, decimal, header_rows)
    body = lines[begin:]
    if len(body) < 2:  # noqa: PLR2004 - a rate needs two samples
        return (0.0,)
    cells = [split(line, separator) for line in _sampled(body)]
    width, common = Counter(map(len, cells)).most_common(1)[0]
    good = sum(len(row) == width and _all_read(row, decimal) for row in cells)
    if not good:
        good_rows = sum(is_row(row, decimal) and len(row) == width for row in cells)
        return (0.1 * good_rows / len(cells), 0.0, 0.0, 0.0)
    matches = float(_headings(lines[:begin], separator, width) != ())
    points = sum(decimal in cell for row in cells for cell in row)
    return (round(good / len(cells), 3) * common / len(cells), matches, width, points > 0)


def _all_read(cells: Sequence[str], decimal: str) -> bool:
    return is_row(cells, decimal) and all(
        is_number(cell, decimal) or is_missing(cell) or is_stamp(cell) or _has_letters(cell)
        for cell in cells
    )


def _has_letters(cell: str) -> bool:
    return any(character.isalpha() for character in cell) and not cell[:1].isdigit()


def _sampled(body: Sequence[str]) -> list[str]:
    step = max(1, len(body) // _SAMPLED)
    return [line for line in body[::step] if line.strip()]


def _body(lines: Sequence[str], separator: str, decimal: str, header_rows: int | None) -> int:
    """Return the index of the first row: the next one is a row of the same width."""
    if header_rows is not None:
        return header_rows
    head = lines[: _HEADER_LINES + 1]
    before: list[str] | None = None
    for k, line in enumerate(head):
        cells = split(line, separator)
        row = is_row(cells, decimal)
        if row and before is not None and len(cells) == len(before):
            return k - 1
        before = cells if row else None
    return len(lines)


def _dialect(
    lines: Sequence[str], separator: str, decimal: str, header_rows: int | None
) -> Dialect:
    begin = _body(lines, separator, decimal, header_rows)
    widths = Counter(len(split(line, separator)) for line in _sampled(lines[begin:]))
    width = widths.most_common(1)[0][0]
    headings = _headings(lines[:begin], separator, width)
    if not headings and width > 1:
        headings = _one_fewer(lines[:begin], lines[begin:], separator, width)
    return Dialect(separator, decimal, begin, width, headings)


def _headings(header: Sequence[str], separator: str, width: int) -> tuple[str, ...]:
    """Return the headings: a header line of the rows' width, with a line of units below it.

    Some exports put extra separators between and before the headings, or one heading too many at
    the end (a column of comments that is mostly absent).
    """
    shaped = [s for s in (_shape(line, separator, width) for line in header) if s]
    if separator == _NONE:
        shaped = [[line.strip()] for line in header if line.strip()]
    if not shaped:
        return ()
    titles = next((s for s in shaped if s[0].startswith("ChannelTitle")), None)
    if titles is not None:
        return ("Time", *titles[1:])
    if len(shaped) > 1 and _are_units(shaped[-1]):
        names, units = shaped[-2], shaped[-1]
        return tuple(
            f"{n} ({u.strip('()[]')})" if u else n for n, u in zip(names, units, strict=True)
        )
    return tuple(shaped[-1])


def _one_fewer(
    header: Sequence[str], body: Sequence[str], separator: str, width: int
) -> tuple[str, ...]:
    """Return headings beside a column without one: blank at the end, or names of the rows."""
    fewer = _headings(header, separator, width - 1)
    rows = [split(line, separator) for line in _sampled(body)]
    if not fewer or any(len(row) != width for row in rows):
        return ()
    if not any(row[-1] for row in rows):
        return (*fewer, "")
    firsts = [split(line, separator)[0] for line in body[:_SAMPLED]]
    begin = int(firsts[0]) if firsts[0].isdecimal() else -1
    counted = begin >= 0 and firsts == [str(begin + k) for k in range(len(firsts))]
    return ("", *fewer) if counted else ()


def _shape(line: str, separator: str, width: int) -> list[str] | None:
    cells = [cell.strip("#% ") for cell in split(line, separator)]
    if separator == _NONE and any(mark in line for mark in ",;\t"):
        return None
    if len(cells) == width:
        return cells if any(cells) else None
    full = [cell for cell in cells if cell]
    if len(full) == width:
        return full
    if len(cells) == width + 1 and cells[-1].lower() in {"comment", ""}:
        return cells[:width]
    return None


def _are_units(cells: Sequence[str]) -> bool:
    words = [cell.strip("()[]{} ") for cell in cells if cell.strip("()[]{} -")]
    known = [bool(force_unit(w) or time_unit(w) or heading_no_force(f"({w})")) for w in words]
    return bool(words) and 2 * sum(known) > len(words)


def _refuse_decimal_commas(
    lines: Sequence[str], dialect: Dialect, name: str, *, given: bool
) -> None:
    """Refuse commas between cells that look like decimal commas.

    Then every other cell is digits alone, some with a leading zero, or the headings are half as
    many as the cells.
    """
    if dialect.separator != "," or dialect.decimal == "," or given or dialect.width % 2:
        return
    header = [line for line in lines[: dialect.header_rows] if line.strip()]
    halved = any(len(split(line, ",")) * 2 == dialect.width for line in header[-2:])
    cells = [split(line, ",") for line in _sampled(lines[dialect.header_rows :])]
    behind = [cell for row in cells for cell in row[1::2]]
    digits = all(_UNNATURAL.fullmatch(cell) for cell in behind if cell)
    padded = any(len(cell) > 1 and cell.startswith("0") for cell in behind)
    if digits and (padded or halved):
        raise UsageError(
            f"{name}: the commas in its rows may be decimal commas ({lines[dialect.header_rows]}).",
            'Give decimal = "," and the separator, or separator = "," where they separate cells.',
        )
