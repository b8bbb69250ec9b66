"""Append-only file with background writer and sync threads and reserved space for the end record.

Strategy: zeros are written ahead of the data, and every append overwrites some of them. A zero is
a frame's delimiter, so a reader skips zeros; they reserve disk space into which the end record can
be written when the disk is full. One thread writes and another syncs, because a sync can take
longer than data may wait.
"""

from __future__ import annotations

import errno
import os
import shutil
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from gripforce.errors import RecordingError
from gripforce.files import flush_to_disk
from gripforce.language import translatable
from gripforce.recording.lock import lock
from gripforce.recording.records import MAGIC
from gripforce.recording.vanished import copy_to, is_at, new_name, places_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

FLUSH_S = 0.02
"""Longest time that data wait to be written, of the 100 ms that are promised."""
SYNC_S = 1.0
RESERVE = 1 << 16
"""Bytes of zeros written ahead: space for a last batch and the end record. A copy-on-write file
system (btrfs, zfs) may not keep it; then the file ends with its last whole record."""
END_ROOM = 1 << 12
"""The part of the reserve that is for the end record alone."""
LEAST_FREE = 100 << 20
"""Least free bytes to begin with: two hours of the research device (14 kB/s)."""

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


class AppendFile:
    """A new file that is appended to from any thread, and closed with everything on disk.

    ``beginning`` is written first; ``end_record`` is the frame that ends the file when the disk is
    full. Raises ``RecordingError`` where the file exists, cannot be written, or less than
    ``least_free_bytes`` are free.
    """

    def __init__(
        self, path: Path, beginning: bytes, end_record: bytes, *, least_free_bytes: int = LEAST_FREE
    ) -> None:
        _refuse_without_room(path, least_free_bytes)
        self.path = path
        self._end_record = end_record
        self._descriptor = create(path)
        self._end = self._allocated = 0
        self._queue: list[bytes] = []
        self._lock = threading.Lock()
        self._filled = threading.Event()
        self._closing = threading.Event()
        self._failure: RecordingError | None = None
        self._reported = False
        self.notice = ""
        """A sentence that the file is elsewhere now, "" while it is not."""
        self._vanished = False
        self._identifiable = is_at(path, self._descriptor)
        """Some network file systems give one file several numbers; those are not watched."""
        self._store([beginning])
        self._refuse_without_beginning()
        self._threads = [
            threading.Thread(target=work, daemon=True) for work in (self._write, self._sync)
        ]
        for thread in self._threads:
            thread.start()

    def append(self, frame: bytes) -> None:
        """Queue one whole frame; raises ``RecordingError`` once the file cannot be written to."""
        self._raise_failure()
        with self._lock:
            self._queue.append(frame)
        if not self._filled.is_set():
            self._filled.set()

    def close(self) -> None:
        """Write all queued frames, cut the reserve off and sync.

        Raises ``RecordingError`` for a failure that ``append`` has not raised yet.
        """
        if not self._closing.is_set():
            self._closing.set()
            self._filled.set()
            for thread in self._threads:
                thread.join()
            self._attempt(self._trim)
            os.close(self._descriptor)
        if not self._reported:
            self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            self._reported = True
            raise self._failure

    def _write(self) -> None:
        closing = False
        while not closing:
            self._filled.wait(SYNC_S)  # not for ever: the file may have to be followed
            closing = self._closing.wait(FLUSH_S)
            self._filled.clear()
            with self._lock:
                frames, self._queue = self._queue, []
            if closing:
                self._watch()
            if self._vanished and self._failure is None:
                self._attempt(self._follow)
            if frames and self._failure is None:
                self._store(frames)

    def _sync(self) -> None:
        while not self._closing.wait(SYNC_S):
            self._attempt(lambda: flush_to_disk(self._descriptor))
            self._watch()

    def _watch(self) -> None:
        if self._identifiable and not is_at(self.path, self._descriptor):
            self._vanished = True

    def _follow(self) -> None:
        """Go on under the file's new name, or in a copy of what was written: it is still open."""
        before = self.path
        name = new_name(self._descriptor)
        if name is not None:
            self.path, self._vanished = name, False
            self.notice = f"{before} was renamed: the recording goes on in {name}."
            return
        for place in places_beside(before):
            with suppress(OSError, RecordingError):
                descriptor = create(place)
                try:
                    copy_to(descriptor, self._descriptor, self._end)
                except OSError:
                    os.close(descriptor)
                    place.unlink()
                    raise
                old, self._descriptor = self._descriptor, descriptor
                os.close(old)
                self.path, self._allocated, self._vanished = place, self._end, False
                self.notice = f"{before} was removed: the whole recording is in {place}."
                return
        raise OSError(errno.ENOENT, translatable("it was removed, and no other folder takes it"))

    def _store(self, frames: Sequence[bytes]) -> None:
        data = b"".join(frames)
        try:
            self._make_room(len(data) + RESERVE)
            self._put(data)
        except OSError as error:
            if error.errno in _FULL:
                self._end_early(frames)
            self._fail(error)

    def _make_room(self, ahead: int) -> None:
        """Write zeros up to ``ahead`` bytes beyond the end, in steps of the reserve."""
        while self._allocated < self._end + ahead:
            os.lseek(self._descriptor, self._allocated, os.SEEK_SET)
            self._allocated += os.write(self._descriptor, bytes(RESERVE))

    def _put(self, data: bytes) -> None:
        """Write all of ``data`` at the end, or leave the end where it was."""
        os.lseek(self._descriptor, self._end, os.SEEK_SET)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._end += len(data)
        self._allocated = max(self._allocated, self._end)

    def _end_early(self, frames: Sequence[bytes]) -> None:
        """Write whole frames into the reserve as far as they fit, then the end record."""
        room = self._allocated - self._end - END_ROOM
        fitting = b""
        for frame in frames:
            if len(fitting) + len(frame) > room:
                break
            fitting += frame
        with suppress(OSError):  # a part that does not fit after all is cut off by the trim
            self._put(fitting)
            self._put(self._end_record)

    def _trim(self) -> None:
        os.ftruncate(self._descriptor, self._end)
        flush_to_disk(self._descriptor)

    def _attempt(self, work: Callable[[], None]) -> None:
        try:
            work()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        if self._failure is None:
            self._failure = _translated(error, self.path)

    def _refuse_without_beginning(self) -> None:
        if self._failure is not None:
            os.close(self._descriptor)
            self.path.unlink()
            raise self._failure


