"""Guided calibration on the screen: it recovers the simulated calibration and refuses bad loads."""

import json

import numpy as np
import pytest

from gripforce.calibration import Guide, from_json
from gripforce.calibration.guide import USUAL_LOAD_S
from gripforce.constants import QUICK_MASSES_G, STANDARD_GRAVITY
from gripforce.dashboard.calibration_app import CalibrationApp
from gripforce.dashboard.screens.calibrate import Calibrate
from gripforce.dashboard.screens.certificate import Certificate
from gripforce.dashboard.screens.task import TaskScreen
from gripforce.dashboard.session.calibration_flow import calibration_screen
from gripforce.dashboard.widgets.calibration_text import minutes_left
from gripforce.device import open_device
from gripforce.device.calibration_cache import calibration_path
from gripforce.model import Channel, Kind
from gripforce.session import EventKind
from gripforce.sim.tasks.calibrate import STEP_S
from tests.dashboard.calibration_bench import (
    LOADS,
    URL,
    ScreenApp,
    SteppedBench,
    at,
    by_hand,
)
from tests.dashboard.pilot import until, until_shown
from tests.dashboard.session_screens import LIFT, app_of, make_bench


@pytest.fixture(autouse=True)
def data_here(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


async def simulated_truth(url=URL):
    async with open_device(url) as device:
        return device.calibration, device.info


def assert_kept(info, truth):
    """Compare the calibration of the first cells that was kept with the simulated one."""
    kept = from_json(json.loads(calibration_path(info.uid).read_text()))
    cells = len(kept.newtons_per_count)
    planted = np.array(truth.newtons_per_count)[:cells, :cells]
    np.testing.assert_allclose(
        np.array(kept.newtons_per_count), planted, atol=2e-4 * np.diag(planted).max()
    )


async def test_by_hand_from_the_first_key_to_the_last():
    """Two cells, which the device does not keep; the session's calibration below is of all."""
    truth, info = await simulated_truth()
    bench = SteppedBench()
    app = ScreenApp(by_hand(bench, cells="grip_thumb,grip_index"))
    async with app.run_test(size=(80, 24)) as pilot:
        for load in range(2 * LOADS):
            await at(pilot, bench, STEP_S * (load + 1) - 0.1)
            await pilot.press("enter")
            assert app.first.message == ""
            assert app.first.loads_read == load + 1
        await until_shown(pilot, Certificate)
        await pilot.press("w")
        await until(pilot, lambda: app.result)
    assert app.result.startswith("passed, kept not in the device, which takes only all its cells")
    assert_kept(info, truth)


async def test_what_moves_or_does_not_change_is_not_read():
    bench = SteppedBench()
    app = ScreenApp(by_hand(bench, cells="grip_thumb"))
    async with app.run_test(size=(80, 24)) as pilot:
        await at(pilot, bench, STEP_S - 0.1)
        await pilot.press("enter")
        assert app.first.loads_read == 1
        await pilot.press("enter")
        assert "reads the same at 0 N and at 1.961 N" in app.first.message
        await at(pilot, bench, STEP_S + 0.5)
        await pilot.press("enter")
        assert "Not at rest yet" in app.first.message
        await at(pilot, bench, 2 * STEP_S - 0.1)
        await pilot.press("enter")
        assert (app.first.message, app.first.loads_read) == ("", 2)
        await pilot.press("b")
        assert app.first.loads_read == 1
        await pilot.press("escape")
        await until(pilot, lambda: app.result)
    assert app.result == "calibration cancelled; nothing saved"


async def test_a_mass_that_was_mixed_up_is_told_at_once():
    """A bench loads 0, 200, 500 … 500, 200, 0; a person who expects 0, 100 … sees it."""
    bench = SteppedBench()
    screen = Calibrate(
        lambda: bench, (0.0, 100.0, 200.0, 500.0, 600.0, 900.0), gravity_m_s2=STANDARD_GRAVITY,
        cells="grip_thumb",
    )  # fmt: skip
    app = ScreenApp(screen)
    async with app.run_test(size=(80, 24)) as pilot:
        for load in range(6):  # the sixth is lighter than the fifth
            await at(pilot, bench, STEP_S * (load + 1) - 0.1)
            await pilot.press("enter")
        assert "grip_thumb turns back between" in app.first.message
        assert app.first.loads_read == 5
        await pilot.press("q")


async def test_a_device_that_is_not_there_is_told_and_left(tmp_path):
    app = ScreenApp(by_hand(open_device(f"serial:{tmp_path / 'nowhere'}")))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.first.message)
        assert "Nothing was saved." in app.first.message
        await pilot.press("enter", "b", "escape")
    assert app.result == "calibration cancelled; nothing saved"


async def test_from_the_session_between_blocks(tmp_path):
    source = "sim:lift?profile=als&speed=max&frontend=entry"
    truth, info = await simulated_truth(source)
    bench = make_bench(tmp_path, LIFT, source=source)
    app = app_of(bench)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("c")
        await until_shown(pilot, Certificate)
        await pilot.press("w")
        await until_shown(pilot, TaskScreen)
        await pilot.pause()
        bench.controller.tick()
    notes = [e.data["text"] for e in bench.journal.events if e.kind is EventKind.NOTE]
    assert [note[:40] for note in notes] == ["calibration: passed, kept in the device "]
    assert_kept(info, truth)


async def test_the_command_shows_the_same_screen_and_knows_its_outcome():
    app = CalibrationApp(calibration_screen(URL))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert isinstance(app.screen, Calibrate)
        await pilot.press("escape")
    assert app.outcome == "calibration cancelled; nothing saved"


def test_the_time_left_follows_the_operators_pace():
    cell = Channel(Kind.LOAD)
    guide = Guide([(cell,)], QUICK_MASSES_G)
    assert guide.left_s == 5 * USUAL_LOAD_S
    assert minutes_left(guide) == 1
