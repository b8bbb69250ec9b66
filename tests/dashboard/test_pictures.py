"""How the monitor looks, in every situation; other sizes: test_layout."""

import pytest

from tests.dashboard.screens import dashboard, settle

SIZE = (80, 24)


@pytest.mark.parametrize("name", ["live", "gap", "lost", "saturated", "uncalibrated"])
def test_picture(snap_compare, name):
    assert snap_compare(dashboard(name), terminal_size=SIZE, run_before=settle)


def test_picture_of_a_terminal_that_is_too_small(snap_compare):
    assert snap_compare(dashboard("live"), terminal_size=(70, 20), run_before=settle)


def test_picture_of_help(snap_compare):
    async def ask(pilot):
        await settle(pilot)
        await pilot.press("question_mark")

    assert snap_compare(dashboard("live"), terminal_size=SIZE, run_before=ask)
