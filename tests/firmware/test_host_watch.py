"""``record --watch``: the true image raises an output at a force, and is armed again each time."""

import asyncio

import numpy as np
import pytest

import gripforce as gf
from gripforce.calibration import Calibration, to_block
from gripforce.cli.measure.beside import Beside
from gripforce.device import open_device
from gripforce.recording import Recorder
from gripforce.wire import commands
from tests.firmware.bench import emulated, write_waveform

pytestmark = pytest.mark.usefixtures("images")
COUNTS_PER_N, ZERO = 80_000.0, 5000.0
LABELS = ("grip_thumb", "grip_index", "load_thumb", "load_index")
LEVEL_N, PERIOD_S, SECONDS = 4.0, 1.2, 5.0
LATE_S = 0.0015
"""A sample, and half a millisecond until the line is high."""


async def record(port, path):
    gains = tuple(map(tuple, np.eye(4) / COUNTS_PER_N))
    zeros = (ZERO, -ZERO, 0.0, 0.0)
    stored = Calibration(LABELS, zeros, gains, "2024-01-01T00:00:00+00:00")
    async with open_device(f"serial:{port}") as device:
        await device.send(commands.WriteCalibration(to_block(stored)))
    async with open_device(f"serial:{port}") as device:
        rule = f"grip > {LEVEL_N:g} N -> ttl0 5ms"
        with Beside(device, watch=rule) as beside, Recorder(path) as recorder:
            async for item in recorder.through(device.stream(duration_s=SECONDS)):
                beside.put(item)


def test_an_output_rises_each_time_that_the_grip_does(tmp_path):
    t_s = np.arange(round((SECONDS + 2) * 1000)) / 1000
    grip_n = 3.5 - 3.5 * np.cos(2 * np.pi * t_s / PERIOD_S)
    digits = np.column_stack([grip_n + 0.5, grip_n - 0.5])
    counts = np.zeros((len(t_s), 4), int)
    counts[:, :2] = np.round(digits * COUNTS_PER_N + [ZERO, -ZERO])
    waveform = write_waveform(tmp_path / "waveform.csv", t_s, counts)
    with emulated(tmp_path, "ads131m04", waveform) as board:
        asyncio.run(record(board.port, tmp_path / "a.grip"))
    recording = gf.read_recording(tmp_path / "a.grip")
    force = recording.streams["force"]
    grip = force.values[:, :2].mean(axis=1)
    rises = force.tick_s[1:][(grip[1:] >= LEVEL_N) & (grip[:-1] < LEVEL_N)]
    raised = [marker.t for marker in recording.markers if marker.kind == "watch"]
    assert len(raised) == len(rises) >= 3
    late_s = np.array(raised) - rises
    assert late_s.min() >= 0
    assert late_s.max() <= LATE_S
