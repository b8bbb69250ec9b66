"""The journal of a session: a JSON Lines file that is only ever appended to.

Strategy: each line is written by one call and synced, so a crash costs at most the line being
written; an incomplete line is skipped when the journal is read, and terminated before the next one
is appended. A lock keeps a second dashboard out of the same session.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from gripforce.errors import RecordingError
from gripforce.files import flush_to_disk
from gripforce.recording.lock import lock
from gripforce.session.events import Event, EventKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SCHEMA = 1


def _utc() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Journal:
    """An open journal; ``RecordingError`` where it cannot be written or another session has it."""

    def __init__(self, path: Path, *, utc: Callable[[], str] = _utc) -> None:
        self.path = path
        self._utc = utc
        flags = os.O_CREAT | os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)
        try:
            self._descriptor = os.open(path, flags, 0o600)
        except OSError as error:
            raise RecordingError(
                f"{path} cannot be written ({error.strerror}).", "Choose another folder with -d."
            ) from error
        if not lock(self._descriptor):
            os.close(self._descriptor)
            raise RecordingError(
                f"{path.parent} is open in another gripforce session.",
                "Continue there, or close it first.",
            )
        self._close_cut_line()

    def write(self, event: Event) -> None:
        """Append one event and sync it to disk; ``RecordingError`` where that fails."""
        line = json.dumps(_as_json(event, self._utc()), ensure_ascii=False) + "\n"
        self._append(line.encode())

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _append(self, data: bytes) -> None:
        size = os.fstat(self._descriptor).st_size
        try:
            written = os.write(self._descriptor, data)
            if written < len(data):
                raise OSError(28, "No space left on device")  # noqa: TRY301 - the message of a full disk
            flush_to_disk(self._descriptor)
        except OSError as error:
            with suppress(OSError):  # readers skip an incomplete line
                os.ftruncate(self._descriptor, size)
            raise RecordingError(
                f"The session's journal cannot be written ({error.strerror}). The session stops "
                "here; what is recorded is safe.",
                "Free some space and start the session again: it resumes at this point.",
            ) from error

    def _close_cut_line(self) -> None:
        size = os.fstat(self._descriptor).st_size
        if not size:
            return
        os.lseek(self._descriptor, size - 1, os.SEEK_SET)
        if os.read(self._descriptor, 1) != b"\n":
            self._append(b"\n")


def read_journal(path: Path) -> list[Event]:
    """Return a journal's events, without lines that are incomplete or not understood.

    Raises ``RecordingError`` where the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise RecordingError(f"{path} cannot be read ({error.strerror}).") from error
    events = (_event(line) for line in lines)
    return [event for event in events if event is not None]


def journal_times(path: Path) -> tuple[datetime, datetime] | None:
    """Return when the first and the last event of a journal were written; None where none was.

    Raises ``RecordingError`` where the file cannot be read.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise RecordingError(f"{path} cannot be read ({error.strerror}).") from error
    known = [at for line in lines if (at := _time_of(line)) is not None]
    return (known[0], known[-1]) if known else None


def _time_of(line: bytes) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(line)["utc"]).astimezone()
    except (ValueError, TypeError, KeyError):
        return None


def _as_json(event: Event, utc: str) -> dict[str, Any]:
    line: dict[str, Any] = {"schema": SCHEMA, "utc": utc, "event": str(event.kind)}
    if event.block is not None:
        line["block"] = event.block
    return line | dict(event.data)


def _event(line: bytes) -> Event | None:
    try:
        content = json.loads(line)
        kind = EventKind(content.pop("event"))
        block = content.pop("block", None)
        for key in ("schema", "utc"):
            content.pop(key, None)
        return Event(kind, None if block is None else int(block), content)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
