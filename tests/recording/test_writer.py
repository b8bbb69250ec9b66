"""The file is there at once, is nobody else's, survives a full disk, and is drained at the end."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gripforce.errors import RecordingError, UsageError
from gripforce.model import EndReason
from gripforce.recording import Recorder, read_recording
from gripforce.recording.append_file import END_ROOM, RESERVE
from reliability.known_samples import assert_true, session, stream_items

ROOT = Path(__file__).parents[2]


def fill(path, limit_bytes=0):
    return subprocess.run(
        [sys.executable, "-m", "tests.recording.full_disk_process", str(path), str(limit_bytes)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def write_all(recorder, said):
    """Write, and over and over again until the disk is full."""
    for item in said:
        recorder.write(item)
    while True:
        recorder.write(said[3])
        time.sleep(0.001)


def check_ended_early(path, finished):
    assert finished.returncode == 1
    assert finished.stderr.startswith("The disk is full")
    assert len(finished.stderr.splitlines()) == 1
    recording = read_recording(path)
    assert recording.integrity.ended is EndReason.DISK_FULL
    assert (recording.integrity.corrupt, recording.integrity.damaged_bytes) == (0, 0)
    force = recording.streams["force"]
    np.testing.assert_array_equal(force.counter, np.arange(len(force)))
    assert_true(force)
    assert 0 < len(force) <= int(finished.stdout)


@pytest.mark.parametrize("limit", [300_000, 300_001, 5 * RESERVE, 6 * RESERVE + 77])
def test_a_file_that_may_not_grow_ends_validly(tmp_path, limit):
    path = tmp_path / "a.grip"
    check_ended_early(path, fill(path, limit))
    # All of the room is used but what the end was kept for.
    assert limit - RESERVE - END_ROOM - 1000 < path.stat().st_size <= limit


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MB, where this user may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk; the size limit above shows the same")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_ends_validly(small_disk):
    path = small_disk / "a.grip"
    check_ended_early(path, fill(path))
    # Whatever room was left for the end is given back.
    assert path.stat().st_size > (1 << 20) - RESERVE - END_ROOM - 8192


def test_a_disk_that_others_fill_ends_validly(small_disk):
    path = small_disk / "a.grip"
    recorder = Recorder(path, least_free_bytes=0)
    (small_disk / "junk").write_bytes(bytes(os.statvfs(small_disk).f_bavail * 4096))
    said = stream_items(session(3.0))
    with pytest.raises(RecordingError, match="The disk is full"):
        write_all(recorder, said)
    recorder.close()  # raised already
    recording = read_recording(path)
    assert recording.integrity.ended is EndReason.DISK_FULL
    assert 1000 < len(recording.streams["force"]) <= 3008  # written into the reserve


def test_nearly_full_is_refused_early(tmp_path):
    with pytest.raises(RecordingError, match="has only"):
        Recorder(tmp_path / "a.grip", least_free_bytes=1 << 60)
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_overwritten(tmp_path):
    path = tmp_path / "a.grip"
    path.write_text("precious")
    with pytest.raises(RecordingError, match="never overwritten"):
        Recorder(path, least_free_bytes=0)
    assert path.read_text() == "precious"


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(RecordingError, match="cannot be written"):
        Recorder(tmp_path / "none" / "a.grip")


def test_nothing_recorded_leaves_no_file(tmp_path):
    with Recorder(tmp_path / "a.grip", least_free_bytes=0):
        pass
    assert list(tmp_path.iterdir()) == []


def test_close_drains_everything_and_twice_does_no_harm(tmp_path):
    path = tmp_path / "a.grip"
    recorder = Recorder(path, least_free_bytes=0)
    for item in stream_items(session(120.0)):
        recorder.write(item)
    recorder.close()
    recorder.close()
    recording = read_recording(path)
    assert len(recording.streams["force"]) == 120_000
    assert recording.integrity.reconciled
    assert not path.read_bytes().endswith(b"\0\0")


async def test_items_are_recorded_before_they_are_passed_on(tmp_path):
    said = stream_items(session(1.0))

    async def stream():
        for item in said:
            yield item

    path = tmp_path / "a.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        heard = [item async for item in recorder.through(stream())]
    assert heard == said
    assert len(read_recording(path).streams["force"]) == 1008


@pytest.mark.parametrize(
    "metadata", [{"mass_g": -5.0}, {"mass_g": 0}, {"slip_n": -1.0}, {"subject": "Jane Doe"}]
)
def test_impossible_metadata_leaves_no_file(tmp_path, metadata):
    with pytest.raises(UsageError):
        Recorder(tmp_path / "a.grip", metadata, least_free_bytes=0)
    assert list(tmp_path.iterdir()) == []
