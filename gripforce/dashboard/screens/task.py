"""The task screen: what to do now, large; forces as they come; trials; every key of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding
from textual.containers import Container, Vertical
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Footer, Static

from gripforce.dashboard.screens.dialogs import Ask, Choose
from gripforce.dashboard.screens.help import Help
from gripforce.dashboard.screens.monitor import FRAMES_PER_S, SMALLEST
from gripforce.dashboard.screens.review import Review
from gripforce.dashboard.session.calibration_flow import calibrate
from gripforce.dashboard.terminal import keeps_up
from gripforce.dashboard.widgets.coupling import PhasePlot, RatioGauge
from gripforce.dashboard.widgets.header import TitleBar
from gripforce.dashboard.widgets.readout import Readout
from gripforce.dashboard.widgets.task import Cue, MarginGauge, SessionBanner, Trials
from gripforce.dashboard.widgets.trace import MarkLane, TimeAxis, Trace
from gripforce.errors import GripforceError
from gripforce.live import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.events import Resize

    from gripforce.session.controller import SessionController

SKIP_REASONS: Final = (
    "could not do", "too tired", "pain", "declined", "no time", "device trouble",
)  # fmt: skip
ABORT_REASONS: Final = ("patient felt unwell", "too tired", "declined", "device trouble", "other")

KEYS: Final = """\
[b]Keys[/b]
 Enter  begin, go on, cut a rest short      p  pause
 s  skip this block (asks why)              v  review the trials
 k  keep the last trial although it is bad  r  repeat the last trial
 n  note    a  end the session for good     c  calibrate (between blocks)
 q  leave: the session can go on later      ctrl+p  all commands
No key deletes anything: a verdict is one more line in the journal.

