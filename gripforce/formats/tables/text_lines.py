"""The lines of a text table with their numbers in the file, and the tables one below another.

What stands between rows without being one is passed over: comments, headings that are printed
again, every other line where it is blank. Digits in groups of three lose the sign between them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gripforce.errors import UsageError
from gripforce.formats.tables.dialect import (
    Dialect,
    detect_dialect,
    is_missing,
    is_number,
    is_row,
    is_stamp,
    split,
)

if TYPE_CHECKING:
    from collections.abc import Collection

_END_OF_HEADER: Final = "***End_of_Header***"
"""Once behind the file's header, once behind that of its first segment."""
_HEADER: Final = 60
_COMMENT: Final = ("#", "%", "//")
_CLEAR_GROUPS: Final = (
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
)
"""Signs between groups of three digits that are nothing else between digits."""
_BEGIN_OF_NUMBER: Final = frozenset("0123456789+-.,")
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, eq=False, slots=True)
class TextLines:
    """Lines, and the number of each in the file, counted from 1."""

    lines: list[str]
    numbers: list[int]
    notes: tuple[str, ...] = ()

    def without(self, unwanted: Collection[int], note: str) -> TextLines:
        """Return the lines without those of some indices; with a note if there are any."""
        if not unwanted:
            return self
        left_out = set(unwanted)
        return TextLines(
            [line for k, line in enumerate(self.lines) if k not in left_out],
            [number for k, number in enumerate(self.numbers) if k not in left_out],
            (*self.notes, note.format(len(left_out))),
        )


def split_lines(text: str, separator: str | None, thousands: str | None) -> TextLines:
    """Return a text's lines to its last full one, without what only looks like cells."""
    lines = text.split("\n")
    while lines and not lines[-1].strip(" \t;,\x1a"):
        lines.pop()
    begin = _behind_labview_header(lines)
    found = TextLines(lines[begin:], list(range(begin + 1, len(lines) + 1)))
    if len(found.lines) > 4 and not any(line.strip() for line in found.lines[1::2]):  # noqa: PLR2004
        odd = range(1, len(found.lines), 2)
        found = found.without(odd, "Every other line is blank and is passed over.")
    return _ungrouped(_unwrapped(found), separator, thousands)


def _behind_labview_header(lines: list[str]) -> int:
    """Return the index of the first line after the headers of a LabVIEW measurement file."""
    ends = [k for k, line in enumerate(lines[:_HEADER]) if line.startswith(_END_OF_HEADER)]
    return ends[min(1, len(ends) - 1)] + 1 if ends else 0


def _unwrapped(found: TextLines) -> TextLines:
    """Return lines that are each one quoted cell without their quotes."""
    full = (line for line in found.lines if line.strip())
    if not all(x.startswith('"') and x.endswith('"') and x.count('"') == 2 for x in full):  # noqa: PLR2004
        return found
    return replace(found, lines=[line.strip('"') for line in found.lines])


def _ungrouped(found: TextLines, separator: str | None, thousands: str | None) -> TextLines:
    """Return lines without the signs between groups of three digits."""
    if not thousands and thousands is not None:
        return found
    marks = thousands or _CLEAR_GROUPS
    text = "\n".join(found.lines)
    if not any(mark in text for mark in marks):
        return found
    group = re.compile(rf"(?<=\d)[{re.escape(marks)}](?=\d{{3}}(?!\d))")
    inside_quotes = thousands is not None and thousands in {separator, ","}
    changed, lines = 0, []
    for line in found.lines:
        if inside_quotes and '"' in line:
            plain = _QUOTED.sub(lambda cell: group.sub("", cell.group()), line)
        else:
            plain = (
                line if thousands is not None and thousands == separator else group.sub("", line)
            )
        changed += plain != line
        lines.append(plain)
    if not changed or thousands is not None:
        return replace(found, lines=lines)
    note = (
        f"Digits stand in groups of three in {changed} rows; the signs between them are left out."
    )
    return replace(found, lines=lines, notes=(*found.notes, note))


def without_asides(found: TextLines, dialect: Dialect, which: int | None) -> TextLines:
    """Return lines without the comments and repeated headings among the rows.

    Where the map chooses a table, a heading begins one.
    """
    header = {line.strip() for line in found.lines[: dialect.header_rows] if line.strip()}
    begin = dialect.header_rows
    rows = enumerate(found.lines[begin:], begin)
    comments = [k for k, line in rows if line.lstrip().startswith(_COMMENT)]
    plain = found.without(comments, "Comments among the rows are passed over; lines: {}.")
    rows = enumerate(plain.lines[begin:], begin)
    again = [k for k, line in rows if line.strip() in header]
    if which is not None or any(k > begin and not plain.lines[k - 1].strip() for k in again):
        return plain  # a heading below a blank line begins a table
    return plain.without(again, "Headings that are printed again are passed over; lines: {}.")


def choose_table(
    lines: list[str], numbers: list[int], dialect: Dialect, name: str, which: int | None
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
        starts = ", ".join(str(numbers[a]) for a, _ in spans[:6]) + ", …" * (len(spans) > 6)  # noqa: PLR2004
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
    text = line.strip()
    if not text:
        return True
    if text[0] in _BEGIN_OF_NUMBER:
        return False
    first = line.lstrip(' "')[:1]
    if not (first.isalpha() or first in "#%*"):
        return False
    cells = split(line, dialect.separator)
    return not any(
        is_number(c, dialect.decimal) or is_stamp(c) or is_missing(c) for c in cells if c
    ) or not is_row(cells, dialect.decimal)
