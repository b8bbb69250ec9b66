"""Encode and decode the protocol of the Tindeq Progressor: one force over BLE, in kilograms.

The host writes one byte, an opcode; the device notifies ``tag, length, value``. The value of a
measurement is pairs of a little-endian ``f32`` (kilograms) and ``u32`` (microseconds since start).
Source: https://tindeq.com/progressor_api/.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import NamedTuple

from gripforce.constants import STANDARD_GRAVITY
from gripforce.model.counters import WRAP

RATE_HZ = 80.0
FULL_SCALE_KG = 150.0
NEWTONS_PER_KG = STANDARD_GRAVITY
"""The device is calibrated with masses; its kilogram is a force at standard gravity."""
MOST_SAMPLES = 15
"""Largest number of samples in one notification."""

_PAIR = struct.Struct("<fI")


class Opcode(IntEnum):
    """Commands of the host."""

    TARE = 100
    START = 101
    STOP = 102
    GET_VERSION = 107
    GET_ERROR = 108
    CLEAR_ERROR = 109
    SLEEP = 110
    GET_BATTERY = 111
    GET_ID = 112


class ResponseTag(IntEnum):
    """The type of a notification."""

    RESPONSE = 0
    """Answer to the last opcode that has one; it does not name the opcode."""
    MEASUREMENT = 1
    RFD_PEAK = 2
    RFD_PEAK_SERIES = 3
    LOW_POWER = 4


class WeightReading(NamedTuple):
    """One sample of the force."""

    kg: float
    tick_us: int


def encode_response(value: bytes) -> bytes:
    """Encode the notification that answers an opcode."""
    return bytes([ResponseTag.RESPONSE, len(value)]) + value


def encode_readings(readings: list[WeightReading]) -> bytes:
    """Encode a notification of up to ``MOST_SAMPLES`` readings."""
    value = b"".join(_PAIR.pack(kg, tick_us % WRAP) for kg, tick_us in readings)
    return bytes([ResponseTag.MEASUREMENT, len(value)]) + value


def decode(notification: bytes) -> tuple[int, bytes] | None:
    """Return tag and value; None where the notification is shorter than its length field."""
    if len(notification) < 2 or len(notification) < 2 + notification[1]:  # noqa: PLR2004
        return None
    return notification[0], notification[2 : 2 + notification[1]]


def decode_readings(value: bytes) -> list[WeightReading] | None:
    """Decode the value of a measurement; None where it is not a whole number of readings."""
    if len(value) % _PAIR.size:
        return None
    return [WeightReading(*pair) for pair in _PAIR.iter_unpack(value)]
