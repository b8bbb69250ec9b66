"""A session from its beginning, or from where it was, to its end: folder, recorder, screens."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.conductor import Conductor, Setting
from gripforce.dashboard.intake import Intake
from gripforce.dashboard.session_app import SessionApp
from gripforce.dashboard.terminal import in_browser, require_terminal
from gripforce.errors import UsageError
from gripforce.recording import check_pseudonym
from gripforce.session import (
    Event,
    Journal,
    Kind,
    Session,
    SessionFolder,
    find_protocol,
    fold,
    read_journal,
)
from gripforce.session.folder import PROTOCOL, new_folder, require_room, unfinished
from gripforce.session.reading import require_protocol
from gripforce.session.stage import OVER
from gripforce.station import StationClient

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gripforce.session.events import Progress

NOT_CONDITION = {"subject", "first_hand", "source"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for on the command line."""

    root: Path
    source: str | None = None
    protocol: str = "als-battery"
    subject: str | None = None
    first_hand: str | None = None
    anew: bool = False
    """Begin a new session even where one is unfinished."""


def run_session(wish: Wish) -> SessionFolder:
    """Run a session on this terminal; return its folder."""
    require_terminal()
    require_room(wish.root)
    if wish.subject is not None:
        check_pseudonym(wish.subject)
    folder = None if wish.anew else unfinished(wish.root, wish.subject or "")
    if folder is None:
        folder = _begin(wish)
    asyncio.run(_run(folder, wish.source))
    return folder


def _begin(wish: Wish) -> SessionFolder:
    """Ask for what is not known, and make the folder with the journal's first line."""
    protocol = find_protocol(wish.protocol)
    given = {"subject": wish.subject or "", "first_hand": wish.first_hand or "right"}
    if in_browser():  # there one app is all that is shown
        if wish.source is None or wish.subject is None:
            raise UsageError("In the browser a session needs its source and --subject.")
        told: dict[str, Any] | None = {**given, "source": wish.source}
    else:
        told = Intake(protocol.title, wish.source, given).run()
    if told is None or not told.get("subject"):
        raise UsageError("No session was begun.")
    return begin_folder(wish.root, protocol.name, protocol.text, told)


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
        "condition": {k: v for k, v in told.items() if k not in NOT_CONDITION},
    }
    with Journal(folder.journal) as journal:
        journal.write(Event(Kind.SESSION, None, about))
    return folder


def restored(folder: SessionFolder) -> tuple[Session, Progress]:
    """Return a session as its journal left it."""
    progress = fold(read_journal(folder.journal))
    about = progress.about
    if "protocol_text" not in about:
        raise UsageError(f"{folder.journal} does not say which protocol it is of.", "Begin anew.")
    name = str(about["protocol"])
    protocol = require_protocol(name, str(about["protocol_text"]), str(folder.path / PROTOCOL))
    return Session(protocol, progress), progress


async def _run(folder: SessionFolder, source: str | None) -> None:
    with Journal(folder.journal) as journal:
        session, progress = restored(folder)
        desk = StationClient(folder.path)
        if session.stage not in OVER:
            await desk.open()
        app: SessionApp | None = None

        def beep() -> None:
            if app is not None:
                app.bell()

        setting = Setting(folder, source or str(progress.about["source"]), time.monotonic, beep)
        conductor = Conductor(session, journal, desk, setting)
        conductor.reattach()
        app = SessionApp(conductor)
        try:
            await app.run_async()
            await conductor.settle()
        finally:
            await desk.close()
        if app.failure is not None:
            raise app.failure
