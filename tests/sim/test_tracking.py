"""Tracking against a delayed copy of the target."""

import numpy as np
import pytest

from gripforce.sim.tasks.tracking import RAMP_S, perform_tracking
from tests.sim.participants import RATE_HZ, rng, scene, steady


def test_tracking_is_late_by_its_delay():
    """On a ramp an exact copy that is late by d is off by slope · d."""
    (truth,) = perform_tracking(steady(release_delay=1.5), 1, rng(), RATE_HZ).truths
    slope = truth["target_n"] / RAMP_S
    assert truth["rmse_generation_n"] == pytest.approx(slope * 0.120, rel=0.06)
    assert truth["rmse_release_n"] == pytest.approx(slope * 0.180, rel=0.06)
    assert truth["rmse_hold_n"] < 0.01


def test_the_target_of_a_run_is_told_as_a_recording_tells_it():
    made = scene("tracking")
    knots = np.array(made.facts["target"]["knots"])
    assert len(knots) == 4 * 3
    assert (np.diff(knots[:, 0]) > 0).all()
    assert knots[1, 0] == made.trials[0]["t_hold_start_s"]
