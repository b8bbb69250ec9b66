"""Texts from outside: shown on a terminal and put into a spreadsheet, never executed there."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Unicode categories: control, format (as that which reverses a line), surrogate, separators."""


def escaped(text: str) -> str:
    """Return a text with its control characters written out as escapes of Python."""
    if text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape").decode() if unicodedata.category(c) in _INVISIBLE else c
        for c in text
    )


def spreadsheet_safe(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet takes for a formula: an apostrophe precedes them.

    Control characters are written out; numbers, true numbers of a negative sign too, stay.
    """
    texts = [name for name in table.columns if table[name].dtype.kind not in "iufbmMc"]
    safe = table.copy()
    for name in texts:
        safe[name] = table[name].map(_safe_cell)
    return safe


def spreadsheet_text(cell: str) -> str:
    """Return a text that no spreadsheet takes for a formula, without control characters."""
    quoted = f"'{cell}" if cell.startswith(_FORMULA) and not _is_number(cell) else cell
    return escaped(quoted)


def _safe_cell(cell: object) -> object:
    return spreadsheet_text(cell) if isinstance(cell, str) else cell


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
