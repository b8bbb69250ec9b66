import doctest

import numpy as np
import pytest

from gripforce.analysis.measures import coupling
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.signal.peaks import coefficient_of_variation_pct, count_peaks, peak_position

LAG_TOLERANCE_S = 1e-4


@pytest.mark.parametrize("rate_hz", [250.0, 1000.0, 2000.0])
@pytest.mark.parametrize("lag_s", [-0.08, -0.0003, 0.0, 0.0123, 0.1])
def test_a_delayed_sinusoid_gives_its_delay(rate_hz, lag_s):
    """Oracle 1: GF = a + b LF(t - lag) correlates 1 at the lag, to 0.1 ms."""
    t = np.arange(round(6 * rate_hz)) / rate_hz
    load = np.sin(2 * np.pi * 1.2 * t)
    grip = 2 + 0.7 * np.sin(2 * np.pi * 1.2 * (t - lag_s))
    start, stop = round(rate_hz), round(5 * rate_hz)
    found = correlate_lag(grip, load, start, stop, rate_hz=rate_hz, max_lag_s=0.15)
    assert found.lag_s == pytest.approx(lag_s, abs=LAG_TOLERANCE_S)
    assert found.r == pytest.approx(1.0, abs=1e-4)
    assert not found.at_edge


def test_agrees_with_corrcoef_at_every_lag():
    generator = np.random.default_rng(5)
    grip, load = generator.normal(size=300), generator.normal(size=300)
    found = correlate_lag(grip, load, 100, 200, rate_hz=100.0, max_lag_s=0.1)
    by_hand = [np.corrcoef(grip[100 + k : 200 + k], load[100:200])[0, 1] for k in range(-10, 11)]
    best = int(np.argmax(by_hand)) - 10
    assert found.lag_s == pytest.approx(best / 100, abs=0.5 / 100)
    assert found.r >= max(by_hand)
    assert found.r == pytest.approx(max(by_hand), abs=0.1)


def test_a_longer_lag_than_searched_is_at_the_edge():
    t = np.arange(4000) / 1000.0
    load = np.exp(-(((t - 2.0) / 0.1) ** 2))
    grip = np.exp(-(((t - 2.2) / 0.1) ** 2))
    assert correlate_lag(grip, load, 1500, 2500, rate_hz=1000.0, max_lag_s=0.15).at_edge


def test_constants_and_short_records_have_no_correlation():
    flat, wave = np.ones(1000), np.sin(np.arange(1000) / 30)
    assert correlate_lag(flat, wave, 300, 700, rate_hz=1000.0, max_lag_s=0.15) is None
    assert correlate_lag(wave, flat, 300, 700, rate_hz=1000.0, max_lag_s=0.15) is None
    assert correlate_lag(wave, wave, 100, 700, rate_hz=1000.0, max_lag_s=0.15) is None
    assert correlate_lag(wave, wave, 300, 900, rate_hz=1000.0, max_lag_s=0.15) is None


def test_the_example_in_the_docstring():
    assert doctest.testmod(coupling, extraglobs={"np": np}).failed == 0


def test_coefficient_of_variation_forgets_drift():
    """Oracle 4: noise of known mean and SD; a straight line on top is not unsteadiness."""
    noise = np.random.default_rng(6).normal(5.0, 0.2, 200_000)
    drift = np.linspace(-1, 1, len(noise))
    assert coefficient_of_variation_pct(noise + drift) == pytest.approx(4.0, rel=0.01)


def test_peaks_are_counted_by_height_and_distance():
    t = np.arange(1000) / 1000.0
    two = np.exp(-(((t - 0.3) / 0.05) ** 2)) + 0.5 * np.exp(-(((t - 0.7) / 0.05) ** 2))
    assert count_peaks(two, 0.1, 30) == 2
    assert count_peaks(two, 0.6, 30) == 1
    assert count_peaks(np.linspace(0.1, 1, 50), 0.1, 30) == 1, "the end is a peak"
    assert count_peaks(np.zeros(50), 0.1, 30) == 0


def test_peak_position_lies_between_samples():
    t = np.arange(200.0)
    assert peak_position(-((t - 77.3) ** 2), 50, 120) == pytest.approx(77.3)
    assert peak_position(t, 0, 200) == 199.0
