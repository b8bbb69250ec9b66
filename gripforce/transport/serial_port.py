"""USB serial transport: a thread reads all available bytes at once, and notes when they came.

Reading byte by byte would cost 500 times more.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import threading
import time
from typing import TYPE_CHECKING

import serial
from serial.tools import list_ports

from gripforce.errors import TransportError, UsageError
from gripforce.transport.base import Chunk
from gripforce.transport.inbox import Inbox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.transport.urls import SourceUrl

BAUD = 1_000_000
"""The firmware's default; boards with native USB ignore it."""
MOST_BYTES = 1 << 16
"""Of a chunk: what a system's buffer for a port holds."""
READ_TIMEOUT_S = 0.05
"""Longest time until the reading thread notices that it is to stop."""


class SerialTransport:
    """One serial port, opened exclusively."""

    paced = True

    def __init__(self, url: SourceUrl) -> None:
        options = url.only(("baud",))
        self.url = f"serial:{url.target}"
        self._path = url.target
        self._baud = _baud(options.get("baud", str(BAUD)))
        self._serial_number = _serial_number(url.target)
        self._port: serial.Serial | None = None
        self._collecting = False
        self._inbox: Inbox | None = None
        self._reader: threading.Thread | None = None
        self._closing = threading.Event()

    async def open(self) -> None:
        """Open the port, or the port at which the same USB device appeared again."""
        await self.close()
        with _translated(self._path):
            self._port = await asyncio.to_thread(self._open_port)
        self._inbox = Inbox(wakes=not self._collecting)
        self._closing = threading.Event()
        self._reader = threading.Thread(
            target=_pump,
            args=(self._port, self._inbox, self._closing, self._path),
            daemon=True,
        )
        self._reader.start()

    async def read(self) -> Chunk:
        """Wait for bytes."""
        return await self._opened().get()

    @property
    def collecting(self) -> bool:
        """Whether chunks gather until they are taken, without waking anybody."""
        return self._collecting

    @collecting.setter
    def collecting(self, yes: bool) -> None:
        self._collecting = yes
        if self._inbox is not None:
            self._inbox.wakes = not yes

    def collected(self) -> list[Chunk]:
        """Return what arrived since the last call, without waiting."""
        return self._opened().take()

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._port is None:
            raise TransportError(f"{self._path} is closed.")
        with _translated(self._path):
            await asyncio.to_thread(self._port.write, data)

    async def close(self) -> None:
        """Close the port."""
        port, self._port = self._port, None
        if port is not None:
            self._closing.set()
            with contextlib.suppress(OSError, serial.SerialException):
                port.cancel_read()
            if self._reader is not None:
                await asyncio.to_thread(self._reader.join)
            with contextlib.suppress(OSError, serial.SerialException):
                port.close()

    def now(self) -> float:
        """Return host monotonic seconds."""
        return time.monotonic()

    def _opened(self) -> Inbox:
        if self._inbox is None:
            raise TransportError(f"{self._path} is closed.")
        return self._inbox

    def _open_port(self) -> serial.Serial:
        path = self._present_path()
        port = serial.Serial(
            path, self._baud, timeout=READ_TIMEOUT_S, write_timeout=1.0, exclusive=True
        )
        # FTDI chips collect bytes for 16 ms otherwise; ptys and other systems do not support this.
        with contextlib.suppress(OSError, ValueError, AttributeError, NotImplementedError):
            port.set_low_latency_mode(True)
        return port

    def _present_path(self) -> str:
        """Return the port at which the same USB device is now, else the one that was named."""
        ports = list_ports.comports() if self._serial_number else []
        there = os.path.exists(self._path) or any(p.device == self._path for p in ports)  # noqa: PTH110
        found = (str(p.device) for p in ports if p.serial_number == self._serial_number)
        return self._path if there else next(found, self._path)


def _pump(port: serial.Serial, inbox: Inbox, closing: threading.Event, path: str) -> None:
    """Read until the port is closed or fails; the last item put is the error."""
    rest = _rest_of_file if os.name == "posix" else _rest_of_port
    try:
        while not closing.is_set():
            # Waits for the first byte, and adds what arrived with it to the same chunk.
            if first := port.read(1):
                arrival_s = time.monotonic()
                inbox.put(Chunk(first + rest(port), arrival_s))
    except (OSError, serial.SerialException):
        pass
    inbox.put(TransportError(f"The link through {path} was lost.", "Check the cable."))


def _rest_of_port(port: serial.Serial) -> bytes:
    return bytes(port.read(port.in_waiting))


def _rest_of_file(port: serial.Serial) -> bytes:
    """Return what is there, by one system call where pyserial makes three; it never blocks."""
    with contextlib.suppress(BlockingIOError):
        return os.read(port.fileno(), MOST_BYTES)
    return b""


@contextlib.contextmanager
def _translated(path: str) -> Iterator[None]:
    """Raise pyserial's and the system's errors as ``TransportError``."""
    try:
        yield
    except (OSError, ValueError, serial.SerialException) as error:
        raise _transport_error(path, error) from error


def _transport_error(path: str, error: Exception) -> TransportError:
    code = getattr(error, "errno", None)
    if code == errno.ENOENT or isinstance(error, FileNotFoundError):
        return TransportError(f"There is no port {path}.", "Try `gripforce devices`.")
    if code == errno.EACCES:
        return TransportError(
            f"You are not allowed to open {path}.",
            "On Linux: sudo usermod -aG dialout $USER, then log in again.",
        )
    if code in {errno.EBUSY, errno.EAGAIN} or "exclusive" in str(error).lower():
        return TransportError(
            f"{path} is in use.", "Close the program that uses it, such as a serial monitor."
        )
    return TransportError(f"{path} cannot be used: {error}.", "Try `gripforce devices`.")


def _baud(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise UsageError(f"'{text}' is not a baud rate.", "Try serial:PORT?baud=1000000.")
    return int(text)


def _serial_number(path: str) -> str | None:
    ports = {port.device: port.serial_number for port in list_ports.comports()}
    return ports.get(path) or ports.get(os.path.realpath(path))
