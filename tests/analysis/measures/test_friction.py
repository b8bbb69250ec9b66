"""Friction from slips, and the split-hand ratio."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

from gripforce.analysis.measures.friction import fit_friction
from gripforce.analysis.measures.split_hand import split_hand


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


def test_split_hand_is_never_infinite():
    floored = split_hand([10.0], [0.0])
    assert floored.ratio.value == pytest.approx(20.0)
    assert floored.ratio.ci_low is None
    assert floored.floored
    assert not split_hand([10.0], [5.0]).floored


def test_split_hand_interval_is_welchs_of_the_logarithms():
    index, little = [52.0, 48.0, 55.0, 30.0], [30.0, 33.0, 28.0]
    found = split_hand(index, little)
    theirs = ttest_ind(np.log(index[:3]), np.log(little), equal_var=False).confidence_interval()
    assert (found.ratio.ci_low, found.ratio.ci_high) == pytest.approx(np.exp(tuple(theirs)))
    assert found.asymmetry.value == pytest.approx((found.ratio.value - 1) / (found.ratio.value + 1))
    assert found.asymmetry.ci_low < found.asymmetry.value < found.asymmetry.ci_high
