import numpy as np
import pytest
from scipy.stats import median_abs_deviation

from gripforce.analysis.statistics.medians import medians_of, robust_spread, spreads_of

VALUES = np.random.default_rng(5).normal(2.0, 0.3, 4000)
SPANS = [(0, 7), (10, 11), (20, 420), (400, 800), (3, 10), (3990, 4000)]


def test_medians_of_stretches_are_those_of_each_alone():
    assert medians_of(VALUES, SPANS).tolist() == [np.median(VALUES[a:b]) for a, b in SPANS]
    assert medians_of(VALUES, []).tolist() == []


def test_spreads_are_scipys_median_absolute_deviation():
    expected = [median_abs_deviation(VALUES[a:b], scale="normal") for a, b in SPANS]
    assert spreads_of(VALUES, SPANS) == pytest.approx(expected, rel=1e-5)
    assert robust_spread(VALUES) == pytest.approx(0.3, rel=0.05)
