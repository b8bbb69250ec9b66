"""One stream of one segment: its books, and the time of its samples."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gripforce.assembly.loss_ledger import LossEntry, LossLedger
from gripforce.clock import RATE_TOLERANCE, sample_times, ticks_agree
from gripforce.model import Samples
from gripforce.model.counters import nearest, ramps
from gripforce.wire.blocks import block_bytes, unpack_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.model import Scaling, StreamInfo
    from gripforce.wire.messages import SampleBlock

KNOTS = 16
"""Blocks whose ticks give the period of the newest: a quarter of a second at 1 kHz."""

BACKLOG_S = 30.0
"""A counter cannot run ahead of the time since the last arrival by more than what a link stores."""


class Knot(NamedTuple):
    """A block's place: its counter and its time."""

    first: int
    device_us: int
    n: int


class StreamAssembler:
    """Turns a stream's blocks into samples with counters that do not wrap and times that rise."""

    def __init__(self, stream: StreamInfo, scaling: Scaling) -> None:
        self.stream = stream
        self.ledger = LossLedger()
        self._scaling = scaling
        self._knots: deque[Knot] = deque(maxlen=KNOTS)
        self._doubtful: Knot | None = None
        self.last: tuple[int, float] | None = None
        """Counter and time of the newest sample."""
        self._arrival_s = 0.0
        self._period_us = 1e6 / stream.rate_hz

    def fits(self, payload: bytes, block: SampleBlock, arrival_s: float) -> bool:
        """Whether a block's length is right and its counter agrees with its tick and arrival.

        A converter that paused agrees with nothing before: its second block agrees with its first.
        """
        if not block.n or len(payload) != block_bytes(self.stream, block.n):
            return False
        if not self._knots:
            return self.offset_us(block.first) <= BACKLOG_S * 1e6
        last, doubtful = self._knots[-1], self._doubtful
        ahead_us = (nearest(block.first, self.ledger.expected) - last.first) * self._period_us
        silence_us = (arrival_s - self._arrival_s) * 1e6
        if ahead_us > silence_us * (1 + RATE_TOLERANCE) + BACKLOG_S * 1e6:
            return False
        before = (last, doubtful) if doubtful is not None else (last,)
        agrees = any(self._agree(knot, block) for knot in before)
        self._doubtful = None if agrees else Knot(block.first, block.tick_us, block.n)
        return agrees

    def _agree(self, knot: Knot, block: SampleBlock) -> bool:
        """Whether tick and counter went on together from an earlier block to this one."""
        ahead_us = nearest(block.first - knot.first, 0) * self._period_us
        return bool(
            ticks_agree(ahead_us, nearest(block.tick_us - knot.device_us - round(ahead_us), 0))
        )

    def plausible(self, counter: int) -> bool:
        """Whether the stream can have come so far since its newest block."""
        return counter - self.ledger.expected <= self.stream.rate_hz * 3600

    def offset_us(self, counter: int) -> float:
        """Return how long after the segment's first sample this one was taken, nominally."""
        return counter * self._period_us

    def time_us(self, counter: int) -> float:
        """Return the device time of a sample, by its distance from the newest block."""
        if not self._knots:
            return 0.0
        last = self._knots[-1]
        return last.device_us + (counter - last.first) * self._period_us

    def take(
        self,
        entries: Sequence[tuple[bytes, SampleBlock, int]],
        place: Callable[[float], float],
        segment: int,
        arrival_s: float,
    ) -> list[Samples]:
        """Book blocks that came together; return the new ones, then those that were missing."""
        fresh: list[tuple[bytes, Knot]] = []
        late: list[tuple[bytes, Knot]] = []
        for payload, block, device_us in entries:
            first, entry = self.ledger.book(block.first, block.n)
            if entry is not LossEntry.DUPLICATE:
                pile = fresh if entry is LossEntry.NEW else late
                pile.append((payload, Knot(first, device_us, block.n)))
        samples: list[Samples] = []
        if fresh:
            samples.append(self._samples(fresh, list(self._knots), place, segment))
            self._remember([knot for _, knot in fresh])
            self._arrival_s = arrival_s
            self.last = int(samples[0].counter[-1]), float(samples[0].t[-1])
        if late:
            late.sort(key=lambda pair: pair[1].first)
            samples.append(self._samples(late, [], place, segment, backfilled=True))
        return samples

    def _samples(
        self,
        blocks: Sequence[tuple[bytes, Knot]],
        before: list[Knot],
        place: Callable[[float], float],
        segment: int,
        *,
        backfilled: bool = False,
    ) -> Samples:
        columns = unpack_blocks([payload for payload, _ in blocks], self.stream)
        first, device_us, n = np.array(before + [knot for _, knot in blocks], np.int64).T
        begin = int(device_us[0])
        elapsed_s = sample_times(first, device_us - begin, n, 1e6 / self._period_us)
        return Samples(
            stream=self.stream,
            counter=ramps(first[len(before) :], columns.n),
            t=place(begin) + elapsed_s[len(elapsed_s) - len(columns.counts) :],
            counts=columns.counts,
            flags=np.repeat(columns.flags, columns.n),
            scaling=self._scaling,
            segment=segment,
            backfilled=backfilled,
        )

    def _remember(self, knots: Sequence[Knot]) -> None:
        self._knots += knots
        span = self._knots[-1].first - self._knots[0].first
        if len(self._knots) > 2 and span:  # noqa: PLR2004 - two steps, so that one cannot mislead
            measured = (self._knots[-1].device_us - self._knots[0].device_us) / span
            nominal = 1e6 / self.stream.rate_hz
            if abs(measured / nominal - 1) <= RATE_TOLERANCE:
                self._period_us = measured
