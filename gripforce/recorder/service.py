"""Record one source after another, and publish each item after it was recorded."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gripforce.device import open_source
from gripforce.errors import GripforceError, RecordingError, UsageError
from gripforce.model import Ended, EndReason, Started
from gripforce.recording import Recorder, annotate

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from gripforce.device.source import StreamSource
    from gripforce.model import Marker, StreamItem
    from gripforce.recorder.request import RecordingRequest

BREATH_ITEMS = 200
"""Number of items after which a fast simulation yields to other tasks."""


class RecorderService:
    """Owns device and file; ``publish`` is called with each item after it was recorded.

    Without ``publish``, ``items`` yields them.
    """

    def __init__(self, publish: Callable[[StreamItem], None] | None = None) -> None:
        self._queue: asyncio.Queue[StreamItem] = asyncio.Queue()
        self._publish = publish or self._queue.put_nowait
        self._source: StreamSource | None = None
        self._recorder: Recorder | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed_files = asyncio.Lock()
        self.file = ""
        """The file that is being recorded, "" without one."""

    @property
    def connected(self) -> bool:
        """True: it runs in this process."""
        return True

    @property
    def waiting(self) -> int:
        """Number of items that were recorded and not yet read."""
        return self._queue.qsize()

    async def begin(self, request: RecordingRequest) -> None:
        """Begin to record, and return when the stream has begun.

        Raises a ``GripforceError`` where a recording runs, or source or file cannot be opened.
        """
        if self._task is not None and not self._task.done():
            raise UsageError(f"{self.file} is still being recorded.")
        began: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.file = request.file
        self._task = asyncio.create_task(self._record(request, began))
        try:
            await began
        except BaseException:
            self.file = ""
            raise

    async def stop(self) -> None:
        """Ask the recording to end."""
        if self._source is not None:
            self._source.stop()

    async def mark(self, kind: str, text: str, ago_s: float = 0.0) -> None:
        """Insert a marker into stream and file, ``ago_s`` before now."""
        self.insert(kind, text, ago_s)

    def insert(self, kind: str, text: str, ago_s: float = 0.0) -> Marker | None:
        """Insert a marker and return it; None where no device is being recorded."""
        return None if self._source is None else self._source.mark(kind, text, ago_s)

    async def annotate(
        self, content: Mapping[str, Any], *, verdict: bool = False, file: str = ""
    ) -> None:
        """Write a note or a verdict into a file, by default the one that is being recorded.

        Raises ``RecordingError`` where a file that is closed cannot be written.
        """
        if self._recorder is not None and file in {"", self.file}:
            self._recorder.annotate(content, verdict=verdict)
        elif file:
            async with self._closed_files:  # each writer locks the file, and refuses another
                await asyncio.to_thread(annotate, file, content, verdict=verdict)

    async def show(self, content: Mapping[str, Any]) -> None:
        """Show something on the screens of the other clients: in this process there are none."""

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield the stream items of all recordings, one stream after the other."""
        while True:
            yield await self._queue.get()

    async def close(self) -> None:
        """End a running recording."""
        await self.stop()
        if self._task is not None:
            with contextlib.suppress(GripforceError):
                await self._task

    async def _record(self, request: RecordingRequest, began: asyncio.Future[None]) -> None:
        ended: Ended | None = None
        try:
            with Recorder(Path(request.file), request.metadata) as recorder:
                async with open_source(request.url) as source:
                    self._source, self._recorder = source, recorder
                    ended = await self._follow(source, recorder, began)
        except GripforceError as error:
            if not began.done():
                began.set_exception(error)
                return
            full = isinstance(error, RecordingError)
            reason = EndReason.DISK_FULL if full else EndReason.DEVICE_LOST
            ended = Ended(reason, reconciled=False, text=str(error))
        finally:
            self._source, self._recorder, self.file = None, None, ""
        # Only now, when the file is closed: who receives it may read the file.
        self._publish(ended or Ended(EndReason.TRUNCATED, reconciled=None))

    async def _follow(
        self, source: StreamSource, recorder: Recorder, began: asyncio.Future[None]
    ) -> Ended | None:
        """Record and publish a stream; return its end, which is not published yet."""
        count = 0
        async for item in source.stream(metadata=recorder.metadata):
            recorder.write(item)
            if notice := recorder.pop_notice():
                self.file = str(recorder.path)
                self._publish(notice)
            if isinstance(item, Ended):
                return item
            self._publish(item)
            if isinstance(item, Started):
                began.set_result(None)
            count += 1
            if count % BREATH_ITEMS == 0:
                await asyncio.sleep(0)
        return None
