"""Slip tests on formulas: the slip comes where grip meets friction."""

import numpy as np
import pytest

from gripforce.analysis.tasks.slip import analyze_slip
from gripforce.model import Kind
from tests.analysis.analytic_lifts import (
    G,
    noise,
    recording,
    stream,
)
from tests.analysis.analytic_tasks import Held, held_recording
from tests.analysis.recordings import (
    only,
    shaky,
    sum_of,
)


@pytest.mark.parametrize(("mu", "rate"), [(0.9, 0.5), (0.6, 1.0), (0.35, 1.5)])
def test_slip_comes_where_grip_meets_the_friction(mu, rate):
    """A linear release slips at t = (GF0 - m g / 2 µ) / r."""
    weight = 0.4 * G
    start_n, release_s = 8.0, 3.0
    slip_s = release_s + (start_n - weight / (2 * mu)) / rate
    held = Held(
        duration_s=slip_s + 1.0,
        grip_n=lambda t: start_n - rate * np.clip(t - release_s, 0, None),
        slips_s=slip_s,
    )
    trial = only(analyze_slip(held_recording(held, task="slip")))
    assert trial.events["t_slip_s"] == pytest.approx(slip_s, abs=0.015)
    assert trial.values["slip_force_n"] == pytest.approx(weight / (2 * mu), rel=0.02)
    assert trial.values["mu"] == pytest.approx(mu, rel=0.02)
    assert trial.values["slip_ratio"] == pytest.approx(1 / mu, rel=0.02)
    assert trial.values["release_rate_n_per_s"] == pytest.approx(rate, rel=0.03)
    assert trial.values["load_n"] == pytest.approx(weight, rel=0.005)
    assert trial.flags == ()


def test_a_sliding_object_is_a_slip_though_it_does_not_fall():
    """Sliding friction of 0.85: the load drops at once by 15 % and more, then goes with grip."""
    weight, mu, rate = 0.4 * G, 0.6, 1.0
    slip_s = 3.0 + (8.0 - weight / (2 * mu)) / rate

    def grip(t):
        return 8.0 - rate * np.clip(t - 3.0, 0, None)

    def sliding(t):
        return np.where(t >= slip_s, 2 * 0.8 * mu * np.maximum(grip(t), 0) - weight, 0.0)

    held = Held(duration_s=slip_s + 2.0, grip_n=grip, extra_load_n=sliding)
    trial = only(analyze_slip(held_recording(held, task="slip")))
    assert trial.values["slip_force_n"] == pytest.approx(weight / (2 * mu), rel=0.02)


@pytest.mark.parametrize(("falls", "flags"), [(True, ()), (False, ("no_slip",))])
def test_an_accelerometer_tells_a_fall_from_setting_down(falls, flags):
    """The load goes as fast either way; a support pushes the object up while it stops it."""
    held = Held(duration_s=7.0, grip_n=lambda t: 8.0 - 0.8 * np.clip(t - 3.0, 0, None), slips_s=7.0)
    t = np.arange(9000) / 1000
    after = (t >= 7.0) & (t < 7.1)
    up = np.where(after, -0.5 * G if falls else 0.5 * G, 0.0) + G + noise(t, 5, 0.02)
    forces = [held.grip(t) + noise(t, 1, 0.002), held.load(t) + noise(t, 2, 0.002)]
    made = recording(
        stream([Kind.GRIP, Kind.LOAD], t, forces),
        stream([Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z], t, [0 * t, 0 * t, up], stream_id=1),
        task="slip",
        mass_g=400,
    )
    assert only(analyze_slip(made)).flags == flags


def test_setting_down_is_no_slip():
    result = analyze_slip(held_recording(Held(), task="slip"))
    assert only(result).flags == ("no_slip",)
    assert only(result).values["slip_force_n"] is None
    assert "slip force is not known" in result.remarks[0]


def test_repeats_have_a_spread():
    forces = [3.0, 3.3, 3.6]
    helds = [
        Held(
            duration_s=2.0 + 8.0 - force + 0.5,
            begin_s=1.0 + 12.0 * k,
            grip_n=lambda t, k=k: 8.0 - np.clip(t - 12.0 * k - 3.0, 0, None),
            slips_s=12.0 * k + 3.0 + 8.0 - force,
        )
        for k, force in enumerate(forces)
    ]
    made = sum_of(helds)
    result = analyze_slip(made)
    assert result.summary["slip_force_n"].value == pytest.approx(3.3, rel=0.02)
    assert result.summary["slip_force_n"].n == 3
    assert result.summary["slip_force_cv_pct"].value == pytest.approx(100 * 0.3 / 3.3, rel=0.1)


@pytest.mark.parametrize("mu", [0.9, 0.6, 0.35])
def test_slip_force_of_shaky_hands_is_within_4_percent(mu):
    """Planted: the object slides from the first moment at which grip is below m g / 2 µ."""
    weight, start_n = 0.4 * G, 0.4 * G / (2 * mu) + 3.0
    found = []
    for seed in range(6):
        t = np.arange(14_000) / 1000

        def grip(at, seed=seed):
            release = start_n - np.clip(at - 3.0, 0, None)
            return np.maximum(release, 0) * shaky(at, seed)

        slip_s = t[np.argmax((grip(t) < weight / (2 * mu)) & (t > 2.5))]
        held = Held(
            duration_s=slip_s + 1.5,
            grip_n=grip,
            extra_load_n=lambda at, s=slip_s: np.where(
                at > s, 2 * 0.85 * mu * grip(at) - weight, 0.0
            ),
        )
        trial = only(analyze_slip(held_recording(held, task="slip", seed=seed)))
        found.append(trial.values["slip_force_n"])
    assert np.abs(np.array(found) / (weight / (2 * mu)) - 1).max() < 0.04
