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
    from collections.abc import Callable

_END_OF_HEADER: Final = "***End_of_Header***"
"""Once behind the file's header, once behind that of its first segment."""
_HEADER: Final = 60
_COMMENT: Final = ("#", "%", "//")
_CLEAR_GROUPS: Final = (
    "\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}'\N{RIGHT SINGLE QUOTATION MARK}"
)
"""Signs between groups of three digits that are nothing else between digits."""
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True, eq=False, slots=True)
class TextLines:
    """Lines, and the number of each in the file, counted from 1."""

    lines: list[str]
    numbers: list[int]
    notes: tuple[str, ...] = ()

    def kept(self, wanted: Callable[[int, str], bool], note: str = "") -> TextLines:
        """Return the lines that are wanted, by index and text; with a note if one is not."""
        kept = [k for k, line in enumerate(self.lines) if wanted(k, line)]
        if len(kept) == len(self.lines):
            return self
        said = (note.format(len(self.lines) - len(kept)),) if note else ()
        return TextLines(
            [self.lines[k] for k in kept],
            [self.numbers[k] for k in kept],
            (*self.notes, *said),
        )


def split_lines(text: str, separator: str | None, thousands: str | None) -> TextLines:
    """Return a text's lines to its last full one, without what only looks like cells."""
    lines = text.split("\n")
    while lines and not lines[-1].strip(" \t;,\x1a"):
        lines.pop()
    begin = _behind_labview_header(lines)
    found = TextLines(lines[begin:], list(range(begin + 1, len(lines) + 1)))
    if len(found.lines) > 4 and not any(line.strip() for line in found.lines[1::2]):  # noqa: PLR2004
        found = found.kept(lambda k, _: k % 2 == 0, "Every other line is blank and is passed over.")
    return _ungrouped(_unwrapped(found), separator, thousands)


def _behind_labview_header(lines: list[str]) -> int:
    """Return the index of the first line after the headers of a LabVIEW measurement file."""
    ends = [k for k, line in enumerate(lines[:_HEADER]) if line.startswith(_END_OF_HEADER)]
    return ends[min(1, len(ends) - 1)] + 1 if ends else 0


def _unwrapped(found: TextLines) -> TextLines:
    """Return lines that are each one quoted cell without their quotes."""
    full = [line for line in found.lines if line.strip()]
    whole = all(x.startswith('"') and x.endswith('"') and x.count('"') == 2 for x in full)  # noqa: PLR2004
    if not full or not whole:
        return found
    return replace(found, lines=[line.strip('"') for line in found.lines])


def _ungrouped(found: TextLines, separator: str | None, thousands: str | None) -> TextLines:
    """Return lines without the signs between groups of three digits."""
    if not thousands and thousands is not None:
        return found
    marks = thousands or _CLEAR_GROUPS
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

    def is_row_line(k: int, line: str) -> bool:
        return k < begin or not line.lstrip().startswith(_COMMENT)

    def is_new(k: int, line: str) -> bool:
        return k < begin or line.strip() not in header

    plain = found.kept(is_row_line, "Comments among the rows are passed over; lines: {}.")
    if which is not None or _blank_before_heading(plain, header, begin):
        return plain
    return plain.kept(is_new, "Headings that are printed again are passed over; lines: {}.")


def _blank_before_heading(found: TextLines, header: set[str], begin: int) -> bool:
    pairs = zip(found.lines[begin:], found.lines[begin + 1 :], strict=False)
    return any(not before.strip() and line.strip() in header for before, line in pairs)


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
    if not line.strip():
        return True
    first = line.lstrip(' "')[:1]
    if not (first.isalpha() or first in "#%*"):
        return False
    cells = split(line, dialect.separator)
    return not any(
        is_number(c, dialect.decimal) or is_stamp(c) or is_missing(c) for c in cells if c
    ) or not is_row(cells, dialect.decimal)
