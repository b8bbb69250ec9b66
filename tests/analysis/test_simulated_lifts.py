"""The simulated hand knows what it did: analysis must give it back."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.results import Decision
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.model import Kind
from gripforce.sim import make_scene
from gripforce.sim.person.profiles import profile
from tests.analysis.analytic_lifts import noise, recording, stream
from tests.sim.observer import lift_lags_ms
from validation.simulated_hands import lifting_hand

FORCES = [Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.LOAD_THUMB, Kind.LOAD_INDEX]
ACCELS = [Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z]
MASS_G = 400.0
EVENTS_WITHIN_S = 0.010
STATIC_WITHIN = 0.02
LAG_WITHIN_MS = 3.0


def recorded(scene, *, with_imu):
    """Return a scene as ideal cells with 3 mN of noise each would show it."""
    rate_hz = 1.0 / float(scene.t[1] - scene.t[0])
    forces = [scene.forces[:, k] + noise(scene.t, k) for k in range(4)]
    streams = [stream(FORCES, scene.t, forces, rate_hz=rate_hz)]
    if with_imu:
        accel = [scene.accel[:, k] + noise(scene.t, 9 + k, 0.03) for k in range(3)]
        streams.append(stream(ACCELS, scene.t, accel, stream_id=1, rate_hz=rate_hz))
    return recording(*streams, mass_g=MASS_G)


@pytest.mark.parametrize("with_imu", [False, True])
@pytest.mark.parametrize("profile", ["healthy", "als"])
def test_planted_events_come_back(profile, with_imu):
    scene = make_scene("lift", profile=profile, seed=11, trials=12, mass_g=MASS_G)
    lifts = analyze_lifts(recorded(scene, with_imu=with_imu)).lifts
    assert len(lifts) == len(scene.trials)
    assert not any(TrialFlag.ZERO_MOVES in lift.flags for lift in lifts)
    pairs = list(zip(lifts, scene.trials, strict=True))
    for event in ("contact_s", "load_onset_s", "liftoff_s", "replace_s", "release_s"):
        off = [abs(getattr(lift.phases, event) - truth[f"t_{event}"]) for lift, truth in pairs]
        assert np.median(off) < EVENTS_WITHIN_S, event
    static = [abs(lift.metrics.gf_static_n / truth["gf_static_n"] - 1) for lift, truth in pairs]
    assert np.median(static) < STATIC_WITHIN
    lag = np.array([lift.metrics.xcorr_lag_ms for lift in lifts]) - lift_lags_ms(scene)
    assert abs(np.median(lag)) < LAG_WITHIN_MS


@pytest.mark.parametrize("name", ["parkinson", "cerebellar"])
def test_a_late_grip_that_rises_in_steps_is_never_called_planned(name):
    """Steps move the delay by 30 ms, the same in every lift: the interval allows for it."""
    late = replace(profile(name), lag_ms=85.0, lag_sd_ms=8.0)
    for seed in (86_001, 86_002):
        made, truths = lifting_hand(late, seed, 12)
        assert np.median([truth["lag_ms"] for truth in truths]) > 75
        verdict = summarize_person([analyze_task(made)]).verdicts["anticipatory_coupling"]
        assert verdict.answer in {Decision.NO, Decision.UNDETERMINED}, verdict.why
