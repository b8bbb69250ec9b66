"""The app of a patient session: its screens in their order, around one controller."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from textual.app import App, SystemCommand

from gripforce.dashboard.app import STYLE_SHEETS
from gripforce.dashboard.palette import open_palette
from gripforce.dashboard.screens.blocks import BlockList
from gripforce.dashboard.screens.results import AGAIN, CheckResult, SummaryScreen
from gripforce.dashboard.screens.task import TaskScreen
from gripforce.dashboard.theme import DEFAULTS, change_theme, use_themes
from gripforce.errors import GripforceError, UsageError
from gripforce.language import translatable, translate
from gripforce.session.results import analyze_folder, earlier_visits, write_visit_report
from gripforce.session.state import OVER
from gripforce.session.summary_text import (
    IN_PROGRESS,
    missed_lines,
    summary_heading,
    summary_lines,
    verdict_lines,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from textual.screen import Screen

    from gripforce.session.controller import EndedCheck, SessionController

SetUp: TypeAlias = "Callable[[SessionApp], Awaitable[SessionController | None]]"
TICKS_PER_S: Final = 20
SUMMARY: Final = "summary.txt"


class SessionApp(App[None]):
    """Runs one session; the recorder is a process of its own and survives this app.

    ``set_up`` asks on the app's own screens for what is not known, and returns the controller, or
    None where the operator leaves. ``failure`` is the error that ended the app, if one did.
    """

    CSS_PATH = STYLE_SHEETS
    TITLE = "gripforce session"

    def __init__(
        self, controller: SessionController | None = None, *, set_up: SetUp | None = None
    ) -> None:
        super().__init__()
        self._controller = controller
        self._set_up = set_up
        self.failure: GripforceError | None = None
        self._verdicts = [IN_PROGRESS]
        self._summary_shown = False

    def on_mount(self) -> None:
        """Show the task screen and begin to follow the stream, or set the session up first."""
        use_themes(self)
        if self._controller is not None:
            self._show_task_screen()
        else:
            self.run_worker(self._run_setup(), name="set up")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours that the style sheets need before a theme is chosen."""
        return DEFAULTS

    def action_command_palette(self) -> None:
        """Show the list of all commands."""
        open_palette(self)

    def action_theme(self) -> None:
        """Change between dark and light."""
        change_theme(self)

    @property
    def controller(self) -> SessionController:
        """The controller of the session; ``UsageError`` where none was started."""
        if self._controller is None:
            raise UsageError("No session was started.")
        return self._controller

    async def _run_setup(self) -> None:
        try:
            self._controller = await self._set_up(self) if self._set_up is not None else None
        except GripforceError as error:
            self._fail(error)
            return
        if self._controller is None:
            self.exit()
        else:
            self._show_task_screen()

    def _show_task_screen(self) -> None:
        self.push_screen(TaskScreen(self.controller))
        self.call_after_refresh(self._start)

    def send(self, text: str) -> None:
        """Write into the terminal's stream, beside what the screens draw."""
        if self._driver is not None:
            self._driver.write(text)

    def _fail(self, error: GripforceError) -> None:
        self.failure = error
        self.exit(return_code=error.exit_code)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the command palette offers: every key, in words."""
        if isinstance(screen, TaskScreen):
            for title, help_, work in (
                (translatable("Begin"), "Begin the block, or resume", screen.action_begin),
                (translatable("Pause"), "Pause, or resume", screen.action_pause),
                ("Skip block", "Asks for the reason, which is recorded", screen.action_skip),
                ("Decide on the last trial", "Whether it counts", screen.action_decide),
                ("Review trials", "All trials of this session", screen.action_review),
                (translatable("Blocks"), "Go to a block, or reopen it", self.action_blocks),
                (translatable("Undo"), "Take back a skip, a decision or the end", self.action_undo),
                (translatable("Calibrate"), "Between blocks", screen.action_calibrate),
                (translatable("Mark"), "Label this moment in the recording", screen.action_mark),
                ("Test the sound", "Play the tones", screen.action_check_sound),
                (translatable("Note"), "Write a note into the journal", screen.action_note),
                ("End session", "Asks for the reason", screen.action_abort),
                ("Light or dark", "Change the colours", self.action_theme),
                (translatable("Leave"), "The session can be resumed later", screen.action_leave),
                (translatable("Keys"), "Explain keys and signs", screen.action_keys),
            ):
                yield SystemCommand(translate(title), translate(help_), work)

    def _start(self) -> None:
        self.run_worker(self._follow(), name="follow")
        self.set_interval(1 / TICKS_PER_S, self._tick)

    async def _follow(self) -> None:
        try:
            await self.controller.follow()
        except GripforceError as error:
            self._fail(error)

    def _tick(self) -> None:
        controller = self.controller
        controller.tick()
        if check := controller.pop_ended_check():
            self._show_check(check)
        over = controller.session.state in OVER and not controller.recorded
        if over and not self._summary_shown:
            self._summary_shown = True
            self.run_worker(self._show_summary(), name="summary")

    def _show_check(self, check: EndedCheck) -> None:
        """Show the result of a check or zero; the next block waits for the operator anyway."""
        if not isinstance(self.screen, TaskScreen):
            return

        def answer(choice: str | None) -> None:
            if choice == AGAIN:
                self.controller.check_again(check)

        self.push_screen(CheckResult(check.title, check.outcome), answer)

    def action_blocks(self) -> None:
        """Show the list of blocks."""

        def moved(has_moved: bool | None) -> None:
            if has_moved:
                self._return_from_summary()

        self.push_screen(BlockList(self.controller), moved)

    def action_undo(self) -> None:
        """Take back the last skip, decision or end of the session."""
        try:
            words = self.controller.session.undo(self.controller.now_s)
        except GripforceError as error:
            self.notify(translate(str(error)), timeout=5)
            return
        self.notify(translate(f"Undone: {words}."), timeout=5)
        self._return_from_summary()

    def _return_from_summary(self) -> None:
        """Show the task screen again where the session is no longer over."""
        if isinstance(self.screen, SummaryScreen) and self.controller.session.state not in OVER:
            self._summary_shown = False
            self.pop_screen()

    async def _show_summary(self) -> None:
        """Show the summary, analyse the recordings, write the reports and ``summary.txt``."""
        heading = summary_heading(self.controller.session)
        screen = SummaryScreen(heading, self._summary_lines)
        await self.push_screen(screen)
        await self.controller.settle()
        folder = self.controller.context.folder
        earlier = await asyncio.to_thread(earlier_visits, folder.path)
        analyses, errors = await asyncio.to_thread(analyze_folder, folder.recordings, earlier)
        if not screen.is_attached:  # the session was reopened meanwhile
            return
        report, missing = await asyncio.to_thread(
            write_visit_report,
            analyses,
            folder.path,
            missed_lines(self.controller.session),
            earlier,
        )
        written = [] if report is None else [f"Report: {report.name}"]
        self._verdicts = [*verdict_lines(analyses, errors), *written, *missing]
        screen.complete([] if report is None else [report])
        with suppress(OSError):  # the summary is on the screen, and can be made again
            text = "\n".join(map(translate, [heading, "", *self._summary_lines()]))
            (folder.path / SUMMARY).write_text(text + "\n", encoding="utf-8")

    def _summary_lines(self) -> list[str]:
        controller = self.controller
        return summary_lines(controller.session, self._verdicts, controller.context.folder.path)
