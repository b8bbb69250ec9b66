"""Compute the wire's CRC-16 of many records of equal length at once.

Strategy: a 16-bit CRC advances by two bytes with one look-up in a table of 65 536 entries. Records
are the rows of a table, so a column of two bytes is one step for all of them.
"""

from __future__ import annotations

from binascii import crc_hqx
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_START = 0xFFFF
_STRIP = 2048
"""Rows at a time: their words, laid out column by column, fit a core's second-level cache."""
_WORTH = 64
"""Below this number of rows it is faster to compute them one by one."""


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
