"""Make the pictures of the README and of the methods: ``make pictures``."""

import asyncio
import contextlib
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from kill import picture as kill_picture
from lift import picture as lift_picture
from protocols import SOURCES, finished
from report import pages as report_pages
from session import Play
from textual.pilot import Pilot
from whole import picture as whole_picture

from gripforce import open_device
from gripforce.dashboard import Dashboard
from gripforce.dashboard.screens.results import SummaryScreen
from gripforce.dashboard.session.app import SessionApp
from gripforce.model import Ended, Marker, Received, StreamItem
from gripforce.session.controller import SessionController
from gripforce.session.state import OVER

HERE = Path(__file__).absolute().parent
SOURCE = "sim:lift?profile=als&seed=3"
SIZE = (120, 40)
SUMMARY_SIZE = (100, 27)
LAST_SCREEN_SIZE = (100, 44)
SPAN_S = 52.5
"""Lifts in the table, and one in the air."""
FONT_FACES = re.compile(r"@font-face\s*{.*?}\s*", re.DOTALL)
"""Textual names a font on the web; a picture should need nothing but itself."""


class UntilNow:
    """The first seconds of a simulated patient, as fast as possible."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield the stream up to now, and then nothing."""
        about = {"task": "lift", "subject": "p01", "hand": "right", "mass_g": 400}
        async with open_device(f"{SOURCE}&speed=max") as device:
            async for item in device.stream(duration_s=SPAN_S, metadata=about):
                # At this speed, rates and delays of the link mean nothing.
                if not isinstance(item, Ended | Marker | Received):
                    yield item
        self.done.set()
        await asyncio.Event().wait()


async def dashboard() -> str:
    """Return the dashboard as SVG text."""
    source = UntilNow()
    app = Dashboard(source.items(), title=SOURCE, clock=lambda: 0.0)
    async with app.run_test(size=SIZE) as pilot:
        await source.done.wait()
        app.screen_stack[1].paint()
        await pilot.pause()
        return FONT_FACES.sub("", app.export_screenshot(title="gripforce demo"))


async def session() -> tuple[str, str]:
    """Return the task screen in mid-lift, and the summary of a whole session, as SVG text."""
    with tempfile.TemporaryDirectory() as root, contextlib.chdir(root):
        play = Play(Path("tasks"))
        for _ in range(3):
            await play.block()
        await play.block(trials=6)
        tasks = await picture_of(play.controller, SIZE, show_tasks)
        play = Play(Path("sessions"))
        while play.controller.session.state not in OVER:
            await play.block()
        return tasks, await picture_of(play.controller, SUMMARY_SIZE, show_summary)


async def last_screen(name: str) -> str:
    """Return the last screen of a special protocol as SVG text."""
    with tempfile.TemporaryDirectory() as root, contextlib.chdir(root):
        controller = await finished(name, Path("sessions"))
        return await picture_of(controller, LAST_SCREEN_SIZE, show_summary)


async def picture_of(
    controller: SessionController,
    size: tuple[int, int],
    show: Callable[[SessionApp, Pilot[None]], Awaitable[None]],
) -> str:
    """Return what a session shows, as SVG text."""
    app = SessionApp(controller)
    async with app.run_test(size=size) as pilot:
        await show(app, pilot)
        await pilot.pause()
        return FONT_FACES.sub("", app.export_screenshot(title="gripforce session"))


async def show_tasks(app: SessionApp, pilot: Pilot[None]) -> None:
    """Paint once."""
    await pilot.pause()
    app.screen.paint()


async def show_summary(app: SessionApp, pilot: Pilot[None]) -> None:
    """Wait for the analysis."""
    while not (isinstance(app.screen, SummaryScreen) and app.screen.is_complete):
        await pilot.pause(0.05)


def main() -> None:
    """Write the pictures beside this file."""
    (HERE / "lift.svg").write_text(lift_picture())
    (HERE / "dashboard.svg").write_text(asyncio.run(dashboard()))
    tasks, summary = asyncio.run(session())
    (HERE / "session.svg").write_text(tasks)
    (HERE / "summary.svg").write_text(summary)
    for name in SOURCES:
        (HERE / f"{name}.svg").write_text(asyncio.run(last_screen(name)))
    (HERE / "kill.svg").write_text(kill_picture())
    (HERE / "whole.svg").write_text(whole_picture())
    report_pages(HERE)


if __name__ == "__main__":
    main()
