"""The monitor: forces, coupling, losses and lifts of one stream as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Footer, Static

from gripforce.dashboard.terminal import keeps_up
from gripforce.dashboard.widgets.coupling import PhasePlot, RatioGauge
from gripforce.dashboard.widgets.header import Banner, TitleBar
from gripforce.dashboard.widgets.lifts import LiftTable
from gripforce.dashboard.widgets.readout import Readout
from gripforce.dashboard.widgets.trace import MarkLane, TimeAxis, Trace
from gripforce.live import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

SMALLEST: Final = (80, 24)
FRAMES_PER_S: Final = 16
"""Timers come late and never early: with 15 asked for, a busy machine painted 14.3 a second."""


class Monitor(Screen[None]):
    """Asks for a frame sixteen times a second; frames that come too late are dropped."""

    BINDINGS: ClassVar[list[BindingType]] = [("p", "pause", "Pause")]
    # Textual declares these two as variables of the instance.
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-narrow"),
        (SMALLEST[0], "-narrow"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [  # noqa: RUF012
        (0, "-too-short"),
        (SMALLEST[1], "-short"),
        (36, "-tall"),
    ]

    # Not ``reactive``: that would repaint the whole screen with each frame.
    frame: var[Snapshot] = var(Snapshot, init=False)
    """The newest."""
    picture: var[Snapshot] = var(Snapshot, init=False)
    """The newest, or the one at which the picture was paused."""
    paused: var[bool] = var(False)

    def __init__(
        self, next_frame: Callable[[], Snapshot], *, title: str, recording: Callable[[], str]
    ) -> None:
        super().__init__()
        self._next_frame = next_frame
        self._title_text = title
        self._recording = recording

    def compose(self) -> ComposeResult:
        """Lay out the widgets and give each its frame."""
        now, picture = Monitor.frame, Monitor.picture
        title = TitleBar(lambda: self._title_text, self._recording, id="title")
        yield title.data_bind(frame=now)
        yield Banner(lambda: self.paused, id="banner").data_bind(frame=now)
        with Container(id="forces"):
            with Vertical(id="traces"):
                yield Trace("GF", "grip force", id="grip").data_bind(frame=picture)
                yield MarkLane(id="lane").data_bind(frame=picture)
                yield Trace("LF", "load force", id="load").data_bind(frame=picture)
                yield TimeAxis(id="axis").data_bind(frame=picture)
            with Vertical(id="coupling"):
                yield Readout("gf", "GF grip", id="gf").data_bind(frame=picture)
                yield Readout("lf", "LF load", id="lf").data_bind(frame=picture)
                yield Readout("ratio", "GF/LF", id="ratio").data_bind(frame=picture)
                yield RatioGauge(id="gauge").data_bind(frame=picture)
                yield PhasePlot(id="phase").data_bind(frame=picture)
        yield LiftTable(id="lifts").data_bind(frame=now)
        yield Footer()
        yield Static(id="too-small")

    def on_mount(self) -> None:
        """Begin to paint."""
        self.set_interval(1 / FRAMES_PER_S, self._paint_if_taken)

    def on_resize(self, event: Resize) -> None:
        """Say what is too small, should it be."""
        width, height = event.size
        self.query_one("#too-small", Static).update(
            f"This terminal is {width} × {height}.\n"
            f"gripforce needs {SMALLEST[0]} × {SMALLEST[1]}:\n"
            "enlarge the window or shrink its font.\n\nThe stream goes on. q quits."
        )

    def _paint_if_taken(self) -> None:
        if keeps_up():
            self.paint()

    def paint(self) -> None:
        """Show the newest frame."""
        self.frame = self._next_frame()
        if not self.paused:
            self.picture = self.frame

    def action_pause(self) -> None:
        """Hold the picture, or let it go on; the stream never stops."""
        self.paused = not self.paused
        self.paint()
