"""The task screen: cue, forces and trials of the present block, and every key of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual.binding import Binding

from gripforce.dashboard.screens.dialogs import Ask, Choose
from gripforce.dashboard.screens.forces import ForceScreen
from gripforce.dashboard.screens.help import PHASES, Help
from gripforce.dashboard.screens.review import Review, ask_decision
from gripforce.dashboard.session.calibration_flow import calibrate
from gripforce.dashboard.widgets.gauges import MarginGauge
from gripforce.dashboard.widgets.header import TitleBar
from gripforce.dashboard.widgets.task import Cue, SessionBanner, Trials
from gripforce.dashboard.widgets.task_panel import LANES, TOWERS, TaskPanel
from gripforce.errors import GripforceError
from gripforce.language import translatable, translate
from gripforce.recording import check_note
from gripforce.session import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.binding import BindingType

    from gripforce.dashboard.screens.help import Section
    from gripforce.dashboard.widgets.line_widget import LineWidget
    from gripforce.session.controller import SessionController

SKIP_REASONS: Final = (
    "could not do",
    "too tired",
    translatable("pain"),
    translatable("declined"),
    "no time",
    "device trouble",
)
OWN_WORDS: Final = "own words …"
MARKS: Final = (
    translatable("cough"),
    translatable("cramp"),
    "prompt given",
    translatable("spoke"),
    translatable("moved"),
    OWN_WORDS,
)
"""Labels of a moment: one key and one number."""
ABORT_REASONS: Final = (
    "patient felt unwell",
    "too tired",
    "declined",
    "device trouble",
    translatable("other"),
)

KEYS: Final[Sequence[Section]] = (
    (
        translatable("Keys"),
        (
            ("Enter", "begin, resume, end a rest now"), ("p", translatable("pause")),
            ("b", "blocks: go to one, reopen it"), ("v", "review all trials"),
            ("k, r", "decide on the last trial"), ("u", "undo skip, decision or end"),
            ("s", "skip this block"), ("a", "end the session"), ("m", "mark this moment"),
            ("n", translatable("note")), ("t", "test the sound"), ("c", translatable("calibrate")),
            ("l", "light or dark"), ("q", translatable("leave")), ("ctrl+p", "all commands"),
        ),
    ),
    PHASES,
    (
        translatable("Signs"),
        (
            ("✓", "the trial counts"), ("↻", translatable("repeated")), ("▶", translatable("now")),
            ("·", "to come"), ("░", "samples are missing"), ("▲", "sensor saturated"),
        ),
    ),
)  # fmt: skip
KEYS_NOTE: Final = "Keys that end, skip or decide ask first; Enter goes back."


class TaskScreen(ForceScreen):
    """Shows what to do now, the forces and the trials; every key of a session works here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "begin", "Begin"),
        ("p", "pause", "Pause"),
        ("s", "skip", "Skip"),
        ("k,r", "decide", "Decide"),
        Binding("v", "review", "Review", show=False),
        ("b", "app.blocks", "Blocks"),
        Binding("u", "app.undo", "Undo", show=False),
        ("m", "mark", "Mark"),
        Binding("t", "check_sound", "Sound", show=False),
        Binding("n", "note", "Note", show=False),
        ("a", "abort", "End"),
        Binding("l", "app.theme", "Light or dark", show=False),
        Binding("c", "calibrate", "Calibrate", show=False),
        ("q", "leave", "Leave"),
        ("question_mark", "keys", "Keys"),
    ]
    SHOWS_PALETTE = False
    WHAT_CONTINUES = "The session continues."

    def __init__(self, controller: SessionController) -> None:
        super().__init__(controller.frame)
        self._controller = controller

    def compose_top(self) -> Iterable[LineWidget]:
        """Return title, banner and cue."""
        yield TitleBar(self._title_words, self._recording, self._idle, id="title")
        yield SessionBanner(self._controller, id="banner")
        yield Cue(self._controller, id="cue")

    def compose_gauges(self) -> Iterable[LineWidget]:
        """Return the margin gauge and the panel, of which a task shows one."""
        yield MarginGauge(self._controller, id="margin")
        yield TaskPanel(self._controller, id="panel")

    def paint(self) -> None:
        """Show the newest frame, with what the present task is about."""
        task = self._controller.session.block.task
        self.set_class(task in TOWERS | LANES, "-panel")
        super().paint()

    def compose_bottom(self) -> Iterable[LineWidget]:
        """Return the trials of the block."""
        yield Trials(self._controller, id="trials")

    def action_begin(self) -> None:
        """Begin, resume, or end a rest early."""
        self._controller.session.begin(self._controller.now_s)

    def action_pause(self) -> None:
        """Pause, or resume."""
        session, now_s = self._controller.session, self._controller.now_s
        if session.paused:
            session.resume(now_s)
        else:
            session.pause(now_s)

    def action_skip(self) -> None:
        """Ask for a reason, then skip this block."""
        self._try(self._ask_for_skip)

    def _ask_for_skip(self) -> None:
        session = self._controller.session
        index = session.index
        session.require_skippable(index)

        def skip(why: str | None) -> None:
            if why:
                self._try(lambda: session.skip(index, why, self._controller.now_s))

        title = f"Skip '{session.block.title}'? Choose the reason:"
        self.app.push_screen(Choose(title, SKIP_REASONS, careful=True), skip)

    def action_abort(self) -> None:
        """Ask for a reason, then end the session."""

        def abort(why: str | None) -> None:
            if why:
                self._controller.session.abort(why, self._controller.now_s)

        self.app.push_screen(
            Choose("End the session? Choose the reason:", ABORT_REASONS, careful=True), abort
        )

    def action_leave(self) -> None:
        """Leave the dashboard; the session can be resumed."""

        def leave(answer: str | None) -> None:
            if answer == "leave":
                self.app.exit()

        choices = (translatable("stay"), translatable("leave"))
        self.app.push_screen(Choose("Leave? The session can be resumed later.", choices), leave)

    def action_decide(self) -> None:
        """Ask whether the last trial is to count."""
        session = self._controller.session
        trials = session.block_progress.trials
        block = session.index
        if not trials and block:  # between blocks, the last trial is the previous block's
            block -= 1
            trials = session.progress.block(block).trials
        if not trials:
            self.notify(translate("No trial yet."), timeout=3)
            return
        ask_decision(self, self._controller, block, trials[-1].number)

    def action_review(self) -> None:
        """Show all trials of the session."""
        self.app.push_screen(Review(self._controller))

    def action_note(self) -> None:
        """Ask for a note."""

        def note(text: str | None) -> None:
            if text:
                self._controller.session.note(text)

        self.app.push_screen(Ask("Note (no names):", check_note), note)

    def action_mark(self) -> None:
        """Mark this moment; the label is chosen after it, and the time is that of the key."""
        at_s = self._controller.now_s

        def mark(label: str | None) -> None:
            if label == OWN_WORDS:
                self.app.push_screen(Ask("Mark (no names):", check_note), mark)
            elif label:
                self._try(lambda: self._controller.mark(label, at_s))

        self.app.push_screen(Choose("What happened?", MARKS), mark)

    def action_check_sound(self) -> None:
        """Play the tones, and say where they come from."""
        if self._controller.announcer.check_sound():
            self.notify(translate("The sound card plays: go and beat high, end low."), timeout=5)
        else:
            text = "Only the terminal's bell rings. For pitches: pip install 'gripforce[sound]'."
            self.notify(translate(text), timeout=8)

    def action_calibrate(self) -> None:
        """Calibrate; the device is free between blocks only."""
        controller = self._controller
        if controller.session.wants_recording or controller.recorded:
            self.notify(translate("Calibration is possible between blocks only."), timeout=3)
            return
        self.run_worker(self._calibrate(), name="calibrate")

    async def _calibrate(self) -> None:
        outcome = await calibrate(self.app, self._controller.context.source)
        if outcome is not None:
            self._controller.session.report(EventKind.NOTE, text=f"calibration: {outcome}")

    def action_keys(self) -> None:
        """Show keys and signs."""
        self.app.push_screen(Help(KEYS, KEYS_NOTE))

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except GripforceError as error:
            self.notify(translate(str(error)), timeout=5)

    def _title_words(self) -> str:
        session = self._controller.session
        subject = session.progress.about.get("subject", "")
        blocks = len(session.protocol.blocks)
        number = min(session.index + 1, blocks)
        place = f"{number}/{blocks} {translate(session.block.title)}"
        return f"{subject} · {place}, {translate(f'{session.hand} hand')}"

    def _idle(self) -> str:
        return "" if self._controller.recorded else "○ device idle"

    def _recording(self) -> str:
        return "●" if self._controller.recorded else ""
