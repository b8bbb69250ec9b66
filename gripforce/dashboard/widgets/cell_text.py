"""Text in cells of a terminal, of which a character of some scripts takes two."""

from __future__ import annotations

from rich.cells import cell_len, chop_cells


def wrapped_cells(text: str, width: int) -> list[str]:
    """Return text in lines of at most ``width`` cells, broken at spaces where there are any."""
    width = max(2, width)
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
            continue
        lines += chop_cells(word, width)
    return lines
