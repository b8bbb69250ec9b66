"""What the host asks: each command has a request id and is answered by ack or nak."""

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
    """Comes back in the answer; given by whoever sends."""


class AskHello(CommandBase):
    """Say hello."""

    TYPE = 0x81


class Start(CommandBase):
    """Zero the counters and stream."""

    TYPE = 0x82


class Stop(CommandBase):
    """Send what is buffered, a last status, the ack; then be silent."""

    TYPE = 0x83


@dataclass(frozen=True, slots=True)
class SetRate(CommandBase):
    """Set a stream's rate; refused while streaming. A new hello tells what it became."""

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
    """Store a calibration block, as long as it likes to be."""

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
    """Set a TTL output; with ``pulse_ms`` it returns by itself."""

    TYPE = 0x8A
    LAYOUT = struct.Struct("<BBB?H")

    line: int
    high: bool
    pulse_ms: int = 0


class SelfTest(CommandBase):
    """Test converter, IMU, storage and memory."""

    TYPE = 0x8B


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
)
