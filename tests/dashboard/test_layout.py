"""Words and positions on the force screens, at every size and in every situation."""

from dataclasses import replace

import pytest

from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.screens.help import Help
from gripforce.dashboard.screens.task import KEYS, KEYS_NOTE
from gripforce.dashboard.widgets.cell_text import wrapped_cells
from gripforce.dashboard.widgets.gauges import gauge_line
from gripforce.dashboard.widgets.task import cue_hint, operator_word, trial_signs, trial_words
from gripforce.language import translate, use_language
from gripforce.model import Ended, EndReason
from gripforce.session import SessionState
from gripforce.session.acceptance.common import Acceptance
from gripforce.session.cue.patient_cue import cue_of
from tests.dashboard.reading import shown_on
from tests.dashboard.screens import dashboard, resize, settle, text_of
from tests.dashboard.session_screens import LIFT, METADATA, PINCH, app_of, make_bench, scene
from tests.online.patients import recorded, sentence

SIZES = [(80, 24), (120, 40), (160, 50)]
ALARMS = {
    "live": "",
    "gap": "",
    "lost": "LINK LOST for 2 s. Waiting: check cable and power.",
    "saturated": "SATURATED ▲: a force is beyond the sensor's range; its peak is cut off.",
    "uncalibrated": "NOT CALIBRATED: raw counts, not newtons. Use `gripforce calibrate`.",
}


def in_turn(name, names):
    """Return the sizes of a terminal: one to start at, which differs by name, and others after."""
    first = list(names).index(name) % len(SIZES)
    return [*SIZES[first:], *SIZES[:first]]


def assert_stacked(screen, size, order):
    """Require that the widgets fill the screen from top to bottom, each at full width."""
    regions = [screen.query_one(f"#{name}").region for name in order]
    assert [region.y for region in regions] == [
        sum(region.height for region in regions[:k]) for k in range(len(regions))
    ]
    assert {region.width for region in regions} == {size[0]}
    assert regions[-1].bottom == size[1] - 1, "the footer has the last line"


def assert_forces(screen, size):
    """Require that both traces are as wide and high as each other, and the coupling beside them."""
    grip, load = (screen.query_one(f"#{name}").region for name in ("grip", "load"))
    assert (grip.x, grip.width) == (load.x, load.width) == (0, size[0] - (40, 26)[size[0] < 110])
    assert abs(grip.height - load.height) <= 1
    assert screen.query_one("#gf").size.height == (3 if size[1] >= 36 else 1)


@pytest.mark.parametrize("name", ALARMS)
async def test_monitor(name):
    """At each size, started at one of them."""
    app, sizes = dashboard(name), in_turn(name, ALARMS)
    async with app.run_test(size=sizes[0]) as pilot:
        await settle(pilot)
        for size in sizes:
            await resize(pilot, size)
            assert_monitor(app.screen, name, size)


def assert_monitor(screen, name, size):
    assert_stacked(screen, size, ["title", "banner", "forces", "lifts"])
    assert_forces(screen, size)
    (banner,) = text_of(screen.query_one("#banner"))
    assert banner.strip() == ALARMS[name]
    first, second = text_of(screen.query_one("#title"))
    assert first.startswith(" gripforce · sim:lift")
    assert first.rstrip().endswith("✕ LINK LOST 2 s" if name == "lost" else "● link ok")
    assert second.startswith(" p01 · lift · right hand · 400 g")
    assert second.rstrip().endswith("lost 500 in 1 gap" if name == "gap" else "lost 0")
    unit = "counts, not calibrated" if name == "uncalibrated" else "N"
    assert text_of(screen.query_one("#grip"))[0].strip() == f"GF grip force, {unit}"
    assert ("░" in "".join(text_of(screen.query_one("#grip")))) is (name in {"gap", "lost"})


