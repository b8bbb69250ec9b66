"""Serve a recorder on a loopback socket, from a process that outlives its clients.

Strategy: frames of the last 45 s are kept, so that a dashboard that connects (again) can draw them
at once. A client that does not read is disconnected, never waited for. Without any client the
recording continues for ``LINGER_S``, and then ends as if a client had asked for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import json
import math
import os
import secrets
import signal
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import GripforceError, UsageError
from gripforce.model import Ended, Samples, Segment, Started
from gripforce.recorder.codec import encode_item, encode_json, encode_line, item_line
from gripforce.recorder.request import RecordingRequest
from gripforce.recorder.service import RecorderService

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import StreamItem

ADDRESS: Final = ".station.json"
"""File in a session's folder with port and token. The name stays, so that versions before and after
an update find each other's recorder."""
LINGER_S: Final = 120.0
"""Time to start the dashboard again while a recording goes on without a client."""
IDLE_S: Final = 15.0
"""The same while nothing is recorded, once a client was there."""
REMEMBERED_S: Final = 45.0
"""Span of the newest frames that a new client receives."""
HANDSHAKE_S: Final = 5.0
"""Time in which a connection must show the token."""
MOST_STRANGERS: Final = 32
"""Connections without the token at one time; further ones are closed."""
REQUESTS: Final = "Ask for begin, mark, annotate, status, show, stop or quit, with their fields."
MOST_UNREAD: Final = 32 << 20
"""Bytes that a client may leave unread before it is disconnected."""


