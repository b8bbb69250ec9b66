"""Messages of the device other than its hello.

Later versions may add bytes at the end of a message: a reader ignores bytes beyond those it knows.
Only a sample block has an exact length, which its stream determines.
"""

from __future__ import annotations

import struct
from dataclasses import astuple, dataclass, fields
from enum import IntEnum, IntFlag
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Self

from gripforce.wire.layout import Cursor, Fixed

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeviceFlag(IntFlag):
    """The device's state, part of its status."""

    STREAMING = 1
    ADC_ABSENT = 2
    SELF_TEST_FAILED = 4
    CALIBRATION_VALID = 8
    WATCHDOG_RESET = 16
    BROWN_OUT_RESET = 32
    IMU_ABSENT = 64
    BATTERY_LOW = 128


class NakReason(IntEnum):
    """Why a command was refused."""

    UNKNOWN_COMMAND = 1
    BAD_ARGUMENT = 2
    BUSY = 3
    NOT_STREAMING = 4
    UNSUPPORTED = 5
    GONE = 6
    """Some of the requested samples are no longer in the ring buffer."""
    STORAGE = 7
    """The calibration block is absent, damaged, or could not be written."""
    ADC_ABSENT = 8


NAK_SENTENCES: Mapping[int, str] = {
    NakReason.UNKNOWN_COMMAND: "it does not know the command",
    NakReason.BAD_ARGUMENT: "an argument is out of range",
    NakReason.BUSY: "it is busy streaming",
    NakReason.NOT_STREAMING: "it is not streaming",
    NakReason.UNSUPPORTED: "this board cannot do it",
    NakReason.GONE: "its ring buffer no longer contains those samples",
    NakReason.STORAGE: "its calibration storage is empty, damaged or not writable",
    NakReason.ADC_ABSENT: "its converter does not answer",
}
NAK_HINTS: Mapping[int, str] = {
    NakReason.ADC_ABSENT: "Check the converter's supply and cable, and its pins in config.h; "
    "the device keeps trying and needs no restart.",
}


