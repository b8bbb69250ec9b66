"""Run the session in ``FOLDER`` without a screen until killed; print each number of trials."""

import asyncio
import os
import time
from pathlib import Path

from gripforce.recorder import RecorderClient
from gripforce.session import Journal, SessionFolder, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.state import OVER
from gripforce.session.storage import restore_session


async def main(path):
    folder = SessionFolder(Path(path))
    with Journal(folder.journal) as journal:
        session, progress = restore_session(folder)
        recorder = RecorderClient(folder.path)
        await recorder.open()
        source = str(progress.about["source"])
        controller = SessionController(
            session, journal, recorder, SessionContext(folder, source, time.monotonic, lambda: None)
        )
        controller.reattach()
        following = asyncio.create_task(controller.follow())
        reported = -1
        while session.state not in OVER or controller.recorded:
            controller.tick()
            if session.state is SessionState.READY:
                session.begin(controller.now_s)
            if controller.recorded and len(session.block_progress.trials) != reported:
                reported = len(session.block_progress.trials)
                os.write(1, f"{reported}\n".encode())
            await asyncio.sleep(0.02)
        await controller.settle()
        following.cancel()
        await recorder.close()
