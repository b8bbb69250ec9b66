"""The last screens of the special protocols: simulated sessions, as fast as samples come."""

import asyncio
from pathlib import Path
from typing import Final

from session import ANSWERS

from gripforce.model import Started
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderService
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.state import OVER
from gripforce.session.storage import create_session, restore_session

SOURCES: Final = {
    "weight-series": "sim:lift?profile=healthy&seed=3&speed=max",
    "friction-series": "sim:lift?profile=healthy&seed=3&speed=max",
    "observation": "sim:lift?profile=healthy&seed=3&speed=max",
    "split-hand": "sim:lift?profile=als&seed=3&speed=max",
    "tracking": "sim:lift?profile=parkinson&seed=3&speed=max",
    "drop-catch": "sim:lift?profile=healthy&seed=3&speed=max",
}
"""Whose hand does which protocol."""


class Clock:
    """Seconds that pass with the samples of whichever recording runs."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.begun_s = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


async def finished(name: str, root: Path) -> SessionController:
    """Return a session of a protocol that is over."""
    about = ANSWERS | {"source": SOURCES[name], "age_decade": 30}
    folder = create_session(root, find_protocol(name), about)
    session, _ = restore_session(folder)
    clock, recorder = Clock(), RecorderService()
    context = SessionContext(folder, SOURCES[name], clock, lambda: None)
    controller = SessionController(session, Journal(folder.journal), recorder, context)
    items = recorder.items()
    while session.state not in OVER or controller.recorded:
        resting = session.state is SessionState.GO and not session.block.recorded
        if not controller.recorded and (session.state is SessionState.READY or resting):
            session.begin(clock.now_s)
            controller.tick()
            await controller.settle()
            continue
        item = await anext(items)
        controller.accept(item)
        if isinstance(item, Started):
            clock.begun_s = clock.now_s
        elif (newest_t := controller.live.newest_t) is not None:
            clock.now_s = max(clock.now_s, clock.begun_s + newest_t)
        await asyncio.sleep(0)
    await controller.settle()
    await recorder.close()
    return controller
