"""A simulated session in the stream's own time, for its pictures."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from gripforce.device import open_device
from gripforce.model import Ended, EndReason, Marker, Received, Samples, StreamItem
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecordingRequest
from gripforce.recording import Recorder
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.storage import create_session, restore_session

SOURCE = "sim:lift?profile=als&seed=3&speed=max"
ANSWERS = {"subject": "p01", "first_hand": "right", "source": SOURCE}
SLEEP_S = 60.0
"""Rests and countdowns pass at once between blocks."""


class FakeRecorder:
    """A recorder that keeps the request and writes notes; the stream is read by ``Play``."""

    file = ""
    writer: Recorder | None = None
    """Of the recording that ``Play`` makes."""

    async def begin(self, request: RecordingRequest) -> None:
        """Keep the request."""
        self.request, self.file = request, request.file

    connected = True

    async def stop(self) -> None:
        """Do nothing: ``Play`` sees by itself that no more is wanted."""

    async def mark(self, kind: str, text: str, ago_s: float = 0.0) -> None:
        """Leave the cue out of the file."""

    async def annotate(
        self, content: Mapping[str, Any], *, verdict: bool = False, file: str = ""
    ) -> None:
        """Write a verdict or note into the file: what a session did not ask for does not count."""
        if self.writer is not None and file in {"", self.file}:
            self.writer.annotate(content, verdict=verdict)

    async def show(self, content: Mapping[str, Any]) -> None:
        """Show nothing: there is no second screen."""

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield nothing."""
        await asyncio.Event().wait()
        yield Ended(EndReason.STOPPED, reconciled=None)

    async def close(self) -> None:
        """Close nothing."""


class Play:
    """One session, played block by block; ``now_s`` is its clock."""

    def __init__(self, root: Path) -> None:
        protocol = find_protocol("quick-lift")
        folder = create_session(root, protocol, ANSWERS)
        self.now_s = 0.0
        self.recorder = FakeRecorder()
        session, _ = restore_session(folder)
        context = SessionContext(folder, SOURCE, lambda: self.now_s, lambda: None)
        self.controller = SessionController(
            session, Journal(folder.journal), self.recorder, context
        )

    async def block(self, trials: int = 99) -> None:
        """Play the present block, or until so many trials are judged and one more is under way."""
        controller, session = self.controller, self.controller.session
        session.begin(self.now_s)
        controller.tick()
        await controller.settle()
        begin_s = self.now_s
        with Recorder(Path(self.recorder.file), self.recorder.request.metadata) as file:
            self.recorder.writer = file
            async with open_device(self.recorder.request.url) as device:
                async for item in device.stream(metadata=self.recorder.request.metadata):
                    file.write(item)
                    # At this speed, rates and delays of the link mean nothing.
                    if isinstance(item, Marker | Received):
                        continue
                    if isinstance(item, Samples):
                        self.now_s = max(self.now_s, begin_s + float(item.t[-1]))
                    controller.accept(item)
                    controller.tick()
                    if not session.wants_recording or session.state is SessionState.DONE:
                        break
                    if len(session.block_progress.trials) == trials and self._is_holding():
                        return
            ended = Ended(EndReason.STOPPED, reconciled=True)
            self.recorder.writer = None
            file.write(ended)
        controller.accept(ended)
        await controller.settle()
        self.now_s += SLEEP_S
        controller.tick()
        controller.pop_ended_check()  # its result would cover the screen

    def _is_holding(self) -> bool:
        """Return whether the object is in the air, and a lift is asked for."""
        controller = self.controller
        asked = controller.session.state is SessionState.GO and controller.live.touched
        return asked and controller.frame().phase == "holding"
