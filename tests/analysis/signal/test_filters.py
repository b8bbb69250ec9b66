import numpy as np
import pytest

from gripforce.analysis.signal.filters import LowPass, bridge, derivative, runs
from gripforce.errors import UsageError

AMPLITUDE_TOLERANCE = 0.003


@pytest.mark.parametrize("rate_hz", [80.0, 400.0, 2000.0])
@pytest.mark.parametrize("cutoff_hz", [6.0, 15.0])
def test_minus_3_db_is_where_the_label_says(rate_hz, cutoff_hz):
    t = np.arange(round(20 * rate_hz)) / rate_hz
    passed = LowPass(cutoff_hz).apply(np.sin(2 * np.pi * cutoff_hz * t), rate_hz)
    middle = slice(len(t) // 4, 3 * len(t) // 4)
    amplitude = np.sqrt(2 * np.mean(passed[middle] ** 2))
    assert amplitude == pytest.approx(1 / np.sqrt(2), abs=AMPLITUDE_TOLERANCE)


def test_falls_off_as_fourth_order():
    """Far above the corner the double pass follows (f/fc)**-4 of the design corner."""
    rate_hz, t = 5000.0, np.arange(50_000) / 5000.0
    gains = []
    for f in (100.0, 200.0):
        passed = LowPass(15.0).apply(np.sin(2 * np.pi * f * t), rate_hz)
        gains.append(np.sqrt(2 * np.mean(passed[10_000:40_000] ** 2)))
    assert gains[0] / gains[1] == pytest.approx(16, rel=0.03)


def test_no_phase_and_no_change_of_a_constant():
    t = np.arange(4000) / 1000.0
    pulse = np.exp(-(((t - 2.0) / 0.03) ** 2))
    passed = LowPass(15.0).apply(pulse, 1000.0)
    assert np.argmax(passed) == 2000
    assert np.allclose(passed[1000:2000], passed[3000:2000:-1], atol=1e-9)
    assert np.allclose(LowPass(15.0).apply(np.full(500, 3.7), 1000.0), 3.7)


def test_a_step_over_a_gap_does_not_ring():
    values = np.where(np.arange(2000) < 1000, 1.0, 9.0)
    valid = np.ones(2000, dtype=bool)
    valid[900:1100] = False
    passed = LowPass(15.0).apply(values, 1000.0, valid)
    assert np.allclose(passed[:900], 1.0)
    assert np.allclose(passed[1100:], 9.0)
    assert np.all(np.diff(passed[899:1101]) > 0), "between them runs a straight line"


def test_short_runs_and_slow_sources_pass():
    valid = np.array([True, False, True, True, False, True] * 3)
    values = np.arange(18.0)
    assert np.isfinite(LowPass(15.0).apply(values, 1000.0, valid)).all()
    assert np.array_equal(LowPass(50.0).apply(values, 80.0), values)


@pytest.mark.parametrize("cutoff_hz", [0.0, -3.0, float("nan")])
def test_no_filter_at_or_below_zero(cutoff_hz):
    with pytest.raises(UsageError, match="no filter"):
        LowPass(cutoff_hz)


def test_label():
    assert LowPass(15.0).label == "butter4-zerophase-15Hz"
    assert LowPass(7.5).label == "butter4-zerophase-7.5Hz"
    assert LowPass(15.0).label_at(1000.0) == "butter4-zerophase-15Hz"
    assert LowPass(5000.0).label_at(1000.0) == "none"


def test_derivative_of_a_parabola_is_exact_inside():
    t = np.arange(100) / 250.0
    assert np.allclose(derivative(t**2, 250.0)[1:-1], 2 * t[1:-1])
    assert np.array_equal(derivative(np.array([4.0]), 250.0), [0.0])


def test_min_jerk_ramp_peaks_at_half_time():
    """Oracle: amplitude A in time T has the peak rate 1.875 A / T at T / 2."""
    tau = np.arange(601) / 600
    rate = derivative(8.0 * (10 * tau**3 - 15 * tau**4 + 6 * tau**5), 1000.0)
    assert np.argmax(rate) == 300
    assert rate.max() == pytest.approx(1.875 * 8.0 / 0.6, rel=1e-4)


def test_runs_and_bridge():
    mask = np.array([False, True, True, False, True])
    assert runs(mask) == [(1, 3), (4, 5)]
    assert runs(np.zeros(3, dtype=bool)) == []
    values = np.array([9.0, 1.0, 2.0, 99.0, 4.0])
    bridge(values, mask)
    assert values.tolist() == [1.0, 1.0, 2.0, 3.0, 4.0]
