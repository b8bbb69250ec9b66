"""Maximal pinches against strength."""

import pytest

from gripforce.sim.person.profiles import PROFILES, profile
from gripforce.sim.tasks.pinch import perform_pinch
from tests.sim.participants import RATE_HZ, rng, scene, steady


@pytest.mark.parametrize("name", PROFILES)
def test_nobody_pinches_harder_than_they_can(name):
    made = scene("pinch", name)
    assert made.facts["mvc_n"] == profile(name).mvc_n
    for trial in made.trials:
        assert 0.8 * made.facts["mvc_n"] < trial["mvc_n"] <= trial["gf_peak_n"]
        assert trial["gf_peak_n"] <= made.facts["mvc_n"]


def test_a_steady_pinch_is_its_effort_less_half_a_second_of_fading():
    (truth,) = perform_pinch(steady(), 1, rng(), RATE_HZ).truths
    assert truth["mvc_n"] == pytest.approx(truth["effort"] * 60 * (1 - 0.005 * 0.25), rel=1e-3)
