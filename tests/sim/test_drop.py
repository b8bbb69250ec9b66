"""Impacts against momentum."""

import numpy as np
import pytest

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.tasks.drop import BALL_SHARE, HEIGHT_M, perform_drop
from tests.sim.participants import (
    MASS_KG,
    OBJECT,
    RATE_HZ,
    WEIGHT_N,
    rng,
    scene,
    steady,
)


def test_an_impact_brings_the_balls_momentum():
    """∫ (LF - m (g + a)) dt over the impact is m √(2 g h), and a little of the ball's weight."""
    episode = perform_drop(OBJECT, steady(safety_margin=2.0), 2, rng(), RATE_HZ, by="experimenter")
    (truth,) = episode.truths
    hit = truth["t_impact_s"]
    during = (episode.t >= hit) & (episode.t < hit + 0.040)
    outside = episode.load_n - MASS_KG * (STANDARD_GRAVITY + episode.accel_m_s2)
    ball = BALL_SHARE * MASS_KG
    momentum = ball * np.sqrt(2 * STANDARD_GRAVITY * HEIGHT_M)
    found = outside[during].sum() / RATE_HZ
    assert momentum < found + 1e-3 < momentum + ball * STANDARD_GRAVITY * 0.040 + 2e-3
    later = (episode.t > hit + 0.8) & (episode.t < hit + 1.0)
    assert episode.load_n[later].mean() == pytest.approx(WEIGHT_N * (1 + BALL_SHARE), rel=0.02)


@pytest.mark.parametrize(("by", "onset_ms"), [("self", -150.0), ("experimenter", 65.0)])
def test_grip_rises_before_an_own_drop_and_after_another_ones(by, onset_ms):
    episode = perform_drop(OBJECT, steady(), 1, rng(), RATE_HZ, by=by)
    (truth,) = episode.truths
    assert truth["gf_onset_ms"] == pytest.approx(onset_ms)
    onset = truth["t_gf_onset_s"]
    still = (episode.t > onset - 0.3) & (episode.t < onset)
    assert np.ptp(episode.grip_n[still]) < 0.01
    assert np.interp(onset + 0.06, episode.t, episode.grip_n) > truth["gf_static_n"] + 0.3


def test_a_hand_without_anticipation_only_reacts():
    trials = scene("drop", "cerebellar", trials=4).trials
    assert [trial["gf_onset_ms"] for trial in trials] == [100.0] * 4
    unfeeling = scene("drop", "deafferented", trials=4).trials
    assert [trial["gf_onset_ms"] is None for trial in unfeeling] == [False, True, False, True]


def test_one_person_may_release_all_balls():
    trials = scene("drop", "healthy", trials=3, dropped_by="experimenter").trials
    assert [trial["dropped_by"] for trial in trials] == ["experimenter"] * 3
