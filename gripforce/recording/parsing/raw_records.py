"""Read and sort the records of a file: sample blocks as tables of bytes, all others one by one.

Strategy: an hour has a quarter of a million records, so sample blocks stay bytes: those of equal
length form a table, whose columns numpy reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gripforce.errors import RecordingError
from gripforce.language import translatable
from gripforce.recording.crc import rows_are_valid
from gripforce.recording.parsing.frame_tables import FrameTable
from gripforce.recording.records import (
    ARRIVAL,
    CRC_BYTES,
    KEY,
    KNOWN,
    MAGIC,
    MAX_RECORD,
    MESSAGE_HEAD,
    SCHEMA,
    Record,
    decode_record,
    message_head,
)
from gripforce.wire.framing import decode_frame
from gripforce.wire.messages import BLOCK_HEAD, BLOCK_TYPE

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gripforce.model import FloatArray, IntArray

_CHUNK = 4 << 20
"""An hour (50 MB) takes 0.44 s in chunks, 0.58 s in one piece: freed memory is used again."""
_ZEROS = bytes(_CHUNK)
LEAST_FRAME = CRC_BYTES + 2
"""Encoded bytes of the shortest record: a type and its CRC."""
MOST_FRAME = MAX_RECORD + MAX_RECORD // 254 + 8
"""Encoded bytes of the longest record."""
MOST_DAMAGE = 1 << 20
"""Damaged records whose place is kept; more are counted in bytes alone."""
MOST_SECONDS = 1e9
"""Longest plausible monotonic time: 31 years."""
_NOT_OURS = translatable("Give a .grip file, or import a table with `gripforce import`.")


class JsonEntry(NamedTuple):
    """A record other than a device message, and its number in the file."""

    order: int
    kind: Record
    record: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The JSON object; empty where it is not valid."""
        return decode_record(self.record) or {}


class Message(NamedTuple):
    """A device message other than a sample block, and its number in the file."""

    order: int
    arrival_s: float
    segment: int
    payload: bytes


class Rows(NamedTuple):
    """Sample blocks of one stream, segment and length, each with its record's head and CRC."""

    order: IntArray
    """Number of each record in the file."""
    table: NDArray[np.uint8]
    """Shape ``(records, bytes)``."""

    @property
    def arrival_s(self) -> FloatArray:
        """Host monotonic seconds of each block's arrival."""
        return np.ascontiguousarray(self.table[:, ARRIVAL]).view("<f8")[:, 0]


_AS_TEXT = MAGIC.replace(b"\n", b"\r\n")[: len(MAGIC)]
"""How a file begins whose line ends were changed."""


@dataclass(slots=True)
class Contents:
    """All records that could be read of a file."""

    path: Path
    has_magic: bool = False
    """Whether the file begins with ``MAGIC``."""
    header: dict[str, Any] = field(default_factory=dict)
    header_record: bytes = b""
    foreign_headers: int = 0
    """Headers that differ from the first: those of another recording."""
    blocks: dict[tuple[int, int], list[Rows]] = field(default_factory=dict)
    """Sample blocks by segment and stream id."""
    messages: list[Message] = field(default_factory=list)
    segments: dict[bytes, int] = field(default_factory=dict)
    """Segment records, which are repeated, with the number of their first copy."""
    entries: list[JsonEntry] = field(default_factory=list)
    damage: list[int] = field(default_factory=list)
    """Numbers of the records that failed their check."""
    damaged_bytes: int = 0
    unknown: int = 0
    """Valid records of a kind that this version does not know."""

    def of_kind(self, *kinds: Record) -> list[JsonEntry]:
        """Return the entries of the given kinds, in the order of the file."""
        if Record.SEGMENT in kinds:
            return sorted(
                JsonEntry(order, Record.SEGMENT, text) for text, order in self.segments.items()
            )
        return [entry for entry in self.entries if entry.kind in kinds]


def read_contents(path: str | os.PathLike[str]) -> Contents:
    """Read the records of a file; raises ``RecordingError`` where it is no recording."""
    contents = Contents(Path(path))
    begin = 0
    for data in _pieces(contents):
        frames = FrameTable(data, LEAST_FRAME)
        contents.damaged_bytes += frames.short_bytes
        for number, table in frames.decode():
            _sort(contents, number + begin, table, frames.sizes[number])
        begin += len(frames.sizes)
    contents.messages.sort()
    contents.entries.sort()
    contents.damage.sort()
    _refuse_foreign(contents)
    return contents


