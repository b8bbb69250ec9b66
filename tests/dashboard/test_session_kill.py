"""``kill -9`` of the dashboard, ten times in one block: one whole recording, no trial twice."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from gripforce.dashboard.session_run import begin_folder, restored
from gripforce.model import EndReason
from gripforce.recording import read_recording
from gripforce.session import Stage

ROOT = Path(__file__).parents[2]
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
PATIENCE_S = 120


def start(folder):
    return subprocess.Popen(
        [sys.executable, "-m", "tests.dashboard.conductor_process", str(folder.path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_session_survives_ten_kills(tmp_path):
    folder = begin_folder(tmp_path, "lifts", PROTOCOL, TOLD)
    for _ in range(KILLS):
        process = start(folder)
        process.stdout.readline()  # it records, or has joined what is recorded
        process.kill()
        _, errors = process.communicate()
        assert not errors, errors.decode()
    last = start(folder)
    _, errors = last.communicate(timeout=PATIENCE_S)
    assert not errors, errors.decode()
    assert last.returncode == 0
    session, progress = restored(folder)
    assert session.stage is Stage.FINISHED
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
