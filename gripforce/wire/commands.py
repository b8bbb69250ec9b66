"""Commands of the host: each has a request id, and is answered by an ack or a nak."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import ClassVar, Self, TypeAlias

from gripforce.wire.layout import Fixed


@dataclass(frozen=True, slots=True)
class CommandBase(Fixed):
    """A command without arguments, and the base of those with some."""

    LAYOUT = struct.Struct("<BB")

    request: int = field(default=0, kw_only=True)
    """Chosen by the sender, and repeated in the answer."""


class AskHello(CommandBase):
    """Send a hello."""

    TYPE = 0x81


class Start(CommandBase):
    """Reset the counters and begin to stream."""

    TYPE = 0x82


class Stop(CommandBase):
    """Send everything buffered, a last status and the ack, and stop streaming."""

    TYPE = 0x83


@dataclass(frozen=True, slots=True)
class SetRate(CommandBase):
    """Set a stream's rate; refused while streaming. A new hello has the resulting rate."""

    TYPE = 0x84
    LAYOUT = struct.Struct("<BBBI")

    stream: int
    rate_mhz: int
    """Thousandths of a hertz."""


class ReadCalibration(CommandBase):
    """Send the stored calibration block."""

    TYPE = 0x85


@dataclass(frozen=True, slots=True)
class WriteCalibration(CommandBase):
    """Store a calibration block of any length."""

    TYPE: ClassVar[int] = 0x86

    block: bytes

    def encode(self) -> bytes:
        """Return the payload."""
        return bytes([self.TYPE, self.request]) + self.block

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Read a payload; ``IndexError`` where it is too short."""
        return cls(payload[2:], request=payload[1])


class AskStatus(CommandBase):
    """Send a status now."""

    TYPE = 0x87


class ProbeTime(CommandBase):
    """Send a time reply at once."""

    TYPE = 0x88


@dataclass(frozen=True, slots=True)
class Resend(CommandBase):
    """Send again the blocks that hold samples ``first`` to ``first + count - 1``."""

    TYPE = 0x89
    LAYOUT = struct.Struct("<BBBIH")

    stream: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class DigitalOut(CommandBase):
    """Set a TTL output; with ``pulse_ms`` it is reset after that time."""

    TYPE = 0x8A
    LAYOUT = struct.Struct("<BBB?H")

    line: int
    high: bool
    pulse_ms: int = 0


class SelfTest(CommandBase):
    """Test converter, IMU, storage and memory."""

    TYPE = 0x8B


@dataclass(frozen=True, slots=True)
class Watch(CommandBase):
    """Raise a TTL output, once, when raw counts reach ``level``; the device does it by itself.

    It compares the sum of the ``added`` channels (bit 0 is the stream's first) less that of the
    ``subtracted`` ones. It fires at the first sample that reaches the level, upwards where
    ``rising``, else downwards, after one that did not. Without channels nothing is watched.
    """

    TYPE = 0x8C
    LAYOUT = struct.Struct("<BBBBB?iBH")

    stream: int
    added: int
    subtracted: int
    rising: bool
    level: int
    line: int = 0
    pulse_ms: int = 0
    """The output is reset after that time; 0: it stays."""


Command: TypeAlias = (
    AskHello
    | Start
    | Stop
    | SetRate
    | ReadCalibration
    | WriteCalibration
    | AskStatus
    | ProbeTime
    | Resend
    | DigitalOut
    | SelfTest
    | Watch
)
