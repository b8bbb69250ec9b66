"""The dashboard: a viewer of any stream of items. It owns no device and no file.

Strategy: one worker follows the stream and feeds ``MonitorState``; the screen asks for a frame
sixteen times a second. So every sample is processed, and a slow terminal costs frames only.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding

from gripforce.dashboard.messages import LiftsEnded, StreamEnded
from gripforce.dashboard.palette import open_palette
from gripforce.dashboard.screens.help import Help
from gripforce.dashboard.screens.monitor import Monitor
from gripforce.dashboard.screens.patient import PatientView, stream_cue
from gripforce.dashboard.theme import DEFAULTS, change_theme, use_themes
from gripforce.dashboard.view import View
from gripforce.errors import GripforceError
from gripforce.language import translate
from gripforce.model import Ended, Started
from gripforce.online import MonitorState, Snapshot, TimeWindow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from textual.binding import BindingType
    from textual.screen import Screen

    from gripforce.device.playback import Playback
    from gripforce.model import StreamItem
    from gripforce.session.cue.patient_cue import PatientCue

YIELD_EVERY_S: Final = 0.005
"""A stream that never pauses gives way to the screen this often."""

LOOK_BACK_S: Final = 120.0
"""How far the traces can be scrolled back."""
STYLE_SHEETS: Final[list[str | PurePath]] = [
    Path(__file__).with_name(name) for name in ("dashboard.tcss", "session.tcss")
]


class Dashboard(App[None]):
    """Shows a stream until the user quits; ``ended`` and ``failure`` say how the stream ended."""

    CSS_PATH = STYLE_SHEETS
    TITLE = "gripforce"
    BINDINGS: ClassVar[list[BindingType]] = [
        ("q", "quit", "Quit"),
        ("m", "mark", "Marker"),
        Binding("l", "theme", "Light or dark", show=False),
        ("question_mark", "help", "Help"),
    ]

    def __init__(
        self,
        stream: AsyncIterator[StreamItem],
        *,
        title: str = "",
        on_mark: Callable[[str], None] | None = None,
        recording: Callable[[], str] = str,
        clock: Callable[[], float] = time.monotonic,
        patient: bool = False,
        cue: Callable[[Snapshot], PatientCue] = stream_cue,
        playback: Playback | None = None,
    ) -> None:
        super().__init__()
        self._stream = stream
        self._title_text = f"gripforce · {title}" if title else "gripforce"
        self._on_mark = on_mark
        self._recording = recording
        self._clock = clock
        self._patient, self._cue = patient, cue
        self._playback = playback
        self._marks = 0
        self._paused_s = 0.0
        """How long the replay has been paused in all [s]."""
        self._paused_at_s: float | None = None
        self.live = MonitorState(LOOK_BACK_S)
        self.ended: Ended | None = None
        self.failure: GripforceError | None = None
        """The error that ended the stream, where there was no ``Ended``."""

    def on_mount(self) -> None:
        """Open the monitor and begin to follow."""
        use_themes(self)
        if self._patient:
            self.push_screen(PatientView(self.next_frame, self._cue))
        else:
            self.push_screen(
                Monitor(
                    self.next_frame,
                    title=self._title_text,
                    recording=self._recording,
                    playback=self._playback,
                )
            )
        # The first layout blocks for a while; the stream is started after it.
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        self.run_worker(self._follow(), name="follow", exit_on_error=True)

    def next_frame(self) -> Snapshot:
        """Return what there is to see now."""
        screen = self.screen_stack[1] if len(self.screen_stack) > 1 else None
        view = screen.view if isinstance(screen, Monitor) else View()
        window = TimeWindow(view.span_s, view.end_s, view.filtered, view.cursor_s)
        return self.live.snapshot(self._now_s(), window)

    def _now_s(self) -> float:
        """Return the host's time [s] without the time in which a replay was paused."""
        now_s = self._clock() - self._paused_s
        if self._playback is not None and self._playback.paused:
            self._paused_at_s = now_s if self._paused_at_s is None else self._paused_at_s
            return self._paused_at_s
        if self._paused_at_s is not None:
            self._paused_s += now_s - self._paused_at_s
            now_s, self._paused_at_s = self._paused_at_s, None
        return now_s

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours that the style sheets need before a theme is chosen."""
        return DEFAULTS

    def action_command_palette(self) -> None:
        """Show the list of all commands."""
        open_palette(self)

    def action_theme(self) -> None:
        """Change between dark and light."""
        change_theme(self)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the command palette offers: every key of the monitor, in words."""
        if isinstance(screen, Monitor):
            for title, help_, work in (
                ("Pause", "The picture, or a replay", screen.action_pause),
                ("Newest", "Follow the stream again", screen.action_follow),
                ("Hold scale", "Hold the scale, or fit it", screen.action_hold_scale),
                ("Cursor", "Values at a time", screen.action_cursor),
                ("Cells", "The force of each cell", screen.action_cells),
                ("Filter", "As the analysis filters, or not", screen.action_filter),
                ("Marker", "Put a marker into the stream", self.action_mark),
                ("Light or dark", "Change the colours", self.action_theme),
                ("Help", "Explain keys and signs", self.action_help),
                ("Quit", "A recording elsewhere continues", self.exit),
            ):
                yield SystemCommand(translate(title), translate(help_), work)

    def action_mark(self) -> None:
        """Put a numbered marker into the stream."""
        if self._on_mark is None:
            self.notify(translate("This source takes no markers."), timeout=3)
            return
        self._marks += 1
        self._on_mark(f"mark {self._marks}")

    def action_help(self) -> None:
        """Show keys and words."""
        self.push_screen(Help())

    async def _follow(self) -> None:
        yielded_s = time.perf_counter()
        try:
            async for item in self._stream:
                if isinstance(item, Started):  # a session streams one recording after another
                    self.live = MonitorState(LOOK_BACK_S)
                lifts = self.live.feed(item, self._now_s())
                if lifts:
                    self.post_message(LiftsEnded(lifts))
                if isinstance(item, Ended):
                    self.ended = item
                if time.perf_counter() - yielded_s > YIELD_EVERY_S:
                    await asyncio.sleep(0)
                    yielded_s = time.perf_counter()
        except GripforceError as error:
            self.failure = error
            self.exit(return_code=error.exit_code)
            return
        self.post_message(StreamEnded(self.ended))


async def run_dashboard(
    stream: AsyncIterator[StreamItem],
    *,
    title: str = "",
    on_mark: Callable[[str], None] | None = None,
    recording: Callable[[], str] = str,
    patient: bool = False,
    cue: Callable[[Snapshot], PatientCue] = stream_cue,
    playback: Playback | None = None,
) -> Ended | None:
    """Show a stream on this terminal until the user quits; return its end, if it ended.

    ``title`` stands above the forces; ``on_mark`` is called with the text of each marker;
    ``recording`` returns the name of the file being recorded to, "" where there is none;
    ``patient`` shows one large bar and a word instead, which ``cue`` returns; ``playback`` moves in
    a replay. The caller owns stream and device. A ``GripforceError`` of the stream closes the
    screen and is raised.
    """
    app = Dashboard(
        stream,
        title=title,
        on_mark=on_mark,
        recording=recording,
        patient=patient,
        cue=cue,
        playback=playback,
    )
    await app.run_async()
    if app.failure is not None:
        raise app.failure
    return app.ended
