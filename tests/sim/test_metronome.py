"""The metronome of a protocol, a URL or the command line paces the simulated participant."""

import numpy as np
import pytest

from gripforce.protocol.schema import Block
from gripforce.recorder.sources import source_of
from gripforce.sim import make_scene
from gripforce.sim.options import parse_options
from gripforce.sim.tasks.registry import perform
from gripforce.transport import SourceUrl
from tests.session.performed import RATE_HZ, asked, judged, touch_s

PROFILES = ["healthy", "parkinson"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("beat_s", [1.5, 2.0, 4.0])
def test_movements_from_point_to_point_begin_at_the_beats(profile, beat_s):
    trials = make_scene("p2p", profile=profile, trials=9, beat_s=beat_s).trials
    onsets_s = np.array([trial["t_onset_s"] for trial in trials])
    assert [trial["trial"] for trial in trials] == list(range(1, 10))
    assert onsets_s - onsets_s[0] == pytest.approx(beat_s * np.arange(9), abs=0.041)


@pytest.mark.parametrize("beat_s", [0.8, 1.5, 2.5])
def test_cyclic_movements_follow_the_metronome(beat_s):
    for trial in make_scene("cyclic", trials=2, beat_s=beat_s).trials:
        assert trial["frequency_hz"] * beat_s == pytest.approx(1.0, abs=0.15)


def test_each_movement_of_a_hold_that_ends_in_a_fall_has_its_own_drop():
    """At a short beat the next movement has begun when the object falls."""
    options = {"profile": "als", "seed": 72002, "mass_g": 1000.0, "surface": "silk", "trials": 8}
    trials = make_scene("p2p", beat_s=1.5, **options).trials
    drops = [trial["t_drop_s"] for trial in trials]
    assert drops.count(None) == len(drops) - 1
    assert drops[-1] is not None


@pytest.mark.parametrize(("task", "trial_s"), [("p2p", 20.0), ("cyclic", 30.0)])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_bout_at_a_beat_of_two_seconds_is_accepted(task, trial_s, profile):
    """Through the URL that a session gives its recorder, to the acceptance of the trial."""
    block = asked(task, trial_s, beat_s=2.0, surface="sandpaper", valid={"movement_n": 0.5})
    url = SourceUrl.parse(source_of(f"sim:lift?profile={profile}&seed=21", block, 0))
    scene = perform(url.target, parse_options(url.target, url.options), RATE_HZ)
    acceptance = judged(scene, block)
    assert acceptance.good, acceptance.why
    if task == "p2p":
        stop_s = touch_s(scene) + trial_s  # picking the object up takes the first two beats
        whole = sum(trial["t_end_s"] < stop_s for trial in scene.trials)
        assert acceptance.figures["movements"] == whole == trial_s / 2.0 - 2
        assert acceptance.figures["wrong_direction"] == 0
    else:
        assert acceptance.figures["frequency_hz"] == pytest.approx(0.5, rel=0.15)


def test_without_a_beat_the_url_has_none():
    block = Block("cyclic", "Rhythm", "Move.")
    assert "beat_s" not in source_of("sim:lift", block, 0)