[b]Signs[/b]
 ✓ trial counts   ↻ repeated   ▶ now   · to come
 C contact  L load onset  U up  H hold  D down  R released
 ░ samples missing   ▲ sensor saturated   ▾ marker"""


class TaskScreen(Screen[None]):
    """Asks for a frame fifteen times a second."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "begin", "Begin"),
        ("p", "pause", "Pause"),
        ("s", "skip", "Skip"),
        ("k", "keep", "Keep"),
        ("r", "repeat", "Repeat"),
        ("v", "review", "Review"),
        Binding("n", "note", "Note", show=False),
        ("a", "abort", "End"),
        Binding("c", "calibrate", "Calibrate", show=False),
        ("q", "leave", "Leave"),
        ("question_mark", "keys", "Keys"),
    ]
    # Textual declares these two as variables of the instance.
    HORIZONTAL_BREAKPOINTS = [(0, "-too-narrow"), (SMALLEST[0], "-narrow"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-too-short"), (SMALLEST[1], "-short"), (36, "-tall")]  # noqa: RUF012

    frame: var[Snapshot] = var(Snapshot, init=False)

    def __init__(self, conductor: SessionController) -> None:
        super().__init__()
        self._conductor = conductor

    def compose(self) -> ComposeResult:
        """Lay out the widgets and give each its frame."""
        frame = TaskScreen.frame
        conductor = self._conductor
        title = TitleBar(self._title_words, self._recording, self._idle, id="title")
        yield title.data_bind(frame=frame)
        yield SessionBanner(conductor, id="banner").data_bind(frame=frame)
        yield Cue(conductor, id="cue").data_bind(frame=frame)
        with Container(id="forces"):
            with Vertical(id="traces"):
                yield Trace("GF", "grip force", id="grip").data_bind(frame=frame)
                yield MarkLane(id="lane").data_bind(frame=frame)
                yield Trace("LF", "load force", id="load").data_bind(frame=frame)
                yield TimeAxis(id="axis").data_bind(frame=frame)
            with Vertical(id="coupling"):
                yield Readout("gf", "GF grip", id="gf").data_bind(frame=frame)
                yield Readout("lf", "LF load", id="lf").data_bind(frame=frame)
                yield Readout("ratio", "GF/LF", id="ratio").data_bind(frame=frame)
                yield MarginGauge(conductor, id="margin").data_bind(frame=frame)
                yield RatioGauge(id="gauge").data_bind(frame=frame)
                yield PhasePlot(id="phase").data_bind(frame=frame)
        yield Trials(conductor, id="trials").data_bind(frame=frame)
        yield Footer(show_command_palette=False)
        yield Static(id="too-small")

    def on_mount(self) -> None:
        """Begin to paint."""
        self.set_interval(1 / FRAMES_PER_S, self.paint)

    def on_resize(self, event: Resize) -> None:
        """Say what is too small, should it be."""
        width, height = event.size
        self.query_one("#too-small", Static).update(
            f"This terminal is {width} × {height}.\n"
            f"A session needs {SMALLEST[0]} × {SMALLEST[1]}:\n"
            "enlarge the window or shrink its font.\n\nThe recording goes on."
        )

    def paint(self) -> None:
        """Show the newest frame, where the terminal has taken the last one."""
        if keeps_up():
            self.frame = self._conductor.frame()

    def action_begin(self) -> None:
        """Begin, go on, or cut a rest short."""
        self._conductor.session.begin(self._conductor.now_s)

    def action_pause(self) -> None:
        """Pause, or go on."""
        session, now_s = self._conductor.session, self._conductor.now_s
        if session.paused:
            session.go_on(now_s)
        else:
            session.pause(now_s)

    def action_skip(self) -> None:
        """Ask why, then leave this block."""

        def skip(why: str | None) -> None:
            if why:
                self._try(lambda: self._conductor.session.skip(why, self._conductor.now_s))

        title = f"Skip '{self._conductor.session.block.title}': why?"
        self.app.push_screen(Choose(title, SKIP_REASONS), skip)

    def action_abort(self) -> None:
        """Ask why, then end the session."""

        def abort(why: str | None) -> None:
            if why:
                self._conductor.session.abort(why, self._conductor.now_s)

        self.app.push_screen(Choose("End the session for good: why?", ABORT_REASONS), abort)

    def action_leave(self) -> None:
        """Leave the dashboard; the session goes on when it is started again."""

        def leave(answer: str | None) -> None:
            if answer == "leave":
                self.app.exit()

        choices = ("stay", "leave")
        self.app.push_screen(Choose("Leave? The session can go on later.", choices), leave)

    def action_keep(self) -> None:
        """Let the last trial count."""
        self._decide("keep")

    def action_repeat(self) -> None:
        """Let the last trial not count."""
        self._decide("repeat")

    def _decide(self, decision: str) -> None:
        session = self._conductor.session
        trials = session.done.trials
        block = session.index
        if not trials and block:  # between blocks the last trial is that of the one before
            block -= 1
            trials = session.progress.block(block).trials
        if not trials:
            self.notify("There is no trial yet.", timeout=3)
            return
        number = trials[-1].number
        self._try(lambda: session.decide(number, decision, self._conductor.now_s, block))

    def action_review(self) -> None:
        """Show all trials of the session."""
        self.app.push_screen(Review(self._conductor))

    def action_note(self) -> None:
        """Ask for a note."""

        def note(text: str | None) -> None:
            if text:
                self._conductor.session.note(text)

        self.app.push_screen(Ask("Note (no names):"), note)

    def action_calibrate(self) -> None:
        """Calibrate, between blocks: then the device is free."""
        conductor = self._conductor
        if conductor.session.wants_recording or conductor.recorded:
            self.notify("Calibrate between blocks.", timeout=3)
            return
        self.run_worker(self._calibrate(), name="calibrate")

    async def _calibrate(self) -> None:
        done = await calibrate(self.app, self._conductor.setting.source)
        if done is not None:
            self._conductor.session.note(f"calibration: {done}")

    def action_keys(self) -> None:
        """Show keys and signs."""
        self.app.push_screen(Help(KEYS))

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except GripforceError as error:
            self.notify(str(error), timeout=5)

    def _title_words(self) -> str:
        session = self._conductor.session
        subject = session.progress.about.get("subject", "")
        place = f"{min(session.index + 1, len(session.protocol.blocks))}"
        blocks = len(session.protocol.blocks)
        return f"{subject} · {place}/{blocks} {session.block.title}, {session.hand} hand"

    def _idle(self) -> str:
        return "" if self._conductor.recorded else "○ device at rest"

    def _recording(self) -> str:
        return "●" if self._conductor.recorded else ""
