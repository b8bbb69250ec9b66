"""The controller: session, recorder and journal stay together, whatever happens to the stream."""

import json

import pytest

from gripforce.errors import RecordingError
from gripforce.model import EndReason, Samples
from gripforce.session import EventKind, SessionState
from tests.dashboard.session_screens import LIFT, PINCH, FakeRecorder, make_bench, scene
from tests.online.patients import LIFT_S, recorded, sentence


async def test_a_lift_is_judged_within_half_a_second_of_its_release(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    release_s = 1.0 + 4.0 + 0.4  # as the lifts of tests.online.patients are made
    for item in sentence(recorded(1.0 + LIFT_S), end=None, mass_g=400):
        bench.play([item])
        if bench.session.block_progress.trials:
            break
    assert isinstance(item, Samples)
    assert float(item.t[-1]) - release_s <= 0.5
    assert bench.session.block_progress.trials[0].good
    await bench.controller.settle()


async def test_journal_and_recording_both_have_the_verdict(tmp_path):
    bench = await scene("live", tmp_path)
    trials = [e.data["number"] for e in bench.journal.events if e.kind is EventKind.TRIAL]
    assert trials
    notes = [note for note in bench.recorder.annotations if note["event"] == "trial"]
    assert [note["number"] for note in notes] == trials
    json.dumps(notes)


async def test_the_request_says_what_is_recorded(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    (request,) = bench.recorder.requests
    metadata = request.metadata
    assert metadata | {"task": "lift", "subject": "p01", "hand": "right"} == metadata
    assert (metadata["mass_g"], metadata["surface"]) == (400, "sandpaper")
    assert metadata["slip_n"] == 4.0
    assert request.file.endswith("_task-lift_acq-right_run-01.grip")


async def test_the_cue_of_each_trial_stands_in_the_recording(tmp_path):
    bench = await scene("live", tmp_path)
    assert ("cue", "trial=1") in bench.recorder.markers


async def test_a_gap_in_a_lift_makes_it_bad_and_is_reported(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    bench.play(sentence(recorded(8.0), gap=(2500, 2600), end=None, mass_g=400))
    (trial,) = bench.session.block_progress.trials
    assert not trial.good
    assert any("missing" in why for why in trial.why)
    await bench.controller.settle()


async def test_a_full_disk_stops_the_trial_loudly_and_the_block_can_be_resumed(tmp_path):
    bench = await scene("ended", tmp_path)
    assert "RECORDING ENDED: disk full" in bench.controller.alarm
    assert bench.session.state is SessionState.READY
    assert not bench.controller.recorded
    assert bench.journal.events[-1].kind is EventKind.INTERRUPTED
    await bench.begin()
    assert bench.controller.alarm == ""
    assert bench.controller.recorded


async def test_an_error_of_the_recorder_is_the_alarm(tmp_path):
    full = RecordingError("The disk is too full.", "Free some.")
    bench = make_bench(tmp_path, LIFT, recorder=FakeRecorder(refuses=full))
    await bench.begin()
    assert bench.controller.alarm == "The disk is too full. Free some."
    assert bench.session.state is SessionState.READY


async def test_a_block_that_is_skipped_ends_its_recording(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    bench.play(sentence(recorded(4 * LIFT_S + 2.0), end=None, mass_g=400))
    # the patients of tests.online lift twice
    bench.session.skip(bench.session.index, "could not do", bench.clock.now)
    bench.clock.now += 2.0
    bench.controller.tick()
    await bench.controller.settle()
    assert bench.recorder.stopped
    for item in sentence(recorded(0.1), end=EndReason.STOPPED):
        bench.controller.accept(item)
    assert bench.session.state is SessionState.FINISHED


async def test_a_pinch_waits_for_the_hand_and_is_measured(tmp_path):
    bench = await scene("rest", tmp_path)
    (trial, *_) = bench.session.block_progress.trials
    assert trial.start_s == pytest.approx(1.0, abs=0.3), "the hand came after a second"
    assert trial.stop_s - trial.start_s == pytest.approx(PINCH.trial_s)
    assert trial.good
    assert bench.session.state is SessionState.REST


async def test_a_trial_with_a_saturated_sensor_is_repeated(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    for item in sentence(recorded(8.0), saturated=(3000, 3032), end=None, mass_g=400):
        bench.controller.accept(item)
    assert "reached its limit" in bench.session.block_progress.trials[0].why[0]
    await bench.controller.settle()
