"""``kill -9`` at any moment: the file opens, and what is missing is the last moment at most."""

import os
import random
import signal
import time

import numpy as np
import pytest

from gripforce.model import EndReason
from gripforce.recording import read_recording
from reliability.known_samples import assert_true
from reliability.recorder_process import handed_over
from tests.forkserver import KILLED, ForkServer

KILLS = 50
AT_ONCE = 10
LONGEST_S = 1.5
MISSED_S = 0.2


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with ForkServer("reliability.recorder_process", tmp_path_factory.mktemp("kill")) as server:
        yield server


def killed(server, pid, said):
    """Kill a process now; return when, and what it had said until then."""
    before_s = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    with said:
        output = said.read()
    assert server.ended(pid) == KILLED, output.decode()
    return before_s, handed_over(output)


@pytest.mark.parametrize("batch", range(KILLS // AT_ONCE))
def test_killed_at_random_moments(server, tmp_path, batch):
    dice = random.Random(batch)
    paths = [tmp_path / f"{i}.grip" for i in range(AT_ONCE)]
    processes = [server.start(str(path)) for path in paths]
    for _, said in processes:
        said.readline()  # it records
    moments = sorted((dice.uniform(0.0, LONGEST_S), i) for i in range(AT_ONCE))
    begin = time.monotonic()
    for moment, i in moments:
        time.sleep(max(0.0, begin + moment - time.monotonic()))
        killed_s, said = killed(server, *processes[i])
        recording = read_recording(paths[i])
        force = recording.streams["force"]
        assert_true(force)
        assert recording.integrity.ended is EndReason.TRUNCATED
        on_disk = int(force.counter[-1]) + 1 if len(force) else 0
        np.testing.assert_array_equal(force.counter, np.arange(on_disk))
        missing = said[said[:, 0] > on_disk]
        # Nothing older than the promised moment may be missing.
        assert not np.any(missing[:, 1] < killed_s - MISSED_S), killed_s - missing[:, 1]
