"""A file that vanishes, a terminal that closes, an impatient operator: the data are there."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from gripforce.recording import Recorder, read_recording
from gripforce.recording.append_file import RESERVE
from gripforce.recording.records import MAGIC
from reliability import processes
from reliability.failing_disk import FAILS
from reliability.known_samples import assert_true, session, stream_items
from tests.cli.test_commands import wait_for

PATIENCE_S = 60


def remove(folder):
    (folder / "a.grip").unlink()


def remove_folder(folder):
    shutil.rmtree(folder)


def rename_folder(folder):
    folder.rename(folder.with_name("elsewhere"))


def rename_file(folder):
    (folder / "a.grip").rename(folder / "b.grip")


@pytest.mark.parametrize("vanish", [remove, remove_folder, rename_folder, rename_file])
@pytest.mark.parametrize("when", ["in the middle", "at the end"])
def test_what_was_recorded_is_saved_and_said(tmp_path, monkeypatch, vanish, when):
    folder, work = tmp_path / "data", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    monkeypatch.chdir(work)
    items = stream_items(session(2.0))
    notices = []
    with Recorder(folder / "a.grip", least_free_bytes=0) as recorder:
        for item in items[: len(items) // 2]:
            recorder.write(item)
        vanish(folder)
        if when == "in the middle":
            wait_for(lambda: notices.append(recorder.pop_notice()) or notices[-1])
        for item in items[len(items) // 2 :]:
            recorder.write(item)
    assert recorder.path != folder / "a.grip"
    recording = read_recording(recorder.path)
    assert_true(recording.streams["force"])
    assert len(recording.streams["force"]) == 2000
    assert recording.integrity.reconciled
    if when == "in the middle":
        assert str(recorder.path) in notices[-1].text
        assert any(marker.kind == "file" for marker in recording.markers)


def test_record_says_where_the_file_is(tmp_path):
    path = tmp_path / "a.grip"
    process = start("--duration", "4", "-o", path, "--json")
    wait_for(lambda: begun(path), PATIENCE_S)
    path.unlink()
    out, err = process.communicate(timeout=PATIENCE_S)
    result = json.loads(out)
    assert process.returncode == 0, err
    assert b"was removed" in err
    assert result["file"] != str(path)
    assert (result["lost"], result["reconciled"]) == (0, True)


def start(*words):
    command = [sys.executable, "-m", "gripforce", "record", "sim:lift", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def begun(path):
    return path.exists() and len(path.read_bytes().rstrip(b"\0")) > 20_000


def test_a_hang_up_ends_a_recording_properly(tmp_path):
    path = tmp_path / "a.grip"
    process = start("-o", path, "--json")
    wait_for(lambda: begun(path), PATIENCE_S)
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=PATIENCE_S)
    result = json.loads(out)
    assert (process.returncode, result["ended"], result["reconciled"]) == (0, "stopped", True), err


def test_with_keep_running_a_hang_up_ends_nothing(tmp_path):
    path = tmp_path / "a.grip"
    process = start("-o", path, "--json", "--keep-running", "--duration", "4")
    wait_for(lambda: begun(path), PATIENCE_S)
    process.send_signal(signal.SIGHUP)
    out, err = process.communicate(timeout=PATIENCE_S)
    assert json.loads(out)["ended"] == "finished", err


def test_two_ctrl_c_in_a_row_write_the_end(tmp_path):
    path = tmp_path / "a.grip"
    process = start("-o", path, "--json")
    wait_for(lambda: begun(path), PATIENCE_S)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE_S)
    recording = read_recording(path)
    assert str(recording.integrity.ended) == "stopped"
    assert b"Traceback" not in err


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_the_device_answered_leaves_no_file(tmp_path, name, unused_tcp_port):
    import socket  # noqa: PLC0415

    with socket.create_server(("127.0.0.1", unused_tcp_port)) as server:
        path = tmp_path / "a.grip"
        command = [sys.executable, "-m", "gripforce", "record", f"tcp:127.0.0.1:{unused_tcp_port}"]
        process = subprocess.Popen([*command, "-o", str(path)], stderr=subprocess.PIPE)
        connection, _ = server.accept()
        wait_for(path.exists, PATIENCE_S)
        process.send_signal(name)
        _, err = process.communicate(timeout=PATIENCE_S)
        connection.close()
    assert not path.exists()
    assert b"Traceback" not in err


@pytest.mark.parametrize("content", [MAGIC + bytes(2 * RESERVE), MAGIC])
def test_a_file_killed_before_its_header_does_not_block_its_name(tmp_path, content):
    path = tmp_path / "a.grip"
    path.write_bytes(content)
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items(session(1.0)):
            recorder.write(item)
    assert len(read_recording(path).streams["force"]) == 1008


@pytest.mark.parametrize("content", [b"", b"x", MAGIC + b"x", bytes(1000), MAGIC + bytes(1 << 20)])
def test_any_other_file_is_left_alone(tmp_path, content):
    from gripforce.errors import RecordingError  # noqa: PLC0415

    path = tmp_path / "a.grip"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match="exists already"):
        Recorder(path, least_free_bytes=0)
    assert path.read_bytes() == content


def test_a_disk_that_fails_is_said_and_leaves_a_valid_file(tmp_path):
    outcome = processes.failing_disk(tmp_path, len(FAILS), seed=1)
    assert outcome.survived == len(FAILS), outcome.failures
