"""Intervals, reliability, surrogates, settling, steadiness and friction against known answers."""

import numpy as np
import pytest
from scipy import stats

from gripforce.analysis.assessment.reference import RELIABILITY
from gripforce.analysis.measures.adaptation import adaptation
from gripforce.analysis.measures.friction import fit_friction
from gripforce.analysis.measures.split_hand import split_hand
from gripforce.analysis.measures.steadiness import hold_steadiness
from gripforce.analysis.measures.surrogate import fisher_mean, trial_shuffled
from gripforce.analysis.statistics.estimates import estimate_median, estimate_statistic
from gripforce.analysis.statistics.regression import least_squares, total_least_squares
from gripforce.analysis.statistics.reliability import (
    Reliability,
    minimal_detectable_change,
    reliability,
    reliable_change,
)

# bootstrap -----------------------------------------------------------------------------------


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


def test_same_trials_same_interval():
    values = [1.0, 4.0, 2.0, 9.0]
    assert estimate_median(values) == estimate_median(values)


def test_too_few_trials_have_no_interval():
    assert estimate_median([]) is None
    assert estimate_median([None, float("nan")]) is None
    two = estimate_median([1.0, 3.0, None])
    assert (two.median, two.ci_low, two.ci_high, two.n) == (2.0, None, None, 2)


def test_a_figure_of_a_series_has_an_interval():
    x = np.linspace(0, 1, 40)
    rows = np.column_stack([x, 2 * x + np.random.default_rng(3).normal(0, 0.1, 40)])
    found = estimate_statistic(rows, lambda r: float(np.polyfit(r[:, 0], r[:, 1], 1)[0]))
    assert found.ci_low < 2.0 < found.ci_high
    assert found.ci_high - found.ci_low < 0.4
    assert estimate_statistic(rows[:2], np.mean) is None
    assert estimate_statistic(rows, lambda _: float("nan")) is None


# reliability ---------------------------------------------------------------------------------


def test_icc_of_the_textbook():
    """Shrout & Fleiss 1979, table 2: six targets, four judges; ICC(1,1) = .17, ICC(1,4) = .44."""
    judged = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    found = reliability([np.array(row, dtype=float) for row in judged])
    assert found.icc == pytest.approx(0.17, abs=0.005)
    assert found.icc_of_mean(4) == pytest.approx(0.44, abs=0.005)


def test_planted_variances_come_back_from_uneven_groups():
    rng = np.random.default_rng(2)
    groups = [rng.normal(rng.normal(10, 3), 2, rng.integers(5, 40)) for _ in range(400)]
    found = reliability(groups)
    assert found.sem == pytest.approx(2, rel=0.03)
    assert found.sd_between == pytest.approx(3, rel=0.1)
    assert found.icc == pytest.approx(9 / 13, abs=0.04)


def test_formulas_agree_with_the_published_table():
    """Science 3.4: MDC95 and trials for ICC .8/.9 follow from ICC and SEM, to their rounding."""
    asked = {"preload_ms": (11, 23), "rate_peak_lag_ms": (13, 29), "xcorr_lag_ms": (7, 14),
             "loading_ms": (3, 7), "xcorr_r": (3, 7), "plfr_n_per_s": (2, 3)}  # fmt: skip
    for entry in RELIABILITY:
        assert minimal_detectable_change(entry.sem) == pytest.approx(entry.mdc95_one, rel=0.07)
        mean5 = minimal_detectable_change(entry.sem, 5)
        assert mean5 == pytest.approx(entry.mdc95_mean5, rel=0.12)
        if entry.metric in asked:
            found = Reliability(entry.mean, entry.sd_between, entry.sem, entry.icc, 16, 2000)
            for icc, trials in zip((0.8, 0.9), asked[entry.metric], strict=True):
                assert abs(found.trials_for(icc) - trials) <= 1


def test_reliability_needs_groups():
    assert reliability([np.arange(5.0)]) is None
    assert reliability([np.array([1.0]), np.array([2.0])]) is None
    assert reliability([np.ones(3), np.ones(3)]) is None
    noise = reliability([np.array([1.0, 5.0]), np.array([5.0, 1.0])])
    assert noise.icc < 0
    assert noise.trials_for(0.8) is None


