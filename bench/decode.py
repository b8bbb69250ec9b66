"""Bytes to calibrated samples, and an hour's file opened."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from bench.opening import first_openings
from gripforce.assembly import Assembler
from gripforce.model import (
    Channel,
    DeviceInfo,
    Ended,
    EndReason,
    Kind,
    Received,
    Samples,
    Scaling,
    Segment,
    Started,
    StreamInfo,
    Unit,
)
from gripforce.recording import Recorder
from gripforce.wire.connection import Arrived, Connection
from gripforce.wire.framing import encode_frame
from gripforce.wire.messages import SampleBlock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATE_HZ = 1000
KINDS = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
BLOCK_BYTES = 240
CHUNK = 1 << 16
RUNS = 5
DIFFERENT = 997
"""Blocks until their noise is repeated."""


def stream(kinds: Sequence[Kind] = KINDS, rate_hz: int = RATE_HZ) -> StreamInfo:
    """Return a stream of int24 channels, whose blocks have 240 bytes of samples."""
    channels = tuple(Channel(kind, Unit.VOLT) for kind in kinds)
    return StreamInfo(0, channels, rate_hz, 24, 0, BLOCK_BYTES // (3 * len(kinds)))


def _started(plan: StreamInfo) -> Started:
    n = len(plan.channels)
    device = DeviceInfo("bench", "00", "0.1.0", 0, 1, (plan,))
    scaling = Scaling(np.zeros(n), np.eye(n) * 1e-5, (Unit.NEWTON,) * n)
    return Started(device, {0: scaling}, "2026-01-01T00:00:00+00:00")


def payloads(seconds: int, plan: StreamInfo | None = None) -> Iterator[bytes]:
    """Yield the sample blocks of so many seconds, with noise in every bit."""
    plan = stream() if plan is None else plan
    block, rate_hz = plan.block_samples, round(plan.rate_hz)
    noise = os.urandom(BLOCK_BYTES * DIFFERENT)
    for i in range(seconds * rate_hz // block):
        at = i % DIFFERENT * BLOCK_BYTES
        data = noise[at : at + BLOCK_BYTES]
        tick_us = i * block * 1_000_000 // rate_hz % 2**32
        yield SampleBlock(0, i * block, tick_us, 0, block, data).encode()


def decode() -> Iterator[Figure]:
    """Measure frames to newtons in one thread, as a device or a replay does it."""
    sent = b"".join(map(encode_frame, payloads(600)))
    rates, counts = zip(*(_decoded(sent) for _ in range(RUNS)), strict=True)
    doubt = "" if set(counts) == {600 * RATE_HZ * 4} else f"{counts} values came out"
    what = "decode: bytes to newtons, int24, values a second"
    yield Figure.of_runs(what, 5e6, rates, "/s", floor=True, doubt=doubt)


def _decoded(sent: bytes) -> tuple[float, int]:
    """Return values a second of processor time, and how many there were."""
    started = _started(stream())
    connection, assembler = Connection(), Assembler(started.device, started.scalings)
    values = 0
    begin_s = time.process_time()
    for at in range(0, len(sent), CHUNK):
        arrival_s = at / len(sent) * 600
        pairs = connection.receive(sent[at : at + CHUNK])
        for item in assembler.feed([Arrived(*pair, arrival_s) for pair in pairs]):
            if isinstance(item, Samples):
                values += item.values.size
    return values / (time.process_time() - begin_s), values


def write_recording(path: Path, seconds: int, plan: StreamInfo | None = None) -> None:
    """Record so many seconds, as fast as possible."""
    plan = stream() if plan is None else plan
    block_s = plan.block_samples / plan.rate_hz
    with Recorder(path) as recorder:
        recorder.write(_started(plan))
        recorder.write(Segment(0, 0, 0.0))
        for i, payload in enumerate(payloads(seconds, plan)):
            recorder.write(Received((i + 1) * block_s, payload))
        recorder.write(Ended(EndReason.FINISHED, reconciled=True))


def open_hour() -> Iterator[Figure]:
    """Measure the first opening of an hour at 1 kHz × 4 in a process, to samples with times."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.grip"
        write_recording(path, 3600)
        times_s, read = zip(*first_openings("samples", path, 3), strict=True)
    doubt = "" if set(read) == {3600 * RATE_HZ} else f"{read} samples were read"
    yield Figure.of_runs("open one hour at 1 kHz x 4", 0.3, times_s, "s", doubt=doubt)
