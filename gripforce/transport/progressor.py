"""Translate between gripforce's wire protocol and the opcodes of a Tindeq Progressor.

Strategy: the bridge speaks the wire protocol to the reader of the transport, so no other module
knows a Progressor. It does not count its samples but stamps them in microseconds: a step longer
than one period gives the number of missing samples. It can neither send samples again nor answer
time probes, and its hello lacks these capabilities. Hello and status are sent only after an answer
of the device itself, so that an absent device does not seem present.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from gripforce.model import Channel, DeviceInfo, Flag, Kind, StreamInfo, Unit
from gripforce.model.counters import WRAP
from gripforce.wire import commands
from gripforce.wire.connection import Connection, decode_message
from gripforce.wire.framing import FrameReader
from gripforce.wire.hello import PROTOCOL, Capability, Hello
from gripforce.wire.messages import (
    Ack,
    DeviceFlag,
    Nak,
    NakReason,
    SampleBlock,
    Status,
    StreamStatus,
)
from gripforce.wire.progressor import (
    FULL_SCALE_KG,
    MOST_SAMPLES,
    NEWTONS_PER_KG,
    RATE_HZ,
    Opcode,
    ResponseTag,
    decode,
    decode_readings,
)

if TYPE_CHECKING:
    from gripforce.wire.connection import Message
    from gripforce.wire.progressor import WeightReading

NEWTONS_PER_COUNT = 1e-4
"""Far below its noise of some millinewtons."""
STREAM = StreamInfo(
    id=0,
    channels=(
        Channel(
            Kind.GRIP,
            Unit.NEWTON,
            NEWTONS_PER_COUNT,
            round(FULL_SCALE_KG * NEWTONS_PER_KG / NEWTONS_PER_COUNT),
        ),
    ),
    rate_hz=RATE_HZ,
    width_bits=32,
    block_samples=MOST_SAMPLES,
)

_UNREADABLE = b"\x01\x01\0"
"""A frame that fails its check, by which an unreadable notification is counted."""


class ProgressorBridge:
    """Translates for one connection; ``address`` becomes the device's unique id."""

    def __init__(self, address: str) -> None:
        digits = "".join(c for c in address.lower() if c in "0123456789abcdef")
        self._uid = digits[: len(digits) // 2 * 2]
        self._reader = FrameReader()
        self._version = "0.0.0"
        self._battery_mv = 0
        self._battery_low = False
        self._waiting: list[tuple[Opcode, commands.CommandBase]] = []
        """Opcodes without a response yet, each with the command that caused it."""
        self._streaming = False
        self._taken = 0
        self._blocks = 0
        self._last_us: int | None = None

    def command(self, data: bytes) -> tuple[list[bytes], bytes]:
        """Return the opcodes to write for bytes from the host, and its immediate answers."""
        opcodes: list[bytes] = []
        answers = b""
        for payload in self._reader.feed(data):
            message = decode_message(payload)
            if not isinstance(message, commands.CommandBase):
                continue
            opcode, reply = self._translate(message)
            if opcode is not None:
                opcodes.append(bytes([opcode]))
            answers += _frames(reply)
        return opcodes, answers

    def notified(self, notification: bytes) -> bytes:
        """Translate a notification of the device to frames."""
        tagged = decode(notification)
        match tagged:
            case (ResponseTag.MEASUREMENT, value):
                readings = decode_readings(value)
                return _UNREADABLE if readings is None else _frames(self._measured(readings))
            case (ResponseTag.RESPONSE, value):
                return _frames(self._responded(value))
            case (ResponseTag.LOW_POWER, _):
                self._battery_low = True
                return _frames([self._status()])
            case None:
                return _UNREADABLE
            case _:
                return b""

    def _translate(self, command: commands.CommandBase) -> tuple[Opcode | None, list[Message]]:
        match command:
            case commands.AskHello():
                self._waiting.append((Opcode.GET_VERSION, command))
                return Opcode.GET_VERSION, []
            case commands.AskStatus():
                self._waiting.append((Opcode.GET_BATTERY, command))
                return Opcode.GET_BATTERY, []
            case commands.Start():
                self._streaming, self._taken, self._blocks, self._last_us = True, 0, 0, None
                return Opcode.START, [_ack(command)]
            case commands.Stop():
                self._streaming = False
                return Opcode.STOP, [self._status(), _ack(command)]
            case commands.ReadCalibration():
                return None, [Nak(command.request, command.TYPE, NakReason.STORAGE)]
            case _:
                return None, [Nak(command.request, command.TYPE, NakReason.UNSUPPORTED)]

    def _responded(self, value: bytes) -> list[Message]:
        """Answer the oldest waiting opcode: responses come in the order of the opcodes."""
        if not self._waiting:
            return []
        opcode, command = self._waiting.pop(0)
        if opcode is Opcode.GET_VERSION:
            self._version = _three_numbers(value)
            return [self._hello(), _ack(command)]
        if len(value) >= 4:  # noqa: PLR2004 - a u32
            (millivolts,) = struct.unpack_from("<I", value)
            self._battery_mv = min(millivolts, 0xFFFF)
        return [self._status(), _ack(command)]

    def _measured(self, readings: list[WeightReading]) -> list[Message]:
        """Return readings as blocks; missing samples end a block and are counted."""
        blocks: list[SampleBlock] = []
        for reading in readings if self._streaming else ():
            if not math.isfinite(reading.kg):
                continue
            missing = self._missing_before(reading.tick_us)
            self._taken += missing
            self._last_us = reading.tick_us
            if not blocks or missing:
                blocks.append(SampleBlock(0, self._taken % WRAP, reading.tick_us, 0, 0, b""))
            blocks[-1] = _extended(blocks[-1], reading.kg)
            self._taken += 1
        self._blocks += len(blocks)
        return [*blocks]

    def _missing_before(self, tick_us: int) -> int:
        if self._last_us is None:
            return 0
        periods = (tick_us - self._last_us) % WRAP * 1e-6 * RATE_HZ
        return max(0, round(periods) - 1)

    def _hello(self) -> Hello:
        return Hello(
            DeviceInfo(
                board="progressor",
                uid=self._uid,
                firmware=self._version,
                build=0,
                protocol=PROTOCOL,
                streams=(STREAM,),
                capabilities=int(Capability.BATTERY),
            )
        )

    def _status(self) -> Status:
        return Status(
            tick_us=self._last_us or 0,
            flags=(DeviceFlag.STREAMING if self._streaming else DeviceFlag(0))
            | (DeviceFlag.BATTERY_LOW if self._battery_low else DeviceFlag(0)),
            resets=0,
            battery_mv=self._battery_mv,
            blocks_sent=self._blocks,
            adc_errors=0,
            rx_errors=0,
            streams=(StreamStatus(0, self._taken % WRAP, 0, 0),),
        )


def _ack(command: commands.CommandBase) -> Ack:
    return Ack(command.request, command.TYPE)


def _frames(messages: list[Message]) -> bytes:
    return b"".join(map(Connection.send, messages))


def _extended(block: SampleBlock, kg: float) -> SampleBlock:
    """Return a block with one more sample."""
    full = STREAM.channels[0].full_scale_counts
    counts = max(-full, min(full, round(kg * NEWTONS_PER_KG / NEWTONS_PER_COUNT)))
    flags = block.flags | (Flag.SATURATED if abs(counts) == full else 0)
    return block._replace(
        flags=flags, n=block.n + 1, data=block.data + counts.to_bytes(4, "little", signed=True)
    )


def _three_numbers(version: bytes) -> str:
    """Return a device's version text in the form of a hello, ``1.2.3``."""
    parts = version.decode("ascii", "replace").strip("\0 v").split(".")[:3]
    numbers = [min(int(part), 255) if part.isdigit() else 0 for part in parts]
    return ".".join(map(str, [*numbers, 0, 0, 0][:3]))
