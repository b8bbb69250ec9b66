"""A whole session without a screen, whose clock is the simulated device's own.

Nothing waits: a countdown of 3 s takes as long as 3 s of stream take to come, so whatever the
machine does meanwhile, the same session happens to the sample.
"""

import asyncio

from gripforce.model import Started
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderService
from gripforce.recorder.sources import source_of
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.state import OVER
from gripforce.session.storage import create_session, restore_session
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
        """Advance to the time of the newest sample."""
        if isinstance(item, Started):
            self._zero_s = self.now_s
        elif newest_t is not None:
            self.now_s = max(self.now_s, self._zero_s + newest_t)


def answers(source, subject="p01", **more):
    """Return what is filled in before a session; an age that the published margins are of."""
    usual = {"subject": subject, "first_hand": "right", "source": source}
    return {**usual, "age_decade": 30, **more}


def new_session(root, protocol, source, **more):
    """Return the folder of a session that has not begun."""
    return create_session(root, find_protocol(protocol), answers(source, **more))


async def run_through(folder, *, watch=None):
    """Begin each block as soon as it waits, until the session is over; return the controller.

    ``watch`` is called with the controller after each item, and may stop it by returning true.
    """
    session, progress = restore_session(folder)
    clock, recorder = StreamClock(), RecorderService()
    with Journal(folder.journal) as journal:
        context = SessionContext(folder, str(progress.about["source"]), clock, lambda: None)
        controller = SessionController(session, journal, recorder, context)
        items = recorder.items()
        async with asyncio.timeout(PATIENCE_S):
            while session.state not in OVER or controller.recorded:
                if not controller.recorded and session.state in {
                    SessionState.READY,
                    SessionState.GO,
                }:
                    session.begin(clock.now_s)  # or end a rest that is not recorded
                    controller.tick()
                    await controller.settle()
                    assert not controller.alarm, controller.alarm
                    continue
                item = await anext(items)
                controller.accept(item)
                clock.follow(item, controller.live.newest_t)
                if watch is not None and watch(controller):
                    break
        await controller.settle()
        await recorder.close()
    return controller


def ground_truth(session, source):
    """Return the simulated ground truth by hand and task: of the trials, and of the person."""
    truth = {}
    for index, block in enumerate(session.protocol.blocks):
        if block.task not in {"lift", "slip", "p2p"}:
            continue
        url = SourceUrl.parse(source_of(source, block, index))
        scene = perform(url.target, parse_options(url.target, url.options))
        truth[session.hand_of(block), block.task] = (scene.trials[: block.trials], scene.facts)
    return truth
