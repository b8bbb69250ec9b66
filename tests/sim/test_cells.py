"""Flaws of load cells against their definition."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.errors import UsageError
from gripforce.sim.device.cells import Converter, TrueCalibration, with_flaws
from gripforce.sim.device.frontend import frontend
from gripforce.sim.scene import Scene
from gripforce.sim.tasks.registry import make_scene
from tests.sim.participants import RATE_HZ, rng


def test_hysteresis_is_the_width_between_up_and_down():
    device = with_flaws(frontend(), "hysteresis")
    (plan, *_) = device.streams
    plan = replace(plan, sensor=replace(plan.sensor, noise=0.0))
    cal = TrueCalibration.draw(device, rng(), None)
    t = np.arange(4001) / RATE_HZ
    up_down = np.column_stack([20 * (1 - np.abs(t - 1))] * 4)
    accel = np.zeros((len(t), 3))
    converter = Converter(Scene(t, up_down, accel, ()).pieces(), plan, cal, seed=1)
    counts = converter.counts(np.array([0.5, 1.5]), 0.001, 0)
    newtons = (counts - cal.zero_counts) @ cal.matrix.T
    width = newtons[1] - newtons[0]
    assert width == pytest.approx([0.0005 * 5 * 9.80665] * 2 + [0.0005 * 2 * 9.80665] * 2, rel=0.05)


def test_drift_and_warm_up_add_to_a_resting_cell():
    device = with_flaws(frontend(), "drift,creep")
    (plan, *_) = device.streams
    plan = replace(plan, sensor=replace(plan.sensor, noise=0.0))
    cal = TrueCalibration.draw(device, rng(), None)
    t = np.array([0.0, 1.0])
    resting = Scene(t, np.zeros((2, 4)), np.zeros((2, 3)), ())
    counts = Converter(resting.pieces(), plan, cal, seed=1).counts(np.array([0.0, 600.0]), 0.001, 0)
    gained = np.diff((counts - cal.zero_counts) @ cal.matrix.T, axis=0)[0]
    # 10 mN a minute for ten minutes, and 1 - 1/e of 50 mN.
    assert gained == pytest.approx([0.1 + 0.05 * (1 - np.exp(-1))] * 4, abs=1e-4)


def test_unknown_twitches_and_flaws_are_refused():
    with pytest.raises(UsageError, match="fasciculations"):
        make_scene("lift", fasciculations_hz=11)
    with pytest.raises(UsageError, match="rust"):
        with_flaws(frontend(), "drift,rust")
