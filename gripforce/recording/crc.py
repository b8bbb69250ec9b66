"""Check the wire's CRC-16 of many records of equal length at once.

Strategy: a CRC is linear, so records that are divisible by its polynomial remain so when each is
shifted and all are added (exclusive or). Thousands of records are added twice, and the two sums
are checked: once as one long string, which is folded where the polynomial's period ends, once as
short strings, one upon the other. Only where a sum fails, each record is checked by itself; that
advances by two bytes with one look-up in a table of 65 536 entries, and a column of two bytes is
one step for all records.

One damaged record is found as if it were alone. How much else is found:
``docs/decisions/0010-many-records-share-a-crc-check.md``.
"""

from __future__ import annotations

from binascii import crc_hqx
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_START = 0xFFFF
_STRIP = 2048
"""Rows at a time: their words, laid out column by column, fit a core's second-level cache."""
_TOGETHER = 4096
"""Rows that are added before they are checked."""
_PERIOD = 32767
"""``x^n + 1`` contains the polynomial only where ``n`` is a multiple of this; in bits, and so, as
it is odd, in bytes."""
_WORTH = 64
"""Below this number of rows it is faster to compute them one by one."""


def rows_are_valid(table: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which rows, of three or more bytes, end with their own CRC, low byte first."""
    parts = [table[i : i + _TOGETHER] for i in range(0, len(table), _TOGETHER)]
    return np.concatenate([np.zeros(0, np.bool_), *map(_are_valid, parts)])


def _are_valid(rows: NDArray[np.uint8]) -> NDArray[np.bool_]:
    if len(rows) >= _WORTH and not any(crc_hqx(total, 0) for total in _sums(rows)):
        return np.ones(len(rows), np.bool_)
    checks = np.ascontiguousarray(rows[:, -2:]).view("<u2")[:, 0]
    return np.asarray(checks == crc16_rows(rows[:, :-2]))


def _sums(rows: NDArray[np.uint8]) -> Iterator[bytes]:
    """Yield two sums of all rows, which are divisible if each row is.

    A valid row is divisible when its CRC has the high byte first and its first two bytes are
    inverted, which is the CRC's start.
    """
    number, size = rows.shape
    string = np.empty(-(-rows.size // _PERIOD) * _PERIOD, np.uint8)
    string[rows.size :] = 0
    divisible = string[: rows.size].reshape(rows.shape)
    divisible[:, :-2] = rows[:, :-2]
    divisible[:, -2:] = rows[:, :-3:-1]
    divisible[:, :2] ^= 0xFF
    yield np.bitwise_xor.reduce(string.reshape(-1, _PERIOD)).tobytes()
    joined = min(number, max(1, _PERIOD // 8 // size))
    whole = number // joined * joined
    total = np.bitwise_xor.reduce(divisible[:whole].reshape(-1, joined, size))
    total[: number - whole] ^= divisible[whole:]
    yield total.tobytes()


def crc16_rows(table: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return the CRC of each row of bytes, shape ``(rows,)``."""
    if len(table) < _WORTH:
        return np.array([crc_hqx(row.tobytes(), _START) for row in table], np.uint16)
    strips = [table[i : i + _STRIP] for i in range(0, len(table), _STRIP)]
    return np.concatenate([_strip_crc(strip) for strip in strips])


def _strip_crc(rows: NDArray[np.uint8]) -> NDArray[np.uint16]:
    even = rows.shape[1] // 2 * 2
    words = np.ascontiguousarray(rows[:, :even]).view(">u2").T.astype(np.uint16, order="C")
    by_two = _by_two()
    crc = np.full(len(rows), _START, np.uint16)
    for word in words:
        crc ^= word
        crc = by_two[crc]
    if even < rows.shape[1]:
        crc = (crc << 8) ^ _by_one()[(crc >> 8) ^ rows[:, even]]
    return crc


@cache
def _by_one() -> NDArray[np.uint16]:
    return np.array([crc_hqx(bytes([byte]), 0) for byte in range(256)], np.uint16)


@cache
def _by_two() -> NDArray[np.uint16]:
    word = np.arange(1 << 16).astype(np.uint16)
    crc = _by_one()[word >> 8]
    return np.asarray((crc << 8) ^ _by_one()[(crc >> 8) ^ (word & 0xFF)])