def _pieces(contents: Contents) -> Iterator[bytes]:
    """Yield the bytes of whole frames, ended by a zero, which the last one of a file may lack."""
    tail = b""
    try:
        with contents.path.open("rb") as file:
            begin = file.read(len(MAGIC))
            contents.has_magic = begin == MAGIC
            if begin == _AS_TEXT:
                raise RecordingError(
                    f"{contents.path} was damaged by a transfer as text, which changes line ends.",
                    "Copy it again in binary mode.",
                )
            if not contents.has_magic:  # no recording, or its first bytes are damaged
                file.seek(0)
            while chunk := file.read(_CHUNK):
                if not tail and chunk == _ZEROS[: len(chunk)]:  # reserved, or a hole of the disk
                    continue
                stop = chunk.rfind(b"\0") + 1
                data = b"".join((tail, memoryview(chunk)[:stop])) if stop else b""
                tail = chunk[stop:] if stop else tail + chunk
                if len(tail) > MOST_FRAME:  # no record: what follows to the next zero neither
                    contents.damaged_bytes += len(tail) - 1
                    tail = tail[:1]
                yield data
    except OSError as error:
        raise RecordingError(
            f"{contents.path} cannot be read ({error.strerror}).", "Check its name."
        ) from error
    if decode_frame(tail) is not None:
        yield tail + b"\0"
    else:
        contents.damaged_bytes += len(tail)


def _sort(
    contents: Contents, order: IntArray, table: NDArray[np.uint8], encoded_bytes: IntArray
) -> None:
    """Check records of equal length, with their CRC, and sort them by kind."""
    valid = _crc_valid(table)
    room = MOST_DAMAGE - len(contents.damage)
    contents.damage += order[~valid][:room].tolist()
    contents.damaged_bytes += int((encoded_bytes[~valid] + 1).sum())
    blocks = valid & _are_blocks(table)
    if blocks.any():
        _add_blocks(contents, order[blocks], table if blocks.all() else table[blocks])
    for i in np.flatnonzero(valid & ~blocks).tolist():
        _add_record(contents, int(order[i]), table[i, :-CRC_BYTES].tobytes())


def _crc_valid(table: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which records have a valid CRC at their end."""
    if table.shape[1] <= CRC_BYTES:
        return np.zeros(len(table), np.bool_)
    return rows_are_valid(table)


def _are_blocks(table: NDArray[np.uint8]) -> NDArray[np.bool_]:
    if table.shape[1] <= MESSAGE_HEAD.size + BLOCK_HEAD.size + CRC_BYTES:
        return np.zeros(len(table), np.bool_)
    types = table[:, 0], table[:, MESSAGE_HEAD.size]
    arrival_s = np.ascontiguousarray(table[:, ARRIVAL]).view("<f8")[:, 0]
    sound = np.abs(arrival_s) < MOST_SECONDS  # false for NaN too
    return np.asarray((types[0] == Record.MESSAGE) & (types[1] == BLOCK_TYPE) & sound)


def _add_blocks(contents: Contents, order: IntArray, table: NDArray[np.uint8]) -> None:
    """Add sample blocks of equal length, grouped by segment and stream."""
    low, high, _, stream = (table[:, i].astype(np.int64) for i in KEY)
    keys = low << 8 | high << 16 | stream
    for key, mine in _places(keys):
        rows = Rows(order[mine], table[mine])
        contents.blocks.setdefault((key >> 8, key & 0xFF), []).append(rows)


def _places(keys: IntArray) -> Iterator[tuple[int, IntArray | slice]]:
    """Yield each key with its places, in order."""
    if (keys == keys[0]).all():  # as nearly always, since streams differ in their length
        yield int(keys[0]), slice(None)
        return
    places = np.argsort(keys, kind="stable")
    starts = np.flatnonzero(np.diff(keys[places]))
    for mine in np.split(places, starts + 1):
        yield int(keys[mine[0]]), mine


def _add_record(contents: Contents, order: int, record: bytes) -> None:
    """Add a record that is not a sample block."""
    if record[0] == Record.MESSAGE and len(record) > MESSAGE_HEAD.size:
        arrival_s, segment = message_head(record)
        if not abs(arrival_s) < MOST_SECONDS:
            contents.unknown += 1
            return
        message = Message(order, arrival_s, segment, record[MESSAGE_HEAD.size :])
        contents.messages.append(message)
        return
    if record[0] not in KNOWN:
        contents.unknown += 1
    elif record[0] == Record.SEGMENT:
        contents.segments.setdefault(record, order)
    elif record[0] != Record.HEADER:
        contents.entries.append(JsonEntry(order, Record(record[0]), record))
    elif not contents.header:
        contents.header, contents.header_record = decode_record(record) or {}, record
    elif record != contents.header_record and decode_record(record):
        contents.foreign_headers += 1


def _refuse_foreign(contents: Contents) -> None:
    path, header = contents.path, contents.header
    if not header and (contents.blocks or contents.entries):
        raise RecordingError(f"{path} is a recording whose header is destroyed.")
    if not header and contents.has_magic:
        raise RecordingError(f"{path} is empty: nothing was recorded in it.")
    if not header:
        raise RecordingError(f"{path} is not a gripforce recording.", _NOT_OURS)
    if contents.foreign_headers:
        raise RecordingError(
            f"{path} holds more than one recording, and those are never merged.",
            "Use the files that it was joined from.",
        )
    if header.get("schema") != SCHEMA:
        raise RecordingError(
            f"{path} is a recording of schema {header.get('schema')}, this version reads {SCHEMA}.",
            "Update gripforce.",
        )
