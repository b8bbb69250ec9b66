"""Bytes to calibrated samples, and an hour's file opened."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
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
from gripforce.recording import Recorder, read_recording
from gripforce.wire.connection import Arrived, Connection
from gripforce.wire.framing import encode_frame
from gripforce.wire.messages import SampleBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

BLOCK = 20
RATE_HZ = 1000
KINDS = (Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX)
STREAM = StreamInfo(0, tuple(Channel(kind, Unit.VOLT) for kind in KINDS), RATE_HZ, 24, 0, BLOCK)
DEVICE = DeviceInfo("bench", "00", "0.1.0", 0, 1, (STREAM,))
SCALING = {0: Scaling(np.zeros(4), np.eye(4) * 1e-5, (Unit.NEWTON,) * 4)}
CHUNK = 1 << 16


def payloads(seconds: int) -> Iterator[bytes]:
    """Yield the sample blocks of so many seconds, with noise in every bit."""
    noise = os.urandom(BLOCK * 12 * 997)
    for i in range(seconds * RATE_HZ // BLOCK):
        at = i % 997 * BLOCK * 12
        data = noise[at : at + BLOCK * 12]
        tick_us = i * BLOCK * 1_000_000 // RATE_HZ % 2**32
        yield SampleBlock(0, i * BLOCK, tick_us, 0, BLOCK, data).encode()


def decode() -> Iterator[Figure]:
    """Measure frames to newtons in one thread, as a device or a replay does it."""
    stream = b"".join(map(encode_frame, payloads(600)))
    connection, assembler = Connection(), Assembler(DEVICE, SCALING)
    samples = 0
    begin_s = time.process_time()
    for at in range(0, len(stream), CHUNK):
        arrival_s = at / len(stream) * 600
        pairs = connection.receive(stream[at : at + CHUNK])
        for item in assembler.feed([Arrived(*pair, arrival_s) for pair in pairs]):
            if isinstance(item, Samples):
                samples += item.values.size
    rate = samples / (time.process_time() - begin_s)
    doubt = "" if samples == 600 * RATE_HZ * 4 else f"{samples} values came out"
    what = "decode: bytes to newtons, int24, values a second"
    yield Figure(what, 5e6, rate, "/s", floor=True, doubt=doubt)


def write_recording(path: Path, seconds: int) -> None:
    """Record so many seconds, as fast as possible."""
    with Recorder(path) as recorder:
        recorder.write(Started(DEVICE, SCALING, "2026-01-01T00:00:00+00:00"))
        recorder.write(Segment(0, 0, 0.0))
        for i, payload in enumerate(payloads(seconds)):
            recorder.write(Received((i + 1) * BLOCK / RATE_HZ, payload))
        recorder.write(Ended(EndReason.FINISHED, reconciled=True))


def open_hour() -> Iterator[Figure]:
    """Measure the opening of an hour at 1 kHz × 4, to newtons."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hour.grip"
        write_recording(path, 3600)
        times_s = []
        for _ in range(3):
            begin_s = time.process_time()
            recording = read_recording(path)
            times_s.append(time.process_time() - begin_s)
    read = len(recording.streams["force"])
    doubt = "" if read == 3600 * RATE_HZ else f"{read} samples were read"
    yield Figure.of_runs("open one hour at 1 kHz x 4", 0.3, times_s, "s", doubt=doubt)
