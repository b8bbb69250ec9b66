"""Encode and decode the records of a ``.grip`` file: see ``docs/recording.md``.

Strategy: each record is a frame of the wire's codec. A device message is stored verbatim behind a
fixed head; every other record is a type byte and JSON. Records needed for decoding (header,
segment) are written repeatedly.
"""

from __future__ import annotations

import json
import struct
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from gripforce.errors import RecordingError
from gripforce.wire.framing import encode_frame

if TYPE_CHECKING:
    from collections.abc import Mapping

MAGIC = b"gripforce recording 1\n\0"
"""The first bytes of a file. As a frame it fails its check, and is skipped."""

SCHEMA = 1
SUFFIX = ".grip"

NOMINAL_SPACING = "nominal"
"""Metadata ``spacing`` of an imported table: samples of a block are a nominal period apart."""

MAX_RECORD = 1 << 16
"""Largest number of bytes in a record; a header with many streams and a calibration fits."""


MOST_LEVELS = 32
"""Levels of JSON in a record; a header with a calibration has six."""
_SURROGATE = rb"\ud"


class Record(IntEnum):
    """The type of a record: its first byte."""

    HEADER = 1
    MESSAGE = 2
    SEGMENT = 3
    GAP = 4
    MARKER = 5
    HEALTH = 6
    NOTE = 7
    VERDICT = 8
    CHECKPOINT = 9
    END = 10
    CORRUPT = 11


KNOWN = frozenset(Record)

MESSAGE_HEAD = struct.Struct("<BdH")
"""type, arrival_s, segment; the device's payload follows."""
KEY = range(MESSAGE_HEAD.size - 2, MESSAGE_HEAD.size + 2)
"""Offsets of the segment (two bytes), the message type and, in a sample block, the stream."""
CRC_BYTES = 2
ARRIVAL = slice(1, 9)


class MessageHead(NamedTuple):
    """The head of a recorded device message."""

    arrival_s: float
    segment: int


def encode_message(arrival_s: float, segment: int, payload: bytes) -> bytes:
    """Return the frame of a device message; ``arrival_s`` is in host monotonic seconds."""
    return encode_frame(MESSAGE_HEAD.pack(Record.MESSAGE, arrival_s, segment) + payload)


def message_head(record: bytes) -> MessageHead:
    """Return the arrival and the segment of a recorded device message."""
    _, arrival_s, segment = MESSAGE_HEAD.unpack_from(record)
    return MessageHead(arrival_s, segment)


def encode_record(kind: Record, content: Mapping[str, Any]) -> bytes:
    """Return the frame of a record other than a device message.

    Raises ``RecordingError`` where it is longer than ``MAX_RECORD``.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    payload = bytes([kind]) + text.encode("utf-8", "replace")  # what a terminal could not decode
    if len(payload) > MAX_RECORD:
        raise RecordingError(
            f"A {kind.name.lower()} of {len(payload)} bytes is too long for a recording.",
            f"At most {MAX_RECORD} bytes fit.",
        )
    return encode_frame(payload)


def decode_record(payload: bytes) -> dict[str, Any] | None:
    """Return the content of a record other than a message, or None where it is not valid."""
    try:
        content = json.loads(payload[1:])
        if _SURROGATE in payload.lower():  # an escape for half a character, which nothing can show
            text = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
            content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) and not _is_deep(content) else None


def _is_deep(content: Mapping[str, Any]) -> bool:
    """Return whether a record is nested further than what prints and converts it can follow."""
    level: list[Any] = [content]
    for _ in range(MOST_LEVELS):
        inner = [one.values() if isinstance(one, dict) else one for one in level]
        level = [value for one in inner for value in one if isinstance(value, dict | list)]
        if not level:
            return False
    return True
