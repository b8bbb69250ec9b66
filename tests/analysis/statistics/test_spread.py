"""Robust spread of a few values: against the definition, and as often right as it says."""

import numpy as np
import pytest

from gripforce.analysis.statistics.spread import estimate_scatter, estimate_spread


def test_normal_values_have_their_standard_deviation():
    values = np.random.default_rng(1).normal(5, 3, 2000)
    assert estimate_spread(values).value == pytest.approx(3.0, rel=0.05)


def test_outliers_do_not_matter():
    values = np.random.default_rng(2).normal(0, 1, 40)
    clean = estimate_spread(values).value
    values[:8] = 500
    assert estimate_spread(values).value < 2 * clean


@pytest.mark.parametrize("n", [6, 10, 20])
def test_the_interval_holds_the_spread_as_often_as_it_says(n):
    """400 draws of normal values: 95 % nominal, binomial error 2 %."""
    rng = np.random.default_rng(n)
    found = [estimate_spread(rng.normal(0, 10, n)) for _ in range(400)]
    held = np.mean([s.ci_low <= 10 <= s.ci_high for s in found])
    assert 0.91 <= held <= 0.99


def test_values_beyond_the_search_are_not_alike():
    """Ten lags at the edge of the search were a spread of 0, as of the steadiest hand."""
    assert estimate_spread([], beyond=10, edge=150) is None
    assert estimate_spread([0.0], beyond=9, edge=150) is None
    half = estimate_spread([0.0, 1.0, 2.0, 3.0, 4.0], beyond=5, edge=150)
    assert half.value > 140
    assert half.n == 10
    near = estimate_spread([146.0, 147.0, 148.0, 149.0, 150.0, 146.0], beyond=2, edge=150)
    assert near.value < 5, "what lies just beyond may be alike"


def test_few_values_have_no_interval():
    assert estimate_spread(np.array([1.0])) is None
    few = estimate_spread(np.arange(5.0))
    assert (few.ci_low, few.ci_high, few.n) == (None, None, 5)


def test_scattered_delays_are_seldom_called_alike_by_chance():
    """Ten normal delays with an SD of 60 ms: both limits below 45 ms in 0.3 of 100 sessions."""
    rng = np.random.default_rng(77)
    sessions = [rng.normal(0, 60, 10) for _ in range(2000)]
    robust = np.mean([estimate_spread(delays).ci_high < 45 for delays in sessions])
    both = np.mean([estimate_scatter(delays).ci_high < 45 for delays in sessions])
    assert robust > 0.008
    assert both < 0.006
    steady = rng.normal(0, 12, 10)
    assert estimate_scatter(steady).ci_high < 45
    assert estimate_scatter(steady).value == estimate_spread(steady).value
