"""Large letters, legible from two metres: five dots high, accents above and below, in blocks.

A word with a letter that cannot be drawn, of another script, is shown as plain text between two
bars: it is never dropped.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from rich.cells import cell_len, chop_cells

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
    "!": "# # # . #",
    "¡": "# . # # #",
    "¿": ".#. ... ##. #.. ###",
    ":": ". # . # .",
    ";": ". # . # #",
    "'": "# # . . .",
    "’": "# # . . .",
    "/": "..# ..# .#. #.. #..",
    "+": "... .#. ### .#. ...",
    " ": ".. .. .. .. ..",
}
HEIGHT: Final = 5
_ABOVE: Final = {
    "\u0300": "#..",
    "\u0301": "..#",
    "\u0302": ".#.",
    "\u0303": "##.",
    "\u0304": "###",
    "\u0306": "#.#",
    "\u0307": ".#.",
    "\u0308": "#.#",
    "\u030a": ".#.",
    "\u030b": "#.#",
    "\u030c": "#.#",
}
"""Combining accents, as the row above their letter."""
_BELOW: Final = {"\u0323": ".#.", "\u0326": ".#.", "\u0327": ".#.", "\u0328": "..#"}
_SPELT: Final = str.maketrans({"ẞ": "SS", "Œ": "OE", "Æ": "AE", "Ø": "O", "Ł": "L", "…": "...",
                               "–": "-", "—": "-", "\u00a0": " ", "\u202f": " "})  # fmt: skip
"""Characters that are drawn as others; a capital ß is SS."""
_HALVES: Final = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}


def is_drawable(text: str) -> bool:
    """Return whether every character has a glyph, with its accents."""
    return all(
        base in _ROWS and all(mark in _ABOVE or mark in _BELOW for mark in marks)
        for base, marks in _letters(text)
    )


def dots(text: str, gap: int = 1) -> list[str]:
    """Return rows of ``#`` and ``.`` of a drawable text: five, and more where it has accents.

    ``gap`` rows part a letter from the accent above it.
    """
    glyphs = [(_ROWS[base].split(), marks) for base, marks in _letters(text)]
    rows = [".".join(rows[k] for rows, _ in glyphs) for k in range(HEIGHT)]
    if above := _accents(glyphs, _ABOVE):
        rows = [above, *["." * len(above)] * gap, *rows]
    if below := _accents(glyphs, _BELOW):
        rows.append(below)
    return rows


def small(text: str) -> list[str]:
    """Return a drawable text as lines of half blocks: three, or four with accents below too."""
    rows = dots(text, gap=0)
    rows += ["." * len(rows[0])] * (len(rows) % 2)
    return [
        "".join(_HALVES[a + b] for a, b in zip(rows[k], rows[k + 1], strict=True))
        for k in range(0, len(rows), 2)
    ]


def wide(text: str, scale: int = 1) -> list[str]:
    """Return the text in lines whose dots are two cells wide and one high, times ``scale``."""
    rows = dots(text)
    lines = ["".join(("█" if dot == "#" else " ") * 2 * scale for dot in row) for row in rows]
    return [line for line in lines for _ in range(scale)]


def plain(text: str, width: int, height: int) -> list[str]:
    """Return the text itself, spaced out and between two bars where there is room for them."""
    spaced = " ".join(text) if cell_len(" ".join(text)) <= width else text
    lines = chop_cells(spaced, width)[: max(1, height)]
    if len(lines) == 1 and height > 2:  # noqa: PLR2004 - a bar above and one below
        bar = "▀" * cell_len(lines[0])
        return ["▄" * cell_len(lines[0]), lines[0], bar]
    return lines


def largest(text: str, width: int, height: int) -> list[str]:
    """Return the text as large as fits into ``width`` cells and ``height`` lines."""
    if not text or not is_drawable(text):
        return plain(text, width, height) if text else [""]
    for scale in (4, 3, 2, 1):
        lines = wide(text, scale)
        if len(lines[0]) <= width and len(lines) <= height:
            return lines
    lines = small(text)
    fits = len(lines[0]) <= width and len(lines) <= height
    return lines if fits else plain(text, width, height)


def _letters(text: str) -> list[tuple[str, str]]:
    """Return each character in capitals, apart from its accents."""
    capitals = text.replace("ß", "ẞ").upper().translate(_SPELT)
    letters: list[tuple[str, str]] = []
    for character in unicodedata.normalize("NFD", capitals):
        if unicodedata.combining(character) and letters:
            base, marks = letters[-1]
            letters[-1] = base, marks + character
        else:
            letters.append((character, ""))
    return letters


def _accents(glyphs: list[tuple[list[str], str]], table: dict[str, str]) -> str:
    """Return the row of accents, each in the middle of its letter; empty where there are none."""
    cells = []
    for rows, marks in glyphs:
        known = [table[mark] for mark in marks if mark in table]
        accent = known[0] if known else ""
        side = (len(rows[0]) - len(accent)) // 2
        cells.append(("." * side + accent).ljust(len(rows[0]), "."))
    row = ".".join(cells)
    return row if "#" in row else ""
