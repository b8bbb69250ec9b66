"""Record stream items into a ``.grip`` file before they are passed on."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gripforce.errors import RecordingError, UsageError
from gripforce.model import (
    RESENT,
    Corrupt,
    Counted,
    Ended,
    EndReason,
    Gap,
    Health,
    Marker,
    Received,
    Samples,
    Segment,
    Started,
)
from gripforce.model.counters import WRAP
from gripforce.recording.append_file import LEAST_FREE, AppendFile
from gripforce.recording.pseudonym import check_pseudonym
from gripforce.recording.records import MAGIC, SCHEMA, Record, encode_message, encode_record
from gripforce.version import software_version
from gripforce.wire.hello import Hello
from gripforce.wire.messages import BLOCK_HEAD, BLOCK_TYPE

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Mapping

    from gripforce.model import StreamItem

CHECKPOINT_S = 1.0
HEADER_EARLY, HEADER_EVERY = 5, 60
"""Checkpoints at which the header is repeated first, and between later repetitions, which serve a
file with a damaged beginning."""
PAGE = bytes(1 << 12)
"""Between the first two headers: no damaged page holds both."""

INTERRUPTED = "It was interrupted before the device had stopped."
_DISK_FULL = encode_record(Record.END, {"reason": EndReason.DISK_FULL, "reconciled": False})


class Recorder:
    """Writes one new file: data within 100 ms, synced to disk each second.

    ``metadata`` may have the keys ``task, subject, mass_g, surface, hand, slip_n, calibration``
    and more. Raises ``RecordingError`` where the file exists, cannot be written, or less than
    ``least_free_bytes`` are free, and ``UsageError`` for impossible metadata.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        metadata: Mapping[str, Any] | None = None,
        *,
        least_free_bytes: int = LEAST_FREE,
    ) -> None:
        self.metadata: Mapping[str, Any] = check_metadata(metadata or {})
        self._file = AppendFile(Path(path), MAGIC, _DISK_FULL, least_free_bytes=least_free_bytes)
        self._header = b""
        self._segments: dict[int, bytes] = {}
        self._checkpoint_at_s = -float("inf")
        self._checkpoints = 0
        self._messages = 0
        self._stops: dict[str, int] = {}
        self._corrupt = 0
        self._ended = False
        self._said = ""
        self._newest_t = 0.0
        self.samples: Counter[str] = Counter()
        """Samples received so far, by stream."""

    @property
    def path(self) -> Path:
        """The file; another one than was asked for where that vanished meanwhile."""
        return self._file.path

    def pop_notice(self) -> Marker | None:
        """Return a marker that says where the recording is now, once after it had to move."""
        if self._file.notice == self._said:
            return None
        self._said = self._file.notice
        marker = Marker(self._newest_t, "file", self._said)
        self._append(Record.MARKER, _content(marker))
        return marker

    def write(self, item: StreamItem) -> None:
        """Record one item; raises ``RecordingError`` when the disk is full or fails."""
        match item:
            case Received():
                self._message(item)
            case Samples() | Counted():  # computed from messages that are already in the file
                self.samples[item.stream.name] += len(item)
                self._newest_t = max(self._newest_t, item.last_t)
            case Started():
                self._header = encode_record(Record.HEADER, header(item, self.metadata))
                # Twice and apart, because nothing else can be decoded without it.
                self._file.append(self._header + PAGE + self._header)
            case Segment():
                self._segments[item.index] = encode_record(Record.SEGMENT, _content(item))
                self._file.append(self._segments[item.index])
            case Gap():
                self._append(Record.GAP, _content(item))
            case Marker():
                self._append(Record.MARKER, _content(item))
            case Health():
                self._append(Record.HEALTH, _content(item))
            case Corrupt():
                self._corrupt += item.frames
                self._append(Record.CORRUPT, _content(item))
            case Ended():
                self._end(item)

    def annotate(self, content: Mapping[str, Any], *, verdict: bool = False) -> None:
        """Record an operator's note, or the verdict on a trial."""
        self._append(Record.VERDICT if verdict else Record.NOTE, content)

    async def through(self, stream: AsyncIterator[StreamItem]) -> AsyncIterator[StreamItem]:
        """Record each item of a stream, then yield it."""
        async for item in stream:
            self.write(item)
            if notice := self.pop_notice():
                yield notice
            yield item

    def close(self) -> None:
        """Write everything to disk; a file in which no stream began is removed."""
        self._file.close()
        if not self._header:
            with contextlib.suppress(OSError):
                self.path.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        interrupted = kind is not None and not issubclass(kind, Exception)
        if interrupted and self._header and not self._ended:
            with contextlib.suppress(RecordingError):
                self._end(Ended(EndReason.STOPPED, reconciled=False, text=INTERRUPTED))
        self.close()

    def _append(self, kind: Record, content: Mapping[str, Any]) -> None:
        self._file.append(encode_record(kind, content))

    def _message(self, item: Received) -> None:
        self._file.append(encode_message(item.arrival_s, item.segment, item.payload))
        self._messages += 1
        if len(item.payload) > BLOCK_HEAD.size and item.payload[0] == BLOCK_TYPE:
            self._note_stop(item)
        if item.arrival_s >= self._checkpoint_at_s + CHECKPOINT_S:
            self._checkpoint_at_s = item.arrival_s
            self._checkpoint()

    def _note_stop(self, item: Received) -> None:
        """Keep the counter after a live block, which its header gives without decoding the rest."""
        _, stream, first, _, flags, n = BLOCK_HEAD.unpack_from(item.payload)
        if not flags & RESENT:
            self._stops[f"{item.segment}/{stream}"] = (first + n) % WRAP

    def _checkpoint(self) -> None:
        self._append(Record.CHECKPOINT, self._counts())
        for segment in list(self._segments.values())[-1:]:
            self._file.append(segment)
        self._checkpoints += 1
        due = self._checkpoints == HEADER_EARLY or self._checkpoints % HEADER_EVERY == 0
        if due and self._header:
            self._file.append(self._header + b"".join(self._segments.values()))

    def _end(self, item: Ended) -> None:
        self._ended = True
        end = {"reason": item.reason, "reconciled": item.reconciled, "text": item.text}
        self._file.append(self._header + b"".join(self._segments.values()))
        self._append(Record.END, end | self._counts())

    def _counts(self) -> dict[str, Any]:
        return {
            "stops": self._stops,
            "samples": self.samples,
            "messages": self._messages,
            "corrupt": self._corrupt,
        }


