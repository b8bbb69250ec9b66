"""What the device still has to send, and the ring of blocks that it can send again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.model import Flag

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gripforce.wire.messages import SampleBlock


@dataclass(slots=True)
class QueuedFrame:
    """One frame that waits to leave: a sample block, or what writes anything else."""

    block: SampleBlock | None = None
    write: Callable[[float], bytes] | None = None
    """Writes the payload when it leaves: a status or a time reply describes that moment."""
    resent: bool = False

    @property
    def is_new_block(self) -> bool:
        """Whether it is a block that was never sent before."""
        return self.block is not None and not self.resent

    def encode(self, now_s: float) -> bytes:
        """Return the payload as it leaves at ``now_s``."""
        if self.block is not None:
            return self.block.encode()
        return self.write(now_s) if self.write else b""


class TxQueue:
    """Frames in their order; a block that finds no room pushes the oldest unsent block out."""

    def __init__(self, ring_blocks: int) -> None:
        self._room = ring_blocks
        self._unsent: deque[QueuedFrame] = deque()
        self._stored: deque[QueuedFrame] = deque(maxlen=ring_blocks)
        self._gaps: set[int] = set()
        self._blocks = 0

    def __bool__(self) -> bool:
        return bool(self._unsent)

    def put(self, write: Callable[[float], bytes]) -> None:
        """Queue anything but a block."""
        self._unsent.append(QueuedFrame(write=write))

    def put_block(self, block: SampleBlock) -> SampleBlock | None:
        """Queue and hold a new block; return the one that was lost to make room, if any."""
        if block.stream in self._gaps:
            self._gaps.discard(block.stream)
            block = block._replace(flags=block.flags | Flag.OVERFLOW)
        queued = QueuedFrame(block)
        self._unsent.append(queued)
        self._stored.append(queued)
        self._blocks += 1
        return self._make_room() if self._blocks > self._room else None

    def put_again(self, block: SampleBlock) -> None:
        """Queue a block that was asked for again."""
        again = block._replace(flags=block.flags | Flag.RESENT)
        self._unsent.append(QueuedFrame(again, resent=True))

    def take(self) -> QueuedFrame:
        """Return the oldest frame and forget that it was unsent."""
        queued = self._unsent.popleft()
        self._blocks -= queued.is_new_block
        return queued

    def holding(self, stream: int, first: int, stop: int) -> list[SampleBlock]:
        """Return the stored blocks with samples from ``first`` up to ``stop``, oldest first."""
        return [
            block
            for block in (queued.block for queued in self._stored)
            if block
            and block.stream == stream
            and block.first < stop
            and block.first + block.n > first
        ]

    def unsent_blocks(self) -> Iterator[SampleBlock]:
        """Yield each block that never left."""
        return (p.block for p in self._unsent if p.block and not p.resent)

    def forget_blocks(self) -> None:
        """Begin the ring anew; replies that wait remain."""
        self._unsent = deque(queued for queued in self._unsent if queued.block is None)
        self._stored.clear()
        self._gaps.clear()
        self._blocks = 0

    def _make_room(self) -> SampleBlock | None:
        oldest = next(p for p in self._unsent if p.is_new_block)
        self._unsent.remove(oldest)
        self._blocks -= 1
        if oldest.block is None:
            return None
        stream = oldest.block.stream
        for queued in self._unsent:
            if queued.is_new_block and queued.block and queued.block.stream == stream:
                flags = queued.block.flags | Flag.OVERFLOW
                queued.block = queued.block._replace(flags=flags)
                return oldest.block
        self._gaps.add(stream)
        return oldest.block
