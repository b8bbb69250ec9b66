import numpy as np
import pytest

from gripforce.analysis.onsets import (
    crossing_position,
    first_below,
    first_reaching,
    last_below,
    last_reaching,
    offset_position,
    onset_position,
)

RATE = 1000.0
BEGIN = 300.4
AFTER = np.maximum(np.arange(1000) - BEGIN, 0)


def test_a_square_rise_is_placed_exactly():
    found = onset_position((AFTER / 100) ** 2, 0.05, 0, 600, RATE)
    assert found == pytest.approx(BEGIN, abs=0.1)


def test_a_linear_ramp_is_early_by_at_most_the_time_of_two_thresholds():
    ramp = AFTER * 0.03  # 30 N/s
    found = onset_position(ramp, 0.05, 0, 600, RATE)
    assert -2 * 0.05 / 0.03 <= found - BEGIN <= 0


def test_a_cubic_rise_is_late_by_less_than_half_a_bare_threshold():
    cubic = (AFTER / 100) ** 3
    found = onset_position(cubic, 0.05, 0, 600, RATE)
    bare = np.argmax(cubic > 0.05)
    assert 0 < found - BEGIN < 0.5 * (bare - BEGIN)


def test_a_lingering_force_is_not_extrapolated():
    values = np.where(np.arange(1000) > 200, 0.1, 0.0)
    values[700:] = 5.0
    assert onset_position(values, 0.05, 0, 800, RATE) == pytest.approx(200.5, abs=0.01)


def test_never_below_is_no_onset():
    assert onset_position(np.full(100, 3.0), 0.05, 0, 90, RATE) is None


def test_an_end_is_an_onset_mirrored():
    values = ((AFTER / 100) ** 2)[::-1]
    found = offset_position(values, 0.05, 400, 1000, RATE)
    assert found == pytest.approx(999 - BEGIN, abs=0.1)
    assert offset_position(np.full(100, 3.0), 0.05, 10, 100, RATE) is None


def test_searches():
    values = np.array([0.0, 2.0, 0.5, 3.0, 1.0])
    assert first_reaching(values, 2.0, 0, 5) == 1
    assert first_reaching(values, 4.0, 0, 5) is None
    assert first_reaching(values, 0.0, 3, 3) is None
    assert first_below(values, 1.0, 1, 5) == 2
    assert first_below(values, 0.0, 0, 5) is None
    assert last_below(values, 1.0, 0, 5) == 2
    assert last_below(values, 0.0, 0, 5) is None
    assert last_reaching(values, 2.0, 0, 5) == 3
    assert last_reaching(values, 9.0, 2, 5) == 2
    assert crossing_position(values, 1.0, 1) == pytest.approx(0.5)
    assert crossing_position(values, 1.0, 0) == 0.0
