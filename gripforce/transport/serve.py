"""Serve a simulated device to any client, on a pty (like a serial port) or on a TCP port."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from typing import TYPE_CHECKING, Any, NoReturn

from gripforce.errors import TransportError, UsageError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
    from pathlib import Path

    from gripforce.transport.memory import Twin


BACKLOG_BYTES = 1 << 17
"""About 8 s of four channels at 1 kHz: more is not kept for a client that does not read."""
STEP_S = 0.002
"""Interval at which the device's bytes are fetched; a real UART has none."""
CATCHES_UP = 2
"""Steps before bytes are received: the first may compute for long, and time goes on."""


class PacedTwin:
    """Runs a simulated device in real time, also after its task is over, as a device would."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin
        self._begin_s = time.monotonic()
        self._sent = bytearray()

    def receive(self, data: bytes) -> None:
        """Pass on bytes from the host, which the device stamps with the present."""
        for _ in range(CATCHES_UP):
            self._catch_up()
        self._twin.receive(data)

    async def run(self, send: Callable[[bytes], None]) -> NoReturn:
        """Send what the device sends, for ever."""
        while True:
            await asyncio.sleep(STEP_S)
            self._catch_up()
            if self._sent:
                send(bytes(self._sent))
                self._sent.clear()

    def _catch_up(self) -> None:
        self._sent += self._twin.advance(time.monotonic() - self._begin_s)


@contextlib.contextmanager
def pty_link(link: Path) -> Iterator[int]:
    """Create a pty with a symbolic link to it; yield the device's end, closed afterwards."""
    import tty  # noqa: PLC0415 - Windows has none, and serves over TCP

    ours, theirs = os.openpty()
    try:
        tty.setraw(theirs)
        os.set_blocking(ours, False)
        with pointing(link, os.ttyname(theirs)):
            # The client's end stays open here, so that clients may reconnect without a hang-up.
            yield ours
    finally:
        os.close(ours)
        os.close(theirs)


@contextlib.contextmanager
def pointing(link: Path, target: str) -> Iterator[None]:
    """Create a symbolic link temporarily; an old link is replaced, any other file is not."""
    if link.is_symlink():
        link.unlink()
    try:
        link.symlink_to(target)
    except OSError as error:
        raise UsageError(
            f"{link} cannot be created: {error.strerror}.", "Try another name."
        ) from error
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            link.unlink()


async def serve_pty(twin: Twin, link: Path, ready: Callable[[], None]) -> None:
    """Serve a simulated device at a pty linked from ``link``; call ``ready`` when it exists."""
    with pty_link(link) as ours:
        ready()
        loop, paced = asyncio.get_running_loop(), PacedTwin(twin)
        loop.add_reader(ours, lambda: paced.receive(_read(ours)))
        backlog = bytearray()
        try:
            await paced.run(lambda data: _write(ours, backlog, data))
        finally:
            loop.remove_reader(ours)


def _read(ours: int) -> bytes:
    try:
        return os.read(ours, 1 << 16)
    except OSError:
        return b""


def _write(ours: int, backlog: bytearray, data: bytes) -> None:
    """Write what fits and keep the rest; discard a backlog that nobody reads."""
    backlog += data
    with contextlib.suppress(BlockingIOError):
        del backlog[: os.write(ours, backlog)]
    if len(backlog) > BACKLOG_BYTES:
        backlog.clear()


@contextlib.asynccontextmanager
async def tcp_server(
    port: int, arrived: Callable[[bytes], None]
) -> AsyncIterator[Callable[[bytes], None]]:
    """Listen on loopback; yield a function that sends to every client."""
    writers: set[asyncio.StreamWriter] = set()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                arrived(data)
        writers.discard(writer)
        writer.close()

    try:
        server = await asyncio.start_server(client, "127.0.0.1", port)
    except (OSError, OverflowError) as error:
        raise TransportError(f"Port {port} cannot be opened.", "Try another one.") from error
    async with server:
        yield lambda data: _send_all(writers, data)
        for writer in list(writers):
            writer.close()


async def serve_tcp(twin: Twin, port: int, ready: Callable[[], None]) -> None:
    """Serve a simulated device on a loopback TCP port; call ``ready`` when it listens."""
    paced = PacedTwin(twin)
    async with tcp_server(port, paced.receive) as send:
        ready()
        await paced.run(send)


def _send_all(writers: set[asyncio.StreamWriter], data: bytes) -> None:
    for writer in writers:
        writer.write(data)


async def until_terminated(serving: Coroutine[Any, Any, None]) -> None:
    """Run until SIGINT or SIGTERM."""
    task = asyncio.ensure_future(serving)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows Ctrl-C raises
            loop.add_signal_handler(name, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
