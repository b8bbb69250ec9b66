"""The folder of a session: ``sub-p01/ses-01/``, named as in BIDS.

::

    DIR/sub-p01/ses-01/session.jsonl      the journal
                       protocol.toml      a copy of the protocol
                       sub-p01_ses-01_task-lift_acq-right_run-01.grip

``DIR`` is what BIDS calls source data: ``gripforce bids`` makes a data set of it.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gripforce.errors import RecordingError, UsageError
from gripforce.protocol.parse import read_protocol
from gripforce.recording import check_pseudonym
from gripforce.session.events import replay_events
from gripforce.session.journal import journal_times, read_journal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.protocol.schema import Block
    from gripforce.session.events import SessionProgress

JOURNAL = "session.jsonl"
PROTOCOL = "protocol.toml"
LEAST_FREE_BYTES = 200 << 20
"""A session needs twice the room of a single recording before it may begin."""
LOW_BYTES = 1 << 30
"""Below this the screen warns that the disk is nearly full."""


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """One session's folder."""

    path: Path

    @property
    def journal(self) -> Path:
        """Path of the journal."""
        return self.path / JOURNAL

    @property
    def recordings(self) -> Path:
        """The folder of the recordings; sessions of earlier versions have one of their own."""
        own = self.path / "beh"
        return own if own.is_dir() else self.path

    @property
    def prefix(self) -> str:
        """The beginning of every recording's name."""
        return f"{self.path.parent.name}_{self.path.name}"

    def progress(self) -> SessionProgress:
        """Return the session's progress, read from its journal."""
        return replay_events(read_journal(self.journal))

    def next_file(self, block: Block, hand: str) -> Path:
        """Return the next recording's path; one that exists is never returned."""
        digits = "" if block.digits == "thumb-index" else _label(block.digits)
        stem = f"{self.prefix}_task-{block.task}_acq-{hand}{digits}"
        run = 1
        while (file := self.recordings / f"{stem}_run-{run:02d}.grip").exists():
            run += 1
        return file

    def free_bytes(self) -> int:
        """Return the free space of its disk."""
        return shutil.disk_usage(self.path).free


def new_folder(root: Path, subject: str) -> SessionFolder:
    """Create the folder of a subject's next session below ``root``.

    Raises ``UsageError`` where ``subject`` is not a pseudonym, ``RecordingError`` where the folder
    cannot be created.
    """
    subject = check_pseudonym(subject)
    person = root / f"sub-{_label(subject)}"
    number = 1
    while (person / f"ses-{number:02d}").exists():
        number += 1
    folder = SessionFolder(person / f"ses-{number:02d}")
    try:
        folder.path.mkdir(parents=True)
    except OSError as error:
        raise RecordingError(
            f"{folder.path} cannot be created ({error.strerror}).", "Choose another folder with -d."
        ) from error
    return folder


@dataclass(frozen=True, slots=True)
class Visit:
    """The last session of a person, as a list of people shows it."""

    subject: str
    folder: SessionFolder
    last: datetime | None
    """When its last event was written, in local time."""
    ended: str
    """``finished`` or ``aborted``; "" while it is unfinished."""
    protocol: str
    place: str
    """The block that comes next: ``block 8 of 13, Rest``."""
    about: Mapping[str, Any]

    @property
    def date(self) -> str:
        """The day of its last event, as in 2026-10-02."""
        return "an unknown day" if self.last is None else f"{self.last:%Y-%m-%d}"

    @property
    def is_open_today(self) -> bool:
        """Whether it is unfinished and of today."""
        today = datetime.now().astimezone().date()
        return not self.ended and self.last is not None and self.last.date() == today


def visit_of(folder: SessionFolder) -> Visit | None:
    """Return what a session's journal says; None where it is no session's."""
    try:
        progress, times = folder.progress(), journal_times(folder.journal)
    except RecordingError:
        return None
    about = progress.about
    if "subject" not in about:
        return None
    name, text = str(about.get("protocol", "")), str(about.get("protocol_text", ""))
    blocks = protocol.blocks if (protocol := read_protocol(name, text)[0]) is not None else ()
    at = progress.under_way(len(blocks))
    place = f"block {at + 1} of {len(blocks)}, {blocks[at].title}" if at < len(blocks) else ""
    last = times[1] if times is not None else None
    return Visit(str(about["subject"]), folder, last, progress.ended, name, place, about)


def last_visits(root: Path) -> list[Visit]:
    """Return the last session of each person in a folder, the newest first."""
    visits = []
    for person in sorted(root.glob("sub-*")):
        sessions = sorted(person.glob(f"ses-*/{JOURNAL}"))
        if sessions and (visit := visit_of(SessionFolder(sessions[-1].parent))) is not None:
            visits.append(visit)
    oldest = datetime.min.replace(tzinfo=UTC)
    return sorted(visits, key=lambda visit: visit.last or oldest, reverse=True)


def unfinished(root: Path, subject: str) -> SessionFolder | None:
    """Return a subject's last session if it was neither finished nor aborted, else None."""
    if (root / JOURNAL).exists():
        return SessionFolder(root)
    sessions = sorted(root.glob(f"sub-{_label(subject)}/ses-*/{JOURNAL}")) if subject else []
    if not sessions:
        return None
    last = SessionFolder(sessions[-1].parent)
    progress = last.progress()
    if progress.ended or progress.about.get("subject") != subject:
        return None
    return last


def require_room(root: Path, least_bytes: int = LEAST_FREE_BYTES) -> None:
    """Raise ``UsageError`` where the disk of ``root`` has less than ``least_bytes`` free."""
    place = next((p for p in (root, *root.absolute().parents) if p.exists()), Path())
    free = shutil.disk_usage(place).free
    if free < least_bytes:
        raise UsageError(
            f"The disk of {root} has only {free >> 20} MB left, too little for a session.",
            f"Free at least {least_bytes >> 20} MB, or choose another disk with -d.",
        )


def _label(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)
