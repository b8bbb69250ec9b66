"""Words beside a picture, each with a line to the body that it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

FONT = 30
"""Smallest height of letters, pixels; a page shows large pictures smaller."""
FONT_SHARE = 1 / 26
LETTER, LINE = 0.62, 1.45
"""Width of a letter, on average, and distance of lines, in heights of letters."""
AWAY = 26


@dataclass(frozen=True, slots=True)
class Label:
    """A word beside a picture: at which height, on which side, and the pixel that it points to."""

    text: str
    y: int
    left: bool
    at: tuple[int, int]
    font: int

    @property
    def width(self) -> int:
        """Room for its text, pixels."""
        return round(len(self.text) * LETTER * self.font) + 2 * AWAY

    def svg(self, width: int) -> str:
        """Return its text and its line."""
        x = -AWAY if self.left else width + AWAY
        near, (x1, y1) = x + (8 if self.left else -8), self.at
        return (
            f'<path fill="none" stroke="#333333" d="M{near} {self.y - self.font // 3}L{x1} {y1}"/>'
            f'<circle cx="{x1}" cy="{y1}" r="5" fill="#333333"/>'
            f'<text x="{x}" y="{self.y}" font-family="sans-serif" font-size="{self.font}" '
            f'fill="#222222" text-anchor="{"end" if self.left else "start"}">{self.text}</text>'
        )


def room(labels: Iterable[Label]) -> int:
    """Return how wide the words of one side are."""
    return max((label.width for label in labels), default=0)


def labels_beside(
    bodies: NDArray[np.int64], names: Sequence[str], words: Mapping[str, str]
) -> list[Label]:
    """Place words on the nearer side, one below the other, each at the height of its body.

    ``bodies`` is the number of the body that each pixel shows, rows are x and 0 is the ground;
    keys of ``words`` are beginnings of names.
    """
    width, height = bodies.shape
    font = max(FONT, round(height * FONT_SHARE), round(width * FONT_SHARE / 2))
    line = round(LINE * font)
    spots = {text: _spot(bodies, names, start) for start, text in words.items()}
    found = []
    for left in (True, False):
        here = [(at, text) for text, at in spots.items() if (2 * at[0] < width) is left]
        y = line
        for at, text in sorted(here, key=lambda pair: pair[0][1]):
            y = max(y, at[1] + font // 3)
            found.append(Label(text, y, left, at, font))
            y += line
        over = max(0, y - line - height + 12)
        found = [replace(f, y=f.y - over) if f.left is left else f for f in found]
    return found


def _spot(bodies: NDArray[np.int64], names: Sequence[str], start: str) -> tuple[int, int]:
    """Return the pixel of a body that is seen, nearest to the middle of what is seen of it."""
    for number, name in enumerate(names, 1):
        seen = np.argwhere(bodies == number) if name.startswith(start) else ()
        if len(seen):
            middle = np.median(seen, axis=0)
            x, y = seen[np.argmin(((seen - middle) ** 2).sum(axis=1))].tolist()
            return x, bodies.shape[1] - y
    raise ValueError(f"no body {start!r} is seen")
