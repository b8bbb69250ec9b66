"""Large letters, legible from two metres: five dots high, drawn with blocks."""

from __future__ import annotations

from typing import Final

_ROWS: Final = {
    "A": ".#. #.# ### #.# #.#",
    "B": "##. #.# ##. #.# ##.",
    "C": ".## #.. #.. #.. .##",
    "D": "##. #.# #.# #.# ##.",
    "E": "### #.. ##. #.. ###",
    "F": "### #.. ##. #.. #..",
    "G": ".## #.. #.# #.# .##",
    "H": "#.# #.# ### #.# #.#",
    "I": "### .#. .#. .#. ###",
    "J": "..# ..# ..# #.# .#.",
    "K": "#.# #.# ##. #.# #.#",
    "L": "#.. #.. #.. #.. ###",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#..# ##.# #.## #..# #..#",
    "O": "### #.# #.# #.# ###",
    "P": "### #.# ### #.. #..",
    "Q": "### #.# #.# ### ..#",
    "R": "##. #.# ##. #.# #.#",
    "S": ".## #.. .#. ..# ##.",
    "T": "### .#. .#. .#. .#.",
    "U": "#.# #.# #.# #.# ###",
    "V": "#.# #.# #.# #.# .#.",
    "W": "#...# #...# #.#.# ##.## #...#",
    "X": "#.# #.# .#. #.# #.#",
    "Y": "#.# #.# .#. .#. .#.",
    "Z": "### ..# .#. #.. ###",
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# .## ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# .#. .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ",": ". . . # #",
    ".": ". . . . #",
    "-": "... ... ### ... ...",
    "?": "### ..# .## ... .#.",
    " ": ".. .. .. .. ..",
}
HEIGHT: Final = 5
_HALVES: Final = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}


def dots(text: str) -> list[str]:
    """Return five rows of ``#`` and ``.``; a character without a glyph becomes a space."""
    glyphs = [_ROWS.get(character, _ROWS[" "]).split() for character in text.upper()]
    return [".".join(glyph[row] for glyph in glyphs) for row in range(HEIGHT)]


def small(text: str) -> list[str]:
    """Return the text as three lines of half blocks."""
    rows = [*dots(text), "." * len(dots(text)[0])]
    return [
        "".join(_HALVES[a + b] for a, b in zip(rows[k], rows[k + 1], strict=True))
        for k in range(0, HEIGHT + 1, 2)
    ]


def wide(text: str, scale: int = 1) -> list[str]:
    """Return the text in lines whose dots are two cells wide and one high, times ``scale``."""
    rows = dots(text)
    lines = ["".join(("█" if dot == "#" else " ") * 2 * scale for dot in row) for row in rows]
    return [line for line in lines for _ in range(scale)]


def largest(text: str, width: int, height: int) -> list[str]:
    """Return the text as large as fits into ``width`` cells and ``height`` lines."""
    for scale in (4, 3, 2, 1):
        lines = wide(text, scale)
        if len(lines[0]) <= width and len(lines) <= height:
            return lines
    lines = small(text)
    return lines if len(lines[0]) <= width and len(lines) <= height else [text[:width]]
