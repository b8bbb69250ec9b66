import numpy as np
import pytest

from gripforce.analysis.signal.onsets import (
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


@pytest.mark.parametrize("power", [0.5, 0.7, 1.0, 1.5, 2.0])
def test_any_power_of_time_is_placed_exactly(power):
    found = onset_position((AFTER / 100) ** power, 0.05, 0, 600, RATE)
    assert found == pytest.approx(BEGIN, abs=0.5)


def test_a_minimum_jerk_rise_is_placed_better_than_by_a_threshold():
    tau = np.clip(AFTER / 200, 0, 1)
    rise = 2 * (10 * tau**3 - 15 * tau**4 + 6 * tau**5)
    found = onset_position(rise, 0.05, 0, 600, RATE)
    assert abs(found - BEGIN) < 0.5 * (np.argmax(rise > 0.05) - BEGIN)


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