BANNERS = {
    "ready": "",
    "live": "",
    "gap": "",
    "rest": "",
    "lost": "LINK LOST for 0 s. Waiting: check cable and power.",
    "saturated": ALARMS["saturated"],
    "disk": "DISK NEARLY FULL: free some space, or the recording will end.",
}
WORDS = {"ready": "Ready?", "rest": "Rest 18", "lost": "Wait"}
HINTS = {
    "ready": "Enter: begin (right hand, 400 g, sandpaper)",
    "rest": "Enter: end the rest now",
    "lost": "The session goes on by itself when the device is back.",
}
SIGNS = {"ready": "····", "rest": "✓▶"}


@pytest.mark.parametrize("name", BANNERS)
async def test_task_screen(tmp_path, name):
    """At each size, started at one of them."""
    bench, sizes = await scene(name, tmp_path), in_turn(name, BANNERS)
    app = app_of(bench)
    async with app.run_test(size=sizes[0]) as pilot:
        await pilot.pause()
        for size in sizes:
            await resize(pilot, size)
            assert_task_screen(app.screen, bench, name, size)


def assert_task_screen(screen, bench, name, size):
    assert_stacked(screen, size, ["title", "banner", "cue", "forces", "trials"])
    assert_forces(screen, size)
    assert screen.query_one("#gauge").display is (size[1] >= 36 and name != "rest"), "a pinch"
    (banner,) = text_of(screen.query_one("#banner"))
    assert banner.strip() == BANNERS[name]
    cue = [line.strip() for line in text_of(screen.query_one("#cue"))]
    block = bench.session.block
    assert (f"Next: {block.instruction}" if name == "rest" else block.instruction) in cue
    assert cue[-1] == HINTS.get(name, "")
    assert cue_of(bench.controller).text == WORDS.get(name, "Good")
    signs, verdict = text_of(screen.query_one("#trials"))
    assert signs.split()[0] == SIGNS.get(name, "✓▶··"), signs
    assert verdict.strip()


async def test_a_terminal_that_is_too_small_says_how_large_it_must_be(tmp_path):
    app = app_of(await scene("live", tmp_path))
    async with app.run_test(size=(79, 30)) as pilot:
        await pilot.pause()
        for size in ((79, 30), (100, 23), (70, 20)):
            await resize(pilot, size)
            message = app.screen.query_one("#too-small")
            assert message.region.size == size
            assert "80 × 24 are needed" in str(message.content)
            assert not app.screen.query_one("#cue").display


