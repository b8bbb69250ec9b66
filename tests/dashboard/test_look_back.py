"""Looking back in the monitor: scroll, zoom, hold the scale, a cursor, cells, filter, colours."""

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from gripforce.dashboard.settings import load_settings
from gripforce.dashboard.theme import DARK, LIGHT
from gripforce.dashboard.view import View
from gripforce.device.playback import Playback
from gripforce.model import channel_words
from gripforce.online import LinkState
from gripforce.online.series import Series, filtered_series
from tests.dashboard.screens import FixedDashboard, dashboard, scene, settle, text_of
from tests.dashboard.session_screens import app_of
from tests.dashboard.session_screens import scene as session_scene

SIZE = (120, 40)


def axis(app):
    return text_of(app.screen.query_one("#axis"))[0]


def heading(app, name="#grip"):
    return text_of(app.screen.query_one(name))[0]


async def test_the_traces_scroll_zoom_and_return_to_the_newest():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "now 10 s" in axis(app)
        newest = app.screen.picture.right_s
        await pilot.press("plus")
        assert app.screen.picture.span_s == 5.0
        await pilot.press("left", "left")
        assert app.screen.picture.right_s == pytest.approx(newest - 2.0)
        assert f"{newest - 2.0:.1f} s" in axis(app)
        await pilot.press("end")
        assert app.screen.picture.right_s == pytest.approx(newest)
        await pilot.press("minus", "minus")
        assert app.screen.picture.span_s == 20.0


async def test_nothing_before_the_first_sample_is_scrolled_to():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("plus", *["left"] * 40)
        frame = app.screen.picture
        assert frame.right_s - frame.span_s == pytest.approx(frame.oldest_s, abs=0.01)


async def test_the_scale_is_held_while_the_forces_change():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("h")
        assert "scale held" in heading(app)
        before = text_of(app.screen.query_one("#grip"))[1][:6]
        await pilot.press("plus", "plus", *["left"] * 20)  # a stretch with less force
        assert text_of(app.screen.query_one("#grip"))[1][:6] == before
        await pilot.press("h")
        assert "scale held" not in heading(app)


async def test_the_cursor_gives_the_forces_at_its_time():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("x", "left", "left")
        at_s = app.screen.view.cursor_s
        series = app.screen.picture.series
        k = int(np.searchsorted(series.t, at_s))
        assert f"cursor at {at_s:.3f} s: GF {series.gf[k]:.2f}  LF {series.lf[k]:.2f}" in axis(app)
        assert "┃" in "".join(text_of(app.screen.query_one("#grip")))
        await pilot.press("x")
        assert app.screen.view.end_s is None


async def test_the_force_of_each_cell_takes_the_place_of_the_plot():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("c")
        await pilot.pause()
        assert not app.screen.query_one("#phase").display
        lines = text_of(app.screen.query_one("#cells"))
        values = {cell.label: cell.value for cell in app.screen.picture.cells}
        assert len(values) >= 2
        for label, value in values.items():
            assert any(channel_words(label) in line and f"{value:.2f}" in line for line in lines)


async def test_the_filter_is_that_of_the_analysis():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        raw = app.screen.picture.series
        await pilot.press("f")
        assert "filtered at 15 Hz" in heading(app)
        smooth = app.screen.picture.series
        rough = [float(np.std(np.diff(s.gf[~np.isnan(s.gf)], 2))) for s in (raw, smooth)]
        assert rough[1] < 0.5 * rough[0]


def test_a_filter_keeps_a_gap_a_gap_and_agrees_with_scipy():
    """Witness: scipy's own filter at the corner that the analysis documents (0.802)."""
    t = np.concatenate([np.arange(0, 4, 0.001), np.arange(5, 9, 0.001)])
    force = 5 + np.sin(2 * np.pi * 2 * t) + 0.3 * np.sin(2 * np.pi * 60 * t)
    series = Series(t, force, force, np.zeros(len(t), bool), 0.01)
    found = filtered_series(series).gf
    sections = butter(2, 15 / 0.802, fs=1000, output="sos")
    expected = sosfiltfilt(sections, force[:4000])
    assert found[500:3500] == pytest.approx(expected[500:3500], abs=0.01)
    assert len(found) == len(t)
    assert abs(found[4001] - force[4001]) < 0.5, "nothing before the gap leaks behind it"


