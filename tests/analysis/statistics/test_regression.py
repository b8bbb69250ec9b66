"""Lines through a cloud of points."""

import numpy as np
import pytest

from gripforce.analysis.statistics.regression import least_squares, total_least_squares


def test_lines_through_a_cloud():
    rng = np.random.default_rng(9)
    x = rng.normal(4, 1, 20_000)
    true = 0.8 * x + 1
    both = least_squares(x + rng.normal(0, 0.5, 20_000), true + rng.normal(0, 0.5, 20_000))
    total = total_least_squares(x + rng.normal(0, 0.5, 20_000), true + rng.normal(0, 0.5, 20_000))
    assert both.gain == pytest.approx(0.8 / 1.25, rel=0.02)  # attenuated by var/(var + noise)
    assert total.gain == pytest.approx(0.8, rel=0.02)
    assert total.offset_n == pytest.approx(1.0, abs=0.08)
