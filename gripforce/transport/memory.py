"""A simulated device in this process, in real time or as fast as it can."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Protocol

from gripforce.transport.base import Chunk

if TYPE_CHECKING:
    from collections.abc import Mapping

STEP_S = 0.01
"""How often the device's bytes are fetched in real time."""
FAST_STEP_S = 0.25
"""And in a fast simulation: one turn of the loop carries a quarter of a second."""


class Twin(Protocol):
    """The side of a simulated device that a link sees."""

    @property
    def finished(self) -> bool:
        """Whether the scene is over and everything was sent."""

    def receive(self, data: bytes) -> None:
        """Take in bytes from the host."""

    def advance(self, until_s: float) -> bytes:
        """Let time since power-on pass; return the bytes that left the device meanwhile."""


class MemoryTransport:
    """Bytes to and from a simulated device; at its end, the stream ends."""

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

    async def open(self) -> None:
        """Power the device on; harmless when it is."""
        if self._begin_s is None:
            self._begin_s = time.monotonic()

    async def read(self) -> Chunk:
        """Let a step of time pass, and return what it brought."""
        if self.paced:
            await asyncio.sleep(STEP_S)
            self._elapsed_s = time.monotonic() - (self._begin_s or 0.0)
        else:
            await asyncio.sleep(0)
            self._elapsed_s += FAST_STEP_S
        data = self.twin.advance(self._elapsed_s)
        return Chunk(data, self.now(), ended=self.twin.finished)

    async def write(self, data: bytes) -> None:
        """Send bytes: the device has them at once."""
        self.twin.receive(data)

    async def close(self) -> None:
        """Let go."""

    def now(self) -> float:
        """Return host seconds: the world's, or the simulation's own."""
        return (self._begin_s or 0.0) + self._elapsed_s
