"""Notes and verdicts added to a finished recording: appended, so the file keeps its own history."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gripforce.errors import RecordingError
from gripforce.recording.lock import lock
from gripforce.recording.parsing.raw_records import read_contents
from gripforce.recording.records import Record, encode_record

if TYPE_CHECKING:
    from collections.abc import Mapping


def annotate(
    path: str | os.PathLike[str], content: Mapping[str, Any], *, verdict: bool = False
) -> None:
    """Append a note, or a trial's verdict, with the time at which it was made.

    Nothing is changed but the end of the file: a delimiter first, so that a record that was cut
    off there stays the only one that is lost.
    """
    read_contents(path)  # refuses what is no recording
    kind = Record.VERDICT if verdict else Record.NOTE
    frame = encode_record(kind, {"utc": datetime.now(UTC).isoformat(), **content})
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        _append(descriptor, Path(path), b"\0" + frame)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        os.close(descriptor)


def _append(descriptor: int, path: Path, data: bytes) -> None:
    if not lock(descriptor):
        raise RecordingError(
            f"{path} is still being recorded.", "Add the note there, or when it has ended."
        )
    size = os.fstat(descriptor).st_size
    try:
        written = os.write(descriptor, data)
        if written < len(data):  # the disk became full in the middle of it
            os.ftruncate(descriptor, size)
            raise RecordingError(f"The disk is full: {path} stays as it was.", "Free some space.")
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _unwritable(path: str | os.PathLike[str], error: OSError) -> RecordingError:
    return RecordingError(
        f"{os.fspath(path)} cannot be written to ({error.strerror}); it stays as it was.",
        "Check whether the file is write-protected and the disk has room.",
    )
