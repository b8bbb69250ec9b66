"""A widget that is drawn line by line from the newest frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from gripforce.live import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.style import Style

Runs = list[tuple[str, str]]
"""One line: texts, each with the name of its style (a component class), "" for the widget's own."""


class Picture(Widget):
    """Draws all its lines at once when the frame or its size has changed."""

    frame: reactive[Frame] = reactive(Frame, init=False)

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._drawn: tuple[Frame, int, int] | None = None
        self._lines: list[Strip] = []

    def draw(self, frame: Frame, width: int, height: int) -> Iterable[Runs]:
        """Return the lines from the top."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """Return one line of the picture of the present frame."""
        width, height = self.size
        drawn = (self.frame, width, height)
        if drawn != self._drawn:
            self._drawn = drawn
            self._lines = [self._strip(runs) for runs in self.draw(self.frame, width, height)]
        return self._lines[y] if y < len(self._lines) else Strip.blank(width, self.rich_style)

    def _strip(self, runs: Runs) -> Strip:
        return Strip([Segment(text, self._style(name)) for text, name in runs if text])

    def _style(self, name: str) -> Style:
        if not name:
            return self.rich_style
        return self.get_component_rich_style(name)

    def notify_style_update(self) -> None:
        """Draw anew with other colours."""
        self._drawn = None
        super().notify_style_update()


def placed(width: int, pieces: Iterable[tuple[int, str]]) -> str:
    """Return a line with each text at its column; one that finds its place taken moves right."""
    line = [" "] * width
    free = 0
    for column, text in sorted(pieces):
        start = max(column, free)
        if start + len(text) > width:
            break
        line[start : start + len(text)] = text
        free = start + len(text)
    return "".join(line)
