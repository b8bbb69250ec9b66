"""A station behind a loopback socket; it outlives whoever asked for it.

Strategy: frames of the last 45 s are kept, so that a dashboard that comes (back) is in the picture
at once. A client that does not read is dropped, never waited for. When nobody is there the
recording goes on for ``LINGER_S`` and is then ended as properly as if it had been asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import os
import secrets
import signal
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import GripforceError
from gripforce.model import Ended, Samples, Segment, Started
from gripforce.recorder.codec import encode_item, encode_json
from gripforce.recorder.request import RecordingRequest
from gripforce.recorder.service import RecorderService

if TYPE_CHECKING:
    from gripforce.model import StreamItem

ADDRESS: Final = ".station.json"
LINGER_S: Final = 120.0
"""Time to start the dashboard again while the patient goes on; then nobody is watching."""
IDLE_S: Final = 15.0
"""The same while nothing is recorded."""
REMEMBERED_S: Final = 45.0
MOST_UNREAD: Final = 32 << 20


class RecorderServer:
    """One station and its clients."""

    def __init__(self, address: Path, *, linger_s: float = LINGER_S) -> None:
        self._address = address
        self._linger_s = linger_s
        self._token = secrets.token_hex(16)
        self._station = RecorderService(self._hear)
        self._clients: set[asyncio.StreamWriter] = set()
        self._beginning: list[bytes] = []
        self._ring: deque[tuple[float, bytes]] = deque()
        self._newest_t = 0.0
        self._done = asyncio.Event()
        self._alone_since_s = 0.0

    async def serve(self) -> None:
        """Serve until told to quit, or nobody is there any more."""
        loop = asyncio.get_running_loop()
        self._alone_since_s = loop.time()
        with contextlib.suppress(NotImplementedError):  # Windows: there it is ended by its client
            loop.add_signal_handler(signal.SIGTERM, self._done.set)
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self._tell_address(server.sockets[0].getsockname()[1])
        try:
            async with server:
                await self._until_done()
                await self._station.close()
                for writer in list(self._clients):
                    writer.close()
        finally:
            with contextlib.suppress(OSError):
                self._address.unlink()

    def _tell_address(self, port: int) -> None:
        """Write the address in one step, for this user alone."""
        draft = self._address.with_suffix(".new")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"port": port, "token": self._token, "pid": os.getpid()}, file)
        draft.replace(self._address)

    async def _until_done(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._done.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), 0.5)
            if self._clients:
                self._alone_since_s = loop.time()
            patience_s = self._linger_s if self._station.file else min(IDLE_S, self._linger_s)
            if loop.time() - self._alone_since_s > patience_s:
                return

    def _hear(self, item: StreamItem) -> None:
        frame = encode_item(item)
        match item:
            case Started():
                self._beginning, self._newest_t = [frame], 0.0
                self._ring.clear()
            case Segment():
                self._beginning.append(frame)
            case Samples() if len(item):
                self._newest_t = max(self._newest_t, float(item.t[-1]))
                self._remember(frame)
            case Ended():
                self._beginning = []
                self._ring.clear()
            case _:
                self._remember(frame)
        for writer in list(self._clients):
            self._send(writer, frame)

    def _remember(self, frame: bytes) -> None:
        self._ring.append((self._newest_t, frame))
        while self._ring[0][0] < self._newest_t - REMEMBERED_S:
            self._ring.popleft()

    def _send(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        if writer.transport.get_write_buffer_size() > MOST_UNREAD:
            self._clients.discard(writer)
            writer.transport.abort()
            return
        writer.write(frame)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            hello = json.loads(await reader.readline())
            if not hmac.compare_digest(str(hello.get("token")), self._token):
                return
            writer.write(encode_json({"file": self._station.file}))
            for frame in (*self._beginning, *(frame for _, frame in self._ring)):
                writer.write(frame)
            self._clients.add(writer)
            while line := await reader.readline():
                await self._answer(json.loads(line), writer)
        except (OSError, ValueError, AttributeError):
            pass  # a client that broke off, or that is none of ours, is gone either way
        finally:
            self._clients.discard(writer)
            writer.close()

    async def _answer(self, asked: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        answer: dict[str, Any] = {"answer": asked.get("id")}
        try:
            await self._do(asked)
        except GripforceError as error:
            answer |= {"error": error.args[0], "hint": error.hint, "exit": error.exit_code}
        writer.write(encode_json(answer))

    async def _do(self, asked: dict[str, Any]) -> None:
        match asked:
            case {"do": "begin", "url": str(url), "file": str(file), "metadata": dict(metadata)}:
                await self._station.begin(RecordingRequest(url, file, metadata))
            case {"do": "stop"}:
                await self._station.stop()
            case {"do": "mark", "kind": str(kind), "text": str(text)}:
                await self._station.mark(kind, text)
            case {"do": "annotate", "content": dict(content), "verdict": bool(verdict)}:
                await self._station.annotate(content, verdict=verdict)
            case {"do": "quit"}:
                self._done.set()
            case _:
                pass


def main(folder: str) -> None:
    """Serve a station whose address stands in a session's folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the dashboard's terminal is not ours
    asyncio.run(RecorderServer(Path(folder) / ADDRESS).serve())
