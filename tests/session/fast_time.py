"""A whole session without a screen, whose clock is the simulated device's own.

Nothing waits: a countdown of 3 s takes as long as 3 s of stream take to come, so whatever the
machine does meanwhile, the same session happens to the sample.
"""

import asyncio

from gripforce.dashboard.session.run import begin_folder, restored
from gripforce.model import Started
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderService
from gripforce.recorder.sources import source_of
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.state import OVER
from gripforce.sim.options import parse_options
from gripforce.sim.tasks.registry import perform
from gripforce.transport import SourceUrl

PATIENCE_S = 300.0


class StreamClock:
    """Seconds that pass with the samples of whichever recording runs."""

    def __init__(self):
        self.now_s = 0.0
        self._zero_s = 0.0

    def __call__(self):
        return self.now_s

    def follow(self, item, newest_t):
        """Go on to the time of the newest sample."""
        if isinstance(item, Started):
            self._zero_s = self.now_s
        elif newest_t is not None:
            self.now_s = max(self.now_s, self._zero_s + newest_t)


def told(source, subject="p01", **more):
    return {"subject": subject, "first_hand": "right", "source": source, **more}


def new_session(root, protocol, source, **more):
    """Return the folder of a session that has not begun."""
    found = find_protocol(protocol)
    return begin_folder(root, found.name, found.text, told(source, **more))


async def run_through(folder, *, watch=None):
    """Begin each block as soon as it waits, until all is over; return the conductor.

    ``watch`` is called with the conductor after each item, and may stop it by returning true.
    """
    session, progress = restored(folder)
    clock, desk = StreamClock(), RecorderService()
    with Journal(folder.journal) as journal:
        setting = SessionContext(folder, str(progress.about["source"]), clock, lambda: None)
        conductor = SessionController(session, journal, desk, setting)
        items = desk.items()
        async with asyncio.timeout(PATIENCE_S):
            while session.stage not in OVER or conductor.recorded:
                if not conductor.recorded and session.stage in {
                    SessionState.READY,
                    SessionState.GO,
                }:
                    session.begin(clock.now_s)  # or end a rest that is not recorded
                    conductor.tick()
                    await conductor.settle()
                    assert not conductor.alarm, conductor.alarm
                    continue
                item = await anext(items)
                conductor.take(item)
                clock.follow(item, conductor.live.newest_t)
                if watch is not None and watch(conductor):
                    break
        await conductor.settle()
        await desk.close()
    return conductor


def planted(session, source):
    """Return what the simulated patient did, by hand and task: the truths of trials, and facts."""
    truth = {}
    for index, block in enumerate(session.protocol.blocks):
        if block.task not in {"lift", "slip", "p2p"}:
            continue
        url = SourceUrl.parse(source_of(source, block, index))
        scene = perform(url.target, parse_options(url.target, url.options))
        truth[session.hand_of(block), block.task] = (scene.trials[: block.trials], scene.facts)
    return truth
