"""A widget that is drawn line by line from a frame."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.geometry import Region
from textual.reactive import var
from textual.strip import Strip
from textual.widget import Widget

from gripforce.online import Snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style

Runs = list[tuple[str, str]]
"""One line: texts, each with the name of its style (a component class; "" for the widget's own)."""


class LineWidget(Widget):
    """Draws its lines from each frame, and repaints only where they have changed."""

    # Not ``reactive``: that would repaint with each frame, and most widgets have nothing new.
    frame: var[Snapshot] = var(Snapshot, init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._drawn: list[Runs] = []
        self._drawn_size = (0, 0)
        self._strips: list[Strip | None] = []
        """Of the lines drawn; None where one is to be painted."""
        self._styles_by_name: dict[str, Style] = {}

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return the lines from the top, for a size in cells."""
        raise NotImplementedError

    def watch_frame(self) -> None:
        """Draw the frame, and repaint the lines that have changed."""
        if changed := self._redraw():
            self.refresh(*changed)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the painted lines of a part; the size is looked up once for all of them."""
        if self._drawn_size != self.size:
            self._redraw()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return one painted line of the present frame."""
        if y >= len(self._drawn):
            return self._blank()
        if (strip := self._strips[y]) is None:
            strip = self._strips[y] = self._strip(self._drawn[y])
        return strip

    def notify_style_update(self) -> None:
        """Repaint with the new colours."""
        self._strips = [None] * len(self._drawn)
        self._styles_by_name.clear()
        super().notify_style_update()

    def _redraw(self) -> list[Region]:
        """Draw the frame; return the regions of the lines that changed."""
        width, height = size = self.size
        drawn = list(self.draw(self.frame, width, height)) if width and height else []
        known = self._drawn if size == self._drawn_size else []
        same = [old == new for old, new in zip(known, drawn, strict=False)]
        same += [False] * (max(len(known), len(drawn)) - len(same))
        self._strips = [self._strips[y] if same[y] else None for y in range(len(drawn))]
        self._drawn, self._drawn_size = drawn, size
        return [
            Region(0, rows[0], width, len(rows))
            for unchanged, group in groupby(range(len(same)), same.__getitem__)
            if not unchanged and (rows := list(group))
        ]

    def _blank(self) -> Strip:
        return Strip.blank(self.size.width, self._style(""))

    def _strip(self, runs: Runs) -> Strip:
        return Strip([Segment(text, self._style(name)) for text, name in runs if text])

    def _style(self, name: str) -> Style:
        if name not in self._styles_by_name:
            own = self.get_component_rich_style(name) if name else self.rich_style
            self._styles_by_name[name] = own
        return self._styles_by_name[name]


def placed(width: int, pieces: Iterable[tuple[int, str]]) -> str:
    """Return a line with each text at its column, or to the right of the text before it.

    Texts that do not fit into ``width`` are left out.
    """
    line, free = "", 0
    for column, text in sorted(pieces):
        start = max(column, free)
        if start + cell_len(text) > width:
            break
        line += " " * (start - free) + text
        free = start + cell_len(text)
    return line + " " * (width - free)


def clipped(text: str, width: int) -> str:
    """Return a text of at most ``width`` cells; one that is longer ends in a sign of that."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…" if width > 0 else ""


def justified(text: str, width: int, *, right: bool = False) -> str:
    """Return a text filled up with spaces to ``width`` cells, or clipped to it."""
    text = clipped(text, width)
    space = " " * (width - cell_len(text))
    return space + text if right else text + space
