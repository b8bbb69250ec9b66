"""Encode a calibration as JSON (recordings, this computer's copy) and as the device's block.

The block is opaque to the firmware; little-endian: ``u8 version = 1, u8 n, u32 unix_time, n × i32
zero_counts, n × n × f32 newtons_per_count`` row by row over the device's force channels in the
hello's order, ``u16 crc16`` (CCITT-FALSE) over all before: 88 bytes for four channels. Any invalid
input raises ``CalibrationError``.
"""

from __future__ import annotations

import binascii
import math
import struct
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from gripforce.calibration.result import Calibration, FitQuality, Residual
from gripforce.errors import CalibrationError
from gripforce.language import translatable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

VERSION = 1
_HEAD = struct.Struct("<BBI")
_CRC = struct.Struct("<H")
_AGAIN = translatable("Calibrate the device again: `gripforce calibrate`.")


def block_bytes(channels: int) -> int:
    """Return the size in bytes of the block for a number of channels."""
    return _HEAD.size + 4 * channels + 4 * channels**2 + _CRC.size


def to_block(calibration: Calibration) -> bytes:
    """Encode a calibration as the device's block: zeros in whole counts, gains as ``f32``.

    Raises ``CalibrationError`` where a number does not fit.
    """
    when = datetime.fromisoformat(calibration.date)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    gains = [gain for row in calibration.newtons_per_count for gain in row]
    size = len(calibration.channels)
    try:
        head = _HEAD.pack(VERSION, size, int(when.timestamp()))
        zeros = struct.pack(f"<{size}i", *map(round, calibration.zero_counts))
        body = head + zeros + struct.pack(f"<{size**2}f", *gains)
    except (struct.error, OverflowError):
        _refuse("The calibration does not fit into the device: a number or the date is too large.")
    return body + _crc(body)


def from_block(block: bytes, channels: Sequence[str]) -> Calibration:
    """Decode the device's block; ``channels`` are its force channels' labels in hello order.

    Raises ``CalibrationError`` where the block is damaged or belongs to other channels.
    """
    if len(block) < block_bytes(0) or block[-_CRC.size :] != _crc(block[: -_CRC.size]):
        _refuse("The calibration stored in the device is damaged.")
    version, size, unix_time = _HEAD.unpack_from(block)
    if version != VERSION:
        _refuse(
            f"The device's calibration is of version {version}, not {VERSION}.", "Update gripforce."
        )
    if size != len(channels) or len(block) != block_bytes(size):
        _refuse(f"The device's calibration is for {size} channels, but it has {len(channels)}.")
    zeros = struct.unpack_from(f"<{size}i", block, _HEAD.size)
    gains = struct.unpack_from(f"<{size**2}f", block, _HEAD.size + 4 * size)
    return Calibration(
        channels=tuple(channels),
        zero_counts=tuple(map(float, zeros)),
        newtons_per_count=tuple(gains[i * size : (i + 1) * size] for i in range(size)),
        date=datetime.fromtimestamp(unix_time, UTC).isoformat(),
        notes=(translatable("Read from the device, which keeps no residuals."),),
    )


def _crc(body: bytes) -> bytes:
    return _CRC.pack(binascii.crc_hqx(body, 0xFFFF))


def to_json(calibration: Calibration) -> dict[str, Any]:
    """Convert a calibration to JSON's own types."""
    plain = {key: _plain(value) for key, value in asdict(calibration).items()}
    return {"version": VERSION, **plain}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def from_json(data: object) -> Calibration:
    """Read what ``to_json`` wrote; raises ``CalibrationError`` where it is not valid."""
    keys = {"version", *(field.name for field in fields(Calibration))}
    if not isinstance(data, dict) or data.get("version") != VERSION or set(data) != keys:
        _refuse(f"This is no gripforce calibration of version {VERSION}.")
    return Calibration(
        channels=_each(data["channels"], _text),
        zero_counts=_each(data["zero_counts"], _number),
        newtons_per_count=_each(data["newtons_per_count"], lambda row: _each(row, _number)),
        date=_text(data["date"]),
        gravity_m_s2=_number_or_none(data["gravity_m_s2"]),
        quality=_each(data["quality"], _quality),
        residuals=_each(data["residuals"], _residual),
        notes=_each(data["notes"], _text),
    )


def _quality(data: object) -> FitQuality:
    values = _record(data, FitQuality)
    optional = {field.name for field in fields(FitQuality) if "None" in str(field.type)}
    checked: dict[str, Any] = {
        name: value if value is None and name in optional else _number(value)
        for name, value in values.items()
    }
    if checked["span_n"] <= 0.0:
        _refuse("The calibration's span is not positive.")
    return FitQuality(**checked | {name: _whole(values[name]) for name in ("points", "runs")})


def _residual(data: object) -> Residual:
    values = _record(data, Residual)
    return Residual(
        channel=_text(values["channel"]),
        load_n=_number(values["load_n"]),
        direction=_text(values["direction"]),
        run=_whole(values["run"]),
        residual_n=_number(values["residual_n"]),
    )


def _record(data: object, kind: type[FitQuality | Residual]) -> dict[str, Any]:
    if not isinstance(data, dict) or set(data) != {field.name for field in fields(kind)}:
        _refuse("The calibration's figures are not as gripforce writes them.")
    return data


def _each(data: object, read: Callable[[object], T]) -> tuple[T, ...]:
    if not isinstance(data, list):
        _refuse("The calibration has a single value where it needs a list.")
    return tuple(read(item) for item in data)


def _text(value: object) -> str:
    if not isinstance(value, str):
        _refuse("The calibration has something else where it needs a text.")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse("The calibration has something else where it needs a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        _refuse("The calibration holds a number that is infinite.")
    return number


def _number_or_none(value: object) -> float | None:
    return None if value is None else _number(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse("The calibration has something else where it needs a whole number.")
    return value


def _refuse(message: str, hint: str = _AGAIN) -> NoReturn:
    raise CalibrationError(message, hint)
