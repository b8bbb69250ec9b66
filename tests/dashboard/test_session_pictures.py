"""How the session looks in every situation, and one of them at three sizes; see test_layout."""

import asyncio
from pathlib import Path

import pytest

from gripforce.dashboard.screens.results import SummaryScreen
from gripforce.session.summary_text import IN_PROGRESS, summary_heading, summary_lines
from tests.dashboard.session_screens import app_of, scene

SIZE = (80, 24)


async def settle(pilot):
    pilot.app.screen_stack[1].paint()
    await pilot.pause()


def app_in(name, path):
    return app_of(asyncio.run(scene(name, path)))


@pytest.mark.parametrize("name", ["ready", "gap", "lost", "saturated", "disk", "rest"])
def test_task(snap_compare, tmp_path, name):
    assert snap_compare(app_in(name, tmp_path), terminal_size=SIZE, run_before=settle)


@pytest.mark.parametrize("size", [SIZE, (120, 40), (160, 50)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_live(snap_compare, tmp_path, size):
    assert snap_compare(app_in("live", tmp_path), terminal_size=size, run_before=settle)


@pytest.mark.parametrize(
    ("key", "name"), [("s", "skip"), ("question_mark", "keys"), ("v", "review")]
)
def test_dialogs(snap_compare, tmp_path, key, name):
    async def ask(pilot):
        await settle(pilot)
        await pilot.press(key)

    assert snap_compare(app_in("gap", tmp_path), terminal_size=SIZE, run_before=ask)


def test_summary(snap_compare, tmp_path):
    bench = asyncio.run(scene("live", tmp_path))
    bench.session.abort("too tired", 0.0)
    lines = summary_lines(bench.session, [IN_PROGRESS], Path("sub-p01/ses-01"))
    app = app_of(bench)

    async def show(pilot):
        await app.push_screen(SummaryScreen(summary_heading(bench.session), lambda: lines))
        await pilot.pause()

    assert snap_compare(app, terminal_size=SIZE, run_before=show)
