"""The journal survives damage to its file; folders hold no names and overwrite nothing."""

from pathlib import Path

import pytest

from gripforce.errors import RecordingError, UsageError
from gripforce.protocol.schema import Block
from gripforce.session import Event, EventKind, Journal, read_journal, replay_events
from gripforce.session.folder import SessionFolder, new_folder, require_room, unfinished

TRIAL = {"number": 1, "file": "a.grip", "start_s": 1.0, "stop_s": 5.0, "good": True}
EVENTS = [
    Event(EventKind.SESSION, None, {"subject": "p01", "first_hand": "left"}),
    Event(EventKind.RECORDING, 0, {"file": "a.grip"}),
    Event(EventKind.TRIAL, 0, TRIAL),
    Event(EventKind.SKIPPED, 1, {"why": "could not do"}),
]


def written(path, events=EVENTS):
    with Journal(path, utc=lambda: "2026-01-05T09:00:00+00:00") as journal:
        for event in events:
            journal.write(event)
    return path


def test_what_is_written_is_read(tmp_path):
    assert read_journal(written(tmp_path / "j")) == EVENTS


@pytest.mark.parametrize("kept", range(0, 400, 7))
def test_cut_anywhere_it_loses_the_last_line_alone_and_goes_on(tmp_path, kept):
    path = written(tmp_path / "j")
    whole = path.read_bytes()
    cut = whole[:kept]
    path.write_bytes(cut)
    lines = cut.count(b"\n")
    with Journal(path) as journal:
        journal.write(Event(EventKind.NOTE, 0, {"text": "after"}))
    events = read_journal(path)
    assert events[:lines] == EVENTS[:lines]
    assert events[-1].kind is EventKind.NOTE


def test_lines_that_make_no_sense_are_passed_over(tmp_path):
    path = written(tmp_path / "j")
    path.write_bytes(b'\xff\n{"event": "dance"}\n[]\n3\n' + path.read_bytes())
    assert read_journal(path) == EVENTS


def test_one_session_one_dashboard(tmp_path):
    with Journal(tmp_path / "j"), pytest.raises(RecordingError, match="another gripforce"):
        Journal(tmp_path / "j")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_an_error(tmp_path):
    journal = Journal(Path("/dev/full"))
    with pytest.raises(RecordingError, match="what is recorded is safe"):
        journal.write(Event(EventKind.FINISHED))
    journal.close()


def test_folders_and_files_have_bids_names(tmp_path):
    folder = new_folder(tmp_path, "als-07")
    assert folder.path == tmp_path / "sub-als07" / "ses-01"
    assert new_folder(tmp_path, "als-07").path.name == "ses-02"
    lift = Block("lift", "Lifts", "Lift.")
    file = folder.next_file(lift, "right")
    assert file.name == "sub-als07_ses-01_task-lift_acq-right_run-01.grip"
    assert file.parent == folder.path
    file.touch()
    assert folder.next_file(lift, "right").name.endswith("run-02.grip")
    little = Block("pinch", "Pinch", "Squeeze.", digits="thumb-little")
    assert "_acq-leftthumblittle_" in folder.next_file(little, "left").name


def test_a_session_of_an_earlier_version_goes_on_where_it_was(tmp_path):
    folder = SessionFolder(tmp_path / "sub-p01" / "ses-01")
    (folder.path / "beh").mkdir(parents=True)
    assert folder.next_file(Block("lift", "Lifts", "Lift."), "right").parent.name == "beh"


@pytest.mark.parametrize("name", ["Mueller", "1970-01-31", "12345678", "../x", ""])
def test_a_name_is_refused(tmp_path, name):
    with pytest.raises(UsageError):
        new_folder(tmp_path, name)
    assert not list(tmp_path.iterdir())


def test_an_unfinished_session_is_found_and_a_finished_one_is_not(tmp_path):
    folder = new_folder(tmp_path, "p01")
    written(folder.journal)
    assert unfinished(tmp_path, "p01") == folder
    assert unfinished(tmp_path, "p02") is None
    assert unfinished(folder.path, "p01") == folder
    written(folder.journal, [Event(EventKind.FINISHED)])
    assert unfinished(tmp_path, "p01") is None


def test_a_disk_that_is_nearly_full_is_refused(tmp_path):
    require_room(tmp_path / "not" / "there" / "yet", 1)
    with pytest.raises(UsageError, match="too little for a session"):
        require_room(tmp_path, 1 << 62)


def test_a_fold_has_what_was_done():
    progress = replay_events(EVENTS)
    assert progress.about["first_hand"] == "left"
    assert progress.block(0).counted == 1
    assert progress.block(1).over
