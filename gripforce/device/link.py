"""The link to one device: commands out, answers matched, everything else handed on in order."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from gripforce.device.requests import Reply, Requests
from gripforce.errors import TransportError
from gripforce.wire import commands
from gripforce.wire.connection import Connection

if TYPE_CHECKING:
    from gripforce.transport import Chunk, Transport
    from gripforce.wire.commands import Command
    from gripforce.wire.connection import Message

TURN_S = 0.05
"""How long a quiet link keeps overdue commands waiting."""
PATIENCE_S = 0.5
TRIES = 4


class DeviceLink:
    """One transport with its connection and its open requests."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.corrupt = 0
        """Frames that failed their check, over all openings of the link."""
        self.ended = False
        self.last_arrival_s = 0.0
        self._connection = Connection()
        self._requests = Requests()
        self._closed_corrupt = 0

    async def open(self) -> None:
        """Open the transport, or open it again, with a clean connection."""
        await self.transport.open()
        self._closed_corrupt = self.corrupt
        self._connection = Connection()
        self.last_arrival_s = self.transport.now()

    async def close(self) -> None:
        """Close the transport; nothing asked will be answered."""
        self._requests.fail_all(TransportError("The link to the device was closed."))
        await self.transport.close()

    def lost(self, error: TransportError) -> None:
        """Fail everything that was asked over a link that broke."""
        self._requests.fail_all(error)

    async def ask(
        self, command: Command, *, tries: int = TRIES, patience_s: float = PATIENCE_S
    ) -> Reply:
        """Send a command and return its reply; ``DeviceError`` where it is refused or ignored."""
        now_s = self.transport.now()
        numbered, future = self._requests.add(command, now_s, tries=tries, patience_s=patience_s)
        await self.send(numbered)
        return await future

    async def send(self, command: Command) -> None:
        """Send a command as it is."""
        await self.transport.write(Connection.send(command))

    async def receive(self) -> tuple[float, list[tuple[bytes, Message]]]:
        """Return what came in within a turn, and up to when the link has been heard."""
        chunk = await self._read()
        if chunk is None:
            return self.transport.now(), []
        self.ended = chunk.ended
        if chunk.data:
            self.last_arrival_s = chunk.arrival_s
        pairs = self._connection.receive(chunk.data)
        self.corrupt = self._closed_corrupt + self._connection.corrupt
        messages = [(p, m) for p, m in pairs if not isinstance(m, commands.CommandBase)]
        return chunk.arrival_s, messages

    async def ask_again(self, heard_s: float) -> None:
        """Send again what had no answer, though all that came until ``heard_s`` was read."""
        for command in list(self._requests.overdue(heard_s)):
            await self.send(command)

    def settle(self, message: Message, arrival_s: float) -> None:
        """Match an answer with its question."""
        self._requests.answered(message, arrival_s)

    async def _read(self) -> Chunk | None:
        if not self.transport.paced:  # a fast simulation has something each time
            return await self.transport.read()
        # Not wait_for(): Python 3.11's swallows a cancellation that meets an arrival, and whoever
        # cancelled this task to close the device then waits for it for ever.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(TURN_S):
                return await self.transport.read()
        return None
