"""Load steps against their rates and latencies."""

import numpy as np
import pytest

from gripforce.sim.tasks import step
from gripforce.sim.tasks.step import perform_step
from tests.sim.participants import OBJECT, RATE_HZ, rng, scene, steady


def test_steps_have_their_rate_and_latency():
    """Latency 65 + 230 / rate ms: 72 ms at 32 N/s, 180 ms at 2 N/s."""
    latencies = {rate: [] for rate in step.RATES_N_PER_S}
    for trial in scene("step", trials=80).trials:
        latencies[trial["load_rate_n_per_s"]].append(trial["latency_ms"])
    for rate, found in latencies.items():
        assert np.median(found) == pytest.approx(65 + 230 / rate, rel=0.08)


def test_grip_does_nothing_before_its_latency():
    episode = perform_step(OBJECT, steady(), 1, rng(), RATE_HZ)
    (truth,) = episode.truths
    at, onset = truth["t_step_s"], truth["t_gf_onset_s"]
    before = (episode.t > at - 0.3) & (episode.t < onset)
    assert np.ptp(episode.grip_n[before]) < 0.01
    ramp = np.interp([at, at + 0.05], episode.t, episode.load_n)
    assert ramp[1] - ramp[0] == pytest.approx(0.05 * truth["load_rate_n_per_s"], rel=0.01)
    assert truth["gf_rise_n"] > truth["load_step_n"] * 0.5
    numb = perform_step(OBJECT, steady(reactive_ms=None, safety_margin=3.0), 1, rng(), RATE_HZ)
    assert numb.truths[0]["latency_ms"] is None
    assert numb.truths[0]["gf_rise_n"] < 0.05
