"""Assemble the blocks of one stream in one segment into samples with counters and times."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gripforce.assembly.loss_ledger import LossEntry, LossLedger
from gripforce.clock import (
    OVERTAKEN_S,
    RATE_TOLERANCE,
    counter_is_plausible,
    counts_again,
    sample_times,
    ticks_agree,
    ticks_allow,
)
from gripforce.model import RESENT, Counted, Gap, Samples
from gripforce.model.counters import WRAP, nearest, ramps
from gripforce.wire.blocks import block_bytes, unpack_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.model import Scaling, StreamInfo
    from gripforce.wire.messages import SampleBlock, StreamStatus

KNOTS = 16
"""Number of blocks whose ticks give the present sampling period: a quarter of a second at 1 kHz."""

BACKLOG_S = 30.0
"""A counter may be ahead of the time since the last arrival by at most what a link can store."""

ASTRAY_S, ASTRAY_BLOCKS = 1.5, 4
"""A stream has gone astray when for this long, and of so many blocks, none had a place. While a
radio is too slow, old blocks come between new ones, and those have none for up to a second."""


class Knot(NamedTuple):
    """The counter, device time [µs] and size of a block."""

    first: int
    device_us: int
    n: int


def _counts_again(last: Knot, new: Knot) -> bool:
    """Whether a block, by its tick a new one, counts what the last one counted: a jump."""
    counted = nearest(new.first - last.first, 0)
    return bool(counts_again(counted, last.n, nearest(new.device_us - last.device_us, 0)))


class ArrivedBlock(NamedTuple):
    """A block with its payload and the host's monotonic seconds of its arrival."""

    payload: bytes
    block: SampleBlock
    arrival_s: float


