"""Verdicts on trials that are spans of time: simulated hands that do well, and that do not."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.flags import TrialFlag
from gripforce.model import Flag
from gripforce.protocol.schema import Block, Validity
from gripforce.session import judge_trial
from tests.session.performed import (
    BLOCKS,
    CYCLIC,
    DROP,
    P2P,
    PINCH,
    SLIP,
    STEP,
    asked,
    fallen,
    judged,
    let_go,
    scene_of,
    slowed,
    squeezed,
    touch_s,
    turned,
    window,
)

TRACKING = asked("tracking", 6.0, target_n=(3.0, 5.0))


@pytest.mark.parametrize("profile", ["healthy", "als", "parkinson"])
@pytest.mark.parametrize("task", BLOCKS)
def test_what_was_done_as_asked_counts(task, profile):
    acceptance = judged(scene_of(task, profile=profile), BLOCKS[task])
    assert acceptance.good, acceptance.why


def quick_release(scene):
    """Return a slip test in which the fingers open within 0.6 s."""
    begin_s = scene.trials[0]["t_release_begin_s"]
    forces = scene.forces.copy()
    forces[:, :2] *= np.clip(1 - (scene.t - begin_s) / 0.6, 0, 1)[:, None]
    return fallen(replace(scene, forces=forces), begin_s + 0.43)


def bad(task):
    """Return trials that must be repeated, each with its reason."""
    scene = scene_of("lift" if task in {"slip", "drop", "step"} else task)
    came_s = touch_s(scene)
    match task:
        case "pinch":
            yield let_go(scene, came_s + 0.7), "keep squeezing until it beeps"
            yield squeezed(scene, lambda t: np.full_like(t, 0.005)), "at least 0.5 N"
            yield squeezed(scene, lambda t: np.clip(t / 4.0, 0.01, 1)), "squeeze hard at once"
            yield (
                squeezed(scene, lambda t: 0.007 + 0.006 * (abs(t - 2) < 0.05)),
                "squeeze held 0.4 N",
            )
        case "slip":
            yield scene, "no slip was detected"
            yield scene_of("pinch", profile="als"), "not held in the air"
            yield quick_release(scene_of("slip", profile="als")), "open the fingers more slowly"
        case "p2p":
            yield turned(scene, range(2, 13, 2)), "wrong direction in"
            yield fallen(scene, came_s + 20), "the object was dropped"
            yield let_go(scene, came_s + 8), "move at each beep"
            yield scene_of("pinch", profile="als"), "the load moved by"
        case "cyclic":
            yield slowed(scene, 2.0), "slower than the beat"
            yield slowed(scene, 0.8), "faster than the beat"
            yield fallen(scene, came_s + 20), "the object was dropped"
            yield let_go(scene, came_s + 6), "keep moving until it beeps"
            yield scene_of("lift"), "keep moving"
        case "drop" | "step":
            yield scene, {"drop": "no impact", "step": "no load step"}[task]
            held = scene_of(task)
            event_s = held.trials[0]["t_impact_s" if task == "drop" else "t_step_s"]
            yield fallen(held, event_s + 0.3), "the object was dropped"


@pytest.mark.parametrize("task", BLOCKS)
def test_what_was_not_is_refused_with_what_to_do(task):
    for scene, text in bad(task):
        acceptance = judged(scene, BLOCKS[task])
        assert any(text in why for why in acceptance.why), (text, acceptance)


def test_one_movement_too_few_is_one_mistake():
    """A movement that was left out makes the next one wrong, and none after it."""
    acceptance = judged(turned(scene_of("p2p"), range(6, 13)), P2P)
    assert acceptance.good
    assert acceptance.figures["wrong_direction"] == 1
    assert acceptance.remarks == ("1 movements in the wrong direction",)


def test_direction_may_be_left_to_the_patient():
    free = replace(P2P, valid=replace(P2P.valid, wrong_direction=False))
    assert judged(turned(scene_of("p2p"), range(2, 13, 2)), free).good


@pytest.mark.parametrize(
    ("force_n", "text"),
    [(4.0, None), (2.0, "squeeze harder"), (7.0, "squeeze less hard")],
)
def test_grip_that_is_in_the_band_for_half_the_time_counts(force_n, text):
    scene = scene_of("pinch", trials=1)
    level = force_n / np.max(scene.forces[:, 0])
    acceptance = judged(squeezed(scene, lambda t: np.full_like(t, level)), TRACKING)
    assert acceptance.good is (text is None)
    assert text is None or text in acceptance.why[0]


KNOTS = ((1.0, 1.0), (2.0, 1.0), (4.0, 4.0), (5.0, 4.0), (6.0, 2.0))
FOLLOWED = asked("tracking", 6.0, target_knots=KNOTS)


@pytest.mark.parametrize(
    ("of_target", "late_s", "text"),
    [(1.0, 0.3, None), (0.7, 0.5, None), (0.3, 0.1, "squeeze harder"), (3.0, 0.1, "less hard")],
)
def test_a_target_that_changes_is_followed_however_late(of_target, late_s, text):
    scene = scene_of("pinch")
    since_s = scene.t - touch_s(scene)
    forces = scene.forces.copy()
    grip = of_target * np.interp(since_s - late_s, *np.transpose(KNOTS)) * (since_s > -0.1)
    forces[:, :2] = np.where(since_s < 6.5, grip, 0.0)[:, None]
    acceptance = judged(replace(scene, forces=forces), FOLLOWED)
    assert acceptance.good is (text is None), acceptance
    assert text is None or text in acceptance.why[0]
    assert "rmse_generation_n" in acceptance.figures


def test_a_weaker_effort_is_a_remark_and_counts():
    acceptance = judged(scene_of("pinch"), PINCH, earlier=[{"mvc_n": 80.0}])
    assert acceptance.good
    assert any("weaker than the best" in remark for remark in acceptance.remarks)


@pytest.mark.parametrize(("missing_s", "good"), [(0.04, True), (0.06, False)])
def test_a_hole_in_what_came_is_found_without_a_gap_item(missing_s, good):
    scene = scene_of("pinch")
    at_s = touch_s(scene) + 0.1  # at the edge of the plateau, which the 40 ms do not reach
    acceptance = judged(scene, PINCH, hole=(at_s, at_s + missing_s))
    assert any("ms of samples are missing" in why for why in acceptance.why) is not good


def test_samples_missing_at_the_slip_itself_spoil_it():
    scene = scene_of("slip")
    slip_s = scene.trials[0]["t_slip_s"]
    acceptance = judged(scene, SLIP, hole=(slip_s - 0.03, slip_s + 0.01))
    assert not acceptance.good


def test_a_saturated_sensor_spoils_a_trial():
    scene = scene_of("pinch")
    seen = window(scene, 5.0)
    force = next(iter(seen.streams.values()))
    force.flags[3000:3016] = Flag.SATURATED
    why = judge_trial(seen, (2.5, 5.0), PINCH).why
    assert TrialFlag.SATURATED.meaning in why


def test_where_nothing_came_nothing_is_judged():
    assert judge_trial(window(scene_of("pinch"), 3.0), (5.0, 9.0), PINCH).why == (
        "no samples were received",
    )


@pytest.mark.parametrize(
    ("task", "touch_n", "good"),
    [("check", 0.0, True), ("watch", 0.12, False), ("zero", 0.12, True), ("zero", 0.3, False)],
)
def test_contact_is_refused_where_hands_are_to_be_off(task, touch_n, good):
    scene = scene_of("pinch")
    forces = np.zeros_like(scene.forces)
    forces[2000:3000, :2] = touch_n
    seen = window(replace(scene, forces=forces), 4.0)
    acceptance = judge_trial(seen, (1.0, 4.0), Block(task, task, "Hands off."))
    assert acceptance.good is good
    assert good or "touched" in acceptance.why[0]


@pytest.mark.parametrize(
    ("valid", "text"),
    [
        (Validity(grip_n=(80.0, 150.0)), "at least 80 N"),
        (Validity(grip_n=(0.5, 20.0)), "at most 20 N"),
        (Validity(movement_n=1.0), "the load moved by"),
        (Validity(hold_s=5.0), "5 s are needed"),
    ],
)
def test_rules_of_the_protocol(valid, text):
    acceptance = judged(scene_of("pinch"), replace(PINCH, valid=valid))
    assert any(text in why for why in acceptance.why), acceptance


def test_a_device_without_newtons_says_so_instead_of_a_number():
    seen = window(scene_of("pinch"), 5.0)
    force = next(iter(seen.streams.values()))
    units = tuple(type(unit).COUNT for unit in force.scaling.units)
    raw = replace(force, scaling=replace(force.scaling, units=units))
    seen = replace(seen, streams={**seen.streams, force.stream.name: raw})
    assert "not in newtons" in judge_trial(seen, (2.5, 5.0), PINCH).why[0]


def test_a_task_that_needs_load_says_so_where_there_is_none():
    seen = window(scene_of("cyclic"), 20.0)
    force = next(iter(seen.streams.values()))
    grip = replace(force.stream, channels=force.stream.channels[:2])
    scaling = replace(
        force.scaling,
        zero_counts=force.scaling.zero_counts[:2],
        matrix=force.scaling.matrix[:2, :2],
        units=force.scaling.units[:2],
    )
    bare = replace(force, stream=grip, counts=force.counts[:, :2], scaling=scaling)
    why = judge_trial(replace(seen, streams={grip.name: bare}), (3.0, 20.0), CYCLIC).why
    assert "no load force channel" in why[0]


def test_the_tasks_that_are_judged_are_all_that_are_no_lifts():
    assert {DROP.task, STEP.task, TRACKING.task, *BLOCKS} == {
        "pinch", "slip", "p2p", "cyclic", "drop", "step", "tracking",
    }  # fmt: skip


@pytest.mark.parametrize(("held_n", "zero_n", "good"), [
    (0.05, 0.0, True), (0.5, 0.0, False), (3.0, 0.0, False), (0.5, 0.48, True), (0.0, 0.3, False),
])  # fmt: skip
def test_an_object_that_is_held_steadily_is_not_untouched_while_watching(held_n, zero_n, good):
    scene = scene_of("pinch")
    forces = np.zeros_like(scene.forces)
    forces[:, :2] = held_n
    seen = window(replace(scene, forces=forces), 4.0)
    seen = replace(seen, metadata={**seen.metadata, "grip_zero_n": zero_n})
    acceptance = judge_trial(seen, (1.0, 4.0), Block("watch", "watch", "Hands off."))
    assert acceptance.good is good
    assert good or "above the zero" in acceptance.why[0]


def test_an_object_that_is_moved_while_watching_is_not_untouched():
    scene = scene_of("pinch")
    accel = scene.accel.copy()
    accel[2000:2400, 2] += 1.0
    seen = window(replace(scene, forces=np.zeros_like(scene.forces), accel=accel), 4.0)
    acceptance = judge_trial(seen, (1.0, 4.0), Block("watch", "watch", "Hands off."))
    assert acceptance.why == ("the object was moved",)
