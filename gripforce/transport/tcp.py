"""TCP transport: to a simulator, or to a serial port that is shared over the network."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from gripforce.errors import TransportError, UsageError
from gripforce.transport.base import Chunk

if TYPE_CHECKING:
    from gripforce.transport.urls import SourceUrl

CONNECT_S = 5.0


class TcpTransport:
    """One TCP connection."""

    paced = True

    def __init__(self, url: SourceUrl) -> None:
        url.only(())
        self.url = f"tcp:{url.target}"
        self._host, _, port = url.target.rpartition(":")
        if not self._host or not port.isdigit():
            raise UsageError(f"'{url.target}' is not an address.", "Try tcp:127.0.0.1:7000.")
        self._port = int(port)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect."""
        await self.close()
        try:
            async with asyncio.timeout(CONNECT_S):
                streams = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError, OverflowError) as error:
            raise TransportError(
                f"Nothing answers at {self._host}:{self._port}.",
                "Start it first, for instance with `gripforce simulate --tcp 7000`.",
            ) from error
        self._reader, self._writer = streams

    async def read(self) -> Chunk:
        """Wait for bytes."""
        if self._reader is None:
            raise TransportError(f"{self.url} is closed.")
        try:
            data = await self._reader.read(1 << 16)
        except OSError as error:
            raise self._lost() from error
        if not data:
            raise self._lost()
        return Chunk(data, time.monotonic())

    async def write(self, data: bytes) -> None:
        """Send bytes."""
        if self._writer is None:
            raise TransportError(f"{self.url} is closed.")
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise self._lost() from error

    async def close(self) -> None:
        """Disconnect."""
        writer, self._writer, self._reader = self._writer, None, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def now(self) -> float:
        """Return host monotonic seconds."""
        return time.monotonic()

    def _lost(self) -> TransportError:
        return TransportError(
            f"The link to {self._host}:{self._port} was lost.",
            "Does what serves it still run, and is the network up?",
        )
