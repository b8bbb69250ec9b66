"""The screen that the monitor and the session's task screen have in common: one stream's forces."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, TypeVar

from textual.containers import Container, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Static

from gripforce.dashboard.terminal import keeps_up
from gripforce.dashboard.view import View
from gripforce.dashboard.widgets.gauges import RatioGauge
from gripforce.dashboard.widgets.key_bar import KeyBar
from gripforce.dashboard.widgets.line_widget import LineWidget
from gripforce.dashboard.widgets.phase_plot import PhasePlot
from gripforce.dashboard.widgets.readout import Readout
from gripforce.dashboard.widgets.trace import MarkLane, TimeAxis, Trace
from gripforce.language import translate
from gripforce.online import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.events import Resize

SMALLEST: Final = (80, 24)
"""Columns and rows below which the forces are not drawn."""
FRAMES_PER_S: Final = 16
"""Timers come late and never early: with 15 asked for, a busy machine painted 14.3 a second."""

Drawn = TypeVar("Drawn", bound=LineWidget)


class ForceScreen(Screen[None]):
    """Draws the forces of a stream sixteen times a second; frames that come late are dropped.

    Subclasses add widgets above (``compose_top``) and below (``compose_bottom``) the forces, and
    gauges beside them (``compose_gauges``).
    """

    SHOWS_PALETTE: ClassVar[bool] = True
    """Whether the footer names the key of the command palette."""
    WHAT_CONTINUES: ClassVar[str] = ""
    # Textual declares these two as variables of the instance.
    HORIZONTAL_BREAKPOINTS = [(0, "-too-narrow"), (SMALLEST[0], "-narrow"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-too-short"), (SMALLEST[1], "-short"), (36, "-tall")]  # noqa: RUF012

    # Not ``reactive``: that would repaint the whole screen with each frame.
    frame: var[Snapshot] = var(Snapshot, init=False)
    """The newest."""
    picture: var[Snapshot] = var(Snapshot, init=False)
    """The one that the forces are drawn from: the newest, unless the picture is paused."""
    paused: var[bool] = var(False)

    def __init__(self, next_frame: Callable[[], Snapshot]) -> None:
        super().__init__()
        self._next_frame = next_frame
        self.view = View()

    def compose(self) -> ComposeResult:
        """Lay out the widgets and bind each to its frame."""
        yield from map(_with_newest, self.compose_top())
        with Container(id="forces"):
            with Vertical(id="traces"):
                yield _with_picture(Trace("GF", "grip force", self.view, id="grip"))
                yield _with_picture(MarkLane(id="lane"))
                yield _with_picture(Trace("LF", "load force", self.view, id="load"))
                yield _with_picture(TimeAxis(self.view, id="axis"))
            with Vertical(id="coupling"):
                yield _with_picture(Readout("gf", "GF grip", id="gf"))
                yield _with_picture(Readout("lf", "LF load", id="lf"))
                yield _with_picture(Readout("ratio", "GF/LF", id="ratio"))
                yield from map(_with_picture, self.compose_gauges())
                yield _with_picture(RatioGauge(id="gauge"))
                yield _with_picture(PhasePlot(id="phase"))
        yield from map(_with_newest, self.compose_bottom())
        yield KeyBar(show_command_palette=self.SHOWS_PALETTE)
        yield Static(id="too-small")

    def compose_top(self) -> Iterable[LineWidget]:
        """Return the widgets above the forces."""
        return ()

    def compose_gauges(self) -> Iterable[LineWidget]:
        """Return the gauges between the readouts and the ratio gauge."""
        return ()

    def compose_bottom(self) -> Iterable[LineWidget]:
        """Return the widgets below the forces."""
        return ()

    def on_mount(self) -> None:
        """Begin to paint."""
        self.set_interval(1 / FRAMES_PER_S, self._paint_if_terminal_keeps_up)

    def on_resize(self, event: Resize) -> None:
        """Write the message that is shown where the terminal is too small."""
        width, height = event.size
        self.query_one("#too-small", Static).update(
            "\n".join(
                (
                    translate(f"This terminal is {width} × {height}."),
                    translate(f"{SMALLEST[0]} × {SMALLEST[1]} are needed:"),
                    translate("enlarge the window or use a smaller font."),
                    "",
                    translate(self.WHAT_CONTINUES),
                )
            )
        )

    def paint(self) -> None:
        """Show the newest frame."""
        self.frame = self._next_frame()
        if not self.paused:
            self.picture = self.frame

    def _paint_if_terminal_keeps_up(self) -> None:
        if keeps_up():
            self.paint()


def _with_newest(widget: Drawn) -> Drawn:
    return widget.data_bind(frame=ForceScreen.frame)


def _with_picture(widget: Drawn) -> Drawn:
    return widget.data_bind(frame=ForceScreen.picture)