class SampleBlock(NamedTuple):
    """``n`` consecutive samples of one stream; a tuple for speed.

    ``first`` is the counter of the first sample since start, ``tick_us`` its time; both wrap at 32
    bits. ``data`` is ``n`` × channels little-endian integers of the stream's width.
    """

    stream: int
    first: int
    tick_us: int
    flags: int
    n: int
    data: bytes

    def encode(self) -> bytes:
        """Return the payload."""
        stream, first, tick_us, flags, n, data = self
        return BLOCK_HEAD.pack(BLOCK_TYPE, stream, first, tick_us, flags, n) + data

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Decode a payload; raises ``struct.error`` where it is too short."""
        _, stream, first, tick_us, flags, n = BLOCK_HEAD.unpack_from(payload)
        return cls(stream, first, tick_us, flags, n, payload[BLOCK_HEAD.size :])


BLOCK_TYPE = 0x03
BLOCK_HEAD = struct.Struct("<BBIIBB")
"""type, stream, first, tick_us, flags, n."""


@dataclass(frozen=True, slots=True)
class StreamStatus:
    """Sample counts of one stream; ``overflows`` were taken but lost for want of buffer space."""

    id: int
    taken: int
    overflows: int
    buffered: int


@dataclass(frozen=True, slots=True)
class Status:
    """The device's state and sample counts, sent each second and on request."""

    TYPE: ClassVar[int] = 0x02

    tick_us: int
    flags: DeviceFlag
    resets: int
    battery_mv: int
    """0 where there is no battery."""
    blocks_sent: int
    adc_errors: int
    rx_errors: int
    """Number of corrupt frames that the device received."""
    streams: tuple[StreamStatus, ...] = ()

    def encode(self) -> bytes:
        """Return the payload."""
        *head, streams = (getattr(self, f.name) for f in fields(self))
        rows = (_STATUS_ROW.pack(*astuple(stream)) for stream in streams)
        return _STATUS_HEAD.pack(self.TYPE, *head, len(streams)) + b"".join(rows)

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Decode a payload; raises ``struct.error`` where it is too short."""
        cursor = Cursor(payload)
        _, tick_us, flags, resets, battery_mv, sent, adc, rx, n = cursor.read(_STATUS_HEAD)
        streams = tuple(StreamStatus(*cursor.read(_STATUS_ROW)) for _ in range(n))
        return cls(tick_us, DeviceFlag(flags), resets, battery_mv, sent, adc, rx, streams)


_STATUS_HEAD = struct.Struct("<BIHHHIHHB")
_STATUS_ROW = struct.Struct("<BIIH")


@dataclass(frozen=True, slots=True)
class Trigger(Fixed):
    """An edge of a digital input; ``index`` counts edges, which reveals lost ones."""

    TYPE = 0x04
    LAYOUT = struct.Struct("<BB?IH")

    line: int
    rising: bool
    tick_us: int
    index: int

    @property
    def text(self) -> str:
        """The edge in words."""
        return f"line {self.line} {'rising' if self.rising else 'falling'}"


@dataclass(frozen=True, slots=True)
class Ack(Fixed):
    """The command was executed; for a resend, ``detail`` is the number of samples sent again."""

    TYPE = 0x05
    LAYOUT = struct.Struct("<BBBI")

    request: int
    command: int
    detail: int = 0


@dataclass(frozen=True, slots=True)
class Nak(Fixed):
    """The command was refused; for a resend, ``detail`` samples were nevertheless sent again."""

    TYPE = 0x06
    LAYOUT = struct.Struct("<BBBBI")

    request: int
    command: int
    reason: int
    """A ``NakReason``, or a number that this version does not know."""
    detail: int = 0

    @property
    def sentence(self) -> str:
        """The reason as part of a sentence."""
        return NAK_SENTENCES.get(self.reason, f"its reason is number {self.reason}")

    @property
    def hint(self) -> str:
        """What to try, or ""."""
        return NAK_HINTS.get(self.reason, "")


@dataclass(frozen=True, slots=True)
class TimeReply(Fixed):
    """Answer to a time probe: the ticks of its arrival and of the answer."""

    TYPE = 0x07
    LAYOUT = struct.Struct("<BBII")

    request: int
    received_us: int
    sent_us: int


@dataclass(frozen=True, slots=True)
class CalibrationBlock:
    """Answer to reading the calibration: the stored block, which only the host can decode."""

    TYPE: ClassVar[int] = 0x08

    request: int
    block: bytes

    def encode(self) -> bytes:
        """Return the payload."""
        return bytes([self.TYPE, self.request]) + self.block

    @classmethod
    def decode(cls, payload: bytes) -> Self:
        """Decode a payload; raises ``IndexError`` where it is too short."""
        return cls(payload[1], payload[2:])


@dataclass(frozen=True, slots=True)
class SelfTestReply(Fixed):
    """Answer to a self-test: a bit for each part that failed, 0 for none."""

    TYPE = 0x09
    LAYOUT = struct.Struct("<BBH")

    request: int
    failed: int
    """Bit 0 converter, 1 IMU, 2 storage, 3 memory, 4 supply voltage."""


@dataclass(frozen=True, slots=True)
class WatchFired(Fixed):
    """A watch raised its output; ``index`` counts since start, modulo 256, to reveal lost ones."""

    TYPE = 0x0A
    LAYOUT = struct.Struct("<BBBBII")

    stream: int
    line: int
    index: int
    sample_us: int
    """Tick of the sample that reached the level."""
    raised_us: int
    """Tick at which the output was raised."""

    @property
    def text(self) -> str:
        """The line and its delay in words."""
        delay_ms = (self.raised_us - self.sample_us) % (1 << 32) / 1000
        return f"line {self.line} high, {delay_ms:.2f} ms after its sample"
