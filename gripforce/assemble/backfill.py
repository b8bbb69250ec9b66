"""What to ask for again, and when to give it up: time comes in as an argument."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.assemble.ledger import Span
from gripforce.wire.commands import Resend
from gripforce.wire.messages import Ack, NakReason

if TYPE_CHECKING:
    from gripforce.assemble.assembler import Assembler
    from gripforce.model import Gap
    from gripforce.wire.messages import Nak

ANSWER_S = 1.0
"""An answer that takes longer was lost: a full ring of 8 s is 96 kB, which BLE carries in four."""
BATCH_BLOCKS = 16
"""Blocks asked for at once: live data wait behind them, so not many."""
GRACE_S = 0.1
"""A block may be overtaken by the next few without being lost."""
TRIES = 8
"""Times in a row that a request may achieve nothing before its samples are given up."""


@dataclass(slots=True)
class _Asked:
    stream: int
    span: Span
    request: int
    since_s: float


class Backfill:
    """Asks for missing spans, the oldest first, one request at a time."""

    def __init__(self, assembler: Assembler, *, enabled: bool) -> None:
        self._assembler = assembler
        self._enabled = enabled
        self._asked: _Asked | None = None
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
        gaps: list[Gap] = []
        if self._asked is not None:
            if now_s - self._asked.since_s < ANSWER_S:
                return None, []
            gaps = self._failed(self._asked)
        ripe = self._ripe(now_s)
        if not ripe:
            return None, gaps
        stream_id, wanted = self._batch(*min(ripe, key=self._age_key))
        self._request = self._request % 127 + 128
        self._asked = _Asked(stream_id, wanted, self._request, now_s)
        first = wanted.first % (1 << 32)
        return Resend(stream_id, first, wanted.samples, request=self._request), gaps

    def answered(self, reply: Ack | Nak) -> list[Gap]:
        """Take an answer in; return what the device no longer holds."""
        asked = self._asked
        if asked is None or reply.request != asked.request:
            return []
        still = self._open_within(asked)
        if isinstance(reply, Ack) or reply.reason not in {NakReason.GONE, NakReason.UNSUPPORTED}:
            if still and still == asked.span.samples:
                return self._failed(asked)
            self._asked, self._failures = None, 0
            return []
        self._asked, self._failures = None, 0
        return self._assembler.give_up(asked.stream, asked.span)

    def link_lost(self) -> None:
        """Whatever was asked will not be answered."""
        self._asked, self._failures = None, 0

    def owns(self, request: int) -> bool:
        """Whether an answer is to one of these requests."""
        return self._asked is not None and self._asked.request == request

    def _ripe(self, now_s: float) -> list[tuple[int, Span]]:
        """Return the missing spans that have been missing for a while."""
        spans = [
            (stream_id, span)
            for stream_id, track in self._assembler.tracks.items()
            for span in track.ledger.missing
        ]
        before = self._noticed  # by the end of a span: it shrinks from its front
        self._noticed = {(i, span.stop): before.get((i, span.stop), now_s) for i, span in spans}
        return [(i, s) for i, s in spans if now_s - self._noticed[i, s.stop] >= GRACE_S]

    def _batch(self, stream_id: int, span: Span) -> tuple[int, Span]:
        most = BATCH_BLOCKS * self._assembler.tracks[stream_id].stream.block_samples
        return stream_id, Span(span.first, min(span.stop, span.first + most))

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
        self._asked = None
        self._failures += 1
        if self._failures < TRIES:
            return []
        self._failures = 0
        return self._assembler.give_up(asked.stream, asked.span)
