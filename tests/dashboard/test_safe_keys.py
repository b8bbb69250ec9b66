"""No key hurts: what ends, skips or overrules asks, goes back by default, and can be undone."""

import json
from dataclasses import replace

from gripforce.dashboard.screens.blocks import BlockList, block_state
from gripforce.dashboard.screens.results import CheckResult, SummaryScreen
from gripforce.dashboard.screens.task import TaskScreen
from gripforce.model import EndReason
from gripforce.protocol.schema import Block
from gripforce.session import Acceptance, EventKind, SessionState
from gripforce.session.summary_text import NOTHING_TO_REPEAT, repeat_lines, trial_lines
from tests.dashboard.session_screens import LIFT, PINCH, app_of, make_bench, scene
from tests.online.patients import recorded, sentence

CHECK = Block("check", "Sensor check", "Hands off.", word="Hands off", trial_s=4.0, cue_s=0.0)
ZERO = Block("zero", "Zero", "Hands off.", word="Hands off", trial_s=3.0, cue_s=0.0)
SIZE = (80, 24)


def kinds(bench):
    return [event.kind for event in bench.journal.events]


async def test_two_keys_end_or_skip_nothing(tmp_path):
    """The first reason was highlighted, and Enter took it."""
    bench = make_bench(tmp_path, LIFT, PINCH)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        for key in ("a", "s", "q"):
            await pilot.press(key)
            assert not isinstance(app.screen, TaskScreen), key
            await pilot.press("enter")
            assert isinstance(app.screen, TaskScreen), key
            assert bench.session.state is SessionState.READY, key
            assert (bench.session.index, app.is_running) == (0, True), key
    assert not {EventKind.ABORTED, EventKind.SKIPPED} & set(kinds(bench))


async def test_a_block_that_must_be_done_asks_for_no_reason(tmp_path):
    """It asked why, and then said that the block cannot be skipped."""
    bench = make_bench(tmp_path, replace(CHECK, skip=False), LIFT)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s")
        await pilot.pause()
        assert isinstance(app.screen, TaskScreen)
        assert "cannot be skipped" in " ".join(note.message for note in app._notifications)


async def test_a_block_that_ends_during_the_question_is_not_skipped_in_place_of_the_next(tmp_path):
    bench = make_bench(tmp_path, LIFT, PINCH, PINCH)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s", "2")
        bench.session.close_block(0.0)
        bench.session.index = 1
        await pilot.press("enter")
        assert bench.session.index == 1
    assert EventKind.SKIPPED not in kinds(bench)


async def test_a_number_highlights_and_chooses_nothing_in_a_careful_question(tmp_path):
    bench = make_bench(tmp_path, LIFT, PINCH)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s", "3")
        assert bench.session.index == 0
        await pilot.press("enter")
        assert bench.session.progress.block(0).skipped == "too tired"


async def test_a_sentence_typed_without_a_box_ends_and_decides_nothing(tmp_path):
    """A note whose key was swallowed skipped a block and overruled a verdict."""
    bench = await scene("live", tmp_path)
    app = app_of(bench)
    before = [trial.counts for trial in bench.session.block_progress.trials]
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(*"ksra was tired 1956", "enter", "escape", "escape", "escape")
        after = [trial.counts for trial in bench.session.block_progress.trials]
        assert after == before
        assert app.is_running
    assert not {EventKind.ABORTED, EventKind.SKIPPED, EventKind.DECISION} & set(kinds(bench))


async def test_a_skip_is_undone_by_one_key(tmp_path):
    bench = make_bench(tmp_path, LIFT, PINCH)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("s", "2", "enter")
        assert bench.session.index == 1
        await pilot.press("u")
        assert bench.session.index == 0
        assert not bench.session.progress.block(0).skipped
        bench.controller.tick()
    assert kinds(bench)[-2:] == [EventKind.SKIPPED, EventKind.REOPENED]


async def test_the_end_of_a_session_is_undone_on_the_summary(tmp_path):
    """A new session was all that was left."""
    bench = make_bench(tmp_path, LIFT, PINCH)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("a", "2", "enter")
        assert bench.session.state is SessionState.ABORTED
        app._tick()
        await pilot.pause()
        assert isinstance(app.screen, SummaryScreen)
        await pilot.press("u")
        assert isinstance(app.screen, TaskScreen)
        assert bench.session.state is SessionState.READY
        assert (bench.session.progress.ended, bench.session.progress.why) == ("", "")