def _content(item: Segment | Gap | Marker | Health | Corrupt) -> dict[str, Any]:
    """Return an item's fields; ``asdict`` copies each, which a flood of triggers cannot afford."""
    return {field.name: getattr(item, field.name) for field in fields(item)}


def header(started: Started, metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a header: the hello in hexadecimal, and the device in words."""
    return {
        "schema": SCHEMA,
        "software": f"gripforce {software_version()}",
        "utc": started.utc,
        "host_s": started.host_s,
        "metadata": {**started.metadata, **metadata},
        "hello": Hello(started.device, started.hello).encode().hex(),
        "device": asdict(started.device),
        "scalings": {str(i): scaling.to_json() for i, scaling in started.scalings.items()},
    }


def check_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return metadata without keys that are None; raises ``UsageError`` for impossible values."""
    given = {key: value for key, value in metadata.items() if value is not None}
    if "subject" in given:
        given["subject"] = check_pseudonym(str(given["subject"]))
    mass_g = given.get("mass_g")
    if mass_g is not None and not 0 < float(mass_g) < float("inf"):
        raise UsageError(f"A mass of {mass_g} g is not possible.", "Give grams above zero.")
    slip_n = given.get("slip_n")
    if slip_n is not None and not 0 < float(slip_n) < float("inf"):
        raise UsageError(f"A slip force of {slip_n} N is not possible.", "Give newtons above zero.")
    return given