class StreamAssembler:
    """Turns a stream's blocks into samples whose counters do not wrap and whose times rise."""

    def __init__(self, stream: StreamInfo, scaling: Scaling, *, decodes: bool = True) -> None:
        self.info = stream
        self._decodes = decodes
        self.ledger = LossLedger()
        self._scaling = scaling
        self._knots: deque[Knot] = deque(maxlen=KNOTS)
        self._newest: Knot | None = None
        self._doubtful: Knot | None = None
        self._unfit: list[float] = []
        """When blocks arrived that had no place, since the last one that had."""
        self.shift = 0
        """Added to the device's counters, modulo 2**32, since they jumped."""
        self.jumps = 0
        self.last: tuple[int, float] | None = None
        """Counter and time of the newest sample."""
        self._arrival_s = 0.0
        self._period_us = 1e6 / stream.rate_hz

    @property
    def is_astray(self) -> bool:
        """Whether blocks arrive, and none fits any more: what they count is another run."""
        unfit = self._unfit
        return len(unfit) >= ASTRAY_BLOCKS and unfit[-1] - unfit[0] >= ASTRAY_S

    def place(self, arrived: ArrivedBlock) -> ArrivedBlock | None:
        """Return a block with the counter that is its place; None where it has none.

        Checked are its length, and its counter against its tick and its time of arrival. After a
        pause of the converter the first block agrees with nothing before it and is left out; the
        second agrees with the first. After a jump of the device's counter, ticks say where it was.
        """
        resent = arrived.block.flags & RESENT
        fits = self._fits(arrived)
        if not fits:
            if not resent:
                self._unfit[ASTRAY_BLOCKS:] = [arrived.arrival_s]
            return None
        self._unfit.clear()
        block = self._renumbered(arrived.block)
        if not resent:
            self._newest = Knot(block.first, block.tick_us, block.n)
        return arrived if block is arrived.block else arrived._replace(block=block)

    def _renumbered(self, block: SampleBlock) -> SampleBlock:
        return block._replace(first=(block.first + self.shift) % WRAP) if self.shift else block

    def _fits(self, arrived: ArrivedBlock) -> bool:
        block = self._renumbered(arrived.block)
        if not block.n or len(arrived.payload) != block_bytes(self.info, block.n):
            return False
        last, doubtful = self._newest, self._doubtful
        if last is None:
            return self.offset_us(block.first) <= BACKLOG_S * 1e6
        near = self._is_near(block, arrived.arrival_s)
        knot = Knot(block.first, block.tick_us, block.n)
        resent = bool(block.flags & RESENT)
        if doubtful and bool(ticks_agree(*self._steps(doubtful, knot))):
            # Both are judged by the first of them, which is nearer to the last one that fitted.
            again = not resent and _counts_again(last, doubtful)
            paused = near and not again and bool(ticks_allow(*self._steps(last, doubtful)))
            agrees = paused or self._follow_jump(last, block, arrived.arrival_s)
        else:
            again = not resent and _counts_again(last, knot)
            agrees = near and not again and bool(ticks_agree(*self._steps(last, knot)))
        self._doubtful = None if agrees else knot
        return agrees

    def _is_near(self, block: SampleBlock, arrival_s: float) -> bool:
        """Whether a counter is not long overtaken, nor ahead of what a link can have stored."""
        ahead_us = nearest(block.first - self.ledger.expected, 0) * self._period_us
        if ahead_us < -OVERTAKEN_S * 1e6 and not block.flags & RESENT:
            return False
        return ahead_us <= self._longest_us(arrival_s)

    def _longest_us(self, arrival_s: float) -> float:
        """Return the longest device time that can have passed since the newest block."""
        return (arrival_s - self._arrival_s) * 1e6 * (1 + RATE_TOLERANCE) + BACKLOG_S * 1e6

    def _follow_jump(self, last: Knot, block: SampleBlock, arrival_s: float) -> bool:
        """Renumber from here on a counter that jumped while the tick went on; False where not."""
        elapsed_us = nearest(block.tick_us - last.device_us, 0)
        if block.flags & RESENT or not 0 <= elapsed_us <= self._longest_us(arrival_s):
            return False
        counter = last.first + max(last.n, round(elapsed_us / self._period_us))
        self.shift = (self.shift + counter - block.first) % WRAP
        self.jumps += 1
        return True

    def _steps(self, one: Knot, other: Knot) -> tuple[float, float]:
        """Return what ``ticks_agree`` asks for, in µs: from the lower counter to the higher."""
        counted_us = nearest(other.first - one.first, 0) * self._period_us
        deviation_us = nearest(other.device_us - one.device_us - round(counted_us), 0)
        return (counted_us, deviation_us) if counted_us >= 0 else (-counted_us, -deviation_us)

    def offset_us(self, counter: int) -> float:
        """Return the nominal time from the segment's first sample to this one, in µs."""
        return counter * self._period_us

    def time_us(self, counter: int) -> float:
        """Return the device time of a sample in µs, extrapolated from the newest block."""
        if not self._knots:
            return 0.0
        last = self._knots[-1]
        return last.device_us + (counter - last.first) * self._period_us

    def expect(self, row: StreamStatus, device_us: int, *, streaming: bool) -> bool:
        """Count what a status says was sent and did not arrive; False where it is impossible."""
        # Blocks arrive in order, so samples taken and no longer buffered are here or missing;
        # a stopped device has sent everything before its last status.
        ledger = self.ledger
        buffered = row.buffered if streaming else 0
        # After a jump of the blocks' counters, that of the status may or may not have jumped too.
        sums = {row.taken, row.taken + self.shift}
        sent = min(nearest(taken, ledger.expected) for taken in sums) - buffered
        elapsed_us = device_us - self.time_us(ledger.expected)
        if not counter_is_plausible(sent - ledger.expected, elapsed_us, self.info.rate_hz):
            return False
        ledger.expect(sent)
        return True

    def outage(self, first: int, first_t: float, segment: int) -> list[Gap]:
        """Return the gap between this stream's end and its first samples in the next segment.

        It reaches to that segment's own first sample: those before ``first`` count in it.
        """
        if self.last is None:
            return []
        counter, t = self.last
        period_s = 1 / self.info.rate_hz
        lost = round((first_t - first * period_s - t) / period_s) - 1
        return [Gap(self.info.name, t + period_s, counter + 1, lost, segment)] if lost > 0 else []

    def accept(
        self,
        blocks: Sequence[tuple[ArrivedBlock, int]],
        to_recording_s: Callable[[float], float],
        segment: int,
    ) -> list[Samples | Counted]:
        """Return the samples of blocks that are processed together: first new, then back-filled.

        ``blocks`` are each with the unwrapped device time [µs] of their first sample;
        ``to_recording_s`` converts device time [µs] to seconds on the recording's axis.
        """
        fresh: list[tuple[bytes, Knot]] = []
        late: list[tuple[bytes, Knot]] = []
        for (payload, block, arrival_s), device_us in blocks:
            first, entry = self.ledger.record(block.first, block.n)
            if entry is not LossEntry.DUPLICATE:
                group = fresh if entry is LossEntry.NEW else late
                group.append((payload, Knot(first, device_us, block.n)))
            if entry is LossEntry.NEW:
                self._arrival_s = arrival_s
        late.sort(key=lambda pair: pair[1].first)
        make = partial(self._samples, segment=segment) if self._decodes else self._count
        parts: list[Samples | Counted] = []
        if fresh:
            parts.append(make(fresh, list(self._knots), to_recording_s))
            newest = fresh[-1][1]
            self._update_period([knot for _, knot in fresh])
            self.last = newest.first + newest.n - 1, parts[0].last_t
        if late:
            parts.append(make(late, None, to_recording_s))
        return parts

    def _samples(
        self,
        blocks: Sequence[tuple[bytes, Knot]],
        before: list[Knot] | None,
        to_recording_s: Callable[[float], float],
        *,
        segment: int,
    ) -> Samples:
        """Return the samples of blocks; ``before`` are those before them, None: they are late."""
        columns = unpack_blocks([payload for payload, _ in blocks], self.info)
        known = before or []
        first, device_us, n = np.array(known + [knot for _, knot in blocks], np.int64).T
        begin = int(device_us[0])
        elapsed_s = sample_times(first, device_us - begin, n, 1e6 / self._period_us)
        return Samples(
            stream=self.info,
            counter=ramps(first[len(known) :], columns.n),
            t=to_recording_s(begin)
            - self.info.delay_s
            + elapsed_s[len(elapsed_s) - len(columns.counts) :],
            counts=columns.counts,
            flags=np.repeat(columns.flags, columns.n),
            scaling=self._scaling,
            segment=segment,
            backfilled=before is None,
        )

    def _count(
        self,
        blocks: Sequence[tuple[bytes, Knot]],
        before: list[Knot] | None,
        to_recording_s: Callable[[float], float],
    ) -> Counted:
        """Return how many samples the blocks hold, by their heads alone."""
        knots = [knot for _, knot in blocks]
        last_us = knots[-1].device_us + (knots[-1].n - 1) * self._period_us
        delay_s = self.info.delay_s
        return Counted(
            stream=self.info,
            first=knots[0].first,
            samples=sum(knot.n for knot in knots),
            first_t=to_recording_s(knots[0].device_us) - delay_s,
            last_t=to_recording_s(last_us) - delay_s,
            payloads=() if before is None else tuple(payload for payload, _ in blocks),
            scaling=self._scaling,
        )

    def _update_period(self, knots: Sequence[Knot]) -> None:
        self._knots += knots
        span = self._knots[-1].first - self._knots[0].first
        if len(self._knots) > 2 and span:  # noqa: PLR2004 - two steps, so that one cannot mislead
            measured = (self._knots[-1].device_us - self._knots[0].device_us) / span
            nominal = 1e6 / self.info.rate_hz
            if abs(measured / nominal - 1) <= RATE_TOLERANCE:
                self._period_us = measured