def test_a_view_never_leaves_what_there_is():
    view = View()
    view.scroll(-1, 100.0, 0.0, 100.0)
    assert view.end_s == 98.0
    view.scroll(5, 98.0, 0.0, 100.0)
    assert view.end_s is None
    for _ in range(9):
        view.zoom(1)
    assert view.span_s == 40.0


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot([0.2126, 0.7152, 0.0722], linear))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_every_colour_is_legible_on_its_ground(theme):
    """WCAG 2.1 asks for 4.5 to 1."""
    colours = (theme.primary, theme.secondary, theme.accent, theme.foreground,
               theme.error, theme.variables["dim"])  # fmt: skip
    for colour in colours:
        for ground in (theme.background, theme.surface):
            assert contrast(colour, ground) >= 4.5, (colour, ground)


# Red-green blindness: Viénot, Brettel & Mollon 1999, linear RGB, for a protanope and a deuteranope.
BLIND = {
    "protanope": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
    "deuteranope": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("kind", sorted(BLIND))
def test_grip_load_and_alarm_differ_for_every_kind_of_colour_vision(theme, kind):
    seen = []
    for colour in (theme.secondary, theme.primary, theme.accent):
        linear = [(int(colour[k : k + 2], 16) / 255) ** 2.2 for k in (1, 3, 5)]
        seen.append(np.clip(np.array(BLIND[kind]) @ linear, 0, 1) ** (1 / 2.2))
    apart = [np.linalg.norm(seen[a] - seen[b]) for a, b in ((0, 1), (0, 2), (1, 2))]
    assert min(apart) > 0.2, apart


async def test_light_or_dark_is_one_key_and_is_remembered():
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert app.theme == DARK.name
        await pilot.press("l")
        assert app.theme == LIGHT.name
        assert load_settings().light
    again = dashboard("live")
    async with again.run_test(size=SIZE):
        assert again.theme == LIGHT.name


async def test_light_or_dark_is_the_same_key_in_a_session(tmp_path):
    app = app_of(await session_scene("ready", tmp_path))
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.press("l")
        await pilot.pause()
        assert app.theme == LIGHT.name
        assert load_settings().light


async def test_the_palette_of_the_monitor_offers_its_keys_and_no_theme_of_others():
    """It had only Textual's own commands, one of which broke the colours."""
    app = dashboard("live")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        titles = [command.title for command in app.get_system_commands(app.screen)]
    assert {"Cursor", "Cells", "Filter", "Hold scale", "Light or dark"} <= set(titles)
    assert "Theme" not in titles


async def test_a_paused_replay_stands_still_and_raises_no_alarm():
    """The right edge ran on and the screen said that the device sends nothing."""
    playback, clock = Playback(60.0), Clock()
    app = FixedDashboard(scene("live"), title="replay", clock=clock, playback=playback)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        before = app.screen.frame.right_s
        await pilot.press("p")
        assert playback.paused
        clock.now_s += 30.0
        app.screen.paint()
        assert app.screen.frame.right_s == pytest.approx(before, abs=1e-6)
        assert app.screen.frame.status.link is LinkState.LIVE
        await pilot.press("p")
        app.screen.paint()
        assert app.screen.frame.right_s == pytest.approx(before, abs=1e-6)
        clock.now_s += 0.1
        app.screen.paint()
        assert app.screen.frame.right_s == pytest.approx(before + 0.1, abs=1e-3)


class Clock:
    now_s = 0.0

    def __call__(self):
        return self.now_s
