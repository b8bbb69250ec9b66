"""The monitor: forces, coupling, losses and lifts of one stream as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding

from gripforce.dashboard.screens.forces import ForceScreen
from gripforce.dashboard.widgets.header import Banner, TitleBar
from gripforce.dashboard.widgets.lifts import LiftTable
from gripforce.dashboard.widgets.readout import Cells
from gripforce.dashboard.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType

    from gripforce.dashboard.widgets.line_widget import LineWidget
    from gripforce.device.playback import Playback
    from gripforce.online import Snapshot


_STEP_S: Final = 5.0
_IN_REPLAYS: Final = {"jump", "speed", "seek"}


class Monitor(ForceScreen):
    """Shows a stream with the table of its lifts, and looks back into it.

    ``p`` pauses the picture, or a replay. ``playback`` is the position in a replayed recording,
    None for any other stream.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("p", "pause", "Pause"),
        Binding("space", "pause", "Pause", show=False),
        Binding("left", "scroll(-1)", "Scroll", key_display="← →"),
        Binding("right", "scroll(1)", "Scroll", show=False),
        Binding("end", "follow", "Newest", show=False),
        Binding("plus,equals_sign", "zoom(-1)", "Zoom", key_display="+ -"),
        Binding("minus", "zoom(1)", "Zoom", show=False),
        Binding("h", "hold_scale", "Hold scale", show=False),
        ("x", "cursor", "Cursor"),
        ("c", "cells", "Cells"),
        Binding("f", "filter", "Filter", show=False),
        Binding("comma", "jump(-1)", "Previous trial", show=False),
        Binding("full_stop", "jump(1)", "Next trial", show=False),
        Binding("left_square_bracket", "speed(-1)", "Slower", show=False),
        Binding("right_square_bracket", "speed(1)", "Faster", show=False),
        *(Binding(f"{k}", f"seek({k})", "", show=False) for k in range(10)),
    ]
    WHAT_CONTINUES = "The stream continues. q: quit."

    def __init__(
        self,
        next_frame: Callable[[], Snapshot],
        *,
        title: str,
        recording: Callable[[], str],
        playback: Playback | None = None,
    ) -> None:
        super().__init__(next_frame)
        self._title_text = title
        self._recording = recording
        self._playback = playback

    def compose_top(self) -> Iterable[LineWidget]:
        """Return title and banner."""
        yield TitleBar(lambda: self._title_text, self._recording, id="title")
        yield Banner(lambda: self.paused, id="banner")

    def compose_gauges(self) -> Iterable[LineWidget]:
        """Return the forces of the cells, which take the place of grip over load."""
        yield Cells(id="cells")

    def compose_bottom(self) -> Iterable[LineWidget]:
        """Return the scrubber of a replay, and the table of lifts."""
        if self._playback is not None:
            yield Scrubber(self._playback, id="scrubber")
        yield LiftTable(id="lifts")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Return whether a key works: only in a replay are there trials to come."""
        return action not in _IN_REPLAYS or self._playback is not None

    def paint(self) -> None:
        """Show the newest frame, with the panel that was chosen."""
        self.set_class(self.view.shows_cells, "-cells")
        super().paint()

    def action_pause(self) -> None:
        """Pause a replay, else the picture alone: no other stream can be stopped."""
        if self._playback is not None:
            self._playback.toggle()
        else:
            self.paused = not self.paused
        self.paint()

    def action_scroll(self, steps: int) -> None:
        """Move the cursor, a replay by five seconds, or else the traces."""
        frame = self.frame
        if self._playback is not None and self.view.cursor_s is None:
            self.view.follow()
            self._playback.seek(self._playback.shown_s + steps * _STEP_S)
        else:
            self.view.scroll(steps, frame.right_s, frame.oldest_s, frame.newest_s)
        self._repaint()

    def action_follow(self) -> None:
        """Show the newest samples again."""
        self.view.follow()
        self._repaint()

    def action_zoom(self, steps: int) -> None:
        """Show a longer span of time, or with -1 a shorter one."""
        self.view.zoom(steps)
        self._repaint()

    def action_hold_scale(self) -> None:
        """Keep the scales as they are, or fit them again."""
        self.view.hold_scale()
        self._repaint()

    def action_cursor(self) -> None:
        """Put a cursor into the traces, or remove it and follow the stream."""
        if self.view.cursor_s is None:
            self.view.toggle_cursor(self.frame.right_s)
        else:
            self.view.follow()
        self._repaint()

    def action_cells(self) -> None:
        """Show the force of each cell, or grip over load."""
        self.view.shows_cells = not self.view.shows_cells
        self._repaint()

    def action_filter(self) -> None:
        """Filter the traces as the analysis does, or show them as they came."""
        self.view.filtered = not self.view.filtered
        self._repaint()

    def action_jump(self, moments: int) -> None:
        """Go to the previous or next trial or mark."""
        if self._playback is not None:
            self.view.follow()
            self._playback.jump(moments)

    def action_seek(self, tenths: int) -> None:
        """Go to a tenth of the recording."""
        if self._playback is not None:
            self.view.follow()
            self._playback.seek(tenths / 10 * self._playback.duration_s)

    def action_speed(self, steps: int) -> None:
        """Play slower or faster."""
        if self._playback is not None:
            self._playback.change_speed(steps)

    def _repaint(self) -> None:
        """Show what a key has changed, even while the picture is paused."""
        paused, self.paused = self.paused, False
        self.paint()
        self.paused = paused
