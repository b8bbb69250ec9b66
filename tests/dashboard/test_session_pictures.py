"""How the session looks, at three sizes and in every situation that the clinician may meet."""

import asyncio

import pytest

from gripforce.dashboard.screens.results import SummaryScreen
from tests.dashboard.session_screens import app_of, scene

SIZES = [(80, 24), (120, 40), (160, 50)]


async def settle(pilot):
    pilot.app.screen_stack[1].paint()
    await pilot.pause()


def conductor_of(name, path):
    return asyncio.run(scene(name, path))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["ready", "live", "gap", "lost", "saturated", "disk", "rest"])
def test_task(snap_compare, tmp_path, name, size):
    app = app_of(conductor_of(name, tmp_path))
    assert snap_compare(app, terminal_size=size, run_before=settle)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_review(snap_compare, tmp_path, size):
    async def review(pilot):
        await settle(pilot)
        await pilot.press("v")

    app = app_of(conductor_of("gap", tmp_path))
    assert snap_compare(app, terminal_size=size, run_before=review)


@pytest.mark.parametrize(("key", "name"), [("s", "skip"), ("question_mark", "keys"), ("a", "end")])
def test_questions(snap_compare, tmp_path, key, name):
    async def ask(pilot):
        await settle(pilot)
        await pilot.press(key)

    app = app_of(conductor_of("live", tmp_path))
    assert snap_compare(app, terminal_size=(80, 24), run_before=ask)


def test_too_small(snap_compare, tmp_path):
    app = app_of(conductor_of("live", tmp_path))
    assert snap_compare(app, terminal_size=(70, 20), run_before=settle)


def test_summary(snap_compare, tmp_path):
    conductor = conductor_of("live", tmp_path)
    conductor.session.abort("too tired", 0.0)
    app = app_of(conductor)

    async def show(pilot):
        lines = [line for line in app.summary_lines() if str(tmp_path) not in line]
        await app.push_screen(SummaryScreen(app._heading(), lambda: lines))
        await pilot.pause()

    assert snap_compare(app, terminal_size=(80, 24), run_before=show)
