"""A planted truth goes in as bytes and comes out of the table: the simulator is the oracle."""

from dataclasses import dataclass

import numpy as np
import pytest

from gripforce.analysis.tasks.registry import analyze
from gripforce.device import Device
from gripforce.recording import Recorder, read_recording
from gripforce.sim.options import sim_from_options
from gripforce.sim.tasks.registry import make_scene
from gripforce.transport import MemoryTransport
from tests.sim.observer import lift_lags_ms

EVENT_S = 0.010
CREEPING_EVENT_S = 0.015
"""The Parkinson-like arm takes over a second: its load stays below the noise for longer."""
GRIP_SHARE = 0.02
LAG_MS = 1.0
SLOW_LAG_MS = 2.0
"""80 SPS on four free-running clocks, each channel placed by its own time."""
MARGIN_SHARE = 0.05
FEW = 3
"""Lifts of a stream whose losses are counted: in 25 s some fifty of its blocks are lost."""


@dataclass
class Run:
    truth: dict
    recording: object
    table: object
    scene: object

    def differences(self, column, key):
        """Return column minus truth, trial by trial, where both are known."""
        planted = np.array([trial[key] for trial in self.truth["trials"]], float)
        found = self.table[column].to_numpy(float)
        assert len(found) == len(planted), "every lift is found, and none is made up"
        return found - planted

    def lag_errors(self):
        """Return errors of the best correlation's lag against that of the true forces [ms]."""
        return self.table["xcorr_lag_ms"].to_numpy(float) - lift_lags_ms(self.scene)


async def run(path, *, faults="", frontend="research", profile="healthy", seed=1, trials=8):
    twin = sim_from_options(
        profile=profile, seed=seed, trials=trials, frontend=frontend, faults=faults
    )
    with Recorder(path, {"task": "lift", "mass_g": 400}) as recorder:
        async with Device(MemoryTransport(twin, paced=False)) as device:
            async for _ in recorder.through(device.stream()):
                pass
    recording = read_recording(path)
    scene = make_scene("lift", profile=profile, seed=seed, trials=trials)
    return Run(twin.truth(), recording, analyze(recording), scene)


PEOPLE = [("healthy", 11), ("healthy", 12), ("als", 13), ("elderly", 14),
          ("cerebellar", 15), ("deafferented", 16), ("parkinson", 17)]  # fmt: skip


@pytest.mark.parametrize(("profile", "seed"), PEOPLE)
async def test_events_forces_and_lags_come_back(tmp_path, profile, seed):
    done = await run(tmp_path / "a.grip", profile=profile, seed=seed)
    within_s = CREEPING_EVENT_S if profile == "parkinson" else EVENT_S
    for column in ("t_contact_s", "t_load_onset_s", "t_liftoff_s"):
        assert np.nanmedian(np.abs(done.differences(column, column))) <= within_s, column
    static = done.differences("gf_static_n", "gf_static_n")
    planted = np.array([trial["gf_static_n"] for trial in done.truth["trials"]])
    assert np.nanmedian(np.abs(static / planted)) <= GRIP_SHARE
    margin = planted - np.array([trial["slip_force_n"] for trial in done.truth["trials"]])
    assert np.nanmedian(np.abs(static / margin)) <= MARGIN_SHARE
    assert abs(np.nanmedian(done.lag_errors())) <= LAG_MS
    assert done.recording.integrity.reconciled
    assert done.table["lost"].sum() == 0


async def test_slow_free_running_cells_find_every_lift_too(tmp_path):
    done = await run(tmp_path / "a.grip", frontend="entry", seed=21)
    assert np.nanmedian(np.abs(done.differences("t_liftoff_s", "t_liftoff_s"))) <= 2 * EVENT_S
    assert abs(np.nanmedian(done.lag_errors())) <= SLOW_LAG_MS


@pytest.mark.parametrize("seed", [31, 32])
async def test_what_was_dropped_is_lost_exactly_and_flagged(tmp_path, seed):
    done = await run(tmp_path / "a.grip", faults="drop=0.02,no_resend", seed=seed, trials=FEW)
    lost = sum(stream.lost for stream in done.recording.integrity.streams)
    assert lost == done.truth["faults"]["samples_dropped"] > 0
    assert done.recording.integrity.reconciled
    holed = done.table[done.table["lost"] > 0]
    assert len(holed) > 0
    assert all("gap" in flags for flags in holed["flags"])


async def test_the_same_drops_cost_nothing_where_the_device_can_send_again(tmp_path):
    faults = "drop=0.02,corrupt=0.005,reorder=0.01"
    done = await run(tmp_path / "a.grip", faults=faults, seed=31, trials=FEW)
    assert sum(stream.lost for stream in done.recording.integrity.streams) == 0
    assert sum(stream.backfilled for stream in done.recording.integrity.streams) > 0
    assert done.recording.integrity.reconciled


async def test_a_skewed_clock_with_bursts_changes_nothing_on_the_device_s_axis(tmp_path):
    done = await run(tmp_path / "a.grip", faults="skew_ppm=100,burst_ms=16", seed=41)
    for column in ("t_contact_s", "t_load_onset_s", "t_liftoff_s"):
        assert np.nanmedian(np.abs(done.differences(column, column))) <= EVENT_S, column
