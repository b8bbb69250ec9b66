"""Connect to the recorder process: start one, or find one that is still recording."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import DeviceError, GripforceError, RecordingError, TransportError, UsageError
from gripforce.model import Ended, EndReason
from gripforce.recorder.codec import HEAD, LONGEST, Decoder
from gripforce.recorder.server import ADDRESS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from gripforce.model import StreamItem
    from gripforce.recorder.request import RecordingRequest

STARTS_WITHIN_S: Final = 20.0
POLL_S: Final = 0.05
QUITS_WITHIN_S: Final = 20.0
LOOKS_EACH_S: Final = 0.5
"""Interval at which a silent connection is looked after."""


class RecorderClient:
    """The client of a recorder process; call ``open`` or ``join`` first.

    One that only watches (``watch``) keeps no recording alive, and its requests are refused.
    """

    def __init__(self, folder: Path, *, watch: bool = False) -> None:
        self._folder, self._watch = folder, watch
        self._items: asyncio.Queue[StreamItem] = asyncio.Queue()
        self._answers: dict[int, asyncio.Future[None]] = {}
        self._ids = itertools.count(1)
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.file = ""
        """The file that is being recorded, "" without one."""
        self.shown: Mapping[str, Any] = {}
        """What the session's own client shows to the others."""
        self.shown_s = -float("inf")
        """When that came [s], on the host's monotonic clock."""
        self.found = False
        """Whether a running recorder was found: an earlier dashboard has left it."""

    @property
    def connected(self) -> bool:
        """Whether requests reach the recorder process."""
        return self._writer is not None

    async def open(self) -> None:
        """Connect to the running recorder process of the folder, or start one.

        Raises ``DeviceError`` where it does not start.
        """
        if await self._connect():
            self.found = True
            return
        if self._process is not None:
            await asyncio.to_thread(self._process.wait, QUITS_WITHIN_S)
        (self._folder / ADDRESS).unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once
            [sys.executable, "-m", "gripforce.recorder", str(self._folder.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that closing the terminal does not end it
        )
        loop = asyncio.get_running_loop()
        until_s = loop.time() + STARTS_WITHIN_S
        while not await self._connect():
            if self._process.poll() is not None or loop.time() > until_s:
                raise DeviceError("The recorder process did not start.", "Start the session again.")
            await asyncio.sleep(POLL_S)

    async def join(self) -> bool:
        """Connect to a running recorder process; False where there is none."""
        return await self._connect()

    async def leave(self) -> None:
        """Disconnect, and leave the recorder process running."""
        if self._reading is not None:
            self._reading.cancel()
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
            self._writer = None

    async def begin(self, request: RecordingRequest) -> None:
        """Begin to record, in a new process where the last one ended.

        Raises a ``GripforceError`` where a recording runs, or source or file cannot be opened.
        """
        if self._writer is None:
            await self.open()
        self.file = request.file
        try:
            await self._ask(
                "begin", url=request.url, file=request.file, metadata=dict(request.metadata)
            )
        except GripforceError:
            self.file = ""
            raise

    async def stop(self) -> None:
        """Ask the recording to end."""
        await self._ask("stop")

    async def mark(self, kind: str, text: str, ago_s: float = 0.0) -> None:
        """Insert a marker into stream and file, ``ago_s`` before now."""
        await self._ask("mark", kind=kind, text=text, ago_s=ago_s)

    async def annotate(
        self, content: Mapping[str, Any], *, verdict: bool = False, file: str = ""
    ) -> None:
        """Write a note or a verdict into a file, by default the one that is being recorded."""
        await self._ask("annotate", content=dict(content), verdict=verdict, file=file)

    async def show(self, content: Mapping[str, Any]) -> None:
        """Show something on the screens of the other clients; it is not recorded."""
        await self._ask("show", content=dict(content))

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield the stream items of all recordings, one stream after the other."""
        while True:
            yield await self._items.get()

    async def items_while_connected(self) -> AsyncIterator[StreamItem]:
        """Yield the stream items until the recorder process ends."""
        while self.connected or not self._items.empty():
            with contextlib.suppress(TimeoutError):
                yield await asyncio.wait_for(self._items.get(), LOOKS_EACH_S)

    async def close(self) -> None:
        """End a running recording and the recorder process."""
        if self._writer is not None:
            with contextlib.suppress(GripforceError, OSError):
                await self._ask("quit")
        if self._reading is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._reading), QUITS_WITHIN_S)
            self._reading.cancel()
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, QUITS_WITHIN_S)

    async def _connect(self) -> bool:
        try:
            address = json.loads((self._folder / ADDRESS).read_text(encoding="utf-8"))
            port, token = int(address["port"]), str(address["token"])
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except (OSError, OverflowError, ValueError, TypeError, KeyError):
            return False
        hello = {"token": token} | ({"watch": True} if self._watch else {})
        writer.write(json.dumps(hello).encode() + b"\n")
        frames = _Frames(reader)
        try:
            greeting = await frames.next()
        except (OSError, asyncio.IncompleteReadError):
            writer.close()
            return False
        if not isinstance(greeting, dict) or "file" not in greeting:
            writer.close()
            return False
        self.file = str(greeting["file"])
        self._writer = writer
        self._reading = asyncio.create_task(self._read(frames))
        return True

    async def _read(self, frames: _Frames) -> None:
        try:
            while True:
                item = await frames.next()
                if isinstance(item, dict) and isinstance(item.get("show"), dict):
                    self.shown, self.shown_s = item["show"], time.monotonic()
                elif isinstance(item, dict):
                    self._settle(item)
                else:
                    if isinstance(item, Ended):
                        self.file = ""
                    self._items.put_nowait(item)
        except (OSError, asyncio.IncompleteReadError):
            self._connection_lost()

    def _settle(self, answer: dict[str, Any]) -> None:
        waiting = self._answers.pop(int(answer.get("answer") or 0), None)
        if waiting is None or waiting.done():
            return
        if "error" in answer:
            waiting.set_exception(_error(answer))
        else:
            waiting.set_result(None)

    def _connection_lost(self) -> None:
        """End all requests and the stream: the recorder process has ended."""
        if self._writer is not None:
            self._writer.close()
        self._writer = None
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(TransportError("The recorder process ended."))
        self._answers.clear()
        if self.file:
            self.file = ""
            text = "The recorder process ended; the data recorded before are safe."
            self._items.put_nowait(Ended(EndReason.TRUNCATED, reconciled=None, text=text))

    async def _ask(self, do: str, **content: Any) -> None:
        if self._writer is None:
            raise TransportError("The recorder process has ended.", "Begin the block again.")
        number = next(self._ids)
        waiting = self._answers[number] = asyncio.get_running_loop().create_future()
        self._writer.write(json.dumps({"id": number, "do": do, **content}).encode() + b"\n")
        await waiting


class _Frames:
    """Reads frames from a byte stream."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._decoder = Decoder()

    async def next(self) -> StreamItem | dict[str, Any]:
        """Wait for the next frame and decode it."""
        length, kind = HEAD.unpack(await self._reader.readexactly(HEAD.size))
        if length > LONGEST:
            raise OSError("A frame of the recorder is too long.")
        return self._decoder.item(kind, await self._reader.readexactly(length))


def _error(answer: Mapping[str, Any]) -> GripforceError:
    text, hint = str(answer["error"]), str(answer.get("hint", ""))
    if answer.get("exit") == DeviceError.exit_code:
        return DeviceError(text, hint)
    if "disk" in text:
        return RecordingError(text, hint)
    return UsageError(text, hint)
