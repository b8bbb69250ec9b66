"""Run a session on the screen: set it up or resume it, and close everything at its end."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.dashboard.session.app import SessionApp
from gripforce.dashboard.session.setup import ask_device_and_subject, ask_to_resume
from gripforce.dashboard.terminal import require_terminal
from gripforce.protocol.library import find_protocol
from gripforce.recorder import RecorderClient
from gripforce.recording import check_pseudonym
from gripforce.session import Journal
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.folder import require_room, unfinished
from gripforce.session.state import OVER
from gripforce.session.storage import create_session, restore_session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gripforce.protocol.schema import Protocol
    from gripforce.session import SessionFolder


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The options of ``gripforce session``."""

    root: Path
    """The folder that holds the sessions of all subjects."""
    source: str | None = None
    protocol: str = "als-battery"
    subject: str | None = None
    first_hand: str | None = None
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
    return asyncio.run(_run(options, protocol))


async def _run(options: SessionOptions, protocol: Protocol) -> SessionFolder:
    async with AsyncExitStack() as stack:

        async def set_up(app: SessionApp) -> SessionController | None:
            folder = await _folder(app, options, protocol)
            if folder is None:
                return None
            return await _open(folder, options.source, app.bell, stack)

        app = SessionApp(set_up=set_up)
        await app.run_async()
        if app.failure is not None:
            raise app.failure
        await app.controller.settle()
        return app.controller.context.folder


async def _folder(
    app: SessionApp, options: SessionOptions, protocol: Protocol
) -> SessionFolder | None:
    """Return the session to resume, or a new one; None where the operator left the form."""
    if not options.new and (folder := unfinished(options.root, options.subject or "")) is not None:
        return folder
    given = {"subject": options.subject or "", "first_hand": options.first_hand or "right"}
    if not options.ask:
        answers: dict[str, Any] | None = {**given, "source": options.source}
    else:
        answers = await ask_device_and_subject(app, protocol, options.source, given)
    if answers is None:
        return None
    if not options.new and answers["subject"] != options.subject:
        folder = await ask_to_resume(app, options.root, answers["subject"])
        if folder is not None:
            return folder
    return create_session(options.root, protocol, answers)


async def _open(
    folder: SessionFolder, source: str | None, beep: Callable[[], None], stack: AsyncExitStack
) -> SessionController:
    """Return the controller of a session, with its journal open and its recorder running."""
    journal = stack.enter_context(Journal(folder.journal))
    session, progress = restore_session(folder)
    recorder = RecorderClient(folder.path)
    if session.state not in OVER:
        await recorder.open()
    stack.push_async_callback(recorder.close)
    context = SessionContext(folder, source or str(progress.about["source"]), time.monotonic, beep)
    controller = SessionController(session, journal, recorder, context)
    controller.reattach()
    return controller
