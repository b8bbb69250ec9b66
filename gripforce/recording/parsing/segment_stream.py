"""One stream in one segment: its blocks in the order of their counters, each once, and their times.

Nothing is made up here: a block stands where its counter says, or it is left out and counted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

from gripforce.clock import sample_times, unwrap
from gripforce.recording.parsing.raw_records import Rows
from gripforce.recording.records import CRC_BYTES, MESSAGE_HEAD
from gripforce.wire.blocks import block_bytes, unpack_table
from gripforce.wire.messages import BLOCK_HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gripforce.model import CountArray, FloatArray, IntArray, Segment, StreamInfo

Number = TypeVar("Number", bound=np.generic)

WRAP = 1 << 32
RATE_TOLERANCE = 0.25
SLACK_S = 2.0
"""A counter further from its tick than a quarter of the way and two seconds is no counter of ours:
one corrupt frame in 65 536 passes its CRC on the wire, and an RC oscillator is off by a tenth."""


@dataclass(frozen=True, eq=False)
class OrderedBlocks:
    """Blocks as they arrived, with counters and ticks that do not wrap."""

    order: IntArray
    """Number of each block's record in the file."""
    first: IntArray
    device_us: IntArray
    n: IntArray
    flags: NDArray[np.uint8]
    counts: CountArray
    misfits: int

    @classmethod
    def none(cls, stream: StreamInfo, misfits: int = 0) -> Self:
        """Return no blocks at all."""
        nothing = np.empty(0, np.int64)
        counts = np.empty((0, len(stream.channels)), np.int32)
        return cls(nothing, nothing, nothing, nothing, nothing.astype(np.uint8), counts, misfits)


@dataclass(frozen=True, eq=False)
class SegmentStream:
    """One stream in one segment, in the order of its counters."""

    stream: StreamInfo
    segment: Segment
    blocks: OrderedBlocks
    late: NDArray[np.bool_]
    """Blocks that came after one with a higher counter."""
    duplicated: int
    """Samples left out because they had come before."""
    nominal_spacing: bool = False
    """Ticks are exact and stand for themselves: the file was a table."""

    @cached_property
    def begin(self) -> IntArray:
        """Index of each block's first sample."""
        return np.asarray(np.cumsum(self.blocks.n) - self.blocks.n)

    @cached_property
    def counter(self) -> IntArray:
        """Of each sample."""
        return _ramps(self.blocks.first, self.blocks.n)

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """Of each sample's block."""
        return np.repeat(self.blocks.flags, self.blocks.n)

    @cached_property
    def t(self) -> FloatArray:
        """Seconds on the recording's axis."""
        blocks = self.blocks
        since_us = blocks.device_us - self.segment.origin_us
        if self.nominal_spacing:
            within = _ramps(np.zeros(len(blocks.n), np.int64), blocks.n)
            since_s = np.repeat(since_us * 1e-6, blocks.n) + within / self.stream.rate_hz
            return since_s + self.segment.t
        elapsed_s = sample_times(blocks.first, since_us, blocks.n, self.stream.rate_hz)
        return elapsed_s + self.segment.t

    @property
    def stop(self) -> int:
        """The counter after the last sample."""
        blocks = self.blocks
        return int(blocks.first[-1] + blocks.n[-1]) if len(blocks.n) else 0

    def missing(self, stop: int) -> list[tuple[int, int]]:
        """Return ``(first counter, samples)`` of what lacks before counter ``stop``."""
        blocks = self.blocks
        begins = np.append(blocks.first, max(stop, self.stop))
        ends = np.concatenate([[0], blocks.first + blocks.n])
        holes = np.flatnonzero(begins > ends)
        return [(int(ends[i]), int(begins[i] - ends[i])) for i in holes]

    def time_of(self, counter: int) -> float:
        """Return when a sample was taken that is not there."""
        if not len(self.counter):
            return self.segment.t + counter / self.stream.rate_hz
        period_s = 1 / self.stream.rate_hz
        after = int(np.searchsorted(self.counter, counter))
        if after == 0:
            return float(self.t[0] - (self.counter[0] - counter) * period_s)
        if after == len(self.counter):
            return float(self.t[-1] + (counter - self.counter[-1]) * period_s)
        around = slice(after - 1, after + 1)
        return float(np.interp(counter, self.counter[around], self.t[around]))


def read_blocks(parts: Sequence[Rows], stream: StreamInfo) -> OrderedBlocks:
    """Return blocks, as they arrived, whose counter agrees with their tick."""
    shaped = [_shapely(part, stream) for part in parts]
    filled = [part for part in shaped if len(part.order)]
    misfits = sum(len(part.order) for part in parts) - sum(len(part.order) for part in filled)
    if not filled:
        return OrderedBlocks.none(stream, misfits)
    raw = [unpack_table(part.table, stream, MESSAGE_HEAD.size) for part in filled]
    blocks = OrderedBlocks(
        order=_joined([part.order for part in filled]),
        first=_joined([part.first for part in raw]),
        device_us=_joined([part.tick_us for part in raw]),
        n=_joined([part.n for part in raw]),
        flags=_joined([part.flags for part in raw]),
        counts=_joined([part.counts for part in raw]),
        misfits=misfits,
    )
    return _unwrapped(blocks, _joined([part.arrival_s for part in filled]), stream)


