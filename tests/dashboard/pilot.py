"""A whole session by keys alone; time passes as fast as samples come."""

import asyncio

from gripforce.dashboard.screens.results import SummaryScreen
from gripforce.dashboard.session.app import SessionApp
from gripforce.dashboard.session.setup import ask_for_sound
from gripforce.recorder import RecorderService
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.storage import restore_session
from tests.dashboard.reading import shown_on
from tests.session.fast_time import StreamClock

PATIENCE_S = 600.0
SCREEN_PATIENCE_S = 120.0


async def until(pilot, condition):
    """Wait until a condition holds."""
    async with asyncio.timeout(SCREEN_PATIENCE_S):
        while not condition():
            await pilot.pause()


async def until_shown(pilot, kind):
    """Wait until a screen of a kind takes keys; one pressed before that goes nowhere."""
    app = pilot.app
    await until(pilot, lambda: isinstance(app.screen, kind) and takes_keys(app.screen))


def takes_keys(screen):
    """Whether a screen stands, and what can be typed into or chosen from has the focus."""
    rule = screen.app.AUTO_FOCUS if screen.AUTO_FOCUS is None else screen.AUTO_FOCUS
    wanted = bool(rule) and any(widget.focusable for widget in screen.query(rule))
    return screen.is_mounted and (screen.focused is not None or not wanted)


class ClockedRecorder(RecorderService):
    """A recorder whose stream moves a clock."""

    def __init__(self, clock, newest_t):
        super().__init__()
        self._clock, self._newest = clock, newest_t

    async def items(self):
        async for item in super().items():
            yield item
            self._clock.follow(item, self._newest())


async def run_through(folder, size=(80, 24), seen=None):
    """Press Enter whenever the session waits, until it is over; return the app.

    What the screens show is added to ``seen``, each time that something waits for a key.
    """
    seen = set() if seen is None else seen
    session, progress = restore_session(folder)
    clock = StreamClock()
    recorder = ClockedRecorder(clock, lambda: controller.live.newest_t)
    with Journal(folder.journal) as journal:
        context = SessionContext(folder, str(progress.about["source"]), clock, lambda: None)
        controller = SessionController(session, journal, recorder, context)

        async def set_up(app):
            await ask_for_sound(app, controller.announcer)
            return controller

        app = SessionApp(set_up=set_up)
        async with app.run_test(size=size) as pilot:
            async with asyncio.timeout(PATIENCE_S):
                while not (isinstance(app.screen, SummaryScreen) and app.screen.is_complete):
                    await pilot.pause(0.02)
                    over = isinstance(app.screen, SummaryScreen)
                    resting = session.state is SessionState.GO and not session.block.recorded
                    waiting = session.state is SessionState.READY or resting
                    if session.state in {SessionState.JUDGED, SessionState.REST} or waiting:
                        seen.add(shown_on(app.screen))
                    if not over and (waiting or app.screen.is_modal):
                        await pilot.press("enter")
            seen.add(shown_on(app.screen))
        await controller.settle()
        await recorder.close()
    return app
