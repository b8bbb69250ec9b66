"""Force variability and tremor of a hold."""

import numpy as np
import pytest

from gripforce.analysis.measures.steadiness import hold_steadiness


@pytest.mark.parametrize("rate_hz", [80.0, 1000.0, 2000.0])
def test_tremor_and_spread_of_a_known_hold(rate_hz):
    """A sine of amplitude a has an rms of a/√2; CV adds spreads in quadrature."""
    t = np.arange(round(12 * rate_hz)) / rate_hz
    force = 5 + 0.10 * np.sin(2 * np.pi * 9.5 * t) + 0.08 * np.sin(2 * np.pi * 1.5 * t) + 0.01 * t
    found = hold_steadiness(force, rate_hz)
    mean = float(force.mean())
    assert found.tremor_8_12_pct == pytest.approx(100 * 0.10 / np.sqrt(2) / mean, rel=0.04)
    assert found.sd_slow_n == pytest.approx(0.08 / np.sqrt(2), rel=0.05)
    assert found.sd_fast_n == pytest.approx(0.10 / np.sqrt(2), rel=0.04)
    assert found.tremor_4_7_pct < 0.1
    assert found.tremor_peak_hz == pytest.approx(9.5, abs=0.25)
    assert found.cv_pct == pytest.approx(100 * np.hypot(0.10, 0.08) / np.sqrt(2) / mean, rel=0.03)


def test_white_noise_fills_bands_by_their_width():
    """White noise of SD s has s·√(band / (rate/2)) in a band."""
    rng = np.random.default_rng(8)
    force = 5 + rng.normal(0, 0.1, 200_000)
    found = hold_steadiness(force, 1000.0)
    assert found.sd_fast_n == pytest.approx(0.1 * np.sqrt(8 / 500), rel=0.05)
    assert found.tremor_peak_hz is None


def test_a_short_or_empty_hold_is_not_judged():
    assert hold_steadiness(np.ones(1000), 1000.0) is None
    assert hold_steadiness(np.zeros(5000), 1000.0) is None
    assert hold_steadiness(np.zeros(0), 1000.0) is None
    slow = hold_steadiness(5 + np.random.default_rng(0).normal(0, 0.1, 200), 20.0)
    assert slow.tremor_8_12_pct is None