async def test_the_list_of_blocks_reopens_a_skipped_block(tmp_path):
    bench = make_bench(tmp_path, LIFT, PINCH)
    bench.session.skip(bench.session.index, "pain", 0.0)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("b")
        assert isinstance(app.screen, BlockList)
        assert block_state(bench.session, 0) == "– skipped, pain"
        await pilot.press("up", "enter", "enter")
        assert bench.session.index == 1, "the first choice goes back"
        await pilot.press("enter", "2", "enter")
        assert (bench.session.index, bench.session.state) == (0, SessionState.READY)
        assert isinstance(app.screen, TaskScreen)


async def test_a_finished_block_that_is_reopened_asks_for_one_trial_more(tmp_path):
    bench = make_bench(tmp_path, PINCH, LIFT)
    await bench.begin()
    session = bench.session
    session.stream_started(0.0)
    for k in range(2):
        session.tick(3.0 + 40 * k, 3.0 + 40 * k)
        assert session.accept_trial(4.0 + 40 * k, 8.0 + 40 * k, Acceptance(), 8.0 + 40 * k)
        session.tick(10.0 + 40 * k, 10.0)
        session.tick(40.0 + 40 * k, 40.0)
    session.stream_ended(90.0)
    assert session.index == 1
    session.reopen(0, 91.0)
    assert (session.index, session.asked, session.has_enough_trials) == (0, 3, False)


async def test_a_verdict_has_three_states(tmp_path):
    """An overruled trial could never be as it was judged again."""
    bench = await scene("live", tmp_path)
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        states = []
        for choice in ("4", "3", "2"):
            await pilot.press("k", choice, "enter")
            trial = bench.session.block_progress.trials[0]
            states.append((trial.decision, trial.counts))
        assert states == [("repeat", False), ("keep", True), ("", True)]


async def failed_zero(tmp_path):
    """Return a bench whose zero was touched."""
    bench = make_bench(tmp_path, ZERO, LIFT)
    await bench.begin()
    items = sentence(recorded(5.4), end=None, size=100)
    for item in items:
        bench.play([item])
        bench.clock.now += 0.05
    await bench.controller.settle()
    if not bench.session.block_progress.done:
        while not bench.session.block_progress.done:
            number = len(bench.session.block_progress.trials)
            bench.session.tick(bench.clock.now, 6.0)
            bench.session.accept_trial(
                10.0 + number, 10.5 + number, Acceptance(("touched",)), bench.clock.now
            )
            bench.clock.now += 10.0
    for item in sentence(recorded(0.1), end=EndReason.STOPPED):
        if not hasattr(item, "device"):
            bench.controller.accept(item)
    return bench


async def test_after_a_failed_check_enter_checks_again(tmp_path):
    """Enter went on, and the summary said that nothing was to be repeated."""
    bench = await failed_zero(tmp_path)
    assert bench.session.progress.block(0).failed
    app = app_of(bench)
    async with app.run_test(size=SIZE) as pilot:
        app._tick()
        await pilot.pause()
        assert isinstance(app.screen, CheckResult)
        await pilot.press("escape")
        assert isinstance(app.screen, CheckResult), "a choice is needed"
        await pilot.press("enter")
        assert bench.session.index == 0
        assert not bench.session.progress.block(0).failed
    checked = [event for event in bench.journal.events if event.kind is EventKind.CHECKED]
    assert checked[0].data["verdict"] == "fail"


async def test_a_session_that_went_on_says_so(tmp_path):
    bench = await failed_zero(tmp_path)
    session = bench.session
    assert any("failed, the session went on" in line for line in trial_lines(session))
    assert NOTHING_TO_REPEAT not in repeat_lines(session)
    session.index = 1
    await bench.begin()
    metadata = bench.recorder.requests[-1].metadata
    assert metadata["failed_checks"].startswith("Zero: ")
    json.dumps(metadata)


def test_nothing_to_repeat_is_never_said_over_a_skipped_block(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    bench.session.skip(bench.session.index, "could not do", 0.0)
    assert repeat_lines(bench.session) == [
        "To repeat:",
        "  Lifts, right hand: skipped, could not do.",
    ]
