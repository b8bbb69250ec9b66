"""A replay moves: speed, jumps forward and back, trials and marks, pause, its end."""

import asyncio

import pytest

from gripforce.dashboard.app import Dashboard
from gripforce.dashboard.widgets.scrubber import Scrubber, playback_words, scrubber_bar
from gripforce.device import open_source
from gripforce.device.playback import Playback
from gripforce.errors import UsageError
from gripforce.model import Ended, Samples, Started
from gripforce.recording import Recorder

LONG_S = 12


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    path = tmp_path_factory.mktemp("replay") / "lift.grip"

    async def record():
        with Recorder(path, {"task": "lift"}) as recorder:
            async with open_source("sim:lift?speed=max&seed=3") as device:
                async for _ in recorder.through(device.stream(duration_s=LONG_S)):
                    pass

    asyncio.run(record())
    return path


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def playback():
    clock = Clock()
    made = Playback(60.0, (10.0, 20.0, 30.0), now=clock)
    made.clock = clock
    return made


def test_time_passes_at_the_speed(playback):
    playback.clock.now_s = 4.0
    assert playback.shown_s == 4.0
    playback.change_speed(1)
    playback.clock.now_s = 5.0
    assert playback.shown_s == 6.0, "the speed holds from the change on"
    playback.toggle()
    playback.clock.now_s = 50.0
    assert playback.shown_s == 6.0
    assert playback_words(playback) == "❚❚ 6.0 of 60 s ×2"


def test_jumps_go_from_moment_to_moment_and_stay_inside(playback):
    places = []
    for step in (1, 1, 1, 1, -1, -1, -1, -1):
        playback.jump(step)
        places.append(playback.shown_s)
    assert places == [10.0, 20.0, 30.0, 60.0, 30.0, 20.0, 10.0, 0.0]


def test_the_bar_shows_moments_and_position(playback):
    playback.seek(30.5)
    assert scrubber_bar(playback, 6) == "━┴┴●──"


def test_at_the_end_pause_plays_again_from_the_beginning(playback):
    playback.seek(60.0)
    assert playback_words(playback).endswith("end")
    playback.toggle()
    assert (playback.shown_s, playback.paused) == (0.0, False)


async def test_a_jump_back_begins_the_stream_anew(recorded):
    async with open_source(f"replay:{recorded}?speed=max") as source:
        starts, newest, went_back = 0, [], False
        async for item in source.stream():
            starts += isinstance(item, Started)
            if isinstance(item, Samples):
                newest.append(float(item.t[-1]))
                if newest[-1] > 8 and not went_back:
                    went_back = True
                    source.playback.seek(2.0)
            if isinstance(item, Ended):
                break
    assert starts == 2
    assert max(newest) == pytest.approx(LONG_S, abs=0.5)


async def test_it_begins_at_a_time_with_all_before_it_at_once(recorded):
    async with open_source(f"replay:{recorded}?from={LONG_S + 1}") as source:
        async with asyncio.timeout(20):
            ended = [item async for item in source.stream() if isinstance(item, Ended)]
    assert len(ended) == 1


async def test_trials_and_marks_are_what_is_jumped_to(recorded):
    async with open_source(f"replay:{recorded}") as source:
        source.find_moments()
        assert source.playback.moments
        assert all(0 <= t <= LONG_S + 1 for t in source.playback.moments)


@pytest.mark.parametrize("options", ["speed=0", "speed=fast", "from=-1", "from=x", "from=inf"])
def test_what_cannot_be_is_refused(recorded, options):
    with pytest.raises(UsageError):
        open_source(f"replay:{recorded}?{options}")


async def test_keys_of_the_monitor_move_in_a_replay_and_play_nothing_else(recorded):
    async with open_source(f"replay:{recorded}?from=5") as source:
        source.playback.holds_at_end = True
        app = Dashboard(source.stream(), playback=source.playback)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("p")
            assert source.playback.paused
            before = source.playback.shown_s
            await pilot.press("right")
            assert source.playback.shown_s == pytest.approx(min(before + 5, LONG_S), abs=1)
            await pilot.press("left", "left", "right_square_bracket")
            assert source.playback.speed == 2
            assert source.playback.shown_s < before
            assert app.screen.query_one("#scrubber", Scrubber).size.height == 1
            source.stop()
            source.playback.seek(0.0)
    live = Dashboard(source.stream())
    async with live.run_test(size=(80, 24)) as pilot:
        assert not live.screen.check_action("speed", ())
        assert not live.screen.check_action("jump", ())
