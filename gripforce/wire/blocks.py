"""Unpack many sample blocks of one stream at once into columns.

Strategy: blocks of equal length form a table of bytes, whose columns numpy reads in place. Nearly
all blocks of a stream have one length, so an hour is two or three tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from gripforce.model.counters import ramps
from gripforce.wire.messages import BLOCK_HEAD

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gripforce.model import CountArray, IntArray, StreamInfo

_HEAD = np.dtype(
    [
        ("type", "u1"),
        ("stream", "u1"),
        ("first", "<u4"),
        ("tick_us", "<u4"),
        ("flags", "u1"),
        ("n", "u1"),
    ]
)


@dataclass(frozen=True, eq=False, slots=True)
class Blocks:
    """Sample blocks in order of arrival."""

    first: IntArray
    """Counter of each block's first sample, still wrapping at 32 bits; shape ``(blocks,)``."""
    tick_us: IntArray
    """Device tick of each block's first sample, still wrapping; shape ``(blocks,)``."""
    flags: NDArray[np.uint8]
    n: IntArray
    """Samples in each block."""
    counts: CountArray
    """All samples one after the other, shape ``(sum(n), channels)``."""
    misfits: int = 0
    """Payloads left out because their length is not that of ``n`` samples."""

    @classmethod
    def none(cls, stream: StreamInfo, misfits: int = 0) -> Self:
        """Return no blocks of a stream."""
        nothing = np.empty(0, np.int64)
        counts = np.empty((0, len(stream.channels)), np.int32)
        return cls(nothing, nothing, nothing.astype(np.uint8), nothing, counts, misfits)

    @classmethod
    def concatenate(cls, parts: Sequence[Blocks]) -> Blocks:
        """Return the blocks of one or more parts, one part after the other."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            first=np.concatenate([part.first for part in parts]),
            tick_us=np.concatenate([part.tick_us for part in parts]),
            flags=np.concatenate([part.flags for part in parts]),
            n=np.concatenate([part.n for part in parts]),
            counts=np.concatenate([part.counts for part in parts]),
            misfits=sum(part.misfits for part in parts),
        )

    def select(self, index: IntArray) -> Blocks:
        """Return the blocks at ``index``, shape ``(selected,)``, in its order."""
        begin = np.cumsum(self.n) - self.n
        return Blocks(
            first=self.first[index],
            tick_us=self.tick_us[index],
            flags=self.flags[index],
            n=self.n[index],
            counts=self.counts[ramps(begin[index], self.n[index])],
            misfits=self.misfits,
        )


def block_bytes(stream: StreamInfo, n: int) -> int:
    """Return the length in bytes of a payload with ``n`` samples of ``stream``."""
    return BLOCK_HEAD.size + n * _sample_bytes(stream)


def unpack_blocks(payloads: Sequence[bytes], stream: StreamInfo) -> Blocks:
    """Unpack payloads that are all sample blocks of ``stream``, in their order.

    Payloads whose length does not agree with their number of samples are left out and counted.
    """
    if len(payloads) == 1 and _fits(payloads[0], stream):  # a live stream's, a hundred a second
        return _unpack_alike(payloads, stream)
    sizes = np.fromiter(map(len, payloads), np.int64, len(payloads))
    n = np.fromiter((p[_N] if len(p) > _N else 0 for p in payloads), np.int64, len(payloads))
    fits = (n > 0) & (sizes == BLOCK_HEAD.size + n * _sample_bytes(stream))
    places = [np.flatnonzero(fits & (sizes == size)) for size in np.unique(sizes[fits])]
    parts = [_unpack_alike([payloads[int(i)] for i in place], stream) for place in places]
    misfits = len(payloads) - int(fits.sum())
    if not parts:
        return Blocks.none(stream, misfits)
    blocks = Blocks.concatenate(parts)
    if len(parts) > 1:
        blocks = blocks.select(np.argsort(np.concatenate(places)))
    return replace(blocks, misfits=misfits) if misfits else blocks


_N = BLOCK_HEAD.size - 1
"""Offset of the number of samples in a block."""


def _fits(payload: bytes, stream: StreamInfo) -> bool:
    n = payload[_N] if len(payload) > _N else 0
    return n > 0 and len(payload) == block_bytes(stream, n)


def unpack_tables(
    tables: Sequence[NDArray[np.uint8]], stream: StreamInfo, offset: int = 0
) -> Blocks:
    """Unpack one or more tables, one after the other.

    Each table holds blocks of equal length, one in each row from ``offset`` on.
    """
    parts = [np.ndarray((len(table),), _HEAD, table, offset, (table.shape[1],)) for table in tables]
    heads = parts[0] if len(parts) == 1 else np.concatenate(parts)
    sizes = [len(part) * int(part["n"][0]) for part in parts]
    counts = np.empty((sum(sizes), len(stream.channels)), np.int32)
    begin = 0
    for table, size in zip(tables, sizes, strict=True):
        _integers(table, counts[begin : begin + size], stream, offset + BLOCK_HEAD.size)
        begin += size
    return Blocks(
        first=heads["first"].astype(np.int64),
        tick_us=heads["tick_us"].astype(np.int64),
        flags=heads["flags"].copy(),
        n=heads["n"].astype(np.int64),
        counts=counts,
    )


def _sample_bytes(stream: StreamInfo) -> int:
    return len(stream.channels) * stream.width_bits // 8


def _unpack_alike(payloads: Sequence[bytes], stream: StreamInfo) -> Blocks:
    """Unpack blocks that all have the length of the first."""
    table = np.frombuffer(b"".join(payloads), np.uint8).reshape(len(payloads), -1)
    return unpack_tables([table], stream)


def _integers(
    table: NDArray[np.uint8], counts: CountArray, stream: StreamInfo, offset: int
) -> None:
    """Write a table's integers into ``counts``, shape ``(samples, channels)``."""
    width = stream.width_bits // 8
    rows, size = table.shape
    flat = counts.reshape(rows, -1)
    if width == 3:  # noqa: PLR2004 - numpy has no integers of this width
        # each count is the upper three bytes of an int32 that begins one byte earlier
        early = np.ndarray(flat.shape, "<i4", table, offset - 1, (size, width))
        np.right_shift(early, 8, out=flat)
    else:
        flat[:] = np.ndarray(flat.shape, f"<i{width}", table, offset, (size, width))


def pack_counts(counts: CountArray, width_bits: int) -> bytes:
    """Pack counts, shape ``(n, channels)``, as little-endian integers of a stream's width."""
    wide = np.ascontiguousarray(counts, "<i4").view(np.uint8).reshape(-1, 4)
    return wide[:, : width_bits // 8].tobytes()
