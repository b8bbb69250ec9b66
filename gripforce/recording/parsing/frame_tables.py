"""Decode many COBS frames at once, into tables of records of equal length.

Strategy: a code byte stands for the zero before the next code, so a decoded byte lies one place
before its encoded one. If each delimiter is replaced by the code of an empty run, all frames
together are one COBS string, which one call decodes, and a record lies where its frame lay. A run
of 254 bytes has no zero and would shift what follows, so a frame that may hold one is taken out
first and decoded by itself; so is each whose codes do not end exactly at its delimiter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from cobs import cobs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gripforce.model import IntArray

    ByteArray = NDArray[np.uint8]

_RUN = 254
"""Bytes of the longest run, whose code 255 stands for no zero."""
_NO_ZERO = 255
_EMPTY_RUN = b"\1"


class FrameTable:
    """The places of frames in bytes, each ended by a zero."""

    def __init__(self, data: bytes, least: int) -> None:
        """Find the frames of ``least`` or more bytes in ``data``, which ends with a zero."""
        self._bytes = data
        self._data = np.frombuffer(data, np.uint8)
        ends = np.flatnonzero(self._data == 0)
        sizes = np.diff(ends, prepend=-1) - 1
        able = sizes >= least
        self._starts = (ends - sizes)[able]
        self.sizes: IntArray = sizes[able]
        """Encoded bytes of each frame, without its delimiter."""
        self.short_bytes = int((sizes + 1)[~able & (sizes > 0)].sum())
        """Bytes of shorter ones, delimiters included."""

    def decode(self) -> Iterator[tuple[IntArray, ByteArray]]:
        """Yield the frames' numbers and records of one length, shape ``(frames, bytes)``.

        A record that is no COBS has no bytes.
        """
        single = self._with_long_runs()
        joined = self._decode_joined(single)
        if joined is None:
            single = np.ones(len(single), np.bool_)
        else:
            stops = self._starts + self.sizes
            single |= (joined[self._starts - 1] != 0) | (joined[stops - 1] != 0)
        singly = {number: self._decode_one(number) for number in np.flatnonzero(single).tolist()}
        lengths = self.sizes - 1
        lengths[single] = [len(record) for record in singly.values()]
        for length in _distinct(lengths):
            numbers = np.flatnonzero(lengths == length)
            apart = np.flatnonzero(single[numbers])
            if joined is None:
                table = np.empty((len(numbers), length), np.uint8)
            else:
                records_at = np.lib.stride_tricks.sliding_window_view(joined, length)
                table = records_at[np.minimum(self._starts[numbers], len(records_at) - 1)]
            for row, number in zip(apart.tolist(), numbers[apart].tolist(), strict=True):
                table[row] = np.frombuffer(singly[number], np.uint8)
            yield numbers, table

    def _with_long_runs(self) -> NDArray[np.bool_]:
        """Return which frames may hold a run without a zero after it."""
        found = np.zeros(len(self.sizes), np.bool_)
        for size in _distinct(self.sizes[self.sizes > _RUN]):
            number = np.flatnonzero(self.sizes == size)
            codes = np.lib.stride_tricks.sliding_window_view(self._data, size - _RUN)
            found[number] = (codes[self._starts[number]] == _NO_ZERO).any(axis=1)
        return found

    def _decode_joined(self, single: NDArray[np.bool_]) -> ByteArray | None:
        """Return all frames decoded as one, without ``single``; None where that is not possible."""
        if single.all():
            return None
        joined: bytes | bytearray = self._bytes.replace(b"\0", _EMPTY_RUN)
        if single.any():
            joined = bytearray(joined)
            for number in np.flatnonzero(single).tolist():
                start, size = int(self._starts[number]), int(self.sizes[number])
                joined[start : start + size] = _EMPTY_RUN * size
        try:
            decoded = np.frombuffer(cobs.decode(joined), np.uint8)
        except cobs.DecodeError:
            return None
        return decoded if len(decoded) == len(joined) - 1 else None

    def _decode_one(self, number: int) -> bytes:
        start = self._starts[number]
        try:
            return bytes(cobs.decode(self._bytes[start : start + self.sizes[number]]))
        except cobs.DecodeError:
            return b""


def _distinct(sizes: IntArray) -> list[int]:
    """Return the sizes that occur; sorting them would cost ten times as much."""
    return np.flatnonzero(np.bincount(sizes)).tolist()
