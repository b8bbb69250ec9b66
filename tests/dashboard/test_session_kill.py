"""``kill -9`` of the dashboard, ten times in one block: one whole recording, no trial twice."""

import os
import signal

import numpy as np

from gripforce.model import EndReason
from gripforce.protocol.parse import require_protocol
from gripforce.recording import read_recording
from gripforce.session import SessionState
from gripforce.session.storage import create_session, restore_session
from tests.forkserver import KILLED, ForkServer

KILLS = 10
TRIALS = 2
PROTOCOL = f"""\
title = "Lifts"

[[block]]
task = "lift"
title = "Lifts"
instruction = "Lift."
mass_g = 300
trials = {TRIALS}
"""
ANSWERS = {"subject": "p01", "first_hand": "right", "source": "sim:lift?seed=2"}


def kill_when(server, folder, has):
    """Start a session, and kill it when it has printed that it has so many trials."""
    pid, output = server.start(str(folder.path))
    with output:
        while not (line := output.readline()) or int(line) < has:
            assert line, "it ended by itself"
        os.kill(pid, signal.SIGKILL)
        assert server.ended() == KILLED


def test_a_session_survives_ten_kills(tmp_path):
    folder = create_session(tmp_path, require_protocol("lifts", PROTOCOL, "lifts"), ANSWERS)
    with ForkServer("tests.session.controller_process", tmp_path) as server:
        for _ in range(KILLS - 1):
            kill_when(server, folder, 0)  # it records, or has joined what is recorded
        kill_when(server, folder, 1)
        _, output = server.start(str(folder.path))
        with output:
            output.read()
        assert server.ended() == 0
    session, progress = restore_session(folder)
    assert session.state is SessionState.FINISHED
    done = progress.block(0)
    assert done.counted >= TRIALS
    spans = [(t.file, t.start_s) for t in done.trials]
    assert len(set(spans)) == len(spans), "no trial is counted twice"
    files = sorted(folder.recordings.glob("*.grip"))
    assert {f.name for f in files} == set(done.files)
    for file in files:
        recording = read_recording(file)
        force = recording.streams["force"]
        np.testing.assert_array_equal(force.counter, np.arange(len(force)))
        assert recording.integrity.ended in {EndReason.STOPPED, EndReason.FINISHED}
        assert recording.integrity.reconciled
        ends = [t.stop_s for t in done.trials if t.file == file.name]
        assert all(stop_s <= force.t[-1] for stop_s in ends)
    assert not (folder.path / ".station.json").exists()
