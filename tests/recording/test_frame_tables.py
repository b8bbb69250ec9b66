"""Frames decoded at once are those that the cobs library decodes one by one."""

import numpy as np
import pytest
from cobs import cobs

from gripforce.recording.parsing.frame_tables import FrameTable


def plain(data, least):
    """Decode each frame by itself: ``(records, bytes of short frames)``."""
    frames = data.split(b"\0")[:-1]
    records = []
    for frame in frames:
        if len(frame) >= least:
            try:
                records.append(cobs.decode(frame))
            except cobs.DecodeError:
                records.append(b"")
    return records, sum(len(frame) + 1 for frame in frames if 0 < len(frame) < least)


def at_once(data, least):
    table = FrameTable(data, least)
    records = {}
    for numbers, rows in table.decode():
        assert len(set(numbers.tolist())) == len(rows) == len(numbers)
        records |= dict(zip(numbers.tolist(), map(bytes, rows), strict=True))
    assert sorted(records) == list(range(len(table.sizes)))
    return [records[k] for k in sorted(records)], table.short_bytes


def stream(rng, zeros, longest):
    """Frames of a few lengths; some bytes are zero, some 255, some runs longer than 254."""
    sizes = rng.integers(1, longest, 4).repeat(20)
    payloads = [rng.choice([0, 1, 77, 255], size, p=zeros).astype(np.uint8) for size in sizes]
    return b"".join(cobs.encode(payload.tobytes()) + b"\0" for payload in payloads)


@pytest.mark.parametrize("seed", range(40))
def test_each_record(seed):
    rng = np.random.default_rng(seed)
    share = rng.choice([0.0, 0.003, 0.1, 0.6])
    data = stream(rng, [share, *[(1 - share) / 3] * 3], rng.choice([8, 270, 900]))
    assert at_once(data, 4) == plain(data, 4)


@pytest.mark.parametrize("seed", range(40))
def test_damage_spoils_its_own_frames_only(seed):
    rng = np.random.default_rng(seed)
    data = bytearray(stream(rng, [0.1, 0.3, 0.3, 0.3], 300))
    for at in rng.integers(0, len(data) - 1, rng.integers(1, 5)):
        data[at] = rng.choice([0, 1, 2, 200, 255])
    assert at_once(bytes(data), 4) == plain(bytes(data), 4)


@pytest.mark.parametrize(
    "data", [b"\0", b"\0\0\0", b"\1\0", b"\5\5\5\5\5\0", b"\xff" * 400 + b"\0"]
)
def test_nothing_and_noise(data):
    assert at_once(data, 4) == plain(data, 4)
