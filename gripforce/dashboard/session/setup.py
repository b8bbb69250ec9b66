"""Before a session: which device, whose hand, and whether an unfinished session goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gripforce.dashboard.screens.devices import Devices
from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.screens.subject import subject_form
from gripforce.session.folder import unfinished

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App

    from gripforce.protocol.schema import Protocol
    from gripforce.session import SessionFolder

GO_ON, ANEW = "go on where it was", "begin a new session"


async def ask_device_and_subject(
    app: App[Any], protocol: Protocol, source: str | None, given: dict[str, str]
) -> dict[str, Any] | None:
    """Return ``source`` and what the form holds; None where somebody left."""
    known = source
    while True:
        chosen = known or await app.push_screen_wait(Devices())
        if chosen is None:
            return None
        told = await app.push_screen_wait(subject_form(protocol, chosen, given))
        if told is not None:
            return {"source": chosen, **told}
        if known is not None:
            return None


async def ask_whether_on(app: App[Any], root: Path, subject: str) -> SessionFolder | None:
    """Return the unfinished session of a subject, where it is to go on."""
    folder = unfinished(root, subject)
    if folder is None:
        return None
    title = f"{folder.path.name} of {subject} is unfinished:"
    answer = await app.push_screen_wait(Choose(title, (GO_ON, ANEW)))
    return None if answer == ANEW else folder
