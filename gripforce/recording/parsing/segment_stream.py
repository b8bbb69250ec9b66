"""Sort the blocks of one stream in one segment by their counters, each once, and compute times.

A block is placed by its counter, or left out; nothing is interpolated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from gripforce.clock import (
    OVERTAKEN_S,
    counts_again,
    sample_times,
    ticks_agree,
    ticks_allow,
    unwrap,
)
from gripforce.model import Flag
from gripforce.model.counters import WRAP, nearest, ramps
from gripforce.recording.parsing.raw_records import Rows
from gripforce.recording.records import CRC_BYTES, MESSAGE_HEAD
from gripforce.wire.blocks import Blocks, block_bytes, unpack_tables
from gripforce.wire.messages import BLOCK_HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gripforce.model import FloatArray, IntArray, Segment, StreamInfo


class ArrivedBlocks(NamedTuple):
    """Sample blocks, their counters and ticks unwrapped, with the number of each one's record."""

    order: IntArray
    """Number of each block's record in the file, shape ``(blocks,)``."""
    blocks: Blocks
    jumped: int = 0
    """What was added to the device's counters, in the end, since they jumped."""

    @classmethod
    def none(cls, stream: StreamInfo) -> Self:
        """Return no blocks of a stream."""
        return cls(np.empty(0, np.int64), Blocks.none(stream))

    def select(self, index: IntArray) -> ArrivedBlocks:
        """Return the blocks at ``index``, in its order."""
        return ArrivedBlocks(self.order[index], self.blocks.select(index), self.jumped)


@dataclass(frozen=True, eq=False)
class SegmentStream:
    """One stream in one segment, in the order of its counters."""

    stream: StreamInfo
    segment: Segment
    order: IntArray
    """Number of each block's record in the file."""
    blocks: Blocks
    """Their counters and ticks do not wrap."""
    late: NDArray[np.bool_]
    """Blocks that arrived after one with a higher counter."""
    duplicated: int
    """Samples left out because they had arrived before."""
    jumped: int = 0
    """What was added to the device's counters, in the end, since they jumped."""
    nominal_spacing: bool = False
    """Whether ticks are exact and samples a nominal period apart: the file is an imported table."""

    @cached_property
    def begin(self) -> IntArray:
        """Index of each block's first sample."""
        return np.asarray(np.cumsum(self.blocks.n) - self.blocks.n)

    @cached_property
    def counter(self) -> IntArray:
        """Counter of each sample."""
        return ramps(self.blocks.first, self.blocks.n)

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """Flags of each sample's block."""
        return np.repeat(self.blocks.flags, self.blocks.n)

    @cached_property
    def t(self) -> FloatArray:
        """When the force of each sample acted, in seconds on the recording's axis."""
        blocks, zero_s = self.blocks, self.segment.t - self.stream.delay_s
        since_us = blocks.tick_us - self.segment.origin_us
        if self.nominal_spacing:
            within = ramps(np.zeros(len(blocks.n), np.int64), blocks.n)
            since_s = np.repeat(since_us * 1e-6, blocks.n) + within / self.stream.rate_hz
            return since_s + zero_s
        times = sample_times(blocks.first, since_us, blocks.n, self.stream.rate_hz)
        times += zero_s
        return times

    @property
    def stop(self) -> int:
        """The counter after the last sample."""
        blocks = self.blocks
        return int(blocks.first[-1] + blocks.n[-1]) if len(blocks.n) else 0

    def elapsed_us(self, tick_us: int) -> float:
        """Return the device time from the sample after the last one to a tick."""
        blocks, period_us = self.blocks, 1e6 / self.stream.rate_hz
        if not len(blocks.n):
            return nearest(tick_us, self.segment.origin_us) - self.segment.origin_us
        last_us = int(blocks.tick_us[-1])
        return nearest(tick_us, last_us) - last_us - int(blocks.n[-1]) * period_us

    def missing(self, stop: int) -> list[tuple[int, int]]:
        """Return ``(first counter, samples)`` of the spans missing before counter ``stop``."""
        blocks = self.blocks
        begins = np.append(blocks.first, max(stop, self.stop))
        ends = np.concatenate([[0], blocks.first + blocks.n])
        holes = np.flatnonzero(begins > ends)
        return [(int(ends[i]), int(begins[i] - ends[i])) for i in holes]

    def time_of(self, counter: int) -> float:
        """Return the time of a missing sample on the recording's axis."""
        if not len(self.counter):
            return self.segment.t - self.stream.delay_s + counter / self.stream.rate_hz
        period_s = 1 / self.stream.rate_hz
        after = int(np.searchsorted(self.counter, counter))
        if after == 0:
            return float(self.t[0] - (self.counter[0] - counter) * period_s)
        if after == len(self.counter):
            return float(self.t[-1] + (counter - self.counter[-1]) * period_s)
        around = slice(after - 1, after + 1)
        return float(np.interp(counter, self.counter[around], self.t[around]))


