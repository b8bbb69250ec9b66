"""Layout of fields in a payload: the message type first, little-endian, without padding."""

from __future__ import annotations

import struct
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

_BYTE = struct.Struct("<B")


@dataclass(frozen=True, slots=True)
class Fixed:
    """A message of fixed layout: its type, then its fields in their order."""

    TYPE: ClassVar[int]
    LAYOUT: ClassVar[struct.Struct]

    def encode(self) -> bytes:
        """Return the payload."""
        return self.LAYOUT.pack(self.TYPE, *(getattr(self, f.name) for f in fields(self)))

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Decode a payload; raises ``struct.error`` where it is too short."""
        _, *values = cls.LAYOUT.unpack_from(payload)
        return cls(**{f.name: value for f, value in zip(fields(cls), values, strict=True)})


class Cursor:
    """Reads a payload of variable length; raises ``struct.error`` where it ends too early."""

    def __init__(self, payload: bytes) -> None:
        self._payload = payload
        self._at = 0

    @property
    def remaining(self) -> int:
        """Number of bytes that were not read yet."""
        return len(self._payload) - self._at

    def read(self, layout: struct.Struct) -> tuple[Any, ...]:
        """Return the fields of ``layout`` and advance past them."""
        values = layout.unpack_from(self._payload, self._at)
        self._at += layout.size
        return values

    def read_byte(self) -> int:
        """Return one byte."""
        return int(self.read(_BYTE)[0])

    def read_sized(self) -> bytes:
        """Return bytes that are preceded by their number."""
        size = self.read_byte()
        return bytes(self.read(struct.Struct(f"{size}s"))[0])


def sized(data: bytes) -> bytes:
    """Return ``data`` preceded by its number of bytes, at most 255."""
    return _BYTE.pack(len(data)) + data
