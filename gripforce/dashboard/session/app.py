"""The patient session: screens in their order around one conductor."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

from textual.app import App, SystemCommand

from gripforce.dashboard.app import THEME
from gripforce.dashboard.screens.results import CheckResult, SummaryScreen, check_words, zero_words
from gripforce.dashboard.screens.task import TaskScreen
from gripforce.errors import GripforceError, UsageError
from gripforce.report import write_report
from gripforce.session import SessionState
from gripforce.session.results import analyze_folder
from gripforce.session.state import OVER
from gripforce.session.summary_text import CAUTION, repeat_words, trials_words, verdict_words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from textual.screen import Screen

    from gripforce.analysis.results import Analysis
    from gripforce.session.controller import SessionController

Receive: TypeAlias = "Callable[[SessionApp], Awaitable[SessionController | None]]"
TICKS_PER_S: Final = 20
SUMMARY: Final = "summary.txt"


class SessionApp(App[None]):
    """Runs one session; the recorder is elsewhere and does not mind if this ends.

    ``receive`` asks on the app's own screens for what is not known, and returns what conducts the
    session, None where nobody wants one.
    """

    CSS_PATH: ClassVar[list[str | Path]] = [  # type: ignore[assignment]
        Path(__file__).parents[1] / "dashboard.tcss",
        Path(__file__).parents[1] / "session.tcss",
    ]
    TITLE = "gripforce session"

    def __init__(
        self, conductor: SessionController | None = None, *, receive: Receive | None = None
    ) -> None:
        super().__init__()
        self._conductor = conductor
        self._receive = receive
        self.failure: GripforceError | None = None
        self._verdicts: list[str] = ["The recordings are being analysed …"]
        self._summed_up = False

    def on_mount(self) -> None:
        """Show the task screen and begin to follow."""
        self.register_theme(THEME)
        self.theme = THEME.name
        if self._conductor is not None:
            self._show_tasks()
        else:
            self.run_worker(self._welcome(), name="welcome")

    @property
    def conductor(self) -> SessionController:
        """What runs the session; ``UsageError`` where none was begun."""
        if self._conductor is None:
            raise UsageError("No session was begun.")
        return self._conductor

    async def _welcome(self) -> None:
        """Ask for what is not known, then begin."""
        try:
            self._conductor = await self._receive(self) if self._receive is not None else None
        except GripforceError as error:
            self._fail(error)
            return
        if self._conductor is None:
            self.exit()
        else:
            self._show_tasks()

    def _show_tasks(self) -> None:
        self.push_screen(TaskScreen(self.conductor))
        self.call_after_refresh(self._begin)

    def _fail(self, error: GripforceError) -> None:
        self.failure = error
        self.exit(return_code=error.exit_code)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Return what the command palette offers: every key, in words."""
        if isinstance(screen, TaskScreen):
            for title, help_, work in (
                ("Begin", "Begin the block, or go on", screen.action_begin),
                ("Pause", "Pause, or go on", screen.action_pause),
                ("Skip block", "Asks why: could not do is data", screen.action_skip),
                ("Keep last trial", "Although it is bad", screen.action_keep),
                ("Repeat last trial", "Although it is good", screen.action_repeat),
                ("Review trials", "All of this session", screen.action_review),
                ("Calibrate", "Between blocks, in the terminal", screen.action_calibrate),
                ("Note", "Write something down", screen.action_note),
                ("End session", "For good; asks why", screen.action_abort),
                ("Leave", "The session can go on later", screen.action_leave),
                ("Keys", "What keys and signs mean", screen.action_keys),
            ):
                yield SystemCommand(title, help_, work)

    def summary_lines(self) -> list[str]:
        """Return the summary as far as it is known."""
        session = self.conductor.session
        ended = f"Ended early: {session.progress.why}." if session.progress.why else ""
        return [
            *([ended, ""] if ended else []),
            *trials_words(session),
            "",
            *repeat_words(session),
            "",
            *self._verdicts,
            CAUTION,
            "",
            f"Everything is in {self.conductor.setting.folder.path}",
        ]

    def _begin(self) -> None:
        self.run_worker(self._follow(), name="follow")
        self.set_interval(1 / TICKS_PER_S, self._tick)

    async def _follow(self) -> None:
        try:
            await self.conductor.follow()
        except GripforceError as error:
            self._fail(error)

    def _tick(self) -> None:
        conductor = self.conductor
        conductor.tick()
        if conductor.checked:
            conductor.checked = False
            self._show_check()
        if conductor.session.stage in OVER and not self._summed_up and not conductor.recorded:
            self._summed_up = True
            self.run_worker(self._sum_up(), name="sum up")

    def _show_check(self) -> None:
        """Show what a check or a zero found; the block after it waits anyway."""
        conductor = self.conductor
        parts = conductor.samples
        if not parts or not isinstance(self.screen, TaskScreen):
            return
        frame = conductor.frame()
        offsets = zero_words(parts) if conductor.checked_task == "zero" else []
        lines = offsets or check_words(parts, frame)
        self.push_screen(CheckResult("Zero" if offsets else "Sensor check", lines))

    async def _sum_up(self) -> None:
        """Analyse what was recorded, and keep the summary beside it."""
        page = SummaryScreen(self._heading(), self.summary_lines)
        await self.push_screen(page)
        await self.conductor.settle()
        folder = self.conductor.setting.folder
        analyses, refused = await asyncio.to_thread(analyze_folder, folder.recordings)
        reports, missing = await asyncio.to_thread(_write_reports, analyses, folder.path)
        said = [f"Report of the {hand} hand: {where.name}" for hand, where in reports.items()]
        self._verdicts = [*verdict_words(analyses, refused), *said, *missing]
        page.reports = list(reports.values())
        page.update()
        with suppress(OSError):  # the page is on the screen, and can be made again
            text = "\n".join([self._heading(), "", *self.summary_lines()])
            (folder.path / SUMMARY).write_text(text + "\n", encoding="utf-8")

    def _heading(self) -> str:
        session = self.conductor.session
        done = "finished" if session.stage is SessionState.FINISHED else "ended"
        subject = session.progress.about.get("subject", "")
        return f"{session.protocol.title} of {subject}: {done}"


def _write_reports(
    analyses: Mapping[str, Analysis], folder: Path
) -> tuple[dict[str, Path], list[str]]:
    """Write one page for each hand; return where they are, and why others are not."""
    written, missing = {}, []
    for hand, analysis in analyses.items():
        name, number = f"report_hand-{hand}", 1
        while (path := folder / f"{name}{f'_{number}' if number > 1 else ''}.html").exists():
            number += 1
        try:
            write_report(analysis, path)
            written[hand] = path
        except GripforceError as error:
            missing.append(f"No report of the {hand} hand: {error}")
    return written, missing