def read_blocks(parts: Sequence[Rows], stream: StreamInfo) -> ArrivedBlocks:
    """Return a stream's blocks in order of arrival, without those whose tick disagrees."""
    well_formed = [rows for part in parts if len((rows := _well_formed(part, stream)).order)]
    if not well_formed:
        return ArrivedBlocks.none(stream)
    order = np.concatenate([rows.order for rows in well_formed])
    arrival_s = np.concatenate([rows.arrival_s for rows in well_formed])
    blocks = unpack_tables([rows.table for rows in well_formed], stream, MESSAGE_HEAD.size)
    if np.any(np.diff(order) < 0):  # blocks of another length lie between
        sorting = np.argsort(order)
        order, arrival_s, blocks = order[sorting], arrival_s[sorting], blocks.select(sorting)
    blocks = replace(blocks, first=unwrap(blocks.first), tick_us=unwrap(blocks.tick_us, arrival_s))
    agree = _agreeing(blocks.first, blocks.tick_us, stream.rate_hz)
    arrived = ArrivedBlocks(order, blocks)
    arrived = arrived if agree.all() else arrived.select(np.flatnonzero(agree))
    blocks, strange, jumped = _without_jumps(arrived.blocks, stream.rate_hz)
    strange |= _of_another_run(blocks, stream.rate_hz, ~strange)
    arrived = ArrivedBlocks(arrived.order, blocks, jumped)
    return arrived.select(np.flatnonzero(~strange)) if strange.any() else arrived


def in_order(arrived: ArrivedBlocks, stream: StreamInfo, segment: Segment) -> SegmentStream:
    """Return the blocks sorted by counter, each sample once: the one that arrived first."""
    order, blocks = arrived.order, _placed(arrived.blocks, stream, segment)
    late = np.zeros(len(blocks.n), np.bool_)
    late[1:] = blocks.first[1:] < np.maximum.accumulate(blocks.first)[:-1]
    stops = blocks.first + blocks.n
    if np.all(blocks.first[1:] >= stops[:-1]):
        return SegmentStream(stream, segment, order, blocks, late, 0, arrived.jumped)
    by_counter = np.argsort(blocks.first, kind="stable")
    kept = by_counter[_without_overlap(blocks.first[by_counter], stops[by_counter])]
    duplicated = int(blocks.n.sum() - blocks.n[kept].sum())
    return SegmentStream(
        stream, segment, order[kept], blocks.select(kept), late[kept], duplicated, arrived.jumped
    )


def origin_of(blocks: Blocks, stream: StreamInfo) -> float:
    """Return the tick that the sample with counter 0 had or would have had."""
    return float(blocks.tick_us[0] - blocks.first[0] * 1e6 / stream.rate_hz)


def _placed(blocks: Blocks, stream: StreamInfo, segment: Segment) -> Blocks:
    """Add the wraps of the tick before the first block, whose counter shows how many there were."""
    if not len(blocks.n):
        return blocks
    expected_us = segment.origin_us + round(blocks.first[0] * 1e6 / stream.rate_hz)
    first_us = int(blocks.tick_us[0])
    return replace(blocks, tick_us=blocks.tick_us + (nearest(first_us, expected_us) - first_us))


