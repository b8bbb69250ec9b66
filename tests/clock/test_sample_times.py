import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.clock import sample_times


def blocks(count, size=16, period_us=1000.0, start=0):
    first = start + np.arange(count) * size
    return first, np.rint(5e6 + first * period_us).astype(np.int64), np.full(count, size)


def test_one_block_goes_at_the_nominal_rate():
    times = sample_times(*blocks(1, size=4), rate_hz=1000.0)
    assert times == pytest.approx([5.0, 5.001, 5.002, 5.003], abs=1e-12)


def test_no_blocks_no_times():
    empty = np.empty(0, dtype=np.int64)
    assert sample_times(empty, empty, empty, 1000.0).tolist() == []


def test_samples_lie_evenly_between_ticks_and_go_on_at_the_measured_period():
    first, tick_us, n = blocks(50, size=8, period_us=10_900.0)  # an "80 Hz" HX711 that does 91.7
    times = sample_times(first, tick_us, n, rate_hz=80.0)
    assert times == pytest.approx(5.0 + np.arange(400) * 0.0109, abs=1e-7)


def test_a_rate_far_from_nominal_is_believed_when_measured():
    first, tick_us, n = blocks(20, size=4, period_us=100_000.0)
    times = sample_times(first, tick_us, n, rate_hz=80.0)
    assert times == pytest.approx(5.0 + np.arange(80) * 0.1, abs=1e-7)


def test_across_a_gap_the_counter_decides():
    first, tick_us, n = blocks(40)
    kept = np.r_[0:10, 25:40]
    counters = (first[kept][:, None] + np.arange(16)).ravel()
    times = sample_times(first[kept], tick_us[kept], n[kept], 1000.0)
    assert times == pytest.approx(5.0 + counters * 1e-3, abs=1e-9)


def test_uneven_blocks():
    n = np.array([3, 20, 1, 7])
    first = np.cumsum(n) - n
    times = sample_times(first, first * 1000 + 5_000_000, n, 1000.0)
    assert times == pytest.approx(5.0 + np.arange(31) * 1e-3, abs=1e-9)


def test_a_pause_without_samples_is_a_jump_in_time():
    first, tick_us, n = blocks(40)
    tick_us[20:] += 700_000
    times = sample_times(first, tick_us, n, 1000.0)
    assert times[20 * 16 :: 16] == pytest.approx(tick_us[20:] * 1e-6)
    assert np.all(np.diff(times) > 0)


@given(
    st.integers(0, 39),
    st.integers(-(2**31), 2**31),
    st.integers(0, 2**31),
    st.sampled_from([1, 8, 16]),
)
def test_a_corrupt_tick_moves_nothing_else(where, error_us, seed, size):
    first, true_us, n = blocks(40, size=size)
    tick_us = true_us + np.random.default_rng(seed).integers(-20, 21, 40)
    tick_us[where] += error_us
    times = sample_times(first, tick_us, n, 1000.0)
    truth = 5.0 + np.arange(40 * size) * 1e-3
    assert np.all(np.diff(times) > 0)
    others = np.abs(np.arange(40 * size) // size - where) > 1
    assert np.abs(times - truth)[others].max() < 50e-6
    if where:  # the first is believed as long as time rises from it
        assert np.abs(times - truth).max() < 1.5e-3


@given(st.lists(st.integers(-(2**40), 2**40), min_size=1, max_size=40), st.integers(1, 20))
def test_times_rise_whatever_the_ticks(tick_us, size):
    count = len(tick_us)
    first = np.arange(count) * size
    times = sample_times(first, np.array(tick_us), np.full(count, size), 1000.0)
    assert len(times) == count * size
    assert np.all(np.diff(times) > 0)


@given(st.integers(0, 2**31), st.integers(8, 38), st.floats(-5, 5))
def test_live_times_rise_through_jitter_and_a_corrupt_tick(seed, where, error_s):
    first, tick_us, n = blocks(40)
    tick_us = tick_us + np.random.default_rng(seed).integers(-20, 21, 40)
    tick_us[where] += round(error_s * 1e6)
    fitted = []
    for k in range(40):
        recent = slice(max(0, k - 8), k + 1)
        fitted += sample_times(first[recent], tick_us[recent], n[recent], 1000.0)[-16:].tolist()
    assert np.all(np.diff(fitted) > 0)
    assert fitted == pytest.approx(5.0 + np.arange(640) * 1e-3, abs=1e-3)


@pytest.mark.parametrize("first", [[0, 0], [16, 0], [0, 8]])
def test_overlapping_or_unordered_blocks_are_a_mistake_of_the_caller(first):
    with pytest.raises(ValueError, match="order"):
        sample_times(np.array(first), np.array([0, 16_000]), np.array([16, 16]), 1000.0)
