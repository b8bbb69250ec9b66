"""The monitor: forces, coupling, losses and lifts of one stream as they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding

from gripforce.dashboard.screens.forces import ForceScreen
from gripforce.dashboard.widgets.header import Banner, TitleBar
from gripforce.dashboard.widgets.lifts import LiftTable
from gripforce.dashboard.widgets.scrubber import Scrubber

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.binding import BindingType

    from gripforce.dashboard.widgets.line_widget import LineWidget
    from gripforce.device.playback import Playback
    from gripforce.live import Snapshot


_STEP_S: Final = 5.0


class Monitor(ForceScreen):
    """Shows a stream with the table of its lifts; ``p`` pauses the picture, or a replay.

    ``playback`` is the position in a replayed recording, None for any other stream.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("p", "pause", "Pause"),
        Binding("space", "pause", "Pause", show=False),
        Binding("left", "move(-1)", "Back"),
        Binding("right", "move(1)", "Forward"),
        Binding("comma", "jump(-1)", "Previous trial"),
        Binding("full_stop", "jump(1)", "Next trial"),
        Binding("left_square_bracket", "speed(-1)", "Slower"),
        Binding("right_square_bracket", "speed(1)", "Faster"),
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

    def compose_bottom(self) -> Iterable[LineWidget]:
        """Return the scrubber of a replay, and the table of lifts."""
        if self._playback is not None:
            yield Scrubber(self._playback, id="scrubber")
        yield LiftTable(id="lifts")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Return whether a key works: only a replay can be moved in."""
        return action not in {"move", "jump", "speed"} or self._playback is not None

    def action_pause(self) -> None:
        """Pause a replay, else the picture alone: no other stream can be stopped."""
        if self._playback is not None:
            self._playback.toggle()
        else:
            self.paused = not self.paused
        self.paint()

    def action_move(self, steps: int) -> None:
        """Go back or forward by five seconds."""
        if self._playback is not None:
            self._playback.seek(self._playback.shown_s + steps * _STEP_S)

    def action_jump(self, moments: int) -> None:
        """Go to the previous or next trial or mark."""
        if self._playback is not None:
            self._playback.jump(moments)

    def action_speed(self, steps: int) -> None:
        """Play slower or faster."""
        if self._playback is not None:
            self._playback.change_speed(steps)
