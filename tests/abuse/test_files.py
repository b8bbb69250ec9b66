"""Crafted and damaged files: a sentence or the truth, in bounded time and memory."""

import json
import subprocess
import sys

import pytest

from gripforce.errors import RecordingError
from gripforce.model import EndReason
from gripforce.recording import Recorder, read_recording, summary
from gripforce.recording.records import MAGIC, Record, encode_message, encode_record
from gripforce.wire.framing import encode_frame
from gripforce.wire.hello import Hello
from reliability.known_samples import DEVICE, assert_true, block, session, stream_items

PAGE = 4096
HUGE = 10**400


def written(path, items):
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in items:
            recorder.write(item)
    return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    path = written(tmp_path_factory.mktemp("whole") / "a.grip", stream_items(session(8.0)))
    return path.read_bytes()


def test_one_zeroed_page_anywhere_costs_no_recording(whole, tmp_path):
    path = tmp_path / "a.grip"
    for begin in range(0, len(whole) - PAGE // 2, PAGE // 2):
        path.write_bytes(whole[:begin] + bytes(PAGE) + whole[begin + PAGE :])
        recording = read_recording(path)
        assert_true(recording.streams["force"])
        assert len(recording.streams["force"]) > 7500


def test_a_zeroed_page_of_a_recording_killed_early_costs_no_recording(tmp_path):
    path = written(tmp_path / "a.grip", stream_items(session(0.5))[:-1])
    whole = path.read_bytes()
    for begin in range(0, 3 * PAGE, 512):
        path.write_bytes(whole[:begin] + bytes(PAGE) + whole[begin + PAGE :])
        assert_true(read_recording(path).streams["force"])


def test_two_recordings_in_one_file_are_refused(tmp_path):
    parts = []
    for subject in ("p01", "p02"):
        path = tmp_path / f"{subject}.grip"
        with Recorder(path, {"subject": subject}, least_free_bytes=0) as recorder:
            for item in stream_items(session(1.0)):
                recorder.write(item)
        parts.append(path.read_bytes())
    joined = tmp_path / "joined.grip"
    joined.write_bytes(b"".join(parts))
    with pytest.raises(RecordingError, match="more than one recording"):
        read_recording(joined)
    joined.write_bytes(parts[0] + parts[0])  # the same one twice: nobody is mixed up
    assert len(read_recording(joined).streams["force"]) == 1008


RECORDS = {
    "gap of 10^30": encode_record(
        Record.GAP, {"stream": "force", "t": 0, "first": 10**30, "lost": 1}
    ),
    "gap of NaN": encode_record(
        Record.GAP, {"stream": "force", "t": float("nan"), "first": 3, "lost": 1}
    ),
    "loss of 10^400": encode_record(
        Record.GAP, {"stream": "force", "t": 0, "first": 3, "lost": HUGE}
    ),
    "origin": encode_record(Record.SEGMENT, {"index": 0, "origin_us": -(1 << 63), "t": 0.0}),
    "segment at NaN": encode_record(
        Record.SEGMENT, {"index": 0, "origin_us": 0, "t": float("nan")}
    ),
    "segment at infinity": encode_record(
        Record.SEGMENT, {"index": 1, "origin_us": 0, "t": float("inf")}
    ),
    "segment -1": encode_record(Record.SEGMENT, {"index": -1, "origin_us": 0, "t": 0.0}),
    "a billion corrupt": encode_record(Record.CORRUPT, {"arrival_s": 0, "frames": 10**9}),
    "many times a million corrupt": 40
    * encode_record(Record.CORRUPT, {"arrival_s": 0, "frames": 1 << 20}),
    "marker at infinity": encode_record(Record.MARKER, {"t": float("inf"), "kind": "key"}),
    "stops of 10^400": encode_record(Record.CHECKPOINT, {"stops": {"0/0": HUGE}}),
    "end": encode_record(Record.END, {"reason": "finished", "reconciled": HUGE}),
    "arrival 1e300": encode_message(1e300, 0, block(8000).encode()),
    "arrival NaN": encode_message(float("nan"), 0, block(8000).encode()),
    "arrival of a status": encode_message(float("inf"), 0, b"\x02" + bytes(30)),
    "JSON of 500 levels": encode_frame(
        bytes([Record.NOTE]) + b'{"text":' + b"[" * 500 + b"]" * 500 + b"}"
    ),
    "half a character": encode_frame(
        bytes([Record.MARKER]) + rb'{"t": 1, "kind": "key", "text": "\uDC80"}'
    ),
    "deep JSON": encode_frame(bytes([Record.NOTE]) + b"[" * 60_000),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_crafted_record_changes_no_sample(name, whole, tmp_path):
    path = tmp_path / "a.grip"
    path.write_bytes(whole + RECORDS[name])
    recording = read_recording(path)
    assert_true(recording.streams["force"])
    assert len(recording.streams["force"]) == 8000
    json.dumps([gap.t for gap in recording.gaps], allow_nan=False)
    json.dumps([marker.t for marker in recording.markers], allow_nan=False)
    json.dumps(summary(recording), ensure_ascii=False).encode()


def test_crafted_scalings_fall_back_to_the_device_s_own(tmp_path):
    path = written(tmp_path / "a.grip", stream_items(session(0.2)))
    for number in (HUGE, float("nan"), "x", None):
        header = {
            "schema": 1,
            "utc": "",
            "metadata": {},
            "hello": Hello(DEVICE).encode().hex(),
            "scalings": {
                "0": {"zero_counts": [number] * 4, "matrix": [[1] * 4] * 4, "units": [2] * 4}
            },
        }
        crafted = MAGIC + encode_record(Record.HEADER, header)
        path.with_suffix(".x.grip").write_bytes(crafted)
        recording = read_recording(path.with_suffix(".x.grip"))
        assert recording.streams["force"].scaling.units[0].suffix == "v"


def segments(n):
    payload = block(0, 2).encode()
    return b"".join(encode_message(1000.0 + index, index, payload) for index in range(n))


FLOODS = {
    "64 MB without a delimiter": lambda file: [file.write(b"\x55" * (1 << 22)) for _ in range(16)],
    "256 MB of zeros": lambda file: file.truncate(1 << 28),
    "8 MB of 01 00": lambda file: file.write(b"\x01\0" * (4 << 20)),
    "65535 segments": lambda file: file.write(segments(65_535)),
    "60000 segment records": lambda file: file.write(
        b"".join(
            encode_record(Record.SEGMENT, {"index": i, "origin_us": i, "t": float(i)})
            for i in range(60_000)
        )
    ),
}
READ = """
import pathlib, sys, time
from gripforce.errors import RecordingError
from gripforce.recording import read_recording
begin = time.process_time()
try:
    read_recording(sys.argv[1])
except RecordingError:
    pass
status = pathlib.Path("/proc/self/status").read_text()
print(time.process_time() - begin, int(status.partition("VmHWM:")[2].split()[0]) // 1024)
"""
"""Not ``ru_maxrss``, which begins with that of the process that called ``exec``."""


@pytest.mark.parametrize("name", FLOODS)
def test_time_and_memory_are_bounded_by_the_file_s_size(name, whole, tmp_path):
    path = tmp_path / "a.grip"
    with path.open("wb") as file:
        file.write(whole)
        FLOODS[name](file)
    done = subprocess.run(  # noqa: PLW1510 - its errors are asserted
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=100
    )
    assert not done.stderr
    seconds, megabytes = map(float, done.stdout.split())
    path.unlink()
    assert seconds < 10
    assert megabytes < 300


def test_it_is_the_same_end(whole, tmp_path):
    path = tmp_path / "a.grip"
    path.write_bytes(whole)
    assert read_recording(path).integrity.ended is EndReason.STOPPED
    assert read_recording(path).integrity.reconciled
