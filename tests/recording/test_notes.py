"""Notes are added to a file at rest, whatever its end looks like, and never to a growing one."""

import json

import numpy as np
import pytest

from gripforce.errors import RecordingError
from gripforce.recording import Recorder, annotate, read_recording, summary
from reliability.known_samples import assert_true, session, stream_items


def test_notes_and_verdicts_are_kept_in_order(record):
    path = record(stream_items(session(1.0)))
    before = path.read_bytes()
    annotate(path, {"text": "slipped"})
    annotate(path, {"trial": 3, "verdict": "exclude"}, verdict=True)
    assert path.read_bytes().startswith(before)
    recording = read_recording(path)
    assert [note["kind"] for note in recording.notes] == ["note", "verdict"]
    assert recording.notes[0]["text"] == "slipped"
    assert recording.notes[1]["trial"] == 3
    assert recording.notes[1]["utc"].endswith("+00:00")
    assert (recording.integrity.corrupt, recording.integrity.damaged_bytes) == (0, 0)


@pytest.mark.parametrize("cut", [1, 2, 30, 400])
def test_a_note_survives_a_cut_end(record, cut):
    path = record(stream_items(session(1.0)))
    path.write_bytes(path.read_bytes()[:-cut])
    annotate(path, {"text": "kept"})
    recording = read_recording(path)
    assert [note["text"] for note in recording.notes] == ["kept"]
    assert_true(recording.streams["force"])


def test_a_growing_file_takes_its_notes_from_the_recorder(tmp_path):
    path = tmp_path / "a.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items(session(1.0)):
            recorder.write(item)
        recorder.annotate({"text": "live"})
        with pytest.raises(RecordingError):  # still recorded, or not even begun on disk
            annotate(path, {"text": "from elsewhere"})
    assert [note["text"] for note in read_recording(path).notes] == ["live"]


def test_what_is_no_recording_gets_no_note(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("t,f\n")
    with pytest.raises(RecordingError, match="not a gripforce recording"):
        annotate(path, {"text": "x"})
    assert path.read_text() == "t,f\n"


def test_the_summary_has_the_promised_keys(record):
    said = stream_items(session(2.0))
    del said[50]
    recording = read_recording(record(said))
    printed = json.loads(json.dumps(summary(recording)))
    assert {"file", "duration_s", "ended", "streams", "samples", "lost", "gaps", "corrupt",
            "reconciled", "markers"} <= set(printed)  # fmt: skip
    assert {"name", "rate_hz", "samples", "lost", "gaps", "corrupt"} <= set(printed["streams"][0])
    assert printed["samples"] == sum(len(s) for s in recording.streams.values())
    assert printed["lost"] == sum(gap["lost"] for gap in printed["gaps"]) > 0
    assert printed["ended"] == "stopped"
    assert printed["duration_s"] == pytest.approx(2.0, abs=0.02)
    assert np.isfinite(printed["duration_s"])
