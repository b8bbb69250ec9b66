"""The questions before a session: device, subject, an unfinished session, tones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gripforce.dashboard.screens.devices import Devices
from gripforce.dashboard.screens.dialogs import Choose
from gripforce.dashboard.screens.subject import subject_form
from gripforce.session.folder import unfinished, visit_of

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App

    from gripforce.protocol.schema import Protocol
    from gripforce.session import SessionFolder
    from gripforce.session.cue.announcer import Announcer

HEARD: Final = "yes, they are heard"
AGAIN: Final = "play them again"
NOT_HEARD: Final = "no: go on without sound (this is noted)"
RESUME: Final = "go on with it"
NEW: Final = "new visit: start a new session"


async def ask_device_and_subject(
    app: App[Any], protocol: Protocol, source: str | None, given: dict[str, str]
) -> dict[str, Any] | None:
    """Return ``source`` and the form's values; None where the operator leaves.

    A ``source`` that is given is not asked for; ``given`` are values to fill the form with.
    """
    while True:
        chosen = source or await app.push_screen_wait(Devices())
        if chosen is None:
            return None
        answers = await app.push_screen_wait(subject_form(protocol, chosen, given))
        if answers is not None:
            return {"source": chosen, **answers}
        if source is not None:
            return None


async def ask_to_resume(
    app: App[Any], root: Path, subject: str, protocol: Protocol
) -> SessionFolder | None:
    """Return the subject's unfinished session if it is to be resumed, else None.

    A new visit is the default where the unfinished one is not of today.
    """
    folder = unfinished(root, subject)
    visit = visit_of(folder) if folder is not None else None
    if folder is None or visit is None:
        return None
    title = f"{folder.path.name} of {visit.date} is unfinished: {visit.place}."
    if visit.protocol != protocol.name:
        title += f" It follows {visit.protocol}, not {protocol.name}."
    choices = (RESUME, NEW) if visit.is_open_today else (NEW, RESUME)
    answer = await app.push_screen_wait(Choose(title, choices))
    return folder if answer == RESUME else None


async def ask_for_sound(app: App[Any], announcer: Announcer) -> None:
    """Play the tones before the first block of a session that needs them, and record the answer."""
    if not announcer.needs_check:
        return
    answer: str | None = AGAIN
    while answer == AGAIN:
        announcer.check_sound()
        question = Choose("Three tones are played. Are they heard?", (HEARD, AGAIN, NOT_HEARD))
        answer = await app.push_screen_wait(question)
    announcer.report_check(heard=answer == HEARD)