def test_reliable_change_index():
    assert reliable_change(2.0, 1.0) == pytest.approx(2 / np.sqrt(2))


# surrogate -----------------------------------------------------------------------------------


def trials_of(n, own, seed=4):
    """Return grip and load rates that share a shape; ``own`` of the rest is of the trial."""
    rng = np.random.default_rng(seed)
    shape = np.sin(np.linspace(0, np.pi, 200))
    private = rng.normal(0, 0.4, (n, 10)).repeat(20, axis=1)
    load = shape + private
    return shape + own * private + rng.normal(0, 0.4, (n, 10)).repeat(20, axis=1), load


def test_shuffling_finds_what_belongs_to_the_trial():
    coupled = trial_shuffled(*trials_of(10, own=1.0))
    assert coupled.p < 0.01
    assert coupled.r > coupled.r_shuffled
    alike = trial_shuffled(*trials_of(10, own=0.0, seed=5))
    assert alike.p > 0.05


def test_shuffling_calls_nothing_significant_too_often():
    """Without coupling, p is below .05 once in twenty (200 tries: 95 % of runs 2 to 8.5 %)."""
    low = [trial_shuffled(*trials_of(8, 0.0, seed)).p < 0.05 for seed in range(200)]
    assert 0.02 <= np.mean(low) <= 0.085


def test_too_few_or_constant_trials_are_not_shuffled():
    grip, load = trials_of(3, 1.0)
    assert trial_shuffled(grip, load) is None
    assert trial_shuffled(np.ones((6, 50)), np.ones((6, 50))) is None


def test_fisher_mean_by_hand():
    r = np.array([0.5, 0.9])
    assert fisher_mean(r) == pytest.approx(np.tanh((np.arctanh(0.5) + np.arctanh(0.9)) / 2))
    assert fisher_mean(np.array([1.0, 1.0])) <= 1.0


# settling ------------------------------------------------------------------------------------


def test_settling_comes_back():
    """Real healthy peaks over lifts (science 2.10) have τ of about 0.7 lifts and 29 % excess."""
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


# steadiness ----------------------------------------------------------------------------------


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


# friction, regression, split hand ------------------------------------------------------------


def test_one_load_gives_a_constant_friction():
    found = fit_friction(np.array([2.0, 2.2, 2.4]), np.array([4.0, 4.0, 4.0]))
    assert (found.n, found.slips) == (1.0, 3)
    assert found.k == pytest.approx(4.0 / 2 / 2.2)
    assert found.slip_force_n(np.array([8.0]))[0] == pytest.approx(4.4)


def test_a_power_law_comes_back_from_three_loads():
    rng = np.random.default_rng(6)
    load = np.repeat([2.0, 4.0, 8.0], 4)
    slip = (load / 2 / 0.9) ** (1 / 0.8) * np.exp(rng.normal(0, 0.02, 12))
    found = fit_friction(slip, load)
    assert found.n == pytest.approx(0.8, abs=0.03)
    assert found.k == pytest.approx(0.9, rel=0.03)
    blurred = fit_friction(load / 2 / 0.9 * np.exp(rng.normal(0, 0.2, 12)), load)
    assert blurred.n == 1.0


def test_lines_through_a_cloud():
    rng = np.random.default_rng(9)
    x = rng.normal(4, 1, 20_000)
    true = 0.8 * x + 1
    both = least_squares(x + rng.normal(0, 0.5, 20_000), true + rng.normal(0, 0.5, 20_000))
    total = total_least_squares(x + rng.normal(0, 0.5, 20_000), true + rng.normal(0, 0.5, 20_000))
    assert both.gain == pytest.approx(0.8 / 1.25, rel=0.02)  # attenuated by var/(var + noise)
    assert total.gain == pytest.approx(0.8, rel=0.02)
    assert total.offset_n == pytest.approx(1.0, abs=0.08)


def test_split_hand_is_never_infinite():
    floored = split_hand(10.0, 0.0)
    assert floored.ratio == 20.0
    assert floored.floored
    assert not split_hand(10.0, 5.0).floored
