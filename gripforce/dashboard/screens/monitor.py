"""The monitor: forces, coupling, losses and lifts of one stream as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from gripforce.dashboard.screens.forces import ForceScreen
from gripforce.dashboard.widgets.header import Banner, TitleBar
from gripforce.dashboard.widgets.lifts import LiftTable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType

    from gripforce.dashboard.widgets.line_widget import LineWidget
    from gripforce.live import Snapshot


class Monitor(ForceScreen):
    """Shows a stream with the table of its lifts; ``p`` pauses the picture."""

    BINDINGS: ClassVar[list[BindingType]] = [("p", "pause", "Pause")]
    WHAT_CONTINUES = "The stream continues. q: quit."

    def __init__(
        self, next_frame: Callable[[], Snapshot], *, title: str, recording: Callable[[], str]
    ) -> None:
        super().__init__(next_frame)
        self._title_text = title
        self._recording = recording

    def compose_top(self) -> Iterable[LineWidget]:
        """Return title and banner."""
        yield TitleBar(lambda: self._title_text, self._recording, id="title")
        yield Banner(lambda: self.paused, id="banner")

    def compose_bottom(self) -> Iterable[LineWidget]:
        """Return the table of lifts."""
        yield LiftTable(id="lifts")

    def action_pause(self) -> None:
        """Pause the picture, or let it continue; the stream never stops."""
        self.paused = not self.paused
        self.paint()
