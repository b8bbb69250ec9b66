"""A whole session by keys alone; time passes as fast as samples come."""

import asyncio

from gripforce.dashboard.screens.results import SummaryScreen
from gripforce.dashboard.session.app import SessionApp
from gripforce.recorder import RecorderService
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.storage import restore_session
from tests.session.fast_time import StreamClock

PATIENCE_S = 600.0


class ClockedRecorder(RecorderService):
    """A recorder whose stream moves a clock."""

    def __init__(self, clock, newest_t):
        super().__init__()
        self._clock, self._newest = clock, newest_t

    async def items(self):
        async for item in super().items():
            yield item
            self._clock.follow(item, self._newest())


async def run_through(folder):
    """Press Enter whenever the session waits, until it is over; return the app."""
    session, progress = restore_session(folder)
    clock = StreamClock()
    recorder = ClockedRecorder(clock, lambda: controller.live.newest_t)
    with Journal(folder.journal) as journal:
        context = SessionContext(folder, str(progress.about["source"]), clock, lambda: None)
        controller = SessionController(session, journal, recorder, context)
        app = SessionApp(controller)
        async with app.run_test(size=(80, 24)) as pilot:
            async with asyncio.timeout(PATIENCE_S):
                while not (isinstance(app.screen, SummaryScreen) and app.screen.is_complete):
                    await pilot.pause(0.02)
                    resting = session.state is SessionState.GO and not session.block.recorded
                    waiting = session.state is SessionState.READY or resting
                    if not isinstance(app.screen, SummaryScreen) and (
                        waiting or app.screen.is_modal
                    ):
                        await pilot.press("enter")
        await controller.settle()
        await recorder.close()
    return app
