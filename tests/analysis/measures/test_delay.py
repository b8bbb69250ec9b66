"""The delay of load-coupled grip beside a squeeze, against delays that are put in by formula."""

from itertools import product

import numpy as np
import pytest

from gripforce.analysis.measures.delay import delay_of_lifts, find_delay
from gripforce.analysis.statistics.estimates import estimate_median

RATE_HZ = 500.0
ONSET_S, SQUEEZED_S = 1.0, 0.02


def rise(t, start_s, span_s):
    """Return a raised cosine from 0 to 1: not the shape of the project's simulator."""
    x = np.clip((t - start_s) / span_s, 0, 1)
    return 0.5 - 0.5 * np.cos(np.pi * x)


def estimate(delay_s, squeeze_n, preload_s, loading_s, gain=1.3):
    t = np.arange(round(3 * RATE_HZ)) / RATE_HZ
    load = 4 * rise(t, ONSET_S, loading_s)
    squeeze = squeeze_n * rise(t, ONSET_S - preload_s, preload_s) + 0.1 * t
    grip = gain * 4 * rise(t, ONSET_S + delay_s, loading_s) + squeeze
    start, stop = ONSET_S + SQUEEZED_S, ONSET_S + loading_s + 0.25
    return find_delay(grip, load, start * RATE_HZ, stop * RATE_HZ, RATE_HZ)


@pytest.mark.parametrize("loading_s", [0.08, 0.2, 0.5])
@pytest.mark.parametrize("squeeze_n", [0.2, 3.0])
@pytest.mark.parametrize("delay_s", [-0.02, 0.0, 0.04, 0.12])
def test_a_squeeze_before_the_load_does_not_move_the_delay(delay_s, squeeze_n, loading_s):
    for preload_s in (0.02, 0.25):
        found = estimate(delay_s, squeeze_n, preload_s, loading_s)
        assert found.delay_s == pytest.approx(delay_s, abs=0.001)
        assert found.is_resolved


def test_grip_that_falls_or_stands_has_no_delay():
    assert estimate(0.0, 1.0, 0.1, 0.2, gain=-0.5) is None
    constant = estimate(0.0, 1.0, 0.1, 0.2, gain=0.0)
    assert constant is None or not constant.is_resolved


def test_a_delay_beyond_the_search_is_refused():
    assert estimate(0.3, 1.0, 0.1, 0.2) is None


def test_unrelated_grip_is_not_resolved():
    """White noise through a 5 Hz band is grip of its own: load explains little of it."""
    rng = np.random.default_rng(77)
    t = np.arange(1500) / RATE_HZ
    load = 4 * rise(t, ONSET_S, 0.2)
    kernel = np.hanning(100)
    resolved = 0
    for _ in range(40):
        grip = np.convolve(rng.normal(size=len(t)), kernel, "same")
        found = find_delay(grip, load, 510, 725, RATE_HZ)
        resolved += found is not None and found.is_resolved
    assert resolved <= 8


def overshooting(delay_s, share, loading_s, longer, seed):
    """Return the delay of a grip that goes beyond its load by a share of it, and comes back, with
    a slow variability of 2 %."""
    t = np.arange(round(3 * RATE_HZ)) / RATE_HZ
    load = 4 * rise(t, ONSET_S, loading_s)
    late = ONSET_S + delay_s
    beyond = 4 * share * (rise(t, late, longer * loading_s) - rise(t, late + 0.4, 0.5))
    slow = np.convolve(np.random.default_rng(seed).normal(size=len(t)), np.hanning(80), "same")
    grip = (1.0 + 4 * rise(t, late, loading_s) + beyond) * (1 + 0.02 * slow / slow.std())
    start, stop = ONSET_S + SQUEEZED_S, ONSET_S + loading_s + 0.3
    return find_delay(grip, load, start * RATE_HZ, stop * RATE_HZ, RATE_HZ)


def test_what_the_model_lacks_in_every_lift_widens_the_interval():
    """An overshoot moves the delays of all lifts alike: their scatter says nothing of it."""
    held_by_scatter, held = [], []
    for case in product((0.0, 0.04, 0.08), (0.15, 0.3), (1.2, 1.5, 1.8)):
        delay_s, share, longer = case
        lifts = [
            overshooting(delay_s, share, loading_s, longer, seed)
            for seed, loading_s in enumerate(np.linspace(0.19, 0.23, 10))
        ]
        delays_ms = [1e3 * lift.delay_s for lift in lifts]
        scatter = estimate_median(delays_ms)
        found = delay_of_lifts(delays_ms, [1e3 * lift.half_width_s for lift in lifts])
        assert found.value == scatter.value
        held_by_scatter.append(scatter.ci_low <= 1e3 * delay_s <= scatter.ci_high)
        held.append(found.ci_low <= 1e3 * delay_s <= found.ci_high)
    assert np.mean(held_by_scatter) < 0.5
    assert np.mean(held) >= 0.9


def test_lifts_that_scatter_more_than_each_is_unsure_keep_their_interval():
    delays_ms = [0.0, 30, 10, 42, -8, 22, 13, 35]
    assert delay_of_lifts(delays_ms, [4.0] * 8) == estimate_median(delays_ms)
    few = delay_of_lifts(delays_ms[:4], [4.0] * 4)
    assert few.ci_low is None
