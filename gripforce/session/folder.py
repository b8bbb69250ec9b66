"""Where a session lives: ``sub-p01/ses-01/`` with names as BIDS has them.

::

    DIR/sub-p01/ses-01/session.jsonl      the journal
                       protocol.toml      the protocol, word for word
                       beh/sub-p01_ses-01_task-lift_hand-right_run-01.grip
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gripforce.errors import RecordingError, UsageError
from gripforce.recording import check_pseudonym
from gripforce.session.events import replay_events
from gripforce.session.journal import read_journal

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block
    from gripforce.session.events import SessionProgress

JOURNAL = "session.jsonl"
PROTOCOL = "protocol.toml"
LEAST_FREE_BYTES = 200 << 20
"""Twice what a single recording asks for: a session is not begun that could not be ended."""
LOW_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class SessionFolder:
    """One session's folder."""

    path: Path

    @property
    def journal(self) -> Path:
        """The journal's file."""
        return self.path / JOURNAL

    @property
    def recordings(self) -> Path:
        """The folder of the recordings."""
        return self.path / "beh"

    @property
    def prefix(self) -> str:
        """How every file's name begins."""
        return f"{self.path.parent.name}_{self.path.name}"

    def progress(self) -> SessionProgress:
        """Return what has been done."""
        return replay_events(read_journal(self.journal))

    def next_file(self, block: Block, hand: str) -> Path:
        """Return the next recording's name: nothing that exists is ever named again."""
        digits = "" if block.digits == "thumb-index" else f"_acq-{_label(block.digits)}"
        stem = f"{self.prefix}_task-{block.task}{digits}_hand-{hand}"
        run = 1
        while (file := self.recordings / f"{stem}_run-{run:02d}.grip").exists():
            run += 1
        return file

    def free_bytes(self) -> int:
        """Return the room on its disk."""
        return shutil.disk_usage(self.path).free


def new_folder(root: Path, subject: str) -> SessionFolder:
    """Make the folder of a new session; ``UsageError`` for what is no pseudonym."""
    subject = check_pseudonym(subject)
    person = root / f"sub-{_label(subject)}"
    number = 1
    while (person / f"ses-{number:02d}").exists():
        number += 1
    folder = SessionFolder(person / f"ses-{number:02d}")
    try:
        folder.recordings.mkdir(parents=True)
    except OSError as error:
        raise RecordingError(
            f"{folder.path} cannot be made ({error.strerror}).", "Choose another folder with -d."
        ) from error
    return folder


def unfinished(root: Path, subject: str) -> SessionFolder | None:
    """Return the last session of a subject where it was neither finished nor aborted."""
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
    """Refuse a disk that is nearly full."""
    place = next((p for p in (root, *root.absolute().parents) if p.exists()), Path())
    free = shutil.disk_usage(place).free
    if free < least_bytes:
        raise UsageError(
            f"The disk of {root} has only {free >> 20} MB left, too little for a session.",
            f"Free at least {least_bytes >> 20} MB, or choose another disk with -d.",
        )


def _label(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", text)
