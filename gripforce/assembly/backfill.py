"""What to ask for again, and when to give it up: time comes in as an argument.

Strategy: the oldest first, because it is overwritten first. Two requests are on their way at a
time: over a radio an answer takes some connection events, in which the device would otherwise have
nothing to send. Both are small, because live data wait behind what they bring.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.assembly.loss_ledger import Span
from gripforce.model.counters import WRAP
from gripforce.wire.commands import Resend
from gripforce.wire.messages import Ack, NakReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.assembly.assembler import Assembler
    from gripforce.model import Gap
    from gripforce.wire.messages import Nak

ANSWER_S = 1.0
"""After so long without anything that was asked for, the request or its answer was lost."""
BATCH_BLOCKS = 16
"""Blocks asked for at once: 3.3 kB of four channels, a tenth of a second of a slow BLE link."""
REQUESTS = 2
"""Requests on their way at once."""
GRACE_S = 0.1
"""A block may be overtaken by the next few without being lost."""
GRACE_OF_RING = 0.25
"""But an Uno's ring holds 64 ms: so much of it may pass before a block is asked for."""
TRIES = 8
"""Times in a row that a request may achieve nothing before its samples are given up."""
RING_TOLERANCE = 1.1
"""A device may hold its blocks for so much longer than its nominal rates say."""
MOST_SAMPLES = 0xFFFF
"""That one request can ask for."""


@dataclass(slots=True)
class _Asked:
    stream: int
    span: Span
    request: int


class Backfill:
    """Asks for missing spans, the oldest first."""

    def __init__(self, assembler: Assembler, *, enabled: bool) -> None:
        self._assembler = assembler
        self._enabled = enabled
        self._asked: list[_Asked] = []
        self._open = 0
        """Samples asked for that have not come, when last looked."""
        self._quiet_since_s = 0.0
        self._failures = 0
        self._request = 0
        self._noticed: dict[tuple[int, int], float] = {}

    @property
    def done(self) -> bool:
        """Whether nothing is missing that might still be had back."""
        return not any(track.ledger.missing for track in self._assembler.tracks.values())

    def next_command(self, now_s: float) -> tuple[Resend | None, list[Gap]]:
        """Return the request to send now, if any, and what was given up."""
        if not self._enabled:
            ripe = self._ripe(now_s)
            return None, [
                gap for stream, span in ripe for gap in self._assembler.give_up(stream, span)
            ]
        gaps = self._overdue(now_s)
        free = [(i, part) for i, span in self._ripe(now_s) for part in self._unasked(i, span)]
        if not free or len(self._asked) >= REQUESTS:
            return None, gaps
        stream_id, wanted = self._batch(*min(free, key=self._age_key))
        self._request = self._request % 127 + 128
        self._asked.append(_Asked(stream_id, wanted, self._request))
        self._open += wanted.samples
        if len(self._asked) == 1:
            self._quiet_since_s = now_s
        first = wanted.first % WRAP
        return Resend(stream_id, first, wanted.samples, request=self._request), gaps

    def answered(self, reply: Ack | Nak) -> list[Gap]:
        """Take an answer in; return what the device no longer holds."""
        asked = next((one for one in self._asked if one.request == reply.request), None)
        if asked is None:
            return []
        self._asked.remove(asked)
        if isinstance(reply, Ack) or reply.reason not in {NakReason.GONE, NakReason.UNSUPPORTED}:
            if self._open_within(asked) == asked.span.samples:
                return self._failed(asked)
            self._failures = 0
            return []
        self._failures = 0
        return self._assembler.give_up(asked.stream, asked.span)

    def link_lost(self) -> None:
        """Whatever was asked will not be answered."""
        self._asked.clear()
        self._failures = 0

    def owns(self, request: int) -> bool:
        """Whether an answer is to one of these requests."""
        return any(asked.request == request for asked in self._asked)

    def _ripe(self, now_s: float) -> list[tuple[int, Span]]:
        """Return the missing spans that have been missing for a while."""
        spans = [
            (stream_id, span)
            for stream_id, track in self._assembler.tracks.items()
            for span in track.ledger.missing
        ]
        before = self._noticed  # by the end of a span: it shrinks from its front
        self._noticed = {(i, span.stop): before.get((i, span.stop), now_s) for i, span in spans}
        grace_s = min(GRACE_S, GRACE_OF_RING * self._assembler.ring_s)
        return [(i, s) for i, s in spans if now_s - self._noticed[i, s.stop] >= grace_s]

    def _overdue(self, now_s: float) -> list[Gap]:
        """Void what was asked and brings nothing any more; return what is given up for it."""
        still_open = sum(map(self._open_within, self._asked))
        if still_open != self._open or not self._asked:
            self._open, self._quiet_since_s = still_open, now_s
        if now_s - self._quiet_since_s < ANSWER_S:
            return []
        oldest, self._open = self._asked[0], 0
        self._asked.clear()
        return self._failed(oldest)

    def _unasked(self, stream_id: int, span: Span) -> Iterator[Span]:
        """Yield the parts of a missing span that no request asks for."""
        first = span.first
        asked = sorted(one.span for one in self._asked if one.stream == stream_id)
        for other in asked:
            if first < min(other.first, span.stop):
                yield Span(first, min(other.first, span.stop))
            first = max(first, other.stop)
        if first < span.stop:
            yield Span(first, span.stop)

    def _batch(self, stream_id: int, span: Span) -> tuple[int, Span]:
        """Return what to ask for of a missing span, from its beginning.

        What the ring cannot hold any more is asked for in one piece: piece by piece the refusals
        would take so long that the ring overwrote what it still held.
        """
        track = self._assembler.tracks[stream_id]
        most = BATCH_BLOCKS * track.stream.block_samples
        ring = self._assembler.ring_s * RING_TOLERANCE * track.stream.rate_hz
        if not math.isinf(ring):
            most = max(most, track.ledger.expected - math.ceil(ring) - span.first)
        return stream_id, Span(span.first, min(span.stop, span.first + min(most, MOST_SAMPLES)))

    def _age_key(self, candidate: tuple[int, Span]) -> float:
        stream_id, span = candidate
        return self._assembler.tracks[stream_id].time_us(span.first)

    def _open_within(self, asked: _Asked) -> int:
        missing = self._assembler.tracks[asked.stream].ledger.missing
        return sum(
            max(0, min(span.stop, asked.span.stop) - max(span.first, asked.span.first))
            for span in missing
        )

    def _failed(self, asked: _Asked) -> list[Gap]:
        """Count a request that achieved nothing; the last of too many is given up."""
        self._failures += 1
        if self._failures < TRIES:
            return []
        self._failures = 0
        return self._assembler.give_up(asked.stream, asked.span)