def _unwrapped(blocks: OrderedBlocks, arrival_s: FloatArray, stream: StreamInfo) -> OrderedBlocks:
    if np.any(np.diff(blocks.order) < 0):  # blocks of another length lie between
        order = np.argsort(blocks.order)
        blocks, arrival_s = _take(blocks, order), arrival_s[order]
    blocks = replace(
        blocks, first=unwrap(blocks.first), device_us=unwrap(blocks.device_us, arrival_s)
    )
    agree = _agreeing(blocks.first, blocks.device_us, stream.rate_hz)
    if agree.all():
        return blocks
    return replace(
        _take(blocks, np.flatnonzero(agree)), misfits=blocks.misfits + int(np.sum(~agree))
    )


def _joined(parts: Sequence[NDArray[Number]]) -> NDArray[Number]:
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def in_order(blocks: OrderedBlocks, stream: StreamInfo, segment: Segment) -> SegmentStream:
    """Return the blocks sorted by counter, each sample once: the one that came first."""
    blocks = _placed(blocks, stream, segment)
    late = np.zeros(len(blocks.n), np.bool_)
    late[1:] = blocks.first[1:] < np.maximum.accumulate(blocks.first)[:-1]
    stops = blocks.first + blocks.n
    if np.all(blocks.first[1:] >= stops[:-1]):
        return SegmentStream(stream, segment, blocks, late, 0)
    order = np.argsort(blocks.first, kind="stable")
    kept = order[_apart(blocks.first[order], stops[order])]
    duplicated = int(blocks.n.sum() - blocks.n[kept].sum())
    return SegmentStream(stream, segment, _take(blocks, kept), late[kept], duplicated)


def origin_of(blocks: OrderedBlocks, stream: StreamInfo) -> float:
    """Return the tick that the sample with counter 0 had or would have had."""
    return float(blocks.device_us[0] - blocks.first[0] * 1e6 / stream.rate_hz)


def _placed(blocks: OrderedBlocks, stream: StreamInfo, segment: Segment) -> OrderedBlocks:
    """Count the wraps before the first block too: its counter tells how many there were."""
    if not len(blocks.n):
        return blocks
    expected = segment.origin_us + round(blocks.first[0] * 1e6 / stream.rate_hz)
    off = expected - int(blocks.device_us[0])
    wraps = (off + WRAP // 2) // WRAP
    return replace(blocks, device_us=blocks.device_us + wraps * WRAP)


def _shapely(rows: Rows, stream: StreamInfo) -> Rows:
    """Return the rows whose length is that of as many samples as they say."""
    said = rows.table[:, MESSAGE_HEAD.size + BLOCK_HEAD.size - 1]
    payload_bytes = rows.table.shape[1] - MESSAGE_HEAD.size - CRC_BYTES
    right = (said > 0) & (block_bytes(stream, 0) + said * _per_sample(stream) == payload_bytes)
    return rows if right.all() else Rows(rows.order[right], rows.table[right])


def _per_sample(stream: StreamInfo) -> int:
    return block_bytes(stream, 1) - block_bytes(stream, 0)


def _agreeing(first: IntArray, device_us: IntArray, rate_hz: float) -> NDArray[np.bool_]:
    """Return which blocks' counters and ticks go together with those of a neighbour.

    With either neighbour, because a converter that pauses leaves time without samples behind.
    """
    steps_us = np.diff(first) * (1e6 / rate_hz)
    off_us = np.abs(np.diff(device_us) - steps_us)
    linked = off_us <= np.abs(steps_us) * RATE_TOLERANCE + SLACK_S * 1e6
    agree = np.append(linked, False) | np.append(False, linked)
    agree[:1] |= not agree.any()  # one alone is believed
    return np.asarray(agree)


def _apart(first: IntArray, stops: IntArray) -> IntArray:
    """Return which of the sorted blocks begin after the end of those kept before them."""
    kept = []
    end = -WRAP
    for i, (begin, stop) in enumerate(zip(first.tolist(), stops.tolist(), strict=True)):
        if begin >= end:
            kept.append(i)
            end = stop
    return np.array(kept, np.int64)


def _take(blocks: OrderedBlocks, index: IntArray) -> OrderedBlocks:
    begin = np.cumsum(blocks.n) - blocks.n
    return OrderedBlocks(
        order=blocks.order[index],
        first=blocks.first[index],
        device_us=blocks.device_us[index],
        n=blocks.n[index],
        flags=blocks.flags[index],
        counts=blocks.counts[_ramps(begin[index], blocks.n[index])],
        misfits=blocks.misfits,
    )


def _ramps(begin: IntArray, n: IntArray) -> IntArray:
    """Return ``begin[0], begin[0] + 1, …`` for ``n[0]``, then ``begin[1], …``."""
    ends = np.cumsum(n)
    return np.asarray(np.arange(int(n.sum())) + np.repeat(begin - (ends - n), n), np.int64)
