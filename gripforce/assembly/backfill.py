"""Request missing samples from the device's ring buffer, and decide when to give them up.

Strategy: the oldest span first, because it is overwritten first. Two requests are in flight at a
time: over a radio an answer takes several connection events, during which the device would have
nothing to send. Both are small, because live data wait behind their blocks. The present time is
always an argument.
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
"""Without any requested block for this long, the request or its answer counts as lost."""
BATCH_BLOCKS = 16
"""Blocks per request: 3.3 kB of four channels, a tenth of a second of a slow BLE link."""
REQUESTS = 2
"""Requests in flight at once."""
GRACE_S = 0.1
"""Time that later blocks may overtake a block before it counts as missing."""
GRACE_OF_RING = 0.25
"""The same as a share of the ring buffer: an Uno's holds 64 ms only."""
TRIES = 8
"""Unsuccessful requests in a row after which the requested samples are given up."""
RING_TOLERANCE = 1.1
"""A device may keep its blocks longer than its nominal rates say, by this factor."""
MOST_SAMPLES = 0xFFFF
"""Largest number of samples that one request can name."""


@dataclass(slots=True)
class _Request:
    stream: int
    span: Span
    id: int


class Backfill:
    """Requests missing spans, the oldest first."""

    def __init__(self, assembler: Assembler, *, enabled: bool) -> None:
        self._assembler = assembler
        self._enabled = enabled
        self._in_flight: list[_Request] = []
        self._open = 0
        """Requested samples that had not arrived at the last call."""
        self._quiet_since_s = 0.0
        self._failures = 0
        self._last_id = 0
        self._noticed_s: dict[tuple[int, int], float] = {}
        """When each missing span was first seen, by stream and end of the span."""

    @property
    def done(self) -> bool:
        """Whether no sample is missing that may still be sent again."""
        return not any(stream.ledger.missing for stream in self._assembler.streams.values())

    def next_command(self, now_s: float) -> tuple[Resend | None, list[Gap]]:
        """Return the request to send at ``now_s``, if any, and the gaps of samples given up."""
        if not self._enabled:
            overdue = self._past_grace(now_s)
            return None, [
                gap for stream, span in overdue for gap in self._assembler.give_up(stream, span)
            ]
        gaps = self._cancel_overdue(now_s)
        free = [
            (i, part) for i, span in self._past_grace(now_s) for part in self._unrequested(i, span)
        ]
        if not free or len(self._in_flight) >= REQUESTS:
            return None, gaps
        stream_id, span = self._batch(*min(free, key=self._age_key))
        self._last_id = self._last_id % 127 + 128
        self._in_flight.append(_Request(stream_id, span, self._last_id))
        self._open += span.samples
        if len(self._in_flight) == 1:
            self._quiet_since_s = now_s
        first = (span.first - self._assembler.streams[stream_id].shift) % WRAP
        return Resend(stream_id, first, span.samples, request=self._last_id), gaps

    def accept_answer(self, reply: Ack | Nak) -> list[Gap]:
        """Process the answer to a request; return the gaps that the device can no longer fill."""
        request = next((one for one in self._in_flight if one.id == reply.request), None)
        if request is None:
            return []
        self._in_flight.remove(request)
        if isinstance(reply, Ack) or reply.reason not in {NakReason.GONE, NakReason.UNSUPPORTED}:
            if self._open_within(request) == request.span.samples:
                return self._failed(request)
            self._failures = 0
            return []
        self._failures = 0
        return self._assembler.give_up(request.stream, request.span)

    def link_lost(self) -> None:
        """Cancel all requests: they will not be answered."""
        self._in_flight.clear()
        self._failures = 0

    def owns(self, request: int) -> bool:
        """Whether a request id is that of a request in flight."""
        return any(one.id == request for one in self._in_flight)

    def _past_grace(self, now_s: float) -> list[tuple[int, Span]]:
        """Return the spans that have been missing for longer than the grace time."""
        spans = [
            (stream_id, span)
            for stream_id, stream in self._assembler.streams.items()
            for span in stream.ledger.missing
        ]
        before = self._noticed_s  # by the end of a span, because it shrinks from its front
        self._noticed_s = {(i, span.stop): before.get((i, span.stop), now_s) for i, span in spans}
        grace_s = min(GRACE_S, GRACE_OF_RING * self._assembler.ring_buffer_s)
        return [(i, s) for i, s in spans if now_s - self._noticed_s[i, s.stop] >= grace_s]

    def _cancel_overdue(self, now_s: float) -> list[Gap]:
        """Cancel requests that bring nothing any more; return the gaps given up for it."""
        still_open = sum(map(self._open_within, self._in_flight))
        if still_open != self._open or not self._in_flight:
            self._open, self._quiet_since_s = still_open, now_s
        if now_s - self._quiet_since_s < ANSWER_S:
            return []
        oldest, self._open = self._in_flight[0], 0
        self._in_flight.clear()
        return self._failed(oldest)

    def _unrequested(self, stream_id: int, span: Span) -> Iterator[Span]:
        """Yield the parts of a missing span that no request in flight covers."""
        first = span.first
        for other in sorted(one.span for one in self._in_flight if one.stream == stream_id):
            if first < min(other.first, span.stop):
                yield Span(first, min(other.first, span.stop))
            first = max(first, other.stop)
        if first < span.stop:
            yield Span(first, span.stop)

    def _batch(self, stream_id: int, span: Span) -> tuple[int, Span]:
        """Return the beginning of a missing span that one request asks for.

        Samples that the ring buffer cannot contain any more are requested in one piece: refusals
        piece by piece would take so long that the rest was overwritten meanwhile.
        """
        stream = self._assembler.streams[stream_id]
        most = BATCH_BLOCKS * stream.info.block_samples
        buffered = self._assembler.ring_buffer_s * RING_TOLERANCE * stream.info.rate_hz
        if not math.isinf(buffered):
            most = max(most, stream.ledger.expected - math.ceil(buffered) - span.first)
        return stream_id, Span(span.first, min(span.stop, span.first + min(most, MOST_SAMPLES)))

    def _age_key(self, candidate: tuple[int, Span]) -> float:
        stream_id, span = candidate
        return self._assembler.streams[stream_id].time_us(span.first)

    def _open_within(self, request: _Request) -> int:
        missing = self._assembler.streams[request.stream].ledger.missing
        return sum(
            max(0, min(span.stop, request.span.stop) - max(span.first, request.span.first))
            for span in missing
        )

    def _failed(self, request: _Request) -> list[Gap]:
        """Count an unsuccessful request; give its samples up after too many in a row."""
        self._failures += 1
        if self._failures < TRIES:
            return []
        self._failures = 0
        return self._assembler.give_up(request.stream, request.span)
