"""Check the wire's CRC-16 of many records of equal length at once.

Strategy: a 16-bit CRC advances by two bytes with one look-up in a table of 65 536 entries. Records
are the rows of a table, so a column of two bytes is one step for all of them.

A CRC is linear: records that are divisible by its polynomial remain so when each is shifted by
another number of bytes and all are added (exclusive or). So the sum of 64 neighbours is checked,
and each of them only where the sum fails. One damaged record is found as if it were alone; several
escape with the same chance, 1 in 65 536, as one alone would. Equal damage does not cancel, because
of the shifts (``docs/decisions/0010-neighbouring-records-share-a-crc-check.md``).
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
_GROUP = 64
"""Rows that are added before they are checked."""
_WORTH = 64
"""Below this number of rows it is faster to compute them one by one."""


def rows_are_valid(table: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return which rows, of three or more bytes, end with their own CRC, low byte first."""
    whole = len(table) // _GROUP * _GROUP
    valid = np.zeros(len(table), np.bool_)
    if whole:
        valid[:whole] = np.repeat(_strip_crc(_folded(table[:whole]), start=0) == 0, _GROUP)
    doubtful = np.flatnonzero(~valid)
    rows = table[doubtful]
    checks = np.ascontiguousarray(rows[:, -2:]).view("<u2")[:, 0]
    valid[doubtful] = checks == crc16_rows(rows[:, :-2])
    return valid


def _folded(table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the sum of each group of rows, the n-th row shifted by n bytes.

    A valid row is divisible when its CRC has the high byte first and its first two bytes are
    inverted, which is the CRC's start; of neighbours these overlap, and cancel in the sum.
    """
    size = table.shape[1]
    rows = table.reshape(-1, _GROUP, size)
    checks = rows[:, :, :-3:-1]
    total = np.zeros((len(rows), size + _GROUP), np.uint8)
    total[:, [0, _GROUP]] = 0xFF
    for k in range(_GROUP):
        total[:, k : k + size - 2] ^= rows[:, k, :-2]
        total[:, k + size - 2 : k + size] ^= checks[:, k]
    return total


def crc16_rows(table: NDArray[np.uint8]) -> NDArray[np.uint16]:
    """Return the CRC of each row of bytes, shape ``(rows,)``."""
    if len(table) < _WORTH:
        return np.array([crc_hqx(row.tobytes(), _START) for row in table], np.uint16)
    strips = [table[i : i + _STRIP] for i in range(0, len(table), _STRIP)]
    return np.concatenate([_strip_crc(strip) for strip in strips])


def _strip_crc(rows: NDArray[np.uint8], start: int = _START) -> NDArray[np.uint16]:
    even = rows.shape[1] // 2 * 2
    words = np.ascontiguousarray(rows[:, :even]).view(">u2").T.astype(np.uint16, order="C")
    by_two = _by_two()
    crc = np.full(len(rows), start, np.uint16)
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
