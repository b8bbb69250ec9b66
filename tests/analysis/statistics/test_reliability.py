"""ICC, SEM, MDC95: textbook, simulated variances, published table."""

import numpy as np
import pytest

from gripforce.analysis.assessment.reference import RELIABILITY
from gripforce.analysis.statistics.reliability import (
    Reliability,
    minimal_detectable_change,
    reliability,
    reliable_change,
)


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
    """MDC95 and trials for ICC .8/.9 follow from ICC and SEM, to their rounding."""
    asked = {"preload_ms": (11, 23), "rate_peak_lag_ms": (13, 29), "xcorr_lag_ms": (7, 14),
             "loading_ms": (3, 7), "xcorr_r": (3, 7), "lf_rate_peak_n_per_s": (2, 3)}  # fmt: skip
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
