"""``kill -9`` at any moment: the file opens, and what is missing is the last moment at most."""

import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gripforce.model import EndReason
from gripforce.recording import read_recording
from tests.recording.recorded import assert_true

ROOT = Path(__file__).parents[2]
KILLS = 50
AT_ONCE = 10
LONGEST_S = 1.5
MISSED_S = 0.2


def start(path):
    """Any process that records and tells ``counter seconds`` line by line will do here."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.recording.recorder_process", str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def handed_over(output):
    """The counters handed over and when, of the whole lines that came."""
    lines = output.decode().splitlines(keepends=True)
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return np.array([(int(counter), float(at)) for counter, at in pairs]).reshape(-1, 2)


def killed(process):
    """Kill it now; return when, and what it had said until then."""
    before_s = time.monotonic()
    process.kill()
    output, errors = process.communicate()
    assert not errors, errors.decode()
    return before_s, handed_over(output)


@pytest.mark.parametrize("batch", range(KILLS // AT_ONCE))
def test_killed_at_random_moments(tmp_path, batch):
    dice = random.Random(batch)
    paths = [tmp_path / f"{i}.grip" for i in range(AT_ONCE)]
    processes = [start(path) for path in paths]
    for process in processes:
        process.stdout.readline()  # it records
    moments = sorted((dice.uniform(0.0, LONGEST_S), i) for i in range(AT_ONCE))
    begin = time.monotonic()
    for moment, i in moments:
        time.sleep(max(0.0, begin + moment - time.monotonic()))
        killed_s, said = killed(processes[i])
        recording = read_recording(paths[i])
        force = recording.streams["force"]
        assert_true(force)
        assert recording.integrity.ended is EndReason.TRUNCATED
        on_disk = int(force.counter[-1]) + 1 if len(force) else 0
        np.testing.assert_array_equal(force.counter, np.arange(on_disk))
        missing = said[said[:, 0] > on_disk]
        # Nothing older than the promised moment may be missing.
        assert not np.any(missing[:, 1] < killed_s - MISSED_S), killed_s - missing[:, 1]
