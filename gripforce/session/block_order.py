"""The blocks of a protocol: the present one, its hand, its progress, and new events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.recording import check_note
from gripforce.session.events import Event, EventKind, SessionProgress, replay_events

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol
    from gripforce.session.events import BlockProgress

_OVERALL = {
    EventKind.FINISHED, EventKind.ABORTED, EventKind.MEASURED, EventKind.SESSION_REOPENED,
}  # fmt: skip
"""Events that belong to no block."""


class BlockOrder:
    """A protocol and its progress; every change is an event."""

    def __init__(self, protocol: Protocol, progress: SessionProgress | None = None) -> None:
        self.protocol = protocol
        self.progress = progress or SessionProgress()
        self.index = self.progress.under_way(len(protocol.blocks))
        self._events: list[Event] = []

    @property
    def block(self) -> Block:
        """The present block; the last one when the session is over."""
        return self.protocol.blocks[min(self.index, len(self.protocol.blocks) - 1)]

    @property
    def block_progress(self) -> BlockProgress:
        """What has been done of the present block."""
        return self.progress.block(self.index)

    @property
    def has_enough_trials(self) -> bool:
        """Whether as many trials of the present block count as are asked for."""
        return self.block_progress.counted >= self.asked

    @property
    def too_many_repeats(self) -> bool:
        """Whether the present block is to end without the trials that it lacks."""
        progress = self.block_progress
        return progress.repeats - progress.forgiven > self.block.most_repeats

    @property
    def asked(self) -> int:
        """How many trials are asked for in the present block."""
        return self.asked_of(self.index)

    def asked_of(self, index: int) -> int:
        """Return how many trials are asked for in a block, given its index."""
        at = min(index, len(self.protocol.blocks) - 1)
        return self.protocol.blocks[at].trials + self.progress.block(index).more

    def is_short(self, index: int) -> bool:
        """Whether a block that is to be done was skipped, failed, or has too few good trials."""
        block, done = self.protocol.blocks[index], self.progress.block(index)
        if not block.recorded:
            return False
        return bool(done.skipped or done.failed) or done.counted < self.asked_of(index)

    @property
    def hand(self) -> str:
        """``left`` or ``right``: the hand of the present block."""
        return self.hand_of(self.block)

    def hand_of(self, block: Block) -> str:
        """Return ``left`` or ``right`` for a block, given the hand that the session begins with."""
        first = str(self.progress.about.get("first_hand", "right"))
        other = "left" if first == "right" else "right"
        return {"first": first, "second": other}.get(block.hand, block.hand)

    def first_open_block(self) -> int:
        """Return the index of the first block that is not over, or the number of blocks."""
        return self.progress.first_open(len(self.protocol.blocks))

    def report(self, kind: EventKind, block: int | None = None, **data: Any) -> None:
        """Record an event and its data, of the present block unless another index is given."""
        at = self.index if block is None else block
        event = Event(kind, None if kind in _OVERALL else at, data)
        self._events.append(event)
        self.progress = replay_events([event], self.progress)

    def note(self, text: str) -> None:
        """Record a note of the operator; ``UsageError`` where it seems to name a person."""
        if checked := check_note(text):
            self.report(EventKind.NOTE, text=checked)

    def add_slip_force(self, condition: str, slip_n: float) -> None:
        """Record a slip force [N] of a hand and object, for the margin of later blocks."""
        self.report(EventKind.MEASURED, of=condition, slip_n=round(slip_n, 4))

    def pop_events(self) -> list[Event]:
        """Return the events since the last call."""
        events, self._events = self._events, []
        return events