def _well_formed(rows: Rows, stream: StreamInfo) -> Rows:
    """Return the rows whose length agrees with their number of samples."""
    n = rows.table[:, MESSAGE_HEAD.size + BLOCK_HEAD.size - 1].astype(np.int64)
    payload_bytes = rows.table.shape[1] - MESSAGE_HEAD.size - CRC_BYTES
    sample_bytes = block_bytes(stream, 1) - block_bytes(stream, 0)
    fits = (n > 0) & (block_bytes(stream, 0) + n * sample_bytes == payload_bytes)
    return rows if fits.all() else Rows(rows.order[fits], rows.table[fits])


def _agreeing(first: IntArray, tick_us: IntArray, rate_hz: float) -> NDArray[np.bool_]:
    """Return which blocks' counters and ticks agree with those of the one before or after.

    One neighbour is enough, because a pause of the converter separates a block from the other.
    """
    linked = ticks_agree(*_steps(first, tick_us, rate_hz))
    agree = np.append(linked, False) | np.append(False, linked)
    agree[:1] |= not agree.any()  # a single block is trusted
    return np.asarray(agree)


def _without_jumps(blocks: Blocks, rate_hz: float) -> tuple[Blocks, NDArray[np.bool_], int]:
    """Renumber blocks from where the device's counter jumped while its tick went on.

    Return them, which of them have no place, and what was added to the counters in the end. Blocks
    that agree with their neighbours hang together; where the tick leaves no time for the samples
    between two such parts, it tells the place of the second one. A part whose tick lies before has
    none, and neither have blocks that were sent again under their old numbers.
    """
    first, tick_us, period_us = blocks.first.copy(), blocks.tick_us, 1e6 / rate_hz
    linked = ticks_agree(*_steps(first, tick_us, rate_hz)) & ~_overlapping(blocks)
    strange = np.zeros(len(first), np.bool_)
    begins = [0, *(np.flatnonzero(~linked) + 1).tolist()]
    newest = shift = 0
    for begin, end in zip(begins, [*begins[1:], len(first)], strict=True):
        first[begin:end] += shift
        pair = np.array([newest, begin])
        both = replace(blocks.select(pair), first=first[pair])
        possible = ticks_allow(*_steps(first[pair], tick_us[pair], rate_hz)) & ~_overlapping(both)
        if not np.all(possible):
            elapsed_us = int(tick_us[begin] - tick_us[newest])
            if elapsed_us < 0 or blocks.flags[begin] & Flag.RESENT:
                strange[begin:end] = True
                continue
            counter = first[newest] + max(blocks.n[newest], round(elapsed_us / period_us))
            shift += int(counter - first[begin])
            first[begin:end] += int(counter - first[begin])
        highest = begin + int(np.argmax(first[begin:end]))
        newest = highest if first[highest] >= first[newest] else newest
    return replace(blocks, first=first), strange, shift


def _overlapping(blocks: Blocks) -> NDArray[np.bool_]:
    """Return which blocks, by their ticks, count again what the one before them counted."""
    again = counts_again(np.diff(blocks.first), blocks.n[:-1], np.diff(blocks.tick_us))
    return np.asarray(again & ((blocks.flags[1:] & Flag.RESENT) == 0))


def _steps(first: IntArray, tick_us: IntArray, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Return what ``ticks_agree`` asks for, in µs: from the lower counter to the higher."""
    counted_us = np.diff(first) * (1e6 / rate_hz)
    sign = np.where(counted_us < 0, -1.0, 1.0)
    return sign * counted_us, sign * (np.diff(tick_us) - counted_us)


def _of_another_run(
    blocks: Blocks, rate_hz: float, trusted: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which blocks are long overtaken and were not sent again: another run's counters."""
    newest = np.maximum.accumulate(np.where(trusted, blocks.first, 0))
    overtaken = newest - blocks.first > OVERTAKEN_S * rate_hz
    return np.asarray(overtaken & ((blocks.flags & Flag.RESENT) == 0))


def _without_overlap(first: IntArray, stops: IntArray) -> IntArray:
    """Return the sorted blocks that begin after the end of those before them."""
    kept = []
    end = -WRAP
    for i, (begin, stop) in enumerate(zip(first.tolist(), stops.tolist(), strict=True)):
        if begin >= end:
            kept.append(i)
            end = stop
    return np.array(kept, np.int64)