async def test_the_reasons_to_end_a_session(tmp_path):
    app = app_of(await scene("live", tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("a")
        title, *_ = app.screen.query("Label")
        assert str(title.content) == "End the session? Choose the reason:"
        assert app.screen.query_one("OptionList").option_count == 6


async def test_a_long_question_is_wrapped_and_not_cut(tmp_path):
    """'It follows als-battery, not quick-lift.' was cut off, at any size of the terminal."""
    app = app_of(await scene("ready", tmp_path))
    title = "ses-01 of 2026-11-28 is unfinished: block 4 of 13, Slip test, right hand."
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await app.push_screen(Choose(f"{title} It follows als-battery, not quick-lift.", ("yes",)))
        await pilot.pause()
        shown = shown_on(app.screen)
        assert all(word in shown for word in ("Slip", "hand.", "als-battery,", "quick-lift."))


@pytest.mark.parametrize(
    ("name", "banner"),
    [
        ("ready", "PAUSED: no trial counts."),
        ("live", "PAUSED: no trial counts; the recording continues."),
    ],
)
async def test_a_pause_speaks_of_the_recording_only_where_there_is_one(tmp_path, name, banner):
    """'the recording goes on' stood beside 'not recording'."""
    app = app_of(await scene(name, tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("p")
        app.screen.paint()
        (shown,) = text_of(app.screen.query_one("#banner"))
        assert shown.strip() == banner


async def test_between_blocks_no_force_and_no_task_is_called_present(tmp_path):
    """The last sample of the block before stood there as if the hand still pressed."""
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    bench.play(sentence(recorded(6.0), **METADATA))
    assert bench.controller.frame().reading.gf is not None
    bench.controller.accept(Ended(EndReason.STOPPED))
    frame = bench.controller.frame()
    assert (frame.reading.gf, frame.reading.ratio, frame.metadata) == (None, None, None)
    assert len(frame.series.t), "what was is still drawn"


def test_signs_of_a_block_that_has_not_begun(tmp_path):
    assert trial_signs(make_bench(tmp_path, LIFT).session) == "····"


async def test_words_of_a_block_from_its_countdown_to_its_rest(tmp_path):
    bench = make_bench(tmp_path, PINCH)
    assert cue_of(bench.controller).text == "Ready?"
    await bench.begin()
    assert cue_of(bench.controller).text == "Wait"
    bench.session.stream_started(0.0)
    assert cue_of(bench.controller).text == "Soon 3"
    bench.clock.now = 3.0
    bench.session.tick(3.0, 0.0)
    assert cue_of(bench.controller).text == "Squeeze"
    assert cue_hint(bench.controller) == "Waiting for the hand…"
    bench.session.contact_began(0.0)
    assert cue_of(bench.controller).text == "Squeeze 5"
    bench.session.pause(3.0)
    assert cue_of(bench.controller).text == "Pause"
    assert bench.session.state is SessionState.CUE


@pytest.mark.parametrize(
    ("share", "text"),
    [(None, "├────┤"), (0.0, "├●───┤"), (0.5, "├━━●─┤"), (1.0, "├━━━●┤"), (2.0, "├━━━●▶"),
     (-1.0, "├●───┤")],
)  # fmt: skip
def test_a_gauge_has_its_cursor_at_its_share(share, text):
    assert "".join(part for part, _ in gauge_line(share, 6)) == text


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_no_line_of_the_help_is_broken_in_two(size):
    """A text of 74 cells stood in a box of 64, so every other line was a stray word."""
    app = dashboard("live")
    async with app.run_test(size=size) as pilot:
        for arguments in ((), (KEYS, KEYS_NOTE)):  # of the monitor, of a session
            for code in ("en", "de", "zh"):
                use_language(code)
                page = Help(*arguments)
                await app.push_screen(page)
                await pilot.pause()
                assert_help(page, size)
                await pilot.press("escape")
    use_language("en")


def assert_help(page, size):
    box, lines = page.query_one("#help"), shown_on(page).splitlines()
    assert size == (80, 24) or box.max_scroll_y == 0, "all of it is seen at once"
    for _, pairs in page.sections:
        for key, words in pairs:
            first = wrapped_cells(translate(words), 26)[0]
            found = any(key in line and first in line for line in lines)
            assert found or box.max_scroll_y, (key, first)


async def test_a_bad_trial_is_shown_as_one_more(tmp_path):
    bench = make_bench(tmp_path, LIFT)
    await bench.begin()
    bench.play(sentence(recorded(8.0), gap=(2500, 2600), end=None, mass_g=400))
    assert cue_of(bench.controller).text == "One more"
    assert trial_signs(bench.session) == "↻▶···"
    assert trial_words(bench.session.last).startswith("Trial 1: one more: ")
    bench.session.decide(1, "keep", 0.0)
    assert trial_signs(bench.session) == "✓▶··"
    await bench.controller.settle()


async def test_the_next_object_of_a_series_stands_large_during_the_rest(tmp_path):
    block = replace(LIFT, task="weights", trials=3, masses_g=(400.0, 400.0, 200.0), rest_s=6.0)
    bench = make_bench(tmp_path, block)
    session = bench.session
    await bench.begin()
    session.stream_started(0.0)
    words = []
    for k, good in enumerate((True, True, False)):
        session.tick(10.0 * k, 0.0)
        verdict = Acceptance(() if good else ("wrong object: …",))
        session.accept_trial(k, k + 0.5, verdict, 10.0 * k)
        session.tick(10.0 * k + 1.6, 0.0)
        assert session.state is SessionState.REST
        words.append(operator_word(bench.controller))
        assert cue_of(bench.controller).word == "Rest", "the patient must not see the weight"
        session.begin(10.0 * k + 2.0)
    assert words == ["Same 400 g", "CHANGE 200 g", "CHANGE 200 g"]
