"""Friction from slips, and the split-hand ratio."""

import numpy as np
import pytest

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
    floored = split_hand(10.0, 0.0)
    assert floored.ratio == 20.0
    assert floored.floored
    assert not split_hand(10.0, 5.0).floored
