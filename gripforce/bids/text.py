"""Text files of a data set: the same content gives the same bytes."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from gripforce.model import FloatArray

MISSING = "n/a"
_DIGITS = 6
_WIDTH = 9
"""Digits before the point that a number may have."""
_MOST = 10.0**_WIDTH - 1
"""What is larger is no measurement, and is written as not known."""
_LEVEL = 1
"""Of compression: a higher one takes six times as long and saves a seventh."""
_ROWS = 1 << 14


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON with sorted keys."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def write_tsv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table with tabs between its cells; ``n/a`` where nothing is known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ["\t".join(header), *("\t".join(map(cell, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def cell(value: object) -> str:
    """Return a cell: numbers with at most six decimals, texts on one line without tabs."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.{_DIGITS}f}".rstrip("0").rstrip(".") if np.isfinite(value) else MISSING
    text = "" if value is None else " ".join(str(value).split())
    return text or MISSING


def write_columns(path: Path, columns: Sequence[FloatArray]) -> None:
    """Write numbers with six decimals as compressed text without a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = np.column_stack(columns)
    with (
        path.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=raw, mtime=0) as file,
    ):
        for begin in range(0, len(table), _ROWS):
            file.write(format_table(table[begin : begin + _ROWS]))


def format_table(table: FloatArray) -> bytes:
    """Return rows of numbers as text, tabs between them; all cells at once.

    Each cell is laid out in a fixed width, then what it does not need is left out.
    """
    known = np.abs(table) < _MOST  # false for NaN and infinity
    whole = np.rint(np.abs(np.where(known, table, 0.0)) * 10**_DIGITS).astype(np.int64)
    negative = known & (table < 0) & (whole > 0)
    text = np.empty((*table.shape, _WIDTH + _DIGITS + 3), np.uint8)
    keep = np.ones(text.shape, np.bool_)
    text[..., 0], keep[..., 0] = ord("-"), negative
    point = _WIDTH + 1
    text[..., point], text[..., -1] = ord("."), ord("\t")
    text[:, -1, -1] = ord("\n")
    rest = whole
    for place in (*range(point + _DIGITS, point, -1), *range(point - 1, 0, -1)):
        if place < point - 1:
            keep[..., place] = rest > 0
        rest, digit = np.divmod(rest, 10)
        text[..., place] = digit + ord("0")
    gaps = ~known
    text[gaps, 1:4] = np.frombuffer(MISSING.encode(), np.uint8)
    keep[gaps, :-1] = False
    keep[gaps, 1:4] = True
    return text[keep].tobytes()
