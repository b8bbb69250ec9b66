import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gripforce.clock import ReferenceTick, Unwrapper, is_reset, unwrap

WRAP_US = 2**32
MINUTE_US = 60_000_000
STEPS_US = st.lists(st.integers(-10_000_000, 35 * MINUTE_US), min_size=1, max_size=60)


def true_times(start_us, steps_us):
    return start_us + np.cumsum([0, *steps_us])


@given(st.integers(0, WRAP_US - 1), STEPS_US)
def test_the_true_time_comes_back(start_us, steps_us):
    true_us = true_times(start_us, steps_us)
    assert unwrap(true_us % WRAP_US).tolist() == true_us.tolist()


@given(st.integers(0, WRAP_US - 1), STEPS_US)
def test_one_at_a_time_is_the_same(start_us, steps_us):
    ticks = true_times(start_us, steps_us) % WRAP_US
    unwrapper = Unwrapper()
    assert [unwrapper.feed(int(tick)) for tick in ticks] == unwrap(ticks).tolist()


SILENCES_S = st.lists(st.floats(0, 100_000), min_size=1, max_size=30)


@given(st.integers(0, WRAP_US - 1), SILENCES_S, st.integers(0, 2**31))
def test_with_arrivals_a_silence_may_hide_wraps(start_us, silences_s, seed):
    rng = np.random.default_rng(seed)
    elapsed_s = np.cumsum([0.0, *silences_s])
    true_us = start_us + np.rint(elapsed_s * 1e6 * (1 + 100e-6)).astype(np.int64)
    arrival_s = 5000.0 + elapsed_s + rng.uniform(0, 5, len(elapsed_s))
    ticks = true_us % WRAP_US
    unwrapper = Unwrapper()
    assert unwrap(ticks, arrival_s).tolist() == true_us.tolist()
    pairs = zip(ticks.tolist(), arrival_s, strict=True)
    assert [unwrapper.feed(*pair) for pair in pairs] == true_us.tolist()


def test_a_resent_block_before_the_wrap_stays_before_it():
    ticks = [WRAP_US - 3_000_000, 2_000_000, WRAP_US - 1_000_000, 3_000_000]
    expected = [WRAP_US - 3_000_000, WRAP_US + 2_000_000, WRAP_US - 1_000_000, WRAP_US + 3_000_000]
    assert unwrap(ticks).tolist() == expected


@given(st.integers(0, WRAP_US - 1))
def test_one_corrupt_tick_does_no_lasting_harm(corrupt):
    true_us = np.arange(10) * 16_000 + 5_000_000_000
    ticks = true_us % WRAP_US
    ticks[4] = corrupt
    got = unwrap(ticks) - unwrap(ticks)[0]
    assert np.delete(got, 4).tolist() == np.delete(true_us - true_us[0], 4).tolist()


def test_no_ticks_no_times():
    assert unwrap([]).tolist() == []


@given(
    st.integers(0, WRAP_US - 1),
    st.floats(0, 200_000),
    st.floats(-5, 5),
    st.floats(-5000, 5000),
)
def test_a_wrap_a_silence_or_a_late_message_is_no_reset(start, silence_s, late_s, skew_ppm):
    now = (start + round(silence_s * 1e6 * (1 + skew_ppm * 1e-6))) % WRAP_US
    assert not is_reset(ReferenceTick(start, 100.0), ReferenceTick(now, 100.0 + silence_s + late_s))


@given(st.integers(60, 4200), st.floats(0, 20))
def test_ticks_that_begin_again_are_a_reset(uptime_s, silence_s):
    before = ReferenceTick(uptime_s * 1_000_000, 100.0)
    assert is_reset(before, ReferenceTick(300_000, 100.0 + silence_s + 0.3))


@pytest.mark.parametrize(("boot", "reset"), [(7, False), (8, True), (0, True)])
def test_the_boot_counter_has_the_word(boot, reset):
    soon = ReferenceTick(2_000_000, 102.0, boot)
    assert is_reset(ReferenceTick(1_000_000, 100.0, 7), soon) is reset
    far = ReferenceTick(2_000_000, 102.0, boot)
    assert is_reset(ReferenceTick(3_000_000_000, 100.0, 7), far) is reset
