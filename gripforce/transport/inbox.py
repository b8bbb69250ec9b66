"""What a thread receives, for an event loop to read."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TYPE_CHECKING

from gripforce.errors import TransportError

if TYPE_CHECKING:
    from gripforce.transport.base import Chunk


class Inbox:
    """Chunks in the order of their arrival; an error is the last thing in it.

    Waking the event loop for each chunk costs more than all else in a recording: while nobody
    waits (``wakes`` is false), chunks only gather, to be taken together.
    """

    def __init__(self, *, wakes: bool = True) -> None:
        self.wakes = wakes
        self._loop = asyncio.get_running_loop()
        self._filled = asyncio.Event()
        self._content: deque[Chunk | TransportError] = deque()

    def put(self, item: Chunk | TransportError) -> None:
        """Add a chunk, or the error that ends the link; called from the receiving thread."""
        self._content.append(item)
        if self.wakes:
            with contextlib.suppress(RuntimeError):  # the loop is closed, and nobody reads any more
                self._loop.call_soon_threadsafe(self._filled.set)

    async def get(self) -> Chunk:
        """Wait for the next chunk; raises the error that ended the link."""
        while not self._content:
            self._filled.clear()
            await self._filled.wait()
        return self._pop()

    def take(self) -> list[Chunk]:
        """Return all chunks without waiting; raises the error once nothing is before it."""
        chunks: list[Chunk] = []
        while self._content and not (chunks and isinstance(self._content[0], TransportError)):
            chunks.append(self._pop())
        return chunks

    def _pop(self) -> Chunk:
        item = self._content.popleft()
        if isinstance(item, TransportError):
            raise item
        return item
