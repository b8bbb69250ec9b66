"""Transport to a simulated device in this process, in real time or as fast as possible."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Protocol

from gripforce.transport.base import Chunk

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP_S = 0.01
"""Interval at which the device's bytes are fetched in real time."""
FAST_STEP_S = 0.25
"""Simulated time between fetches in a fast simulation."""


class Twin(Protocol):
    """The interface of a simulated device to its link."""

    @property
    def finished(self) -> bool:
        """Whether the simulated task is over and everything was sent."""

    def receive(self, data: bytes) -> None:
        """Process bytes from the host."""

    def advance(self, until_s: float) -> bytes:
        """Simulate until a time since power-on; return the bytes sent meanwhile."""


class MemoryTransport:
    """Transports bytes to and from a simulated device; ends with its simulated task."""

    def __init__(
        self,
        twin: Twin,
        *,
        url: str = "sim:",
        paced: bool = True,
        design: Mapping[str, Any] | None = None,
    ) -> None:
        self.url = url
        self.design = design or {}
        self.paced = paced
        self.twin = twin
        self._elapsed_s = 0.0
        self._begin_s: float | None = None
        self._sent = b""
        """What the device has sent and nobody has read."""

    async def open(self) -> None:
        """Power the device on; without effect where it is on."""
        if self._begin_s is None:
            self._begin_s = self.now() if self.paced else time.monotonic()

    async def read(self) -> Chunk:
        """Simulate one step of time, and return the bytes sent in it."""
        if self.paced:
            await asyncio.sleep(STEP_S)
            self._catch_up()
        else:
            await asyncio.sleep(0)
            self._elapsed_s += FAST_STEP_S
            self._sent += self.twin.advance(self._elapsed_s)
        data, self._sent = self._sent, b""
        return Chunk(data, self._simulated_s, ended=self.twin.finished)

    async def write(self, data: bytes) -> None:
        """Send bytes; the device receives them at once, and stamps them with the present."""
        if self.paced:
            self._catch_up()
        self.twin.receive(data)

    async def close(self) -> None:
        """Close the transport; the device stays on."""

    def now(self) -> float:
        """Return host monotonic seconds, simulated where the simulation is fast."""
        return time.monotonic() if self.paced else self._simulated_s

    def _catch_up(self) -> None:
        """Simulate up to the present."""
        self._elapsed_s = self.now() - (self._begin_s or 0.0)
        self._sent += self.twin.advance(self._elapsed_s)

    @property
    def _simulated_s(self) -> float:
        """Host time until which the device was simulated."""
        return (self._begin_s or 0.0) + self._elapsed_s