def create(path: Path) -> int:
    """Create a file, lock it and return its descriptor; ``RecordingError`` where it exists."""
    flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, 0o666)
    except FileExistsError as error:
        empty = _empty(path)
        if empty is not None:
            return empty
        raise RecordingError(
            f"{path} exists already, and a recording is never overwritten.", "Choose another name."
        ) from error
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be written ({error.strerror}).", "Choose another folder."
        ) from error
    lock(descriptor)
    return descriptor


def _empty(path: Path) -> int | None:
    """Return the descriptor of a file whose recorder was killed before it wrote anything.

    None where it holds anything but the first bytes and zeros, or is being recorded.
    """
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 4 * RESERVE:
            return None
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    except OSError:
        return None
    content = os.read(descriptor, 4 * RESERVE) if lock(descriptor) is not False else b"?"
    if content and content.startswith(MAGIC) and not content[len(MAGIC) :].strip(b"\0"):
        os.ftruncate(descriptor, 0)
        return descriptor
    os.close(descriptor)
    return None


def _refuse_without_room(path: Path, least_free_bytes: int) -> None:
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError as error:
        raise RecordingError(
            f"{path} cannot be written ({error.strerror}).", "Choose a folder that exists."
        ) from error
    if free < least_free_bytes:
        raise RecordingError(
            f"The disk of {path} has only {free >> 20} MB left, too little for a recording.",
            f"Free at least {least_free_bytes >> 20} MB, or record elsewhere.",
        )


def _translated(error: OSError, path: Path) -> RecordingError:
    if error.errno in _FULL:
        return RecordingError(
            f"The disk is full: the recording ended early, and {path} is valid up to there.",
            "Free some space and record to a new file.",
        )
    return RecordingError(
        f"{path} cannot be written any more ({error.strerror}); what was written before is safe.",
        "Check the disk and record to a new file.",
    )
