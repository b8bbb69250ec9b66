"""Encode and decode the device's hello: its identity, capabilities and streams."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field, replace
from enum import IntFlag
from typing import ClassVar, Self

from gripforce.model import Channel, DeviceInfo, Kind, StreamInfo, Unit
from gripforce.wire.layout import Cursor, sized

PROTOCOL = 1

MOST_MANTISSA = 0xFFFF

_HEAD = struct.Struct("<BBBBBIHHH")
_STREAM = struct.Struct("<BBIIBB")
_CHANNEL = struct.Struct("<BBHbii")
_CAPACITY = struct.Struct("<H")


class Capability(IntFlag):
    """What a device can do besides streaming."""

    RESEND = 1
    STORAGE = 2
    DIGITAL_OUT = 4
    TRIGGER = 8
    BATTERY = 16
    SET_RATE = 32
    WATCH = 64


@dataclass(frozen=True, slots=True)
class ForeignHello:
    """A hello of another protocol version, of which only the version can be read."""

    protocol: int


@dataclass(frozen=True, slots=True)
class InvalidHello:
    """A hello of this protocol version whose layout is wrong; ``fault`` is part of a sentence."""

    fault: str


@dataclass(frozen=True, slots=True)
class Hello:
    """Sent at power-on and on request; describes the device and its streams."""

    TYPE: ClassVar[int] = 0x01

    device: DeviceInfo
    payload: bytes = field(default=b"", compare=False, repr=False)
    """The device's own bytes, where it was decoded from them."""

    def encode(self) -> bytes:
        """Return the payload: the device's own, or one made of its description."""
        if self.payload:
            return self.payload
        d = self.device
        version = [int(part) for part in d.firmware.split(".")]
        head = _HEAD.pack(
            self.TYPE, d.protocol, *version, d.build, d.capabilities, d.ring_blocks, d.boot
        )
        names = sized(_cut_to_255(d.board)) + sized(bytes.fromhex(d.uid))
        table = b"".join(_encode_stream(stream) for stream in d.streams)
        return head + names + bytes([len(d.streams)]) + table + _encode_capacities(d.streams)

    @classmethod
    def decode(cls, payload: bytes) -> Self | ForeignHello | InvalidHello:
        """Decode a payload; raises ``IndexError`` where it has no protocol version."""
        if payload[1] != PROTOCOL:
            return ForeignHello(payload[1])
        try:
            return cls(_decode_device(payload), bytes(payload))
        except struct.error:
            return InvalidHello(
                "it ends before its last channel; about nine streams of one channel fit a frame"
            )
        except ValueError as error:
            return InvalidHello(str(error))


def _decode_device(payload: bytes) -> DeviceInfo:
    """Decode a hello; raises ``struct.error`` or ``ValueError`` where it is not valid."""
    cursor = Cursor(payload)
    _, protocol, *version, build, capabilities, ring_blocks, boot = cursor.read(_HEAD)
    board = cursor.read_sized().decode("utf-8", "replace")
    uid = cursor.read_sized().hex()
    streams = tuple(_decode_stream(cursor) for _ in range(cursor.read_byte()))
    streams = _with_capacities(streams, cursor)
    if len({stream.id for stream in streams}) < len(streams):
        raise ValueError("it has two streams of one id")
    return DeviceInfo(
        board=board,
        uid=uid,
        firmware=".".join(map(str, version)),
        build=build,
        protocol=protocol,
        streams=streams,
        capabilities=capabilities,
        ring_blocks=ring_blocks,
        boot=boot,
    )


def _cut_to_255(name: str) -> bytes:
    """Return a name in UTF-8, cut to what its length field can say."""
    return name.encode()[:255].decode("utf-8", "ignore").encode()


def _encode_stream(stream: StreamInfo) -> bytes:
    head = _STREAM.pack(
        stream.id,
        stream.width_bits,
        round(stream.rate_hz * 1000),
        stream.latency_us,
        stream.block_samples,
        len(stream.channels),
    )
    return head + b"".join(_encode_channel(channel) for channel in stream.channels)


def _decode_stream(cursor: Cursor) -> StreamInfo:
    stream_id, width_bits, rate_mhz, latency_us, block_samples, n = cursor.read(_STREAM)
    if width_bits not in {16, 24, 32} or not rate_mhz or not n:
        raise ValueError("it has a stream without width, rate or channels")
    channels = tuple(_decode_channel(cursor) for _ in range(n))
    return StreamInfo(stream_id, channels, rate_mhz / 1000, width_bits, latency_us, block_samples)


def _encode_capacities(streams: tuple[StreamInfo, ...]) -> bytes:
    """Return what each channel can bear, in their order; nothing where no channel states it."""
    stated = [channel.capacity_n for stream in streams for channel in stream.channels]
    if all(capacity is None for capacity in stated):
        return b""
    return b"".join(_CAPACITY.pack(round(10 * (capacity or 0))) for capacity in stated)


def _with_capacities(streams: tuple[StreamInfo, ...], cursor: Cursor) -> tuple[StreamInfo, ...]:
    """Return the streams with their channels' capacities, if the hello goes on with them."""
    size = _CAPACITY.size * sum(len(stream.channels) for stream in streams)
    if cursor.remaining < size:
        return streams
    return tuple(
        replace(
            stream,
            channels=tuple(
                replace(channel, capacity_n=cursor.read(_CAPACITY)[0] / 10 or None)
                for channel in stream.channels
            ),
        )
        for stream in streams
    )


def _encode_channel(channel: Channel) -> bytes:
    mantissa, exponent = _decimal(channel.scale)
    code = channel.kind or channel.kind_code
    return _CHANNEL.pack(
        code, channel.unit, mantissa, exponent, channel.full_scale_counts, channel.skew_us
    )


def _decode_channel(cursor: Cursor) -> Channel:
    code, unit, mantissa, exponent, full_scale, skew_us = cursor.read(_CHANNEL)
    known = code in Kind.__members__.values()
    return Channel(
        kind=Kind(code) if known else Kind.UNKNOWN,
        unit=Unit(unit) if unit in Unit.__members__.values() else Unit.COUNT,
        scale=float(f"{mantissa}e{exponent}"),
        full_scale_counts=full_scale,
        skew_us=skew_us,
        kind_code=0 if known else code,
    )


def _decimal(scale: float) -> tuple[int, int]:
    """Return a mantissa of 16 bits and its exponent of ten, the nearest that exist."""
    for decimals in (4, 3):
        digits, power = f"{abs(scale):.{decimals}e}".split("e")
        mantissa = digits.replace(".", "").rstrip("0")
        exponent = int(power) - max(len(mantissa) - 1, 0)
        if int(mantissa or 0) <= MOST_MANTISSA:
            break
    return int(mantissa or 0), max(-128, min(127, exponent))
