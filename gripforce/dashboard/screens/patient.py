"""The patient's own screen: one huge bar and a word, on a second terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from rich.cells import cell_len
from textual.reactive import var
from textual.screen import Screen

from gripforce.dashboard.scale import fit_scale
from gripforce.dashboard.screens.forces import FRAMES_PER_S
from gripforce.dashboard.terminal import keeps_up
from gripforce.dashboard.widgets.big_text import largest
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs
from gripforce.language import translatable, translate
from gripforce.online import LinkState, Snapshot
from gripforce.session.cue.patient_cue import WAIT, PatientCue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

WORDS: Final = {
    "untouched": translatable("Ready"),
    "touched": translatable("Squeeze"),
    "loading": translatable("Lift"),
    "holding": translatable("Hold"),
}
STALE_S: Final = 3.0
"""A session that has not spoken for this long is gone."""
SMALLEST_TOP_N: Final = 10.0
"""The bar is not rescaled below this, so that a light grip looks light."""


class PatientBar(LineWidget):
    """Grip force as a bar from the left, the word of the moment above it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"patient--bar", "patient--word"}

    def __init__(self, cue: Callable[[Snapshot], PatientCue], *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._cue = cue
        self._top_n = SMALLEST_TOP_N

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return word and bar, each half of the height."""
        half = height // 2
        cue = self._cue(frame)
        lines = largest(cue.text, width - 2, half - 2)
        above = (half - len(lines)) // 2
        for _ in range(above):
            yield []
        for line in lines:
            left = max(0, (width - cell_len(line)) // 2)
            yield [(" " * left + line, "patient--word")]
        yield [(_beat_sign(cue).center(width)[:width], "patient--word")]
        for _ in range(half - above - len(lines) - 1):
            yield []
        force = frame.reading.gf
        self._top_n = max(self._top_n, fit_scale(frame.series.gf, SMALLEST_TOP_N).top)
        top_n = cue.top_n or self._top_n
        share = 0.0 if force is None else min(1.0, max(0.0, force / top_n))
        cells = round(share * (width - 2))
        mark = None if cue.target_n is None else round(cue.target_n / top_n * (width - 2))
        for row in range(height - half - 1):
            edge = row in {0, height - half - 2}
            rest = ("─" if edge else " ") * (width - 2 - cells)
            if mark is not None and edge:
                yield [(" " + " " * mark + ("▼" if row == 0 else "▲"), "patient--word")]
                continue
            yield [(" ", ""), ("█" * cells, "patient--bar"), (rest, "patient--word")]


def _beat_sign(cue: PatientCue) -> str:
    """Return two squares, of which the full one changes with each beat."""
    if cue.beat is None:
        return ""
    return "██   ──" if cue.beat % 2 else "──   ██"


def stream_cue(frame: Snapshot) -> PatientCue:
    """Return the word for a stream without a session: what the hand does, or that it must wait."""
    if frame.status.link is LinkState.ENDED:
        return PatientCue(translate("Rest"))
    if frame.status.link is not LinkState.LIVE:
        return PatientCue(translate(WAIT))
    word = str((frame.metadata or {}).get("word", ""))
    return PatientCue(translate(word or WORDS.get(frame.phase, "Ready")))


def session_cue(frame: Snapshot, shown: Mapping[str, Any], age_s: float) -> PatientCue:
    """Return what the session's own screen says, given what it sent and how long ago [s].

    A session that has fallen silent makes the patient wait; one that never sent anything, of an
    older version, leaves the word to the stream.
    """
    if not shown:
        return stream_cue(frame)
    return PatientCue.from_json(shown) if age_s < STALE_S else PatientCue(translate(WAIT))


class PatientView(Screen[None]):
    """Draws sixteen frames a second; q quits. ``cue`` returns the word for a frame."""

    BINDINGS: ClassVar[list[BindingType]] = [("q", "app.quit", "Quit")]

    frame: var[Snapshot] = var(Snapshot, init=False)

    def __init__(
        self,
        next_frame: Callable[[], Snapshot],
        cue: Callable[[Snapshot], PatientCue] = stream_cue,
    ) -> None:
        super().__init__()
        self._next_frame, self._cue = next_frame, cue

    def compose(self) -> ComposeResult:
        """Lay out the bar."""
        yield PatientBar(self._cue, id="bar").data_bind(frame=PatientView.frame)

    def on_mount(self) -> None:
        """Begin to paint."""
        self.set_interval(1 / FRAMES_PER_S, self.paint)

    def paint(self) -> None:
        """Show the newest frame, where the terminal has taken the last one."""
        if keeps_up():
            self.frame = self._next_frame()
