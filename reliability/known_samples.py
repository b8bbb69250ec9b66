"""Messages of a device over a clean link, and over one that loses, repeats and reorders them.

The right value of a sample is a function of its counter, which makes every reader testable.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.model import (
    Channel,
    DeviceInfo,
    Ended,
    EndReason,
    Kind,
    Received,
    Scaling,
    Segment,
    Started,
    StreamInfo,
    Unit,
)
from gripforce.wire.blocks import pack_counts
from gripforce.wire.hello import Hello
from gripforce.wire.messages import DeviceFlag, SampleBlock, Status, StreamStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from gripforce.model import Samples, StreamItem

FORCE = StreamInfo(
    id=0,
    channels=tuple(
        Channel(kind, Unit.VOLT, 1e-9)
        for kind in (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
    ),
    rate_hz=1000.0,
    width_bits=24,
    block_samples=16,
)
IMU = StreamInfo(
    id=1,
    channels=(Channel(Kind.ACCEL_Z, Unit.METRE_PER_S2, 0.001, (1 << 15) - 1),),
    rate_hz=100.0,
    width_bits=16,
    block_samples=8,
)
DEVICE = DeviceInfo("board", "0011aabb", "0.1.0", 7, 1, (FORCE, IMU), 1, 16, 5)
SCALINGS = {
    0: Scaling(np.arange(1.0, 5.0), np.diag([1e-6, 2e-6, 3e-6, 4e-6]), (Unit.NEWTON,) * 4),
    1: Scaling(np.zeros(1), np.array([[0.001]]), (Unit.METRE_PER_S2,)),
}  # fmt: skip
STARTED = Started(DEVICE, SCALINGS, "2026-01-02T03:04:05+00:00", {"task": "lift"})
OFF_S = 2e-6
"""Largest error of a time: ticks are whole microseconds."""
ORIGIN_US = 0xFFFF0000  # the tick wraps after 65 ms


def true_counts(counter: ArrayLike, stream: StreamInfo = FORCE) -> NDArray[np.int32]:
    """Return the counts of samples with these counters."""
    span = 1 << (stream.width_bits - 1)
    columns = [
        (np.asarray(counter, np.int64) * 7919 + k * 104729) % (2 * span) - span
        for k in range(len(stream.channels))
    ]
    return np.stack(columns, axis=-1).astype(np.int32)


def block(
    first: int,
    n: int | None = None,
    stream: StreamInfo = FORCE,
    flags: int = 0,
    origin_us: int = ORIGIN_US,
) -> SampleBlock:
    """Return the block of ``n`` samples from a counter on."""
    n = n or stream.block_samples
    tick_us = (origin_us + round(first * 1e6 / stream.rate_hz)) % (1 << 32)
    counts = true_counts(np.arange(first, first + n), stream)
    data = pack_counts(counts, stream.width_bits)
    return SampleBlock(stream.id, first % (1 << 32), tick_us, flags, n, data)


def resent(message: SampleBlock) -> SampleBlock:
    """Return a block as it is sent again."""
    return message._replace(flags=message.flags | 8)


def blocks(samples: int, stream: StreamInfo = FORCE, **options: Any) -> list[SampleBlock]:
    """Return the blocks of so many samples."""
    return [block(i, stream=stream, **options) for i in range(0, samples, stream.block_samples)]


def status(
    taken: Mapping[int, int],
    buffered: int = 0,
    *,
    streaming: bool = True,
    origin_us: int = ORIGIN_US,
) -> Status:
    """Return a status; ``taken`` maps stream ids to samples."""
    flags = DeviceFlag.STREAMING if streaming else DeviceFlag(0)
    tick_us = (origin_us + taken.get(0, 0) * 1000) % (1 << 32)
    rows = tuple(StreamStatus(i, n, 0, buffered) for i, n in taken.items())
    return Status(tick_us, flags, 0, 0, 0, 0, 0, rows)


def session(seconds: float, *, imu: bool = True) -> list[SampleBlock | Status]:
    """Return blocks of both streams in the order in which they fill, and a status each second."""
    timed = [((b.first + b.n) / 1000, b) for b in blocks(round(seconds * 1000))]
    if imu:
        slow = blocks(round(seconds * 100) // 8 * 8, stream=IMU)
        timed += [((b.first + b.n) / 100, b) for b in slow]
    timed.sort(key=lambda pair: pair[0])
    messages: list[SampleBlock | Status] = []
    taken, due = {0: 0, 1: 0} if imu else {0: 0}, 1.0
    for t, message in timed:
        messages.append(message)
        taken[message.stream] += message.n
        if t >= due:
            messages.append(status(dict(taken)))
            due += 1.0
    return [*messages, status(dict(taken), streaming=False)]


def received(
    messages: Sequence[SampleBlock | Status],
    segment: int = 0,
    period_s: float = 0.016,
    begin_s: float = 1000.0,
) -> list[Received]:
    """Return messages as they arrive one after the other."""
    return [
        Received(begin_s + i * period_s, message.encode(), segment)
        for i, message in enumerate(messages)
    ]


def stream_items(
    messages: Sequence[SampleBlock | Status],
    *,
    reason: EndReason = EndReason.STOPPED,
    reconciled: bool = True,
) -> list[StreamItem]:
    """Return all items that a recorder is given."""
    return [
        STARTED,
        Received(1000.0, Hello(DEVICE).encode()),
        Segment(0, ORIGIN_US, 0.0),
        *received(messages),
        Ended(reason, reconciled),
    ]


def assert_true(samples: Samples) -> None:
    """Check that every sample has the counts and the time of its counter."""
    stream = samples.stream
    assert np.array_equal(samples.counts, true_counts(samples.counter, stream))
    assert np.all(np.diff(samples.t) > 0)
    assert np.all(np.abs(samples.t - samples.counter / stream.rate_hz) < OFF_S)


def disturbed(
    messages: Sequence[SampleBlock | Status],
    seed: int,
    *,
    drop: float = 0.0,
    duplicate: float = 0.0,
    reorder: float = 0.0,
) -> tuple[list[SampleBlock | Status], list[SampleBlock], list[SampleBlock]]:
    """Return the messages that arrive over a bad link, and those dropped and doubled."""
    rng = random.Random(seed)
    out: list[SampleBlock | Status] = []
    dropped: list[SampleBlock] = []
    doubled: list[SampleBlock] = []
    for message in messages:
        if not isinstance(message, SampleBlock):
            out.append(message)
        elif rng.random() < drop:
            dropped.append(message)
        elif rng.random() < duplicate:
            doubled.append(message)
            out += [message, resent(message)]
        else:
            out.append(message)
    for i in range(len(out) - 3):
        both = isinstance(out[i], SampleBlock) and isinstance(out[i + 2], SampleBlock)
        if both and rng.random() < reorder:
            out[i], out[i + 2] = out[i + 2], out[i]
    return out, dropped, doubled
