"""Adaptation over lifts."""

import numpy as np
import pytest

from gripforce.analysis.measures.adaptation import adaptation


def test_settling_comes_back():
    """Real healthy peaks over lifts have τ of about 0.7 lifts and 29 % excess."""
    real = np.array([1.29, 1.06, 1.02, 1.00, 1.00, 0.98, 0.96, 0.95])
    found = adaptation(real)
    assert found.first_excess_pct == pytest.approx(100 * (1.29 / np.median(real[3:]) - 1))
    assert found.tau_lifts == pytest.approx(0.7, abs=0.25)
    i = np.arange(20)
    exact = adaptation(5 + 2 * np.exp(-i / 2.0))
    assert exact.plateau == pytest.approx(5, abs=0.02)
    assert exact.amplitude == pytest.approx(2, rel=0.03)
    assert exact.tau_lifts == pytest.approx(2.0, rel=0.05)


def test_no_settling_no_time_constant():
    flat = adaptation(np.array([1.0, 1.1, 0.9, 1.0, 1.05, 0.95, 1.0, 1.02, 0.97]))
    assert flat.tau_lifts is None
    assert adaptation(np.ones(7)) is None
