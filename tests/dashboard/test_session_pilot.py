"""A whole session by keys alone, on an ALS-like patient; time passes as fast as samples come."""

import asyncio

from gripforce.dashboard.screens.results import SummaryScreen
from gripforce.dashboard.session.app import SUMMARY, SessionApp
from gripforce.dashboard.session.run import restored
from gripforce.recorder import RecorderService
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from tests.session.fast_time import StreamClock, new_session
from tests.session.test_truth import require_truth, require_whole

PATIENCE_S = 240.0
SOURCE = "sim:lift?profile=als&seed=31415&speed=max"


class Paced(RecorderService):
    """A station whose stream is the clock of whoever listens."""

    def __init__(self, clock, newest_t):
        super().__init__()
        self._clock, self._newest = clock, newest_t

    async def items(self):
        async for item in super().items():
            yield item
            self._clock.follow(item, self._newest())


async def run_through(folder):
    """Press Enter whenever the session waits, until it is over; return the app."""
    session, progress = restored(folder)
    clock = StreamClock()
    desk = Paced(clock, lambda: conductor.live.newest_t)
    with Journal(folder.journal) as journal:
        setting = SessionContext(folder, str(progress.about["source"]), clock, lambda: None)
        conductor = SessionController(session, journal, desk, setting)
        app = SessionApp(conductor)
        async with app.run_test(size=(80, 24)) as pilot:
            async with asyncio.timeout(PATIENCE_S):
                while not isinstance(app.screen, SummaryScreen) or "analysed" in app._verdicts[0]:
                    await pilot.pause(0.02)
                    resting = session.stage is SessionState.GO and not session.block.recorded
                    waiting = session.stage is SessionState.READY or resting
                    if not isinstance(app.screen, SummaryScreen) and (
                        waiting or app.screen.is_modal
                    ):
                        await pilot.press("enter")
        await conductor.settle()
        await desk.close()
    return app


async def test_a_battery_from_the_first_key_to_the_last(tmp_path):
    folder = new_session(tmp_path, "als-battery", SOURCE, skin="dry")
    app = await run_through(folder)
    require_whole(app.conductor, folder)
    require_truth(app.conductor, folder, SOURCE)
    summary = (folder.path / SUMMARY).read_text()
    assert "Nothing is to be repeated." in summary
    for hand in ("Left", "Right"):
        assert f"{hand} hand\n" in summary
        assert (folder.path / f"report_hand-{hand.lower()}.html").stat().st_size > 10_000
    assert restored(folder)[0].stage is SessionState.FINISHED