class RecorderServer:
    """One recorder service and its clients."""

    def __init__(self, address: Path, *, linger_s: float = LINGER_S) -> None:
        self._address = address
        self._linger_s = linger_s
        self._token = secrets.token_hex(16)
        self._service = RecorderService(self._publish)
        self._clients: set[asyncio.StreamWriter] = set()
        self._watchers: set[asyncio.StreamWriter] = set()
        """Clients that only read: they keep no recording alive, and ask for nothing."""
        self._liners: set[asyncio.StreamWriter] = set()
        """Clients of other languages: they receive lines of JSON, no frames."""
        self._preamble: list[bytes] = []
        """Frames that are needed to read those that follow."""
        self._recent: deque[tuple[float, bytes]] = deque()
        self._newest_t = 0.0
        self._done = asyncio.Event()
        self._alone_since_s = 0.0
        self._had_client = False
        self._strangers = 0
        """Connections that have not shown the token."""

    async def serve(self) -> None:
        """Serve until a client asks to quit, SIGTERM, or the end of the time without a client."""
        loop = asyncio.get_running_loop()
        self._alone_since_s = loop.time()
        with contextlib.suppress(NotImplementedError):  # on Windows only its client ends it
            loop.add_signal_handler(signal.SIGTERM, self._done.set)
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        self._write_address(server.sockets[0].getsockname()[1])
        try:
            async with server:
                await self._until_done()
                await self._service.close()
                for writer in list(self._clients):
                    writer.close()
        finally:
            with contextlib.suppress(OSError):
                self._address.unlink()

    def _write_address(self, port: int) -> None:
        """Write port and token in one step, readable by this user alone."""
        draft = self._address.with_suffix(".new")
        draft.unlink(missing_ok=True)  # a link that somebody placed there is not followed
        exclusive = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0)
        descriptor = os.open(draft, exclusive, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump({"port": port, "token": self._token, "pid": os.getpid()}, file)
        draft.replace(self._address)

    async def _until_done(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._done.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._done.wait(), 0.5)
            if self._clients - self._watchers:
                self._alone_since_s, self._had_client = loop.time(), True
            idle = self._had_client and not self._service.file  # nobody has come yet: they start
            patience_s = min(IDLE_S, self._linger_s) if idle else self._linger_s
            if loop.time() - self._alone_since_s > patience_s:
                return

    def _publish(self, item: StreamItem) -> None:
        frame = encode_item(item)
        match item:
            case Started():
                self._preamble, self._newest_t = [frame], 0.0
                self._recent.clear()
            case Segment():
                self._preamble.append(frame)
            case Samples() if len(item):
                self._newest_t = max(self._newest_t, float(item.t[-1]))
                self._remember(frame)
            case Ended():
                self._preamble = []
                self._recent.clear()
            case _:
                self._remember(frame)
        for writer in list(self._clients - self._liners):
            self._send(writer, frame)
        if self._liners and (line := item_line(item)):
            for writer in list(self._liners):
                self._send(writer, line)

    def _show(self, content: dict[str, Any]) -> None:
        """Pass on to all clients what the session's own one shows."""
        frame = encode_json({"show": content})
        for writer in list(self._clients - self._liners):
            self._send(writer, frame)

    def _remember(self, frame: bytes) -> None:
        self._recent.append((self._newest_t, frame))
        while self._recent[0][0] < self._newest_t - REMEMBERED_S:
            self._recent.popleft()

    def _send(self, writer: asyncio.StreamWriter, frame: bytes) -> None:
        if writer.transport.get_write_buffer_size() > MOST_UNREAD:
            self._clients.discard(writer)
            writer.transport.abort()
            return
        writer.write(frame)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._strangers >= MOST_STRANGERS:
            writer.close()
            return
        try:
            hello = json.loads(await self._first_line(reader))
            if not hmac.compare_digest(str(hello.get("token")), self._token):
                return
            self._welcome(hello, writer)
            while line := await reader.readline():
                await self._answer(json.loads(line), writer)
        except (OSError, ValueError, AttributeError, asyncio.CancelledError):
            pass  # it disconnected or is silent, is no client of ours, or the recorder ends
        finally:
            self._clients.discard(writer)
            self._watchers.discard(writer)
            self._liners.discard(writer)
            writer.close()

    async def _first_line(self, reader: asyncio.StreamReader) -> bytes:
        """Return what a client says first; ``TimeoutError`` where it says nothing for long."""
        self._strangers += 1
        try:
            async with asyncio.timeout(HANDSHAKE_S):
                return await reader.readline()
        finally:
            self._strangers -= 1

    def _welcome(self, hello: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        """Send what a new client has to know, and add it to those that receive items."""
        if hello.get("watch"):
            self._watchers.add(writer)
        if hello.get("lines"):
            self._liners.add(writer)
            writer.write(encode_line({"file": self._service.file}))
        else:
            writer.write(encode_json({"file": self._service.file}))
            for frame in (*self._preamble, *(frame for _, frame in self._recent)):
                writer.write(frame)
        self._clients.add(writer)

    async def _answer(self, command: dict[str, Any], writer: asyncio.StreamWriter) -> None:
        answer: dict[str, Any] = {"answer": command.get("id")}
        try:
            if writer in self._watchers:
                raise UsageError("This client only watches.", "Connect without watch.")
            answer |= await self._do(command)
        except GripforceError as error:
            answer |= {"error": error.args[0], "hint": error.hint, "exit": error.exit_code}
        writer.write((encode_line if writer in self._liners else encode_json)(answer))

    async def _do(self, command: dict[str, Any]) -> dict[str, Any]:
        """Do what a client asks for; return what its answer says besides."""
        match command:
            case {"do": "begin", "url": str(url), "file": str(file), "metadata": dict(metadata)}:
                await self._service.begin(RecordingRequest(url, file, metadata))
            case {"do": "stop"}:
                await self._service.stop()
            case {"do": "mark", "kind": str(kind), "text": str(text)}:
                marker = self._service.insert(kind, text, _ago_s(command))
                return {"t_s": None if marker is None else marker.t}
            case {"do": "status"}:
                return {"file": self._service.file, "t_s": self._newest_t}
            case {"do": "show", "content": dict(content)}:
                self._show(content)
            case {"do": "annotate", "content": dict(content), "verdict": bool(verdict)}:
                file = str(command.get("file", ""))
                await self._service.annotate(content, verdict=verdict, file=file)
            case {"do": "quit"}:
                self._done.set()
            case _:
                raise UsageError(f"There is no request {command.get('do')!r}.", REQUESTS)
        return {}


def main(folder: str) -> None:
    """Serve a recorder, and write its address into a session's folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the dashboard
    asyncio.run(RecorderServer(Path(folder) / ADDRESS).serve())


def _ago_s(command: Mapping[str, Any]) -> float:
    """Return how long before now a mark's event was: by the time of this computer, or as said."""
    now_s = time.monotonic()
    match command:
        case {"at_host_s": int() | float() as at_host_s}:
            ago_s = now_s - at_host_s
        case {"at_host_s": _}:
            ago_s = math.nan
        case {"ago_s": int() | float() as ago_s}:
            pass
        case _:
            ago_s = math.nan if command.get("ago_s") else 0.0
    if not math.isfinite(ago_s):
        raise UsageError("A mark's time must be a number of seconds.", REQUESTS)
    return ago_s
