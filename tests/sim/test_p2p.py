"""Movements from point to point against a minimum-jerk movement."""

import numpy as np
import pytest

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person.profiles import PROFILES
from gripforce.sim.tasks import p2p
from gripforce.sim.tasks.p2p import DISTANCE_M, directed, perform_p2p
from tests.sim.observer import net_lag_s
from tests.sim.participants import MASS_KG, OBJECT, RATE_HZ, WEIGHT_N, rng, scene, steady


def test_a_movements_load_is_that_of_a_minimum_jerk():
    episode = perform_p2p(OBJECT, steady(), range(1, 3), rng(), RATE_HZ)
    up, down = episode.truths
    peak = 5.774 * DISTANCE_M / 0.5**2  # |a| max = 5.774 D / T² [FlashHogan1985]
    assert up["lf_peak_n"] == pytest.approx(MASS_KG * (STANDARD_GRAVITY + peak), rel=1e-3)
    moving = (episode.t > up["t_onset_s"]) & (episode.t < up["t_end_s"])
    top = episode.t[moving][episode.load_n[moving].argmax()]
    assert top == pytest.approx(up["t_first_extremum_s"], abs=1e-3)
    assert (up["direction"], down["direction"]) == ("up", "down")
    assert down["gf_peak_n"] == pytest.approx(up["gf_peak_n"], rel=0.01)


@pytest.mark.parametrize(("delta", "sign"), [(1.0, -1.0), (0.5, 0.0), (0.0, 1.0)])
def test_grip_goes_where_its_selectivity_says(delta, sign):
    """On the way down δ ΔL + (1 - δ) |ΔL| is (1 - 2 δ) |ΔL| at first."""
    assert directed(np.array([2.0, -2.0]), delta).tolist() == [2.0, 2.0 * sign]
    hand = steady(direction=delta, bandwidth_hz=50.0, safety_margin=1.0)
    episode = perform_p2p(OBJECT, hand, range(1, 3), rng(), RATE_HZ)
    up, down = (trial["early_gf_change_n"] for trial in episode.truths)
    change = MASS_KG * 5.774 * DISTANCE_M / 0.5**2
    gain = hand.coupled * OBJECT.slip_force_n * (1 + hand.safety_margin) / WEIGHT_N
    assert up == pytest.approx(gain * change, rel=0.03)
    assert down == pytest.approx(sign * gain * change, abs=0.03 * gain * change)


@pytest.mark.parametrize("lag_ms", [-20.0, 40.0])
def test_grip_follows_a_movement_at_the_planted_lag(lag_ms):
    hand = steady(lag_ms=lag_ms, bandwidth_hz=50.0, safety_margin=1.0)
    episode = perform_p2p(OBJECT, hand, range(1, 5), rng(), RATE_HZ)
    for truth in episode.truths:
        assert truth["lag_ms"] == lag_ms
        span = truth["t_onset_s"] - 0.05, truth["t_end_s"] + 0.05
        seen_s, r = net_lag_s(episode.t, episode.grip_n, episode.load_n, *span)
        assert 1e3 * seen_s == pytest.approx(lag_ms, abs=1.0)
        assert r > 0.99


@pytest.mark.parametrize("name", PROFILES)
def test_nobody_drops_what_they_meant_to_move(name):
    for seed in range(5):
        assert not any(trial["t_drop_s"] for trial in scene("p2p", name, seed=seed).trials)


def test_many_movements_take_several_holds():
    assert [len(numbers) for numbers in p2p.holds(45)] == [20, 20, 5]
    assert [number for numbers in p2p.holds(45) for number in numbers] == list(range(1, 46))


def test_a_weak_hand_drops_what_it_moves():
    weak = steady(mvc_n=OBJECT.slip_force_n * 1.15)
    episode = perform_p2p(OBJECT, weak, range(1, 7), rng(), RATE_HZ)
    last = episode.truths[-1]
    assert last["t_drop_s"] is not None
    assert len(episode.truths) < 6
    gone = episode.t > last["t_drop_s"] + 0.05
    assert episode.load_n[gone].max() < 0.01
    assert episode.grip_n[gone].max() < 0.01
    # It falls freely, lands, and lies still: its speed is nothing in the end.
    falling = (episode.t > last["t_drop_s"] + 0.001) & (episode.t < last["t_drop_s"] + 0.05)
    assert np.allclose(episode.accel_m_s2[falling], -STANDARD_GRAVITY, atol=1e-6)
    assert abs(episode.accel_m_s2[-1]) < 1e-3
