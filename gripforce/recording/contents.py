"""What stands in a file, sorted: sample blocks as columns, everything else as it is.

Strategy: an hour has a quarter of a million records, so nothing is made of a sample block but the
bytes that it is; blocks are piled up by segment and stream, and numpy reads the piles.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from gripforce.errors import RecordingError
from gripforce.recording.records import (
    ARRIVAL,
    KEY,
    KNOWN,
    MAGIC,
    MAX_RECORD,
    MESSAGE_HEAD,
    SCHEMA,
    Record,
    decode_record,
)
from gripforce.wire.framing import decode_frame
from gripforce.wire.messages import BLOCK_TYPE

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from gripforce.model import FloatArray

_CHUNK = 16 << 20
_MESSAGE = int(Record.MESSAGE)
_NOT_OURS = "Give a .grip file, or bring a table in with `gripforce import`."


class Entry(NamedTuple):
    """A record other than a sample block, and its number in the file."""

    order: int
    kind: Record
    content: dict[str, Any]


class Message(NamedTuple):
    """A device message other than a sample block, and its number in the file."""

    order: int
    arrival_s: float
    segment: int
    payload: bytes


@dataclass(slots=True)
class Pile:
    """Records of one stream's sample blocks in one segment."""

    order: list[int] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)

    @property
    def payloads(self) -> list[bytes]:
        """The blocks as the device sent them."""
        return [record[MESSAGE_HEAD.size :] for record in self.records]

    @property
    def arrival_s(self) -> FloatArray:
        """When each had arrived."""
        return np.frombuffer(b"".join([record[ARRIVAL] for record in self.records]), "<f8")


@dataclass(slots=True)
class Contents:
    """All that could be read of a file."""

    path: Path
    ours: bool = False
    """Whether it begins as a recording does."""
    header: dict[str, Any] = field(default_factory=dict)
    piles: dict[tuple[int, int], Pile] = field(default_factory=dict)
    """Sample blocks by segment and stream id."""
    messages: list[Message] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    damage: list[int] = field(default_factory=list)
    """For each record that failed its check, the number of the record after it."""
    damaged_bytes: int = 0
    unknown: int = 0
    """Sound records of a kind that this version does not know, or of no sense."""

    def of_kind(self, *kinds: Record) -> list[Entry]:
        """Return the entries of some kinds, in their order."""
        return [entry for entry in self.entries if entry.kind in kinds]


def read_contents(path: str | os.PathLike[str]) -> Contents:
    """Return what stands in a file; ``RecordingError`` where it is no recording."""
    contents = Contents(Path(path))
    piles: dict[bytes, Pile] = {}
    order = 0
    for frame in _frames(contents):
        record = decode_frame(frame) if len(frame) < 2 * MAX_RECORD else None
        if record is None:
            contents.damage.append(order)
            contents.damaged_bytes += len(frame) + 1
            continue
        if record[0] == _MESSAGE:
            key = record[KEY]
            pile = piles.get(key)
            if pile is None:
                pile = piles[key] = Pile()
            pile.order.append(order)
            pile.records.append(record)
        else:
            _enter(contents, order, record)
        order += 1
    for key, pile in piles.items():
        _sort(contents, key, pile)
    contents.messages.sort()
    _refuse_foreign(contents)
    return contents


def _frames(contents: Contents) -> Iterator[bytes]:
    """Yield what stands between zeros; the last may lack its own."""
    try:
        with contents.path.open("rb") as file:
            contents.ours = file.read(len(MAGIC)) == MAGIC
            if not contents.ours:  # or its first bytes are damaged
                file.seek(0)
            tail = b""
            while chunk := file.read(_CHUNK):
                *frames, tail = (tail + chunk).split(b"\0")
                yield from filter(None, frames)
    except OSError as error:
        raise RecordingError(
            f"{contents.path} cannot be read ({error.strerror}).", "Check its name."
        ) from error
    if tail and decode_frame(tail) is not None:
        yield tail
    else:
        contents.damaged_bytes += len(tail)


def _enter(contents: Contents, order: int, record: bytes) -> None:
    content = decode_record(record) if record[0] in KNOWN else None
    if content is None:
        contents.unknown += 1
    elif record[0] != Record.HEADER:
        contents.entries.append(Entry(order, Record(record[0]), content))
    elif not contents.header:
        contents.header = content


def _sort(contents: Contents, key: bytes, pile: Pile) -> None:
    segment = int.from_bytes(key[:2], "little")
    if len(key) == KEY.stop - KEY.start and key[2] == BLOCK_TYPE:
        contents.piles[segment, key[3]] = pile
    elif len(key) < 3:  # noqa: PLR2004 - a head without a message
        contents.unknown += len(pile.records)
    else:
        contents.messages += map(
            Message, pile.order, pile.arrival_s.tolist(), [segment] * len(pile.order), pile.payloads
        )


def _refuse_foreign(contents: Contents) -> None:
    path, header = contents.path, contents.header
    if not header and (contents.piles or contents.entries):
        raise RecordingError(f"{path} is a recording whose header is destroyed.")
    if not header and contents.ours:
        raise RecordingError(f"{path} is empty: nothing was recorded in it.")
    if not header:
        raise RecordingError(f"{path} is no gripforce recording.", _NOT_OURS)
    if header.get("schema") != SCHEMA:
        raise RecordingError(
            f"{path} is a recording of schema {header.get('schema')}, this version reads {SCHEMA}.",
            "Update gripforce.",
        )
