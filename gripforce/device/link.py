"""Send commands to one device, match its answers, and pass all messages on in order."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gripforce.device.requests import Reply, Requests
from gripforce.errors import TransportError
from gripforce.transport.base import Collecting
from gripforce.wire import commands
from gripforce.wire.connection import Arrived, Connection
from gripforce.wire.text import line_of_text

if TYPE_CHECKING:
    from gripforce.transport import Chunk, Transport
    from gripforce.wire.commands import Command
    from gripforce.wire.connection import Message

TURN_S = 0.05
"""Longest wait for data before overdue commands are sent again; how long chunks gather."""
PATIENCE_S = 0.5
TRIES = 4
TEXT_BYTES = 512
"""Of what is no message, looked at for text."""


class DeviceLink:
    """One transport with its wire connection and the requests that await an answer."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.corrupt = 0
        """Frames that failed their check since the link was first opened."""
        self.ended = False
        self.last_arrival_s = 0.0
        self._collecting = transport if isinstance(transport, Collecting) else None
        self._connection = Connection()
        self._requests = Requests()
        self._closed_corrupt = 0
        self._failure: Exception | None = None
        self._unread = b""
        """What arrived last, while nothing of it was a message."""

    async def open(self) -> None:
        """Open the transport, or open it again, with a new wire connection."""
        await self.transport.open()
        self._closed_corrupt = self.corrupt
        self._connection = Connection()
        self.last_arrival_s = self.transport.now()

    def collect(self) -> None:
        """Let chunks gather from now on, where the transport can: few, larger wake-ups."""
        if self._collecting is not None:
            self._collecting.collecting = True

    async def close(self) -> None:
        """Close the transport; open requests fail."""
        self._requests.fail_all(TransportError("The link to the device was closed."))
        await self.transport.close()

    def fail(self, error: Exception) -> None:
        """Fail open and all later requests: nobody reads the link any more."""
        self._failure = error
        self._requests.fail_all(error)

    def fail_requests(self, error: TransportError) -> None:
        """Fail all open requests because the link broke."""
        self._requests.fail_all(error)

    async def ask(
        self, command: Command, *, tries: int = TRIES, patience_s: float = PATIENCE_S
    ) -> Reply:
        """Send a command and return its reply; raises ``DeviceError`` if refused or unanswered."""
        if self._failure is not None:
            raise self._failure
        now_s = self.transport.now()
        numbered, future = self._requests.add(command, now_s, tries=tries, patience_s=patience_s)
        await self.send(numbered)
        return await future

    async def send(self, command: Command) -> None:
        """Send a command without waiting for an answer."""
        await self.transport.write(Connection.send(command))

    async def receive(self) -> tuple[float, list[Arrived]]:
        """Return the messages of one wait, and the time until which everything was read."""
        chunks = await self._read()
        if not chunks:
            return self.transport.now(), []
        return chunks[-1].arrival_s, [one for chunk in chunks for one in self._decode(chunk)]

    async def send_overdue(self, read_until_s: float) -> None:
        """Send commands again whose answer did not arrive before ``read_until_s``."""
        for command in list(self._requests.overdue(read_until_s, line_of_text(self._unread))):
            await self.send(command)

    def match_answer(self, message: Message, arrival_s: float) -> None:
        """Complete the request that a message answers, if it answers one."""
        self._requests.accept(message, arrival_s)

    def _decode(self, chunk: Chunk) -> list[Arrived]:
        self.ended = chunk.ended
        if chunk.data:
            self.last_arrival_s = chunk.arrival_s
        pairs = self._connection.receive(chunk.data)
        self._unread = b"" if pairs else (self._unread + chunk.data)[-TEXT_BYTES:]
        self.corrupt = self._closed_corrupt + self._connection.corrupt
        return [
            Arrived(payload, message, chunk.arrival_s)
            for payload, message in pairs
            if not isinstance(message, commands.CommandBase)
        ]

    async def _read(self) -> list[Chunk]:
        transport, collecting = self.transport, self._collecting
        if not transport.paced:  # a fast simulation returns without waiting
            return [await transport.read()]
        if collecting is not None and collecting.collecting:
            await asyncio.sleep(TURN_S)
            return collecting.collected()
        # Not wait_for(): that of Python 3.11 loses a cancellation that coincides with an arrival,
        # and closing the device would then wait for this task for ever.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_S):
                return [await transport.read()]
        return []
