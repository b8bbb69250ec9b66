"""The records of a ``.grip`` file, each in a frame of the wire's codec: see ``docs/recording.md``.

Strategy: a device message stays as it came, behind a fixed head; everything else is JSON behind
its type. What is needed to understand the rest (header, segment) is written more than once.
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
"""The first bytes of a file. A reader of frames takes it for one that fails its check."""

SCHEMA = 1
SUFFIX = ".grip"

NOMINAL_SPACING = "nominal"
"""Metadata ``spacing`` of a file that was a table: a block's samples lie a nominal period apart."""

MAX_RECORD = 1 << 16
"""Bytes in a record: a header with many streams and its calibration certificate fits easily."""


class Record(IntEnum):
    """What a record is: its first byte."""

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
"""Where segment (two bytes), message type and, of a sample block, its stream stand."""
CRC_BYTES = 2
ARRIVAL = slice(1, 9)


class MessageHead(NamedTuple):
    """What stands before a device's payload."""

    arrival_s: float
    segment: int


def encode_message(arrival_s: float, segment: int, payload: bytes) -> bytes:
    """Return the frame that keeps a device message."""
    return encode_frame(MESSAGE_HEAD.pack(Record.MESSAGE, arrival_s, segment) + payload)


def message_head(record: bytes) -> MessageHead:
    """Return when a message arrived and the segment that it belongs to."""
    _, arrival_s, segment = MESSAGE_HEAD.unpack_from(record)
    return MessageHead(arrival_s, segment)


def encode_record(kind: Record, content: Mapping[str, Any]) -> bytes:
    """Return the frame of a record other than a device message."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    payload = bytes([kind]) + text.encode()
    if len(payload) > MAX_RECORD:
        raise RecordingError(
            f"A {kind.name.lower()} of {len(payload)} bytes is too long for a recording.",
            f"At most {MAX_RECORD} bytes fit.",
        )
    return encode_frame(payload)


def decode_record(payload: bytes) -> dict[str, Any] | None:
    """Return the content of a record other than a message, or None where it makes no sense."""
    try:
        content = json.loads(payload[1:])
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
