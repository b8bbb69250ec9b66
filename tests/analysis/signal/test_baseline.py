import numpy as np
import pytest

from gripforce.analysis.signal.baseline import ANY_ZERO, LONG_HOLDS, find_baseline, find_touches

RATE = 200.0
T = np.arange(round(240 * RATE)) / RATE
HELD = (T % 12.0 > 4.0) & (T % 12.0 < 9.0)
GOOD = np.ones(len(T), dtype=bool)


def forces(drift, noise_n=0.01, seed=3):
    generator = np.random.default_rng(seed)
    grip = 4.0 * HELD + drift + generator.normal(0, noise_n, len(T))
    load = 3.0 * HELD - 2 * drift + generator.normal(0, noise_n, len(T))
    return grip, load


@pytest.mark.parametrize("rule", [ANY_ZERO, LONG_HOLDS])
@pytest.mark.parametrize(
    "drift",
    [np.zeros(len(T)), 0.4 * T / 240, -0.6 * T / 240, 0.5 * (1 - np.exp(-T / 60)), T * 0 - 3.0],
    ids=["none", "up", "down", "warm-up", "offset"],
)
def test_drift_is_followed(drift, rule):
    grip, load = forces(drift)
    baseline = find_baseline(grip, load, GOOD, RATE, rule)
    assert len(baseline.touches) == 20
    assert np.abs(baseline.gf_zero - drift).max() < 0.02
    assert np.abs(baseline.lf_zero + 2 * drift).max() < 0.04
    assert baseline.gf_noise == pytest.approx(0.01, rel=0.15)


def test_an_object_never_let_go_is_not_zeroed():
    held = np.full(len(T), 4.0)
    baseline = find_baseline(held, held, GOOD, RATE)
    assert baseline.quiet == []
    assert not baseline.gf_zero.any()
    assert baseline.touches == [(0, len(T))]


@pytest.mark.parametrize("until_s", [45.0, 90.0, 240.0])
def test_a_light_grip_of_minutes_is_no_offset(until_s):
    """Grip of 0.9 ± 0.3 N from second 2 on: soon no window sees the untouched object."""
    grip = np.where(T < 2.0, 0.0, 0.9 + 0.3 * np.sin(2 * np.pi * 0.8 * T))
    grip = (grip + np.random.default_rng(4).normal(0, 0.01, len(T)))[until_s > T]
    baseline = find_baseline(grip, grip, GOOD[until_s > T], RATE, LONG_HOLDS)
    assert baseline.touches == [(pytest.approx(2.0 * RATE, abs=2), len(grip))]
    assert np.abs(baseline.gf_zero).max() < 0.02


def test_an_untouched_object_has_no_touch():
    grip, load = np.zeros(len(T)), np.zeros(len(T))
    assert find_baseline(grip, load, GOOD, RATE).touches == []


def test_gaps_carry_no_zero():
    grip, load = forces(np.zeros(len(T)))
    valid = GOOD.copy()
    valid[:700] = False
    grip[:700] = 0.15
    baseline = find_baseline(grip, load, valid, RATE)
    assert min(a for a, _ in baseline.quiet) >= 700


def test_a_bounce_is_one_touch():
    grip = np.zeros(1000)
    grip[100:200] = grip[206:300] = 1.0
    grip[600:700] = 1.0
    grip[900:905] = 0.15
    assert find_touches(grip, 0.2, RATE) == [(100, 300), (600, 700)]


@pytest.mark.parametrize("count", [0, 1, 5])
def test_hardly_any_samples(count):
    few = np.zeros(count)
    assert find_baseline(few, few, np.ones(count, dtype=bool), RATE).touches == []
