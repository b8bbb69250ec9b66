"""How the dashboard looks, at three sizes and in five situations."""

import pytest

from tests.dashboard.screens import dashboard, settle

SIZES = [(80, 24), (120, 40), (160, 50)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", ["live", "gap", "lost", "saturated", "uncalibrated"])
def test_picture(snap_compare, name, size):
    assert snap_compare(dashboard(name), terminal_size=size, run_before=settle)


def test_picture_of_a_terminal_that_is_too_small(snap_compare):
    assert snap_compare(dashboard("live"), terminal_size=(70, 20), run_before=settle)


def test_picture_of_help(snap_compare):
    async def ask(pilot):
        await settle(pilot)
        await pilot.press("question_mark")

    assert snap_compare(dashboard("live"), terminal_size=(80, 24), run_before=ask)
