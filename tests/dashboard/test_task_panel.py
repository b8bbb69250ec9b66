"""Screens shaped by the task: tower, slip line, beats to come; GF/LF where it means something."""

from dataclasses import replace

import pytest

from gripforce.dashboard.widgets.task_panel import TaskPanel, movements_ahead, task_levels
from gripforce.online import Snapshot
from gripforce.protocol.schema import Block
from gripforce.session import Acceptance
from tests.dashboard.screens import resize
from tests.dashboard.session_screens import LIFT, PINCH, app_of, make_bench
from tests.online.patients import recorded, sentence

P2P = Block("p2p", "Up and down", "Move.", word="Move, stop", trial_s=20.0, beat_s=2.5, cue_s=0.0)
SLIP = Block("slip", "Slip", "Let go.", word="Let go", trials=3, cue_s=0.0)
TRACKING = Block("tracking", "Track", "Follow.", target_n=(4.0, 6.0))


def drawn(bench, width=30, height=12):
    panel = TaskPanel(bench.controller, id="panel")
    return ["".join(text for text, _ in runs) for runs in panel.draw(Snapshot(), width, height)]


@pytest.mark.parametrize(("block", "ratio"), [(LIFT, True), (PINCH, False), (P2P, False)])
async def test_grip_over_load_is_shown_where_it_means_something(tmp_path, block, ratio):
    """A pinch showed GF/LF 100, with a load of 0.5 N."""
    app = app_of(make_bench(tmp_path, block))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for size in ((80, 24), (120, 40)):
            await resize(pilot, size)
            assert app.screen.query_one("#ratio").display is ratio
            assert app.screen.query_one("#phase").display is ratio
            assert app.screen.query_one("#panel").display is not ratio
            assert app.screen.query_one("#panel").region.height >= (0 if ratio else 6)


async def judged(tmp_path, block, figures):
    bench = make_bench(tmp_path, block)
    await bench.begin()
    bench.session.stream_started(0.0)
    bench.session.tick(5.0, 5.0)
    assert bench.session.accept_trial(6.0, 9.0, Acceptance(figures=figures), 9.0)
    return bench


async def test_a_pinch_is_seen_against_the_best_so_far(tmp_path):
    bench = await judged(tmp_path, PINCH, {"mvc_n": 55.0})
    assert any("━━ best 55.0 N" in line for line in drawn(bench))
    await bench.controller.settle()


async def test_a_slow_release_is_seen_against_the_last_slip(tmp_path):
    bench = await judged(tmp_path, SLIP, {"slip_force_n": 1.23})
    assert any("━━ slipped 1.23 N" in line for line in drawn(bench))
    await bench.controller.settle()


def test_tracking_has_its_band(tmp_path):
    levels = task_levels(make_bench(tmp_path, TRACKING).controller)
    assert [level.force_n for level in levels] == [6.0, 4.0]


async def test_a_target_that_changes_is_shown_now_and_ahead(tmp_path):
    """Before the grip at its beginning; from it on as it is, and as it will be in a second."""
    block = replace(TRACKING, target_n=None, target_knots=((1.0, 1.0), (4.0, 4.0)), trial_s=6.0)
    bench = make_bench(tmp_path, block)
    assert [level.force_n for level in task_levels(bench.controller)] == [1.0, 1.0]
    await bench.begin()
    bench.play(sentence(recorded(2.5), end=None))
    bench.session.stream_started(0.0)
    bench.session.tick(10.0, 0.5)
    bench.session.contact_began(0.0)
    levels = task_levels(bench.controller)
    now_n = block.target_at(bench.controller.live.newest_t - 0.5)
    assert [level.force_n for level in levels] == pytest.approx([now_n + 1.0, now_n], abs=0.03)
    assert any("TARGET" in line for line in drawn(bench))
    await bench.controller.settle()


async def test_beats_come_towards_the_hand_with_their_movement(tmp_path):
    bench = make_bench(tmp_path, P2P)
    await bench.begin()
    bench.session.stream_started(0.0)
    bench.session.tick(0.0, 0.0)
    assert "they begin with the hand" in drawn(bench)[1]
    bench.session.contact_began(0.0)
    bench.controller.tick()
    first = drawn(bench, 40)[1]
    bench.clock.now = 1.0
    bench.controller.tick()
    second = drawn(bench, 40)[1]
    assert second.index("♪UP") < first.index("♪UP")
    bench.clock.now = 2.6
    bench.controller.tick()
    await bench.controller.settle()
    assert drawn(bench, 40)[1].index("♪DOWN") > 0
    assert ("beat", "1") in bench.recorder.markers
    age_s = bench.recorder.ages[bench.recorder.markers.index(("beat", "1"))]
    assert age_s == pytest.approx(0.1, abs=0.005), "a beat is marked at its time, not at the tick's"


@pytest.mark.parametrize(
    ("task", "due"),
    [
        ("cyclic", [(0.4, "up", True), (0.9, "down", False), (1.4, "up", True)]),
        ("p2p", [(0.4, "down", True), (1.4, "up", True), (2.4, "down", True)]),
    ],
)
def test_the_lane_of_a_rhythm_has_down_between_its_beats(task, due):
    """One beat a cycle: up at the beat, down half way; point to point one movement a beat."""
    ahead = movements_ahead(task, 0.4, 3, 1.0)
    assert [(at_s, str(way), sounds) for at_s, way, sounds in ahead][: len(due)] == [
        (pytest.approx(at_s), way, sounds) for at_s, way, sounds in due
    ]


def test_the_way_down_that_has_begun_is_still_ahead():
    ahead = movements_ahead("cyclic", 0.8, 1, 1.0)
    assert (ahead[0][0], str(ahead[0][1])) == (pytest.approx(0.3), "down")
