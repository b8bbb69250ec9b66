"""Sample accounting of one stream: every sample is either received, missing or lost.

A missing sample may still be sent again; a lost one was written off.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from gripforce.model.counters import nearest


class Span(NamedTuple):
    """Counters ``first`` to ``stop - 1``."""

    first: int
    stop: int

    @property
    def samples(self) -> int:
        """Samples in it."""
        return self.stop - self.first


class LossEntry(Enum):
    """What a block turned out to be."""

    NEW = "new"
    BACKFILL = "backfill"
    DUPLICATE = "duplicate"


class LossLedger:
    """Accounts for the samples of one stream in one segment; counters are 64-bit here."""

    def __init__(self) -> None:
        self.expected = 0
        """The counter after the newest sample that is known to have been taken."""
        self.missing: list[Span] = []
        """Not received, may still be sent again; in order of their counters."""
        self._written_off: list[Span] = []
        self.received = 0
        self.backfilled = 0
        self.duplicated = 0
        self.lost = 0

    def record(self, first: int, n: int) -> tuple[int, LossEntry]:
        """Account for a received block of ``n`` samples from the 32-bit counter ``first`` on.

        Returns the block's 64-bit counter and whether it is new, back-filled or a duplicate.
        """
        first = nearest(first, self.expected)
        if first >= self.expected:
            self.expect(first)
            self.expected = first + n
            self.received += n
            return first, LossEntry.NEW
        block = Span(first, first + n)
        if _cut(self.missing, block):
            self.received += n
            self.backfilled += n
            return first, LossEntry.BACKFILL
        if _cut(self._written_off, block):  # written off too early: it came after all
            self.lost -= n
            self.received += n
            self.backfilled += n
            return first, LossEntry.BACKFILL
        self.duplicated += n
        return first, LossEntry.DUPLICATE

    def expect(self, counter: int) -> None:
        """Count samples before ``counter`` (64-bit) that were not received as missing."""
        if counter > self.expected:
            if self.missing and self.missing[-1].stop == self.expected:
                self.missing[-1] = Span(self.missing[-1].first, counter)
            else:
                self.missing.append(Span(self.expected, counter))
            self.expected = counter

    def give_up(self, within: Span) -> list[Span]:
        """Write off the missing samples of a span as lost; return their spans."""
        hits = [
            Span(max(span.first, within.first), min(span.stop, within.stop))
            for span in self.missing
        ]
        written_off = [hit for hit in hits if hit.samples > 0]
        for hit in written_off:
            _cut(self.missing, hit)
        self._written_off += written_off
        self.lost += sum(span.samples for span in written_off)
        return written_off

    def reconciles(self, taken: int) -> bool:
        """Whether ``taken`` (32-bit, as the device says) = received + lost, with none missing."""
        return not self.missing and nearest(taken, self.expected) == self.received + self.lost


def _cut(spans: list[Span], part: Span) -> bool:
    """Remove ``part`` from the span that contains it; return whether one does."""
    for i, span in enumerate(spans):
        if span.first <= part.first and part.stop <= span.stop:
            rest = (Span(span.first, part.first), Span(part.stop, span.stop))
            spans[i : i + 1] = [piece for piece in rest if piece.samples]
            return True
    return False
