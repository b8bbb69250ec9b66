"""``kill -9`` of the dashboard, ten times in one block: one whole recording, no trial twice."""

import os
import signal

import numpy as np

from gripforce.dashboard.session.run import begin_folder, restored
from gripforce.model import EndReason
from gripforce.recording import read_recording
from gripforce.session import SessionState
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
TOLD = {"subject": "p01", "first_hand": "right", "source": "sim:lift?seed=2"}


def kill_when(server, folder, has):
    """Start a session, kill it when it says that it has so many trials; return what it said."""
    pid, said = server.start(str(folder.path))
    with said:
        while not (line := said.readline()) or int(line) < has:
            assert line, "it ended by itself"
        os.kill(pid, signal.SIGKILL)
        assert server.ended() == KILLED


def test_a_session_survives_ten_kills(tmp_path):
    folder = begin_folder(tmp_path, "lifts", PROTOCOL, TOLD)
    with ForkServer("tests.session.controller_process", tmp_path) as server:
        for _ in range(KILLS - 1):
            kill_when(server, folder, 0)  # it records, or has joined what is recorded
        kill_when(server, folder, 1)
        _, said = server.start(str(folder.path))
        with said:
            said.read()
        assert server.ended() == 0
    session, progress = restored(folder)
    assert session.stage is SessionState.FINISHED
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
