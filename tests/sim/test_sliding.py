"""An object that slides between the fingers, against the equation of motion."""

import numpy as np
import pytest

from gripforce.sim.physics.sliding import Motion, simulate_sliding
from gripforce.sim.physics.slip import KINETIC
from tests.sim.participants import (
    COULOMB,
    MASS_KG,
    RATE_HZ,
    WEIGHT_N,
)


def test_an_object_slides_with_what_friction_leaves():
    """Constant grip, load beyond it: v' = (LF - 0.85 · 2 µ GF) / m over 20 mm."""
    t = np.arange(2000) / RATE_HZ
    grip = np.full_like(t, 3.0)
    load = np.where(t < 0.2, WEIGHT_N, 5.5)
    motion = Motion(t, grip, load, np.zeros_like(t))
    slide = simulate_sliding(motion, MASS_KG, COULOMB.surface, (0.0, 1.0), np.full_like(t, 0.1))
    missing = (5.5 - KINETIC * 2 * 0.8 * 3.0) / MASS_KG
    ((begin, end),) = slide.slips
    assert begin == pytest.approx(0.2, abs=1e-3)
    assert end - begin == pytest.approx(np.sqrt(2 * 0.020 / missing), rel=0.02)
    assert slide.t_lost_s == pytest.approx(end, abs=1e-3)


def test_an_object_is_caught_when_grip_comes_back():
    """Friction beyond the load takes the speed away: as long as it took, in inverse ratio."""
    t = np.arange(2000) / RATE_HZ
    grip = np.where((t >= 0.2) & (t < 0.22), 2.0, 4.0)
    load = np.full_like(t, WEIGHT_N)
    motion = Motion(t, grip, load, np.zeros_like(t))
    slide = simulate_sliding(motion, MASS_KG, COULOMB.surface, (0.0, 1.0), np.full_like(t, 0.1))
    gained = (WEIGHT_N - KINETIC * 1.6 * 2.0) * 0.020
    lost = KINETIC * 1.6 * 4.0 - WEIGHT_N
    ((begin, end),) = slide.slips
    assert slide.t_lost_s is None
    assert end - begin == pytest.approx(0.020 + gained / lost, abs=0.002)
    assert slide.slip_ms(0.0, 1.0) == pytest.approx(1000 * (end - begin))
