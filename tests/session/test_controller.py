"""The conductor: session, recorder and journal go together, whatever befalls the stream."""

import json

import pytest

from gripforce.errors import RecordingError
from gripforce.model import EndReason, Samples
from gripforce.session import EventKind, SessionState
from tests.dashboard.session_screens import LIFT, PINCH, begin, conduct, scene
from tests.live.patients import LIFT_S, recorded, sentence


async def test_a_lift_is_judged_within_half_a_second_of_its_release(tmp_path):
    conductor, _ = conduct(tmp_path, LIFT)
    await begin(conductor)
    release_s = 1.0 + 4.0 + 0.4  # as the lifts of tests.live.patients are made
    for item in sentence(recorded(1.0 + LIFT_S), end=None, mass_g=400):
        conductor.take(item)
        conductor.tick()
        if conductor.session.done.trials:
            break
    assert isinstance(item, Samples)
    assert float(item.t[-1]) - release_s <= 0.5
    assert conductor.session.done.trials[0].good
    await conductor.settle()


async def test_journal_and_recording_both_have_the_verdict(tmp_path):
    conductor = await scene("live", tmp_path)
    told = [e for e in conductor._journal.events if e.kind is EventKind.TRIAL]
    assert told
    noted = [a for a in conductor._desk.asked if isinstance(a, dict) and a["event"] == "trial"]
    assert [n["number"] for n in noted] == [e.data["number"] for e in told]
    json.dumps(noted)


async def test_the_order_says_what_is_recorded(tmp_path):
    conductor, _ = conduct(tmp_path, LIFT)
    await begin(conductor)
    (order,) = [a for a in conductor._desk.asked if hasattr(a, "url")]
    assert order.metadata | {"task": "lift", "subject": "p01", "hand": "right"} == order.metadata
    assert (order.metadata["mass_g"], order.metadata["surface"]) == (400, "sandpaper")
    assert order.metadata["slip_n"] == 4.0
    assert order.file.endswith("_task-lift_hand-right_run-01.grip")


async def test_the_cue_of_each_trial_stands_in_the_recording(tmp_path):
    conductor = await scene("live", tmp_path)
    cues = [a for a in conductor._desk.asked if isinstance(a, tuple)]
    assert ("cue", "trial=1") in cues


async def test_a_gap_in_a_lift_makes_it_bad_and_says_so(tmp_path):
    conductor, _ = conduct(tmp_path, LIFT)
    await begin(conductor)
    for item in sentence(recorded(8.0), gap=(2500, 2600), end=None, mass_g=400):
        conductor.take(item)
        conductor.tick()
    (trial,) = conductor.session.done.trials
    assert not trial.good
    assert any("missing" in why for why in trial.why)
    await conductor.settle()


async def test_a_full_disk_stops_the_trial_loudly_and_the_block_can_go_on(tmp_path):
    conductor = await scene("ended", tmp_path)
    assert "RECORDING ENDED: disk full" in conductor.alarm
    assert conductor.session.stage is SessionState.READY
    assert not conductor.recorded
    assert conductor._journal.events[-1].kind is EventKind.INTERRUPTED
    await begin(conductor)
    assert conductor.alarm == ""
    assert conductor.recorded


async def test_a_recorder_that_refuses_is_heard(tmp_path):
    conductor, _ = conduct(tmp_path, LIFT)

    async def refuse(order):
        raise RecordingError("The disk is too full.", "Free some.")

    conductor._desk.begin = refuse
    await begin(conductor)
    assert conductor.alarm == "The disk is too full. Free some."
    assert conductor.session.stage is SessionState.READY


async def test_enough_trials_stop_the_recording(tmp_path):
    conductor, clock = conduct(tmp_path, LIFT)
    await begin(conductor)
    for item in sentence(recorded(4 * LIFT_S + 2.0), end=None, mass_g=400):
        conductor.take(item)
        conductor.tick()
    # the patients of tests.live lift twice
    conductor.session.skip("could not do", clock.now)
    clock.now += 2.0
    conductor.tick()
    await conductor.settle()
    assert "stop" in conductor._desk.asked
    for item in sentence(recorded(0.1), end=EndReason.STOPPED):
        conductor.take(item)
    assert conductor.session.stage is SessionState.FINISHED


async def test_a_pinch_waits_for_the_hand_and_is_measured(tmp_path):
    conductor = await scene("rest", tmp_path)
    (trial, *_) = conductor.session.done.trials
    assert trial.start_s == pytest.approx(1.0, abs=0.3), "the hand came after a second"
    assert trial.stop_s - trial.start_s == pytest.approx(PINCH.trial_s)
    assert trial.good
    assert conductor.session.stage is SessionState.REST


async def test_what_a_saturated_sensor_gave_is_repeated(tmp_path):
    conductor, _ = conduct(tmp_path, LIFT)
    await begin(conductor)
    for item in sentence(recorded(8.0), saturated=(3000, 3032), end=None, mass_g=400):
        conductor.take(item)
    assert "range" in conductor.session.done.trials[0].why[0]
    await conductor.settle()
