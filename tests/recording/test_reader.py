"""What goes in comes out; what a link or a device did is accounted for, sample by sample."""

import time
from dataclasses import replace

import numpy as np
import pytest

from gripforce.errors import RecordingError
from gripforce.model import Corrupt, EndReason, Gap, Marker, Segment, Unit
from gripforce.recording import Recorder, read_recording
from gripforce.recording.summary import summary
from gripforce.wire.messages import SampleBlock
from reliability.known_samples import (
    DEVICE,
    FORCE,
    IMU,
    ORIGIN_US,
    assert_true,
    block,
    blocks,
    disturbed,
    received,
    resent,
    session,
    status,
    stream_items,
)


def test_what_goes_in_comes_out(record):
    path = record(stream_items(session(3.0)), subject="p01", mass_g=400.0)
    recording = read_recording(path)
    assert recording.device == DEVICE
    assert recording.metadata["task"] == "lift"
    assert recording.metadata["subject"] == "p01"
    assert recording.metadata["mass_g"] == 400.0
    assert recording.metadata["utc"].startswith("2026-01-02")
    force, imu = recording.streams["force"], recording.streams["accel_z"]
    np.testing.assert_array_equal(force.counter, np.arange(3008))
    np.testing.assert_array_equal(imu.counter, np.arange(296))
    assert_true(force)
    assert_true(imu)
    assert force.scaling.units == (Unit.NEWTON,) * 4
    np.testing.assert_allclose(force.values[5, 1], (force.counts[5, 1] - 2.0) * 2e-6)
    integrity = recording.integrity
    assert (integrity.ended, integrity.reconciled) == (EndReason.STOPPED, True)
    assert (integrity.corrupt, integrity.damaged_bytes, recording.gaps) == (0, 0, ())
    assert [tally.name for tally in integrity.streams] == ["force", "accel_z"]
    assert integrity.streams[0].rate_hz == pytest.approx(1000.0, rel=1e-6)


def counters(some):
    return {c for b in some for c in range(b.first, b.first + b.n)}


@pytest.mark.parametrize("seed", range(8))
def test_drops_duplicates_and_reordering_reconcile_exactly(record, seed):
    clean = session(4.0)
    messages, dropped, doubled = disturbed(clean, seed, drop=0.05, duplicate=0.05, reorder=0.1)
    recording = read_recording(record(stream_items(messages)))
    gone = {s: counters(b for b in dropped if b.stream == s) for s in (0, 1)}
    sampled = [b for b in clean if isinstance(b, SampleBlock)]
    taken = {s: sum(b.n for b in sampled if b.stream == s) for s in (0, 1)}
    for tally, stream in zip(recording.integrity.streams, (FORCE, IMU), strict=True):
        samples = recording.streams[stream.name]
        assert set(range(taken[stream.id])) - set(samples.counter.tolist()) == gone[stream.id]
        assert np.all(np.diff(samples.counter) > 0)
        assert_true(samples)
        assert tally.samples + tally.lost == taken[stream.id]
        assert tally.lost == len(gone[stream.id])
        assert tally.duplicated == sum(b.n for b in doubled if b.stream == stream.id)
        gaps = [gap for gap in recording.gaps if gap.stream == stream.name]
        assert {c for g in gaps for c in range(g.first, g.first + g.lost)} == gone[stream.id]
        for gap in gaps:
            assert gap.t == pytest.approx(gap.first / stream.rate_hz, abs=0.0015)
    assert recording.integrity.reconciled


def test_backfilled_blocks_stand_where_they_belong(record):
    messages = blocks(640)
    late = [resent(messages.pop(7)), resent(messages.pop(7))]
    recording = read_recording(record(stream_items([*messages, *late, status({0: 640})])))
    force = recording.streams["force"]
    np.testing.assert_array_equal(force.counter, np.arange(640))
    assert_true(force)
    tally = recording.integrity.streams[0]
    assert (tally.backfilled, tally.lost, tally.gaps) == (32, 0, 0)


def test_the_tail_and_the_head_are_missed_too(record):
    messages = [*blocks(640)[2:-3], status({0: 640}, streaming=False)]
    recording = read_recording(record(stream_items(messages)))
    assert recording.gaps == (
        Gap("force", 0.0, 0, 32),
        Gap("force", pytest.approx(0.592), 592, 48),
    )
    assert recording.integrity.streams[0].lost == 80
    assert_true(recording.streams["force"])


def test_what_is_still_buffered_is_not_lost(record):
    messages = [*blocks(640), status({0: 656}, buffered=16)]
    recording = read_recording(record(stream_items(messages)[:-1]))
    assert recording.gaps == ()
    assert recording.integrity.ended is EndReason.TRUNCATED
    assert not recording.integrity.reconciled


