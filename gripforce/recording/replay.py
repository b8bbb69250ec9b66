"""Replay a recording: the same sequence of stream items, in order of arrival."""

from __future__ import annotations

import heapq
import math
import sys
import time
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from gripforce.model import Health, Marker, Received, Samples, Started
from gripforce.recording.parsing.fitted_clock import host_s_at_utc
from gripforce.recording.parsing.from_json import (
    attempt,
    parse_corrupt,
    parse_health,
    parse_marker,
    parse_segment,
)
from gripforce.recording.reader import open_file
from gripforce.recording.records import CRC_BYTES, MESSAGE_HEAD, Record

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping

    from gripforce.model import StreamItem
    from gripforce.recording.parsing.parsed_file import ParsedFile
    from gripforce.recording.parsing.raw_records import JsonEntry, Rows
    from gripforce.recording.parsing.segment_stream import SegmentStream

    Placed: TypeAlias = tuple[int, int, StreamItem]

_LAST = sys.maxsize

_REBUILD: Mapping[Record, Callable[[Mapping[str, Any]], StreamItem]] = {
    Record.MARKER: parse_marker,
    Record.HEALTH: parse_health,
    Record.CORRUPT: parse_corrupt,
    Record.SEGMENT: parse_segment,
}


def items(path: str | os.PathLike[str]) -> Iterator[StreamItem]:
    """Yield the stream items of a recording: verbatim messages, and the samples of each block.

    Times are computed from the whole file, so they may differ from the live ones by microseconds.
    A gap precedes the block that follows it; a file without an end record ends as truncated.
    Raises ``RecordingError`` where the file is no recording.
    """
    parsed = open_file(path)
    header = parsed.contents.header
    metadata = header.get("metadata")
    yield Started(
        device=parsed.device,
        scalings=parsed.scalings,
        utc=str(header.get("utc", "")),
        metadata=metadata if isinstance(metadata, dict) else {},
        hello=bytes.fromhex(header["hello"]),  # it was decoded, so it is valid
        host_s=host_s_at_utc(header),
    )
    for _, _, item in _in_file_order(parsed):
        yield item
    yield parsed.ended


async def replay(
    path: str | os.PathLike[str],
    speed: float = 1.0,
    *,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], Awaitable[None]] | None = None,
) -> AsyncIterator[StreamItem]:
    """Yield the items of a recording at ``speed`` times their original pace; ``inf``: at once.

    ``sleep`` waits for a number of seconds, by default as asyncio does.
    """
    import asyncio  # noqa: PLC0415 - what only reads recordings needs none

    wait = asyncio.sleep if sleep is None else sleep
    begin = now()
    for item in items(path):
        t = due_s(item)
        if t is not None and math.isfinite(speed):
            wait_s = begin + t / speed - now()
            if wait_s > 0:
                await wait(wait_s)
        yield item


def due_s(item: StreamItem) -> float | None:
    """Return the time [s] at which an item is due in a replay, None where it has none."""
    match item:
        case Samples():
            return None if item.backfilled else float(item.t[-1]) + item.stream.delay_s
        case Marker() | Health():
            return item.t
        case _:
            return None


def _in_file_order(parsed: ParsedFile) -> Iterator[Placed]:
    """Yield items with the number of their record: a message before the items made of it."""
    contents = parsed.contents
    parts = [_received(rows, key[0]) for key, part in contents.blocks.items() for rows in part]
    parts += [_blocks(parsed, run) for run in parsed.runs.values()]
    parts.append(
        (message.order, 0, Received(message.arrival_s, message.payload, message.segment))
        for message in contents.messages
    )
    parts += [_rebuilt(contents.of_kind(kind), build) for kind, build in _REBUILD.items()]
    return heapq.merge(*parts, key=lambda placed: placed[:2])


def _received(rows: Rows, segment: int) -> Iterator[Placed]:
    arrivals = rows.arrival_s.tolist()
    for order, arrival_s, record in zip(rows.order.tolist(), arrivals, rows.table, strict=True):
        payload = record[MESSAGE_HEAD.size : -CRC_BYTES].tobytes()
        yield order, 0, Received(arrival_s, payload, segment)


def _blocks(parsed: ParsedFile, run: SegmentStream) -> Iterator[Placed]:
    """Yield the samples of each block in order of arrival, each after the gap before it."""
    gaps = {gap.first + gap.lost: gap for gap in parsed.gaps_of(run)}
    blocks = run.blocks
    for i in np.argsort(run.order).tolist():
        gap = gaps.pop(int(blocks.first[i]), None)
        if gap is not None:
            yield int(run.order[i]), 1, gap
        yield int(run.order[i]), 2, _samples(parsed, run, i)
    for gap in gaps.values():
        yield _LAST, 1, gap


def _samples(parsed: ParsedFile, run: SegmentStream, block: int) -> Samples:
    begin = int(run.begin[block])
    span = slice(begin, begin + int(run.blocks.n[block]))
    return Samples(
        stream=run.stream,
        counter=run.counter[span],
        t=run.t[span],
        counts=run.blocks.counts[span],
        flags=run.flags[span],
        scaling=parsed.scalings[run.stream.id],
        segment=run.segment.index,
        backfilled=bool(run.late[block]),
    )


def _rebuilt(
    entries: Iterable[JsonEntry], build: Callable[[Mapping[str, Any]], StreamItem]
) -> Iterator[Placed]:
    for entry in entries:
        item = attempt(build, entry.content)
        if item is not None:
            yield entry.order, 3, item
