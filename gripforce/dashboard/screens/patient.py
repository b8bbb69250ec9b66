"""The patient's own screen: one huge bar and a word, on a second terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.reactive import var
from textual.screen import Screen

from gripforce.dashboard.scale import fit_scale
from gripforce.dashboard.screens.forces import FRAMES_PER_S
from gripforce.dashboard.terminal import keeps_up
from gripforce.dashboard.widgets.big_text import largest
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs
from gripforce.live import LinkState, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType

WORDS: Final = {
    "untouched": "Ready",
    "touched": "Squeeze",
    "loading": "Lift",
    "holding": "Hold",
}
SMALLEST_TOP_N: Final = 10.0
"""The bar is not rescaled below this, so that a light grip looks light."""


class PatientBar(LineWidget):
    """Grip force as a bar from the left, the word of the moment above it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"patient--bar", "patient--word"}

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._top_n = SMALLEST_TOP_N

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return word and bar, each half of the height."""
        half = height // 2
        lines = largest(patient_word(frame), width - 2, half - 2)
        above = (half - len(lines)) // 2
        for _ in range(above):
            yield []
        for line in lines:
            left = (width - len(line)) // 2
            yield [(" " * left + line, "patient--word")]
        for _ in range(half - above - len(lines)):
            yield []
        force = frame.reading.gf
        self._top_n = max(self._top_n, fit_scale(frame.series.gf, SMALLEST_TOP_N).top)
        share = 0.0 if force is None else min(1.0, max(0.0, force / self._top_n))
        cells = round(share * (width - 2))
        for row in range(height - half - 1):
            edge = row in {0, height - half - 2}
            rest = ("─" if edge else " ") * (width - 2 - cells)
            yield [(" ", ""), ("█" * cells, "patient--bar"), (rest, "patient--word")]


def patient_word(frame: Snapshot) -> str:
    """Return the task's own word, else what the hand does, else that the patient must wait."""
    if frame.status.link is LinkState.ENDED:
        return "Rest"
    if frame.status.link is not LinkState.LIVE:
        return "Wait"
    word = str((frame.metadata or {}).get("word", ""))
    return word or WORDS.get(frame.phase, "Ready")


class PatientView(Screen[None]):
    """Draws sixteen frames a second; q quits."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "app.quit", "Quit")]

    frame: var[Snapshot] = var(Snapshot, init=False)

    def __init__(self, next_frame: Callable[[], Snapshot]) -> None:
        super().__init__()
        self._next_frame = next_frame

    def compose(self) -> ComposeResult:
        """Lay out the bar."""
        yield PatientBar(id="bar").data_bind(frame=PatientView.frame)

    def on_mount(self) -> None:
        """Begin to paint."""
        self.set_interval(1 / FRAMES_PER_S, self.paint)

    def paint(self) -> None:
        """Show the newest frame, where the terminal has taken the last one."""
        if keeps_up():
            self.frame = self._next_frame()
