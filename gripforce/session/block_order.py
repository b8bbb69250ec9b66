"""Where a protocol stands: the block, its hand, what has been done, and the events that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.session.events import Event, EventKind, SessionProgress, replay_events

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol
    from gripforce.session.events import BlockProgress

_OVERALL = {EventKind.FINISHED, EventKind.ABORTED, EventKind.MEASURED}
"""Events that belong to no block."""


class BlockOrder:
    """A protocol and what has happened of it; whatever changes it is told as an event."""

    def __init__(self, protocol: Protocol, progress: SessionProgress | None = None) -> None:
        self.protocol = protocol
        self.progress = progress or SessionProgress()
        self.index = self.first_open()
        self._events: list[Event] = []

    @property
    def block(self) -> Block:
        """The present block, the last one when all is over."""
        return self.protocol.blocks[min(self.index, len(self.protocol.blocks) - 1)]

    @property
    def done(self) -> BlockProgress:
        """What has been done of the present block."""
        return self.progress.block(self.index)

    @property
    def enough(self) -> bool:
        """Whether the present block has all the trials that it asks for."""
        return self.done.counted >= self.block.trials

    @property
    def hand(self) -> str:
        """``left`` or ``right``: the hand of the present block."""
        return self.hand_of(self.block)

    def hand_of(self, block: Block) -> str:
        """Return the hand of a block, by the hand that the session begins with."""
        first = str(self.progress.about.get("first_hand", "right"))
        other = "left" if first == "right" else "right"
        return {"first": first, "second": other}.get(block.hand, block.hand)

    def first_open(self) -> int:
        """Return the index of the first block that is not over, or how many there are."""
        blocks = range(len(self.protocol.blocks))
        return next((k for k in blocks if not self.progress.block(k).over), len(blocks))

    def tell(self, kind: EventKind, block: int | None = None, **data: Any) -> None:
        """Note an event, of the present block where none is named."""
        at = self.index if block is None else block
        event = Event(kind, None if kind in _OVERALL else at, data)
        self._events.append(event)
        self.progress = replay_events([event], self.progress)

    def take_events(self) -> list[Event]:
        """Return what has happened since the last call."""
        events, self._events = self._events, []
        return events
