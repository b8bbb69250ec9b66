"""A simulated session in the stream's own time, for its pictures."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from gripforce.dashboard.session.run import begin_folder, restored
from gripforce.device import open_device
from gripforce.model import Ended, EndReason, Marker, Received, Samples, StreamItem
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecordingRequest
from gripforce.recording import Recorder
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController

SOURCE = "sim:lift?profile=als&seed=3&speed=max"
TOLD = {"subject": "p01", "first_hand": "right", "source": SOURCE}
SLEEP_S = 60.0
"""Rests and countdowns pass at once between blocks."""


class Desk:
    """A recorder whose stream is taken by whoever asks for the next item."""

    file = ""

    async def begin(self, order: RecordingRequest) -> None:
        """Note what is to be recorded."""
        self.order, self.file = order, order.file

    async def stop(self) -> None:
        """Do nothing: whoever takes the stream sees that nobody wants more."""

    async def mark(self, kind: str, text: str) -> None:
        """Leave the cue out of the file."""

    async def annotate(self, content: Mapping[str, Any], *, verdict: bool = False) -> None:
        """Leave the verdict out of the file."""

    async def items(self) -> AsyncIterator[StreamItem]:
        """Utter nothing by itself."""
        await asyncio.Event().wait()
        yield Ended(EndReason.STOPPED, reconciled=None)

    async def close(self) -> None:
        """Let go of nothing."""


class Play:
    """One session, played block by block; ``now_s`` is its clock."""

    def __init__(self, root: Path) -> None:
        protocol = find_protocol("quick-lift")
        folder = begin_folder(root, protocol.name, protocol.text, TOLD)
        self.now_s = 0.0
        self.desk = Desk()
        session, _ = restored(folder)
        setting = SessionContext(folder, SOURCE, lambda: self.now_s, lambda: None)
        self.conductor = SessionController(session, Journal(folder.journal), self.desk, setting)

    async def block(self, trials: int = 99) -> None:
        """Play the present block, or until so many trials are judged and one more is under way."""
        conductor, session = self.conductor, self.conductor.session
        session.begin(self.now_s)
        conductor.tick()
        await conductor.settle()
        begin_s = self.now_s
        with Recorder(Path(self.desk.file), self.desk.order.metadata) as recorder:
            async with open_device(self.desk.order.url) as device:
                async for item in device.stream(metadata=self.desk.order.metadata):
                    recorder.write(item)
                    # Going this fast, the link says nothing that belongs into the picture.
                    if isinstance(item, Marker | Received):
                        continue
                    if isinstance(item, Samples):
                        self.now_s = max(self.now_s, begin_s + float(item.t[-1]))
                    conductor.take(item)
                    conductor.tick()
                    if not session.wants_recording or session.stage is SessionState.DONE:
                        break
                    if len(session.done.trials) == trials and self._holds():
                        return
            ended = Ended(EndReason.STOPPED, reconciled=True)
            recorder.write(ended)
        conductor.take(ended)
        await conductor.settle()
        self.now_s += SLEEP_S
        conductor.tick()

    def _holds(self) -> bool:
        """Return whether the object is in the air, and a lift is asked for."""
        conductor = self.conductor
        asked = conductor.session.stage is SessionState.GO and conductor.live.touched
        return asked and conductor.frame().phase == "holding"
