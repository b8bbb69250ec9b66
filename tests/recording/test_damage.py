"""Cut at any byte, flipped at any bit, overwritten: a file opens and never tells a wrong sample."""

import random
import re
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.errors import RecordingError
from gripforce.model import EndReason, Marker
from gripforce.recording import Recorder, items, read_recording
from gripforce.recording.records import MAGIC
from reliability.known_samples import (
    IMU,
    assert_true,
    blocks,
    received,
    session,
    status,
    stream_items,
)

FRAME = 220  # bytes of a block of 16 samples of four channels in its record, about


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A short file with something of everything."""
    path = tmp_path_factory.mktemp("small") / "a.grip"
    said = stream_items([*blocks(32), *blocks(8, stream=IMU), *blocks(64)[2:]])[:-1]
    said.insert(5, Marker(0.05, "key", "bad trial"))
    said += received([status({0: 64, 1: 8}, streaming=False)], begin_s=1001.0)
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in [*said, stream_items([])[-1]]:
            recorder.write(item)
        recorder.annotate({"text": "a note"})
    return path


def check(path):
    """Read a damaged copy of ``small``; return what could be read."""
    recording = read_recording(path)
    for name, total in (("force", 64), ("accel_z", 8)):
        samples = recording.streams[name]
        assert len(samples) <= total
        assert np.all(np.diff(samples.counter) > 0)
        assert_true(samples)
        gaps = [gap for gap in recording.gaps if gap.stream == name]
        lost = [c for gap in gaps for c in range(gap.first, gap.first + gap.lost)]
        assert not set(lost) & set(samples.counter.tolist())
        assert lost == sorted(set(lost))
        assert max([*samples.counter, *lost], default=-1) < total
    return recording


def places(whole):
    """Every byte; of the long headers and the zeros between, some, and those around their ends."""
    header = whole[len(MAGIC) : whole.index(b"\0", len(MAGIC))]
    begins = [m.start() for m in re.finditer(re.escape(header), whole)]
    spans = [(begin, begin + len(header), 7) for begin in begins]
    spans.append((begins[0] + len(header), begins[1], 499))
    ends = {0} | {
        end + k for begin, stop, _ in spans for end in (begin, stop) for k in range(-3, 4)
    }
    skipped = {i for begin, stop, step in spans for i in range(begin, stop) if i % step}
    return [i for i in range(len(whole)) if i in ends or i not in skipped]


def received_samples(recording):
    return sum(len(samples) for samples in recording.streams.values())


def test_cut_at_any_byte(small, tmp_path):
    whole = small.read_bytes()
    path = tmp_path / "cut.grip"
    header_end = whole.index(b"\0", len(MAGIC)) + 1
    before = 0
    for length in places(whole):
        path.write_bytes(whole[:length])
        if length < header_end - 1:
            with pytest.raises(RecordingError):
                read_recording(path)
            continue
        recording = check(path)
        # Whatever stood whole before the cut is there: more bytes never give fewer samples.
        assert received_samples(recording) >= before
        before = received_samples(recording)
        if recording.integrity.ended is EndReason.TRUNCATED:
            assert not recording.integrity.reconciled
    assert before == 72


def test_a_flipped_bit_anywhere(small, tmp_path):
    whole = small.read_bytes()
    path = tmp_path / "flipped.grip"
    rng = random.Random(5)
    for place in places(whole):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        recording = check(path)
        # One record is hit, or two when it was the zero between them.
        assert received_samples(recording) >= 72 - 2 * 16
        integrity = recording.integrity
        if received_samples(recording) < 72:
            assert integrity.corrupt > 0
            assert [tally.samples + tally.lost for tally in integrity.streams] == [64, 8]
            assert sum(tally.corrupt for tally in integrity.streams) > 0


@given(
    damage=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=600)), max_size=4),
    cut=st.integers(0, 10_000),
)
def test_any_damage_at_all(small, tmp_path_factory, damage, cut):
    damaged = bytearray(small.read_bytes())
    for place, junk in damage:
        begin = place % len(damaged)
        damaged[begin : begin + len(junk)] = junk
    path = tmp_path_factory.getbasetemp() / "any.grip"
    path.write_bytes(damaged[: max(1, len(damaged) - cut // 4)])
    with suppress(RecordingError):  # no header is left
        recording = check(path)
        assert list(items(path))[-1].reason is recording.integrity.ended


def test_a_destroyed_beginning(record, tmp_path):
    said = stream_items(session(70.0, imu=False))
    whole = record(said).read_bytes()
    path = tmp_path / "blown.grip"
    path.write_bytes(bytes(100_000) + whole[100_000:])
    recording = read_recording(path)
    assert_true(recording.streams["force"])
    tally = recording.integrity.streams[0]
    assert tally.lost > 6000
    assert tally.samples + tally.lost == 70_000
    assert recording.integrity.reconciled


def test_a_growing_file_opens(tmp_path):
    path = tmp_path / "a.grip"
    said = stream_items(session(2.0))
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in said[:80]:
            recorder.write(item)
        with suppress(RecordingError):  # the writer may not even have got to the header
            assert_true(read_recording(path).streams["force"])
    for length in range(0, path.stat().st_size, 997):
        grown = tmp_path / "copy.grip"
        grown.write_bytes(path.read_bytes()[:length] + bytes(65536))
        if length > 8000:
            assert read_recording(grown).integrity.damaged_bytes < FRAME
