"""Intervals by bootstrap: against scipy, and as often right as they say."""

import numpy as np
import pytest
from scipy import stats

from gripforce.analysis.statistics.estimates import estimate_median, estimate_statistic


def test_the_interval_is_the_percentile_bootstrap_of_scipy():
    """Another implementation with other random numbers agrees to their own error."""
    values = np.random.default_rng(5).lognormal(1.5, 0.3, 40)
    ours = estimate_median(values)
    theirs = stats.bootstrap(
        (values,), np.median, method="percentile", n_resamples=20_000,
        rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    spread = np.std(values)
    assert ours.ci_low == pytest.approx(theirs.low, abs=0.1 * spread)
    assert ours.ci_high == pytest.approx(theirs.high, abs=0.1 * spread)


def test_intervals_hold_the_true_median_as_often_as_they_say():
    """300 sessions of 12 trials: 95 % nominal; the percentile bootstrap of a median of few
    trials holds 91 to 98 % (binomial error ±2.5 % at 300)."""
    rng = np.random.default_rng(11)
    held = 0
    for _ in range(300):
        estimate = estimate_median(rng.normal(3.0, 1.0, 12))
        held += estimate.ci_low <= 3.0 <= estimate.ci_high
    assert 0.905 <= held / 300 <= 0.985


@pytest.mark.parametrize("n", [8, 12, 30])
def test_intervals_hold_with_trials_that_resemble_their_neighbours(n):
    """400 series with the lag-1 correlation of real static grip: 92 % are asked."""
    rng = np.random.default_rng([27, n])
    held = 0
    for _ in range(400):
        noise = rng.normal(0, 1, n + 20)
        values = np.zeros(n + 20)
        for k in range(1, n + 20):
            values[k] = 0.27 * values[k - 1] + noise[k]
        found = estimate_median(values[20:])
        held += found.ci_low <= 0 <= found.ci_high
    assert held / 400 >= 0.92


def test_under_six_trials_nothing_is_called_95_percent():
    few = estimate_median([3.0, 4.0, 5.0, 6.0, 7.0])
    assert (few.value, few.ci_low, few.ci_high) == (5.0, None, None)
    assert estimate_median([3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).ci_low is not None


def test_same_trials_same_interval():
    values = [1.0, 4.0, 2.0, 9.0]
    assert estimate_median(values) == estimate_median(values)


def test_too_few_trials_have_no_interval():
    assert estimate_median([]) is None
    assert estimate_median([None, float("nan")]) is None
    two = estimate_median([1.0, 3.0, None])
    assert (two.value, two.ci_low, two.ci_high, two.n) == (2.0, None, None, 2)


def test_a_figure_of_a_series_has_an_interval():
    x = np.linspace(0, 1, 40)
    rows = np.column_stack([x, 2 * x + np.random.default_rng(3).normal(0, 0.1, 40)])
    found = estimate_statistic(rows, lambda r: float(np.polyfit(r[:, 0], r[:, 1], 1)[0]))
    assert found.ci_low < 2.0 < found.ci_high
    assert found.ci_high - found.ci_low < 0.5
    assert estimate_statistic(rows[:2], np.mean) is None
    assert estimate_statistic(rows, lambda _: float("nan")) is None
