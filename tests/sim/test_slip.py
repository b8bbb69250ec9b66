"""The slip test against friction."""

import numpy as np
import pytest

from gripforce.sim.tasks.slip import perform_slip
from tests.sim.participants import COULOMB, OBJECT, RATE_HZ, WEIGHT_N, rng, scene, steady


def test_slip_comes_where_the_ramp_meets_friction():
    """t = (GF0 - m g / (2 µ)) / r for constant friction."""
    episode = perform_slip(COULOMB, steady(), 1, rng(), RATE_HZ)
    (truth,) = episode.truths
    needed = WEIGHT_N / (2 * truth["mu"])
    assert truth["slip_force_n"] == pytest.approx(needed, rel=1e-4)
    wait = (truth["gf_static_n"] - needed) / truth["release_rate_n_per_s"]
    assert truth["t_slip_s"] - truth["t_release_begin_s"] == pytest.approx(wait, abs=0.003)
    assert 0 < truth["t_drop_s"] - truth["t_slip_s"] < 0.4
    at = np.searchsorted(episode.t, truth["t_slip_s"])
    assert episode.grip_n[at] == pytest.approx(needed, rel=0.003)


def test_friction_varies_a_little_from_release_to_release():
    slips = [trial["slip_force_n"] for trial in scene("slip", trials=12).trials]
    assert 0.008 < np.std(slips) / np.mean(slips) < 0.04
    assert np.mean(slips) == pytest.approx(OBJECT.slip_force_n, rel=0.02)
