"""Create a session's folder and journal, and restore a session from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import UsageError
from gripforce.protocol.counterbalance import counterbalanced
from gripforce.protocol.object_override import TestObject, with_object
from gripforce.protocol.parse import require_protocol
from gripforce.session.events import Event, EventKind
from gripforce.session.folder import PROTOCOL, new_folder
from gripforce.session.journal import Journal
from gripforce.session.state_machine import SessionMachine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gripforce.protocol.schema import Protocol
    from gripforce.session.events import SessionProgress
    from gripforce.session.folder import SessionFolder

_OBJECT: Final = ("mass_g", "surface")
_NOT_CONDITION: Final = {"subject", "first_hand", "source", *_OBJECT}


def create_session(root: Path, protocol: Protocol, answers: Mapping[str, Any]) -> SessionFolder:
    """Create a session's folder below ``root``, with its protocol and a journal that has begun.

    ``answers`` are those of the form: ``subject``, ``first_hand`` and ``source``; ``mass_g`` and
    ``surface`` of the object where they are known; all others describe the condition. Raises
    ``UsageError`` where the subject is not a pseudonym, ``RecordingError`` where the folder cannot
    be written.
    """
    folder = new_folder(root, str(answers["subject"]))
    (folder.path / PROTOCOL).write_text(protocol.text, encoding="utf-8")
    about = {
        "subject": answers["subject"],
        "first_hand": answers["first_hand"],
        "source": answers["source"],
        "protocol": protocol.name,
        "protocol_text": protocol.text,
        "object": {key: answers[key] for key in _OBJECT if key in answers},
        "condition": {k: v for k, v in answers.items() if k not in _NOT_CONDITION},
    }
    with Journal(folder.journal) as journal:
        journal.write(Event(EventKind.SESSION, None, about))
    return folder


def restore_session(folder: SessionFolder) -> tuple[SessionMachine, SessionProgress]:
    """Return a session as its journal left it, and that progress.

    Raises ``UsageError`` where the journal has no protocol, ``RecordingError`` where it cannot be
    read.
    """
    progress = folder.progress()
    about = progress.about
    if "protocol_text" not in about:
        raise UsageError(f"{folder.journal} does not name its protocol.", "Start a new session.")
    name = str(about["protocol"])
    protocol = require_protocol(name, str(about["protocol_text"]), str(folder.path / PROTOCOL))
    test_object = TestObject(**dict(about.get("object", {})))
    balanced = counterbalanced(protocol, str(about.get("subject", "")))
    return SessionMachine(with_object(balanced, test_object), progress), progress
