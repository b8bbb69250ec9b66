"""Hands off while something precedes a lift: level, motion, and who may touch the object."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.tasks.weights import analyze_weights
from gripforce.model import Marker, Started
from gripforce.recording import read_recording
from gripforce.session import SessionState
from gripforce.session.acceptance.preparation import Preparation
from gripforce.session.acceptance.timed import GRIP_ZERO
from gripforce.session.state_machine import VERDICT_S
from tests.analysis.planted_series import planted_weights
from tests.session.fast_time import new_session, run_through
from tests.session.performed import scene_of, window
from tests.session.test_state_machine import Run, block

ZERO_N = 0.3
"""The sensor's own level: contact is judged from it."""


def preparing(word):
    """Return a session that asks for something before its second lift."""
    asked = block("weights", masses_g=(300.0,) * 3, prepared=("nothing", word, word), trials=3,
                  cue_s=10.0, rest_s=2.0)  # fmt: skip
    run = Run(asked)
    run.begin()
    run.trial()
    run.pass_(VERDICT_S)
    run.pass_(2.0)
    assert (run.session.state, run.session.preparing) == (SessionState.CUE, word)
    return run.session


def object_at_rest(grip_n, moved_m_per_s2=0.0):
    """Return ten seconds of an object, with a grip on it [N] by time and a jolt at 5 s."""
    scene = scene_of("pinch")
    scene = replace(scene, t=np.arange(10_000) / 1000)
    forces, accel = np.zeros((10_000, 4)), np.zeros((10_000, 3))
    forces[:, :2] = (ZERO_N + grip_n(scene.t))[:, None]
    accel[:, 2] = 9.80665 + moved_m_per_s2 * ((scene.t > 5.0) & (scene.t < 5.4))
    return window(replace(scene, forces=forces, accel=accel), 9.8)


def followed(word, made):
    """Return a preparation to which a stream has been shown in blocks of 0.1 s."""
    preparation = Preparation(preparing(word))
    preparation.follow(Started(made.device, {}, "", {GRIP_ZERO: ZERO_N}), None)
    for at_s in np.arange(0.0, 9.8, 0.1):
        for samples in made.streams.values():
            inside = (samples.t >= at_s) & (samples.t < at_s + 0.1)
            part = replace(
                samples, counter=samples.counter[inside], t=samples.t[inside],
                counts=samples.counts[inside], flags=samples.flags[inside],
            )  # fmt: skip
            preparation.follow(part, at_s + 0.1)
    return preparation


@pytest.mark.parametrize("word", ["nothing", "imagine", "pantomime", "watch"])
@pytest.mark.parametrize(
    ("grip_n", "moved_m_per_s2", "why"),
    [
        (lambda t: 0.0 * t, 0.0, ""),
        (lambda t: 0.05 + 0.0 * t, 0.0, ""),
        (lambda t: 2.0 * (t < 0.8), 0.0, ""),  # the hand leaves
        (lambda t: 0.15 + 0.0 * t, 0.0, "was held: grip stood 0.15 N above the zero"),
        (lambda t: 3.0 + 0.0 * t, 0.0, "was held: grip stood 3.00 N above the zero"),
        (lambda t: 0.3 * ((t > 4) & (t < 4.5)), 0.0, "was touched (grip moved by 0.30 N)"),
        (lambda t: 0.0 * t, 1.0, "the object was moved"),
    ],
)
def test_hands_off_is_judged_by_level_variation_and_motion(word, grip_n, moved_m_per_s2, why):
    """Another person may lift the object that is watched."""
    preparation = followed(word, object_at_rest(grip_n, moved_m_per_s2))
    reasons = preparation.pop_reasons()
    expected = "" if word == "watch" else why
    assert bool(reasons) is bool(expected)
    assert all(expected in reason and f"during '{word}'" in reason for reason in reasons)
    assert preparation.pop_reasons() == (), "a reason is for one lift"


def test_a_lift_that_is_watched_is_shown_and_no_trial():
    preparation = followed("watch", object_at_rest(lambda t: 4.0 * ((t > 2) & (t < 7))))
    assert preparation.shows(2.0)
    assert not preparation.shows(9.9), "a lift after the cue is the participant's"
    assert not followed("imagine", object_at_rest(lambda t: 0.0 * t)).shows(2.0)


def test_the_weight_that_was_shown_is_not_the_weight_of_the_lift_before():
    """The third lift of 600 g was shown; the fourth follows the second, of 300 g."""
    made = planted_weights(0.5, 7, masses=(300, 300, 600, 600, 300))
    third = analyze_weights(made).trials[2].trial
    marks = (Marker(third.start_s - 1, "cue", "preparing=watch"),
             Marker(third.stop_s + 0.1, "cue", "prepared=watch"))  # fmt: skip
    trials = analyze_weights(replace(made, markers=marks)).trials
    assert trials[3].values["previous_mass_g"] == pytest.approx(300, rel=0.02)
    assert analyze_weights(made).trials[3].values["previous_mass_g"] == pytest.approx(600, rel=0.02)


PROTOCOL = """
title = "Three lifts"
[defaults]
surface = "sandpaper"
[[block]]
task = "zero"
title = "Zero"
instruction = "Hands off."
trial_s = 2
cue_s = 0
[[block]]
task = "weights"
title = "Lifts"
instruction = "Lift it."
trials = 7
cue_s = 4
rest_s = 4
masses_g = [300, 300, 600, 600, 300, 300, 600]
prepared = ["nothing", "nothing", "watch", "imagine", "watch", "nothing", "watch"]
"""


async def test_a_session_marks_when_each_preparation_begins_and_knows_the_zero(tmp_path):
    path = tmp_path / "seven.toml"
    path.write_text(PROTOCOL)
    folder = new_session(tmp_path, str(path), "sim:lift?profile=healthy&seed=5&speed=max")
    session = (await run_through(folder)).session
    assert session.progress.block(1).counted == 7
    (file,) = folder.recordings.glob("*weights*.grip")
    recording = read_recording(file)
    assert abs(recording.metadata[GRIP_ZERO]) < 0.05
    words = [m.text for m in recording.markers if m.text.startswith("prepar")]
    asked = session.protocol.blocks[1].prepared[1:]
    assert words[0] == "prepared=nothing", "the first lift is practice"
    assert words[1:] == [x for word in asked for x in (f"preparing={word}", f"prepared={word}")]
    times = [m.t for m in recording.markers if m.text.startswith("prepar")][1:]
    assert np.diff(times)[::2] == pytest.approx(4.0, abs=0.3)