def test_a_file_that_is_being_recorded_is_named_as_that(tmp_path):
    path = tmp_path / "growing.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items(session(2.0))[:-1]:
            recorder.write(item)
        deadline_s = time.monotonic() + 10
        while len(path.read_bytes().rstrip(b"\0")) < 10_000 and time.monotonic() < deadline_s:
            pass
        growing = summary(read_recording(path))
        assert growing["ended"] == "still recording"
        assert not growing["reconciled"]
    assert read_recording(path).integrity.ended is EndReason.TRUNCATED


def test_corrupt_frames_are_counted_and_traced_to_their_stream(record):
    items = stream_items(session(2.0))
    at = next(
        i for i, item in enumerate(items)
        if i > 40 and getattr(item, "payload", b"")[:2] == b"\x03\x00"
    )  # fmt: skip
    items[at] = Corrupt(items[at].arrival_s, 1)
    integrity = read_recording(record(items)).integrity
    assert integrity.corrupt == 1
    assert [tally.corrupt for tally in integrity.streams] == [1, 0]
    assert [tally.lost for tally in integrity.streams] == [16, 0]
    assert integrity.reconciled


def test_a_corrupt_frame_within_an_arrival_is_traced_too(record):
    items = stream_items(session(2.0))
    burst = [replace(item, arrival_s=1000.5) for item in items[40:60]]
    gone = next(i for i, item in enumerate(burst) if i > 8 and item.payload[:2] == b"\x03\x01")
    del burst[gone]
    items[40:60] = [Corrupt(1000.5, 1), *burst]
    integrity = read_recording(record(items)).integrity
    assert [tally.corrupt for tally in integrity.streams] == [0, 1]
    assert [tally.lost for tally in integrity.streams] == [0, 8]


def test_a_reset_begins_a_segment_at_its_place(record):
    second = blocks(320, origin_us=5000)
    items = stream_items(blocks(640))[:-1]
    items += received(second[:3], 1, begin_s=1010.0)  # before anybody knows where they belong
    items += [Segment(1, 5000, 9.5), *received(second[3:], 1, begin_s=1010.1)]
    recording = read_recording(record(items))
    force = recording.streams["force"]
    assert [s.t for s in recording.segments] == [0.0, 9.5]
    np.testing.assert_array_equal(force.counter, [*range(640), *range(320)])
    np.testing.assert_allclose(force.t[640:], 9.5 + np.arange(320) / 1000, atol=2e-6)
    # From sample 640, due at 0.64 s, to the last one due before 9.5 s: the outage is a gap.
    assert [(g.first, g.lost, g.segment) for g in recording.gaps] == [(640, 9500 - 640, 0)]


def test_a_day_of_wraps(record):
    # The tick wraps 20 times; a block of 20 samples each 20 s and a counter that wraps as well.
    start = (1 << 32) - 20 * 2000
    messages = [block(start + i * 20_000, 20) for i in range(4321)]
    items = stream_items(messages)[:3] + received(messages, period_s=20.0)
    items[2] = Segment(0, (ORIGIN_US + start * 1000) % (1 << 32), 0.0)
    # As if it had been sent already: the segment's second 0 is the sample with that counter.
    force = read_recording(record(items)).streams["force"]
    assert len(force) == 4321 * 20
    assert np.all(np.diff(force.counter.reshape(-1, 20)[:, 0]) == 20_000)
    assert force.t[-1] - force.t[0] == pytest.approx(4320 * 20.0 + 0.019, abs=1e-6)
    assert np.all(np.diff(force.t) > 0)


def test_markers_and_notes_are_in_their_order(record):
    items = stream_items(blocks(64))
    items[3:3] = [Marker(0.05, "key", "bad trial"), Marker(0.02, "trigger", "line 1 rising")]
    recording = read_recording(record(items))
    assert [m.t for m in recording.markers] == [0.02, 0.05]


def test_a_block_whose_counter_cannot_be_is_left_out(record):
    messages = blocks(640)
    messages[20] = messages[20]._replace(first=9_000_000)  # passed its CRC, one in 65 536
    recording = read_recording(record(stream_items([*messages, status({0: 640})])))
    assert_true(recording.streams["force"])
    assert recording.integrity.streams[0].lost == 16


def test_a_block_that_claims_more_samples_than_it_has_is_left_out(record):
    messages = blocks(640)
    messages[20] = messages[20]._replace(n=16 + 64)  # 12 bytes a sample: equal modulo 256
    recording = read_recording(record(stream_items([*messages, status({0: 640})])))
    assert_true(recording.streams["force"])
    assert recording.integrity.streams[0].lost == 16


@pytest.mark.parametrize(
    "content", [b"", b"time,force\n0,1\n", bytes(range(256)) * 10, b"\0" * 5000, b"PK\3\4"]
)
def test_a_foreign_file_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "x.grip"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="is not a gripforce recording"):
        read_recording(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none.grip", tmp_path):
        with pytest.raises(RecordingError, match="cannot be read"):
            read_recording(path)
