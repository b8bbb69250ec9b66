"""Run a session on the screen: set it up or resume it, and close everything at its end."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.screens.start import StartScreen
from gripforce.dashboard.session.app import SessionApp
from gripforce.dashboard.session.setup import (
    ask_device_and_subject,
    ask_for_sound,
    ask_to_resume,
)
from gripforce.dashboard.settings import Settings, load_settings, save_settings, screen_language
from gripforce.dashboard.sound.browser import BrowserSound
from gripforce.dashboard.sound.player import open_sound_card
from gripforce.dashboard.terminal import in_browser, require_terminal
from gripforce.language import use_language
from gripforce.protocol.library import find_protocol, shipped_protocols
from gripforce.recorder import RecorderClient
from gripforce.recording import check_pseudonym
from gripforce.session import Journal
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.folder import JOURNAL, last_visits, require_room, unfinished, visit_of
from gripforce.session.storage import create_session, restore_session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.protocol.schema import Protocol
    from gripforce.session import SessionFolder
    from gripforce.session.cue.sound import SoundOutput


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The options of ``gripforce session``."""

    root: Path
    """The folder that holds the sessions of all subjects."""
    source: str | None = None
    protocol: str = "als-battery"
    subject: str | None = None
    first_hand: str | None = None
    language: str | None = None
    """Of the screens; None: the protocol's, or the last one."""
    new: bool = False
    """Start a new session even if one is unfinished."""
    ask: bool = True
    """Whether the form is shown; without it source and subject must be given."""


def run_session(options: SessionOptions) -> SessionFolder:
    """Run a session on this terminal, and return its folder.

    Raises ``UsageError`` without a terminal, room on the disk or a usable subject or protocol.
    """
    require_terminal()
    require_room(options.root)
    if options.subject is not None:
        check_pseudonym(options.subject)
    protocol = find_protocol(options.protocol)
    use_language(screen_language(options.language, protocol.language))
    if options.language:
        save_settings(language=options.language)
    return asyncio.run(_run(options, protocol))


async def _run(options: SessionOptions, protocol: Protocol) -> SessionFolder:
    async with AsyncExitStack() as stack:

        async def set_up(app: SessionApp) -> SessionController | None:
            folder = await choose_folder(app, options, protocol)
            if folder is None:
                return None
            controller = await _open(folder, options, app, stack)
            await ask_for_sound(app, controller.announcer)
            return controller

        app = SessionApp(set_up=set_up)
        await app.run_async()
        if app.failure is not None:
            raise app.failure
        await app.controller.settle()
        return app.controller.context.folder


async def choose_folder(
    app: SessionApp, options: SessionOptions, protocol: Protocol
) -> SessionFolder | None:
    """Return the session to resume, or a new one; None where the operator left."""
    subject, source, settings = options.subject or "", options.source, load_settings()
    if not options.ask:
        return _without_questions(options, protocol)
    if not subject and not (options.root / JOURNAL).exists():
        start = StartScreen(options.root, protocol, source or settings.device)
        choice = await app.push_screen_wait(start)
        if choice is None:
            return None
        subject, protocol, source = choice.subject, choice.protocol, choice.device or None
    if not options.new:
        folder = await ask_to_resume(app, options.root, subject, protocol)
        if folder is not None:
            return folder
    given = _known_answers(options, settings, subject)
    answers = await ask_device_and_subject(app, protocol, source, given)
    if answers is None:
        return None
    if not options.new and answers["subject"] != subject:
        folder = await ask_to_resume(app, options.root, answers["subject"], protocol)
        if folder is not None:
            return folder
    _remember(options, protocol, answers)
    return create_session(options.root, protocol, answers)


def _without_questions(options: SessionOptions, protocol: Protocol) -> SessionFolder:
    """Return today's unfinished session, or a new one."""
    folder = None if options.new else unfinished(options.root, options.subject or "")
    visit = visit_of(folder) if folder is not None else None
    if folder is not None and visit is not None and visit.is_open_today:
        return folder
    first_hand = options.first_hand or "right"
    answers = {"subject": options.subject, "first_hand": first_hand, "source": options.source}
    return create_session(options.root, protocol, answers)


def _known_answers(options: SessionOptions, settings: Settings, subject: str) -> dict[str, str]:
    """Return what the form can be filled with: the person's own answers, and the last object."""
    visits = (visit for visit in last_visits(options.root) if subject and visit.subject == subject)
    about = next((visit.about for visit in visits), {})
    condition = about.get("condition", {})
    known = {
        "subject": subject,
        "first_hand": options.first_hand or about.get("first_hand", ""),
        "dominant_hand": condition.get("dominant_hand", ""),
        "age_decade": condition.get("age_decade", ""),
        "mass_g": settings.mass_g,
        "surface": settings.surface,
    }
    return {
        key: f"{value:g}" if isinstance(value, float) else str(value)
        for key, value in known.items()
        if value not in {None, ""}
    }


def _remember(options: SessionOptions, protocol: Protocol, answers: Mapping[str, Any]) -> None:
    """Remember what the next session is likely to begin with."""
    shipped = {one.name for one in shipped_protocols()}
    name = protocol.name if protocol.name in shipped else str(Path(options.protocol).absolute())
    known = {key: answers[key] for key in ("mass_g", "surface") if key in answers}
    root = str(options.root.absolute())
    save_settings(directory=root, device=str(answers["source"]), protocol=name, **known)


async def _open(
    folder: SessionFolder,
    options: SessionOptions,
    app: SessionApp,
    stack: AsyncExitStack,
) -> SessionController:
    """Return the controller of a session, with its journal open and its recorder running."""
    journal = stack.enter_context(Journal(folder.journal))
    session, progress = restore_session(folder)
    use_language(screen_language(options.language, session.protocol.language))
    recorder = RecorderClient(folder.path)
    if not progress.ended:  # its last recording may still run where all blocks are done
        await recorder.open()
    stack.push_async_callback(recorder.close)
    sound = _open_sound(app, stack) if load_settings().sound else None
    url = options.source or str(progress.about["source"])
    context = SessionContext(folder, url, time.monotonic, app.bell, sound)
    controller = SessionController(session, journal, recorder, context)
    controller.reattach()
    return controller


def _open_sound(app: SessionApp, stack: AsyncExitStack) -> SoundOutput | None:
    """Return the browser's loudspeaker or the sound card; None leaves the terminal's bell."""
    if in_browser():
        return BrowserSound(app.send)
    card = open_sound_card()
    if card is not None:
        stack.callback(card.close)
    return card
