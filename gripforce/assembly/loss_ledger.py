"""The account of one stream: every sample is received, missing or lost, none is two of these."""

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
    """Books one segment of one stream; counters are 64-bit here."""

    def __init__(self) -> None:
        self.expected = 0
        """The counter after the newest sample known of."""
        self.missing: list[Span] = []
        """Not received, may still be had back; in order."""
        self._gone: list[Span] = []
        self.received = 0
        self.backfilled = 0
        self.duplicated = 0
        self.lost = 0

    def book(self, first: int, n: int) -> tuple[int, LossEntry]:
        """Enter a block; return its 64-bit counter and what it is."""
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
        if _cut(self._gone, block):  # given up too early: it came after all
            self.lost -= n
            self.received += n
            self.backfilled += n
            return first, LossEntry.BACKFILL
        self.duplicated += n
        return first, LossEntry.DUPLICATE

    def expect(self, counter: int) -> None:
        """Learn that samples up to ``counter`` (64-bit) were taken: the others are missing."""
        if counter > self.expected:
            if self.missing and self.missing[-1].stop == self.expected:
                self.missing[-1] = Span(self.missing[-1].first, counter)
            else:
                self.missing.append(Span(self.expected, counter))
            self.expected = counter

    def give_up(self, within: Span) -> list[Span]:
        """Write off what is still missing of a span; return it."""
        hits = [
            Span(max(span.first, within.first), min(span.stop, within.stop))
            for span in self.missing
        ]
        gone = [hit for hit in hits if hit.samples > 0]
        for hit in gone:
            _cut(self.missing, hit)
        self._gone += gone
        self.lost += sum(span.samples for span in gone)
        return gone

    def balances(self, taken: int) -> bool:
        """Whether ``taken`` (32-bit) = received + lost, with nothing open."""
        open_samples = sum(span.samples for span in self.missing)
        return not open_samples and nearest(taken, self.expected) == self.received + self.lost


def _cut(spans: list[Span], part: Span) -> bool:
    """Take ``part`` out of the span that holds it; tell whether one does."""
    for i, span in enumerate(spans):
        if span.first <= part.first and part.stop <= span.stop:
            rest = (Span(span.first, part.first), Span(part.stop, span.stop))
            spans[i : i + 1] = [piece for piece in rest if piece.samples]
            return True
    return False
