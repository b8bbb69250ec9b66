"""Tracking against a delayed copy of the target."""

import numpy as np
import pytest

from gripforce.errors import UsageError
from gripforce.sim.tasks.tracking import RAMP_S, Target, perform_tracking
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


def test_a_target_of_ones_own_is_followed_late():
    """1 to 4 N in 3 s: late by d is off by 1 N/s · d. The hand grips before the target begins."""
    given = Target.parse("1:1,2:1,5:4,9:4,12:1,13:1")
    episode = perform_tracking(steady(release_delay=1.5), 1, rng(), RATE_HZ, given)
    (truth,) = episode.truths
    assert truth["rmse_generation_n"] == pytest.approx(0.120, rel=0.06)
    assert truth["rmse_release_n"] == pytest.approx(0.180, rel=0.06)
    begins = episode.t >= truth["t_start_s"]
    assert episode.grip_n[begins][0] == pytest.approx(1.0, abs=0.02)
    noticed_s = episode.t[np.argmax(episode.grip_n > 0.1)]
    assert truth["t_start_s"] == pytest.approx(noticed_s + 1.0, abs=0.01)
    assert episode.grip_n[-1] < 0.05


def test_between_two_trials_that_hold_a_force_nothing_is_asked_for():
    made = scene("tracking", trials=2, target="1:1,3:4,6:2")
    knots = made.facts["target"]["knots"]
    assert [force for _, force in knots] == [1, 4, 2, None, None, 1, 4, 2]
    assert (np.diff([at_s for at_s, _ in knots]) > 0).all()


@pytest.mark.parametrize("text", ["1", "1:2", "2:1,1:2", "0:-1,1:1", "a:b,c:d", "0:1,1:nan"])
def test_a_target_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="target"):
        scene("tracking", target=text)
