"""From the start to the first trial in eight keys, none of them a surprise; what is remembered."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from textual.widgets import Input, OptionList, Static

from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.screens.form import Form
from gripforce.dashboard.screens.results import CheckResult
from gripforce.dashboard.screens.start import StartScreen
from gripforce.dashboard.screens.task import TaskScreen
from gripforce.dashboard.session.app import SessionApp
from gripforce.dashboard.session.run import SessionOptions, choose_folder
from gripforce.dashboard.session.setup import ask_for_sound
from gripforce.dashboard.settings import load_settings, remembered_protocol, save_settings
from gripforce.protocol.library import find_protocol
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.storage import restore_session
from tests.dashboard.pilot import ClockedRecorder, takes_keys, until_shown
from tests.dashboard.reading import shown_on
from tests.session.fast_time import StreamClock

PATIENCE_S = 120
SOURCE = "sim:lift?profile=als&seed=3&speed=max"


class Person:
    """Someone at the keyboard: each key is pressed when its screen is there, and counted."""

    def __init__(self, pilot):
        self._pilot = pilot
        self.keys = []
        self.screens = []

    async def press(self, key, *, on):
        """Press a key once a screen is there; what it says is kept."""
        async with asyncio.timeout(PATIENCE_S):
            while not on(self._pilot.app):
                await self._pilot.pause(0.02)
        await self._pilot.pause()
        self.screens.append(shown_on(self._pilot.app.screen))
        self.keys.append(key)
        await self._pilot.press(key)


def is_shown(kind):
    return lambda app: isinstance(app.screen, kind) and takes_keys(app.screen)


def waits(block):
    def at_it(app):
        if not isinstance(app.screen, TaskScreen):
            return False
        session = app.controller.session
        return (session.index, session.state) == (block, SessionState.READY)

    return at_it


def has_begun(session, block):
    """Whether a trial of a block is or was under way: in fast time it may be over at a look."""
    in_it = session.index == block and session.in_trial
    return in_it or session.progress.block(block).trials or session.index > block


async def to_the_first_trial(code):
    """Return what a person pressed and read until the first measured trial, and the form."""
    clock, stack = StreamClock(), AsyncExitStack()

    async def set_up(app):
        settings = load_settings()
        protocol = find_protocol(remembered_protocol(settings))
        options = SessionOptions(settings.root, protocol=settings.protocol)
        folder = await choose_folder(app, options, protocol)
        session, progress = restore_session(folder)
        journal = stack.enter_context(Journal(folder.journal))
        context = SessionContext(folder, str(progress.about["source"]), clock, lambda: None)
        recorder = ClockedRecorder(clock, lambda: made[0].live.newest_t)
        made.append(SessionController(session, journal, recorder, context))
        stack.push_async_callback(recorder.close)
        await ask_for_sound(app, made[0].announcer)
        return made[0]

    made, form = [], {}
    async with stack:
        app = SessionApp(set_up=set_up)
        async with app.run_test(size=(80, 24)) as pilot:
            person = Person(pilot)
            await person.press("enter", on=is_shown(StartScreen))
            await until_shown(pilot, Form)
            await pilot.press(*code)
            form = {i.id: i.value for i in app.screen.query(Input)}
            await person.press("ctrl+s", on=is_shown(Form))
            await person.press("enter", on=is_shown(Choose))
            for block in range(2):  # the sensor check and the zero
                await person.press("enter", on=waits(block))
                await person.press("enter", on=is_shown(CheckResult))
            session = made[0].session
            first = next(k for k, block in enumerate(session.protocol.blocks) if block.measured)
            await person.press("enter", on=waits(first))
            async with asyncio.timeout(PATIENCE_S):
                while not has_begun(session, first):
                    await pilot.pause(0.02)
            await made[0].settle()
    return person, form


async def test_eight_keys_lead_to_the_first_trial_and_what_is_known_is_not_asked(tmp_path):
    """Folder, device, protocol and object had to be given each time."""
    save_settings(directory=str(tmp_path), device=SOURCE, mass_g=330.0, surface="silk")
    person, form = await to_the_first_trial("p07")
    assert len(person.keys) == 8
    assert set(person.keys) == {"enter", "ctrl+s"}
    for key, screen in zip(person.keys, person.screens, strict=True):
        named = "Ctrl+S" if key == "ctrl+s" else "Enter"
        assert named in screen, "the screen says which key goes on"
    start = person.screens[0]
    assert SOURCE[:20] in start
    assert "ALS battery" in start
    assert str(tmp_path)[:20] in start
    assert (form["mass_g"], form["surface"], form["subject"]) == ("330", "silk", "p07")
    assert (tmp_path / "sub-p07" / "ses-01").is_dir()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_protocols_with_their_length_are_chosen_on_the_first_screen(tmp_path, size):
    screen = StartScreen(tmp_path, find_protocol("quick-lift"), "")
    app = SessionApp(set_up=lambda app: app.push_screen_wait(screen))
    async with app.run_test(size=size) as pilot:
        await until_shown(pilot, StartScreen)
        await pilot.press("p")
        await pilot.pause()
        rows = app.screen.query_one(OptionList)
        words = [str(rows.get_option_at_index(k).prompt) for k in range(rows.option_count)]
        assert "go back" in words[0]
        assert all(" min (" in row for row in words[1:])
        await pilot.press("escape", "q")


async def test_a_code_typed_on_the_first_screen_changes_no_protocol(tmp_path):
    """'p01' opened the list of protocols, and its 1 took the first one."""
    screen = StartScreen(tmp_path, find_protocol("quick-lift"), "")
    app = SessionApp(set_up=lambda app: app.push_screen_wait(screen))
    async with app.run_test(size=(80, 24)) as pilot:
        await until_shown(pilot, StartScreen)
        await pilot.press(*"p01", "enter")
        await until_shown(pilot, StartScreen)
        assert "Quick lift" in str(app.screen.query_one("#holds", Static).content)
        await pilot.press("q")
