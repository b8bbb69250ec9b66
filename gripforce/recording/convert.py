"""Write a recording from another source as a ``.grip`` file.

The columns become sample blocks of 32-bit counts, so they are read like those of a device. Times
are preserved: the samples of a block are one nominal period apart, within the resolution of a tick
(1 µs); where the times are not that regular, a block has one sample.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.model import Ended, EndReason, Received, Samples, Segment, Started
from gripforce.model.counters import WRAP
from gripforce.recording.append_file import LEAST_FREE
from gripforce.recording.records import NOMINAL_SPACING
from gripforce.recording.writer import Recorder
from gripforce.wire.blocks import block_bytes, pack_counts
from gripforce.wire.framing import MAX_PAYLOAD
from gripforce.wire.hello import PROTOCOL
from gripforce.wire.messages import DeviceFlag, SampleBlock, Status, StreamStatus

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from gripforce.model import IntArray, Recording

TOLERANCE_S = 0.5e-6
"""Largest deviation of a sample from its nominal place in its block; rounding adds as much."""


def write_recording(
    recording: Recording,
    path: str | os.PathLike[str],
    metadata: Mapping[str, Any] | None = None,
    *,
    least_free_bytes: int = LEAST_FREE,
) -> None:
    """Write a recording of one segment into a new file, with its times within 1 µs.

    ``metadata`` is added to the recording's own. Raises ``RecordingError`` where the file exists
    or cannot be written.
    """
    kept = {k: v for k, v in recording.metadata.items() if k not in {"utc", "software"}}
    given = {**kept, **(metadata or {})}
    begin_s = min((float(s.tick_s[0]) for s in recording.streams.values() if len(s)), default=0.0)
    with Recorder(path, given, least_free_bytes=least_free_bytes) as recorder:
        recorder.write(_started(recording))
        recorder.write(Segment(0, 0, begin_s))
        for samples in recording.streams.values():
            for item in _received(samples, begin_s):
                recorder.write(item)
        recorder.write(Received(recording.duration_s, _status(recording).encode()))
        for marker in recording.markers:
            recorder.write(marker)
        for note in recording.notes:
            recorder.annotate(note)
        recorder.write(Ended(EndReason.FINISHED, reconciled=True))


def _started(recording: Recording) -> Started:
    device = replace(
        recording.device, firmware=recording.device.firmware or "0.0.0", protocol=PROTOCOL
    )
    scalings = {samples.stream.id: samples.scaling for samples in recording.streams.values()}
    utc = str(recording.metadata.get("utc") or "")
    return Started(device, scalings, utc, {"spacing": NOMINAL_SPACING})


def _received(samples: Samples, begin_s: float) -> Iterator[Received]:
    stream = samples.stream
    starts = _block_starts(samples)
    stops = np.append(starts[1:], len(samples))
    ticks = np.rint((samples.tick_s[starts] - begin_s) * 1e6).astype(np.int64)
    size = stream.width_bits // 8 * len(stream.channels)
    data = pack_counts(samples.counts, stream.width_bits)
    counters = samples.counter[starts].tolist()
    for start, stop, tick_us, counter in zip(
        starts.tolist(), stops.tolist(), ticks.tolist(), counters, strict=True
    ):
        block = SampleBlock(
            stream=stream.id,
            first=counter % WRAP,
            tick_us=tick_us % WRAP,
            flags=int(samples.flags[start]),
            n=stop - start,
            data=data[start * size : stop * size],
        )
        yield Received(tick_us * 1e-6, block.encode())


def _block_starts(samples: Samples) -> IntArray:
    """Return where blocks begin: at jumps, where one is full, at each sample where irregular."""
    stream = samples.stream
    most = (MAX_PAYLOAD - block_bytes(stream, 0)) // (
        block_bytes(stream, 1) - block_bytes(stream, 0)
    )
    jumps = np.diff(samples.counter) != 1
    changes = np.diff(samples.flags.astype(np.int64)) != 0
    runs = np.append(0, np.flatnonzero(jumps | changes) + 1)[: len(samples)]
    index = np.arange(len(samples))
    since_run = index - np.repeat(runs, np.diff(np.append(runs, len(samples))))
    within = since_run % most
    nominal = samples.t[index - within] + within / _nominal_hz(stream.rate_hz)
    irregular = np.abs(samples.t - nominal) > TOLERANCE_S
    block = np.cumsum(within == 0) - 1
    spoilt = np.bincount(block, irregular) > 0
    return np.flatnonzero((within == 0) | spoilt[block])


def _nominal_hz(rate_hz: float) -> float:
    """Return the rate as it is stored in a hello."""
    return round(rate_hz * 1000) / 1000


def _status(recording: Recording) -> Status:
    rows = tuple(
        StreamStatus(s.stream.id, (int(s.counter[-1]) + 1) % WRAP if len(s) else 0, 0, 0)
        for s in recording.streams.values()
    )
    return Status(0, DeviceFlag(0), 0, 0, 0, 0, 0, rows)
