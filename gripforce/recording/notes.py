"""Append notes and verdicts to a finished recording; earlier ones are never changed."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gripforce.errors import RecordingError, UsageError
from gripforce.files import flush_to_disk
from gripforce.recording.lock import lock
from gripforce.recording.parsing.raw_records import read_contents
from gripforce.recording.records import Record, encode_record

QUIET_S = 10.0
"""Where no lock tells: a recording without an end that was written this recently goes on."""


def annotate(
    path: str | os.PathLike[str], content: Mapping[str, Any] | str, *, verdict: bool = False
) -> None:
    """Append a note, or the verdict on a trial, with the present time.

    ``content`` is a text, or a mapping: ``text`` of a note; ``trial``, ``verdict`` (``accept`` or
    ``reject``) and ``why`` of a verdict.
    A delimiter is written first, so that a record that was cut off at the end is the only one
    lost. Raises ``RecordingError`` where the file is no recording, is still being recorded, or
    cannot be written, and ``UsageError`` where the content is neither.
    """
    note = {"text": content} if isinstance(content, str) else content
    if not isinstance(note, Mapping):
        raise UsageError(
            f"A note of the kind {type(content).__name__} cannot be written.",
            'Give a text, or {"text": …}, or {"trial": 3, "verdict": "reject", "why": …}.',
        )
    ended = bool(read_contents(path).of_kind(Record.END))  # raises where it is no recording
    kind = Record.VERDICT if verdict else Record.NOTE
    frame = encode_record(kind, {"utc": datetime.now(UTC).isoformat(), **note})
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        _append(descriptor, Path(path), b"\0" + frame, ended=ended)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        os.close(descriptor)


def _append(descriptor: int, path: Path, data: bytes, *, ended: bool) -> None:
    free = lock(descriptor)
    if free is None and not ended and time.time() - os.fstat(descriptor).st_mtime < QUIET_S:
        raise RecordingError(
            f"{path} was written a moment ago, and may still be recorded by another computer.",
            f"Try again when nothing was written for {QUIET_S:g} s.",
        )
    if free is False:
        raise RecordingError(
            f"{path} is still being recorded.",
            "Add the note in the running session, or when the recording has ended.",
        )
    size = os.fstat(descriptor).st_size
    try:
        written = os.write(descriptor, data)
        if written < len(data):  # the disk became full in the middle of it
            os.ftruncate(descriptor, size)
            raise RecordingError(f"The disk is full: {path} is unchanged.", "Free some space.")
        flush_to_disk(descriptor)
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _unwritable(path: str | os.PathLike[str], error: OSError) -> RecordingError:
    return RecordingError(
        f"{os.fspath(path)} cannot be written to ({error.strerror}); it is unchanged.",
        "Check whether the file is write-protected and the disk has space.",
    )
