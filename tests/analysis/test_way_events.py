"""Events against an independent yardstick: another group's algorithm, with a position channel."""

import numpy as np
import pytest

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.sim import make_scene
from tests.analysis.test_simulated_lifts import recorded
from tests.analysis.way_events import RATE_HZ, lift_off, load_start, touch

AGREE_S = 0.010
SMOOTHED_S = 15 / RATE_HZ
"""Half of their smoothing window of 31 samples: as early as it may show what is to come."""

PAUSED_S = 0.04
"""Later than the planted contact by this, their touch is the end of a pause between the squeeze and
the rise of a grip that comes late: their run of rising grip is broken there."""


def height_of(accel_m_s2, rate_hz, start, stop):
    """Return height from a noiseless acceleration, at rest before and after."""
    speed = np.cumsum(accel_m_s2[start:stop]) / rate_hz
    return np.cumsum(speed) / rate_hz


@pytest.mark.parametrize("profile", ["healthy", "als"])
def test_events_agree_with_way_eeg_gal(profile):
    scene = make_scene("lift", profile=profile, seed=31, trials=12)
    rate_hz = 1 / float(scene.t[1] - scene.t[0])
    lifts = analyze_lifts(recorded(scene, with_imu=False)).lifts
    step = round(rate_hz / RATE_HZ)
    grip, load = scene.forces[:, :2].mean(axis=1), scene.forces[:, 2:].sum(axis=1)
    off = {"contact": [], "load_onset": [], "liftoff": []}
    for lift, truth in zip(lifts, scene.trials, strict=True):
        start = round((truth["t_contact_s"] - 1.0) * rate_hz)
        stop = round((truth["t_liftoff_s"] + 1.3) * rate_hz)
        zero = start / rate_hz
        height = height_of(scene.accel[:, 2] - 9.80665, rate_hz, start, stop)[::step]
        g, f = grip[start:stop:step], load[start:stop:step]
        touched = touch(g, (50, 250))
        if touched / RATE_HZ + zero < truth["t_contact_s"] + PAUSED_S:
            off["contact"].append(lift.phases.contact_s - zero - touched / RATE_HZ)
        onset = load_start(f, touched)
        off["load_onset"].append(lift.phases.load_onset_s - zero - onset / RATE_HZ)
        off["liftoff"].append(lift.phases.liftoff_s - zero - lift_off(height) / RATE_HZ)
    assert len(off["contact"]) >= 5
    for event, values in off.items():
        offset = np.median(values)
        assert np.median(np.abs(values - offset)) < AGREE_S, event
        # Their onsets are early by what their smoothing spreads; their lift-off is late by what
        # the object takes to reach 1 cm/s after its weight is carried.
        early = {"contact": 0.0, "load_onset": 0.0, "liftoff": -SMOOTHED_S - 0.010}[event]
        assert early < offset < early + SMOOTHED_S + 0.010, (event, offset)
