"""The present forces, large where there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Digits, Label

from gripforce.dashboard.scale import format_force
from gripforce.live import Frame

if TYPE_CHECKING:
    from textual.app import ComposeResult

_PER_S: Final = 5
"""Numbers that change faster than this cannot be read."""
_NONE: Final = "--"


class Readout(Widget):
    """One value with its name and unit: three lines high, or one where room is short."""

    frame: reactive[Frame] = reactive(Frame, init=False)

    def __init__(self, value: str, name: str, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._value = value
        self._title = name
        self._shown = ""
        self._tick = -1

    def compose(self) -> ComposeResult:
        """Lay out name, large and small value."""
        yield Label(self._title, classes="name")
        yield Digits(_NONE, classes="large")
        yield Label(_NONE, classes="small")

    def watch_frame(self, frame: Frame) -> None:
        """Show the newest value, five times a second."""
        tick = int(frame.right_s * _PER_S)
        text = self._text(frame)
        if text == self._shown or (tick == self._tick and _NONE not in {text, self._shown}):
            return
        self._tick, self._shown = tick, text
        unit = "" if self._value == "ratio" or frame.status.uncalibrated else " N"
        self.query_one(Digits).update(text)
        self.query_one(".small", Label).update(f"{text}{unit if text != _NONE else ''}")

    def _text(self, frame: Frame) -> str:
        value: float | None = getattr(frame.reading, self._value)
        if value is None:
            return _NONE
        if frame.status.uncalibrated:
            return format_force(round(value, -3))
        if self._value == "ratio":
            return f"{value:.2f}"
        return f"{round(value, 1) or 0.0:.1f}"  # no minus before a zero
