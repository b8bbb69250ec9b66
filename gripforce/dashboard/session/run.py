"""A session from its beginning, or from where it was, to its end: folder, recorder, screens."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.session.app import SessionApp
from gripforce.dashboard.session.setup import ask_device_and_subject, ask_whether_on
from gripforce.dashboard.terminal import require_terminal
from gripforce.errors import UsageError
from gripforce.protocol.library import find_protocol
from gripforce.protocol.object_override import TestObject, with_object
from gripforce.protocol.parse import require_protocol
from gripforce.recorder import RecorderClient
from gripforce.recording import check_pseudonym
from gripforce.session import (
    Event,
    EventKind,
    Journal,
    SessionFolder,
    SessionMachine,
    read_journal,
    replay_events,
)
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.folder import PROTOCOL, new_folder, require_room, unfinished
from gripforce.session.state import OVER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from gripforce.protocol.schema import Protocol
    from gripforce.session.events import SessionProgress

NOT_CONDITION = {"subject", "first_hand", "source", "mass_g", "surface"}
OBJECT = ("mass_g", "surface")


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """What was asked for on the command line."""

    root: Path
    source: str | None = None
    protocol: str = "als-battery"
    subject: str | None = None
    first_hand: str | None = None
    anew: bool = False
    """Begin a new session even where one is unfinished."""
    ask: bool = True
    """Whether the form is shown; without it source and subject are taken as they are."""


def run_session(wish: SessionOptions) -> SessionFolder:
    """Run a session on this terminal; return its folder."""
    require_terminal()
    require_room(wish.root)
    if wish.subject is not None:
        check_pseudonym(wish.subject)
    protocol = find_protocol(wish.protocol)
    return asyncio.run(_run(wish, protocol))


async def _run(wish: SessionOptions, protocol: Protocol) -> SessionFolder:
    async with AsyncExitStack() as stack:

        async def open_session(app: SessionApp) -> SessionController | None:
            folder = await _folder(app, wish, protocol)
            if folder is None:
                return None
            return await _conductor(folder, wish.source, app.bell, stack)

        app = SessionApp(receive=open_session)
        await app.run_async()
        if app.failure is not None:
            raise app.failure
        await app.conductor.settle()
        return app.conductor.setting.folder


async def _folder(
    app: SessionApp, wish: SessionOptions, protocol: Protocol
) -> SessionFolder | None:
    """Return the session that goes on, or a new one, by what is told; None where nobody tells."""
    if not wish.anew and (folder := unfinished(wish.root, wish.subject or "")) is not None:
        return folder
    given = {"subject": wish.subject or "", "first_hand": wish.first_hand or "right"}
    if not wish.ask:
        told: dict[str, Any] | None = {**given, "source": wish.source}
    else:
        told = await ask_device_and_subject(app, protocol, wish.source, given)
    if told is None:
        return None
    if not wish.anew and told["subject"] != wish.subject:
        folder = await ask_whether_on(app, wish.root, told["subject"])
        if folder is not None:
            return folder
    return begin_folder(wish.root, protocol.name, protocol.text, told)


async def _conductor(
    folder: SessionFolder, source: str | None, beep: Callable[[], None], stack: AsyncExitStack
) -> SessionController:
    """Return the conductor of a session, its journal open and its recorder at hand."""
    journal = stack.enter_context(Journal(folder.journal))
    session, progress = restored(folder)
    desk = RecorderClient(folder.path)
    if session.stage not in OVER:
        await desk.open()
    stack.push_async_callback(desk.close)
    setting = SessionContext(folder, source or str(progress.about["source"]), time.monotonic, beep)
    conductor = SessionController(session, journal, desk, setting)
    conductor.reattach()
    return conductor


def begin_folder(root: Path, name: str, text: str, told: Mapping[str, Any]) -> SessionFolder:
    """Return the folder of a new session, its protocol kept and its journal begun."""
    folder = new_folder(root, str(told["subject"]))
    (folder.path / PROTOCOL).write_text(text, encoding="utf-8")
    about = {
        "subject": told["subject"],
        "first_hand": told["first_hand"],
        "source": told["source"],
        "protocol": name,
        "protocol_text": text,
        "object": {key: told[key] for key in OBJECT if key in told},
        "condition": {k: v for k, v in told.items() if k not in NOT_CONDITION},
    }
    with Journal(folder.journal) as journal:
        journal.write(Event(EventKind.SESSION, None, about))
    return folder


def restored(folder: SessionFolder) -> tuple[SessionMachine, SessionProgress]:
    """Return a session as its journal left it."""
    progress = replay_events(read_journal(folder.journal))
    about = progress.about
    if "protocol_text" not in about:
        raise UsageError(f"{folder.journal} does not say which protocol it is of.", "Begin anew.")
    name = str(about["protocol"])
    protocol = require_protocol(name, str(about["protocol_text"]), str(folder.path / PROTOCOL))
    told = TestObject(**dict(about.get("object", {})))
    return SessionMachine(with_object(protocol, told), progress), progress
