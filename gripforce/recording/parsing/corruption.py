"""Attribute corrupt frames to streams, by the samples that are missing at their place."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gripforce.recording.parsing.from_json import MOST_FRAMES, attempt, parse_corrupt
from gripforce.recording.records import Record

if TYPE_CHECKING:
    from gripforce.model import FloatArray, IntArray
    from gripforce.recording.parsing.parsed_file import ParsedFile
    from gripforce.recording.parsing.raw_records import Contents
    from gripforce.recording.parsing.segment_stream import SegmentStream


class Spot(NamedTuple):
    """The place of a corrupt frame: between the records of these numbers."""

    first: int
    last: int


def corrupt_spots(contents: Contents) -> list[Spot]:
    """Return the place of each frame that was corrupt on the wire or in the file.

    Of a frame corrupt on the wire only the arrival is known: that of the messages after it.
    """
    wire = [
        (entry.order, item)
        for entry in contents.of_kind(Record.CORRUPT)
        if (item := attempt(parse_corrupt, entry.content))
    ]
    orders, arrivals = _arrivals(contents) if wire else (np.empty(0, np.int64), np.empty(0))
    spots = [Spot(order, order) for order in contents.damage]
    for order, item in wire:
        last = int(np.searchsorted(orders, order))
        while last < len(orders) and arrivals[last] == item.arrival_s:
            last += 1
        end = int(orders[last]) if last < len(orders) else order
        spots += [Spot(order, max(order, end))] * min(item.frames, MOST_FRAMES - len(spots))
    return sorted(spots)


def attribute_corrupt_frames(parsed: ParsedFile, spots: list[Spot]) -> Counter[int]:
    """Count the corrupt frames that were sample blocks of each stream, by stream id.

    A corrupt frame cannot be read, but its stream's counter jumps at its place. Where counters of
    several streams jump, the frame is attributed to the fastest stream, which has most frames.
    """
    frames: Counter[int] = Counter()
    if not spots:
        return frames
    fastest_first = sorted(parsed.runs.values(), key=lambda run: -run.stream.rate_hz)
    jumps = [(run, *_jumps(parsed, run)) for run in fastest_first]
    for spot in spots:
        for run, order, lacking in jumps:
            first, last = np.searchsorted(order, spot).tolist()
            hits = np.flatnonzero(lacking[first : last + 1] > 0)
            if len(hits):
                lacking[first + int(hits[0])] -= 1
                frames[run.stream.id] += 1
                break
    return frames


def _arrivals(contents: Contents) -> tuple[IntArray, FloatArray]:
    """Return the record number and arrival of every sample block, in order of the file."""
    rows = [part for parts in contents.blocks.values() for part in parts]
    if not rows:
        return np.empty(0, np.int64), np.empty(0)
    orders = np.concatenate([part.order for part in rows])
    sorting = np.argsort(orders)
    return orders[sorting], np.concatenate([part.arrival_s for part in rows])[sorting]


def _jumps(parsed: ParsedFile, run: SegmentStream) -> tuple[IntArray, IntArray]:
    """Return live blocks' record numbers, and how many are missing before each and at the end."""
    blocks, live = run.blocks, ~run.late
    stop = max([run.stop, *(gap.first + gap.lost for gap in parsed.gaps_of(run))])
    begins = np.append(blocks.first[live], stop)
    ends = np.append(0, (blocks.first + blocks.n)[live])
    size = int(np.median(blocks.n)) if len(blocks.n) else run.stream.block_samples
    return run.order[live], -(-(begins - ends) // max(size, 1))
