"""A whole session by keys alone; time passes as fast as samples come."""

import asyncio

from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.screens.task import TaskScreen
from gripforce.dashboard.session.app import SUMMARY, SessionApp
from gripforce.dashboard.session.setup import ask_for_sound
from gripforce.language import translate, use_language
from gripforce.recorder import RecorderService
from gripforce.session import EventKind, Journal, SessionState, read_journal
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.cue.sound import Tone
from gripforce.session.storage import restore_session
from gripforce.session.summary_text import NOTHING_TO_REPEAT
from tests.dashboard.pilot import PATIENCE_S, run_through, until_shown
from tests.dashboard.reading import lines_in_english, read_page
from tests.session.fast_time import new_session
from tests.session.truth import require_truth, require_whole


async def test_a_battery_by_enter_alone_in_another_language(tmp_path):
    """Whole, true to what was simulated, and no English word on a screen or in the report.

    ``make validation SECTIONS=sessions`` does the same with other hands, sizes and languages, and
    `tests/session/test_shipped_protocols.py` a battery in an ALS-like hand.
    """
    source, code = "sim:lift?profile=healthy&seed=90210&speed=max", "zh"
    folder = new_session(tmp_path, "als-battery", source, skin="dry")
    seen = set()
    use_language(code)
    try:
        app = await run_through(folder, (80, 24), seen)
        summary = (folder.path / SUMMARY).read_text(encoding="utf-8")
        page = (folder.path / "report.html").read_text(encoding="utf-8")
        assert translate(NOTHING_TO_REPEAT) in summary
        for side in ("Left hand", "Right hand"):
            assert translate(side) in summary
            assert translate(side) in page
        english = lines_in_english((*seen, summary, read_page(page)), code)
        assert not english, "\n".join(f"{w}: {line}" for line, w in english.items())
    finally:
        use_language("en")
    assert app.controller.now_s <= 15 * 60, "the battery's own clock"
    require_whole(app.controller, folder)
    require_truth(app.controller, folder, source)
    assert restore_session(folder)[0].state is SessionState.FINISHED
    notes = [event for event in read_journal(folder.journal) if event.kind is EventKind.NOTE]
    assert "sound check: the tones were heard" in [event.data["text"] for event in notes], (
        "the journal keeps English in every language"
    )


async def test_a_short_session_in_german_at_120_columns(tmp_path):
    folder = new_session(tmp_path, "try-out", "sim:lift?profile=healthy&seed=7&speed=max")
    seen = set()
    use_language("de")
    try:
        await run_through(folder, (120, 40), seen)
        page = (folder.path / "report.html").read_text(encoding="utf-8")
        english = lines_in_english((*seen, read_page(page)), "de")
        assert not english, "\n".join(f"{w}: {line}" for line, w in english.items())
    finally:
        use_language("en")


async def test_the_tones_are_tried_before_the_first_block(tmp_path):
    """Nothing tested the sound beforehand."""
    folder = new_session(tmp_path, "als-battery", "sim:lift?speed=max")
    session, _ = restore_session(folder)
    with Journal(folder.journal) as journal:
        rung = []
        context = SessionContext(folder, "sim:lift", lambda: 0.0, lambda: rung.append("bell"))
        controller = SessionController(session, journal, RecorderService(), context)

        async def set_up(app):
            await ask_for_sound(app, controller.announcer)
            return controller

        app = SessionApp(set_up=set_up)
        async with app.run_test(size=(80, 24)) as pilot:
            async with asyncio.timeout(PATIENCE_S):
                while len(rung) < len(Tone):
                    await pilot.pause(0.05)
                await until_shown(pilot, Choose)
                await pilot.press("2")
                while len(rung) < 2 * len(Tone):
                    await pilot.pause(0.05)
                await pilot.press("3")
                while not isinstance(app.screen, TaskScreen):
                    await pilot.pause(0.05)
            await pilot.pause(0.1)
    texts = [e.data.get("text", "") for e in read_journal(folder.journal)]
    assert "sound check: the tones were not heard" in texts
