"""What keys do, and what they never do."""

import asyncio

import pytest

from gripforce.dashboard import Dashboard
from gripforce.dashboard.messages import LiftsEnded
from gripforce.dashboard.terminal import require_terminal
from gripforce.errors import DeviceError, UsageError
from gripforce.model import EndReason, Samples
from gripforce.online import LinkState
from tests.dashboard.screens import PATIENCE_S, FixedDashboard, dashboard, scene, settle
from tests.online.patients import recorded, sentence


async def test_pause_stops_the_picture_and_not_the_stream():
    session = recorded(10.4)
    half = [*sentence(session, end=None)]
    app = FixedDashboard(half[:300], clock=lambda: 0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        monitor = app.screen
        await pilot.press("p")
        picture = monitor.picture
        for item in half[300:]:
            app.live.feed(item, 0.0)
        monitor.paint()
        assert monitor.picture is picture
        assert monitor.frame.right_s > picture.right_s
        assert len(monitor.frame.lifts) > len(picture.lifts)
        await pilot.press("p")
        assert monitor.picture is monitor.frame


async def test_m_marks_and_numbers():
    marks = []
    app = dashboard("live", on_mark=marks.append)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("m", "m")
    assert marks == ["mark 1", "mark 2"]


async def test_a_source_without_markers_says_so():
    messages = []

    class Noting(FixedDashboard):
        def notify(self, message, **_):
            messages.append(message)

    app = Noting(scene("live"), clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("m")
    assert messages == ["This source takes no markers."]


async def test_help_opens_and_closes_without_quitting():
    app = dashboard("live")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        monitor = app.screen
        for key in ("escape", "question_mark", "q"):
            await pilot.press("question_mark")
            assert app.screen is not monitor, key
            await pilot.press(key)
            assert app.screen is monitor, key
            assert app.is_running, key


async def test_q_quits_while_the_stream_continues():
    app = dashboard("live")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("q")
    assert (app.ended, app.failure, app.return_code) == (None, None, 0)


async def test_the_screen_stays_when_the_stream_ends():
    app = FixedDashboard(sentence(recorded(8.0), end=EndReason.DEVICE_LOST), clock=lambda: 0.0)
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert app.is_running
        assert app.screen.frame.status.link is LinkState.ENDED
    assert app.ended.reason is EndReason.DEVICE_LOST


async def test_an_error_of_the_stream_closes_the_screen_with_it():
    broken = asyncio.Event()

    async def breaks():
        for item in scene("live")[:50]:
            yield item
        broken.set()
        raise DeviceError("It smokes.")

    app = Dashboard(breaks(), clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)):
        await asyncio.wait_for(broken.wait(), PATIENCE_S)
    assert str(app.failure) == "It smokes."
    assert app.return_code == DeviceError.exit_code


async def test_screens_receive_a_message_of_lifts():
    received = []

    class Listening(FixedDashboard):
        def on_lifts_ended(self, message: LiftsEnded) -> None:
            received.extend(message.lifts)

    app = Listening(scene("live"), clock=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
    assert [lift.trial.number for lift in received] == [1]


def test_a_pipe_is_refused():
    with pytest.raises(UsageError, match="needs a terminal"):
        require_terminal()


def test_every_sample_is_seen_however_fast_they_come():
    items = scene("live")
    app = FixedDashboard(items, clock=lambda: 0.0)
    total = sum(len(item) for item in items if isinstance(item, Samples))
    for item in items:
        app.live.feed(item, 0.0)
    assert len(app.live.snapshot(0.0).series.t) == min(total, 10400)
