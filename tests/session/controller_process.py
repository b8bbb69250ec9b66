"""A session without a screen, in real time, until killed: ``FOLDER``; says each trial it has."""

import asyncio
import os
import time
from pathlib import Path

from gripforce.dashboard.session.run import restored
from gripforce.recorder import RecorderClient
from gripforce.session import Journal, SessionFolder, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.state import OVER


async def main(path):
    folder = SessionFolder(Path(path))
    with Journal(folder.journal) as journal:
        session, progress = restored(folder)
        desk = RecorderClient(folder.path)
        await desk.open()
        source = str(progress.about["source"])
        conductor = SessionController(
            session, journal, desk, SessionContext(folder, source, time.monotonic, lambda: None)
        )
        conductor.reattach()
        following = asyncio.create_task(conductor.follow())
        said = -1
        while session.stage not in OVER or conductor.recorded:
            conductor.tick()
            if session.stage is SessionState.READY:
                session.begin(conductor.now_s)
            if conductor.recorded and len(session.done.trials) != said:
                said = len(session.done.trials)
                os.write(1, f"{said}\n".encode())
            await asyncio.sleep(0.02)
        await conductor.settle()
        following.cancel()
        await desk.close()
