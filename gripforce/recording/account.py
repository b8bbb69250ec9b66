"""The account of a file: what is missing and where, how it ended, and whether the sums agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.model import Ended, EndReason, Flag, Gap, Integrity, StreamTally
from gripforce.recording.rebuild import attempt, built, corrupt_of, ended_of, gap_of
from gripforce.recording.records import Record
from gripforce.wire.connection import decode_message
from gripforce.wire.messages import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import DeviceInfo, IntArray, Samples, Scaling, Segment
    from gripforce.recording.contents import Contents
    from gripforce.recording.runs import Run

WRAP = 1 << 32
ENOUGH_BLOCKS = 8
"""Fewer cannot measure a rate: a tick has some microseconds of jitter."""
PLAUSIBLE_S = 3600.0
"""A status further ahead of the samples than this is a corrupt one that passed its check."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A file's contents, understood: what a ``Recording`` and a replay are made of."""

    contents: Contents
    device: DeviceInfo
    names: Mapping[int, str]
    scalings: Mapping[int, Scaling]
    segments: tuple[Segment, ...]
    runs: Mapping[tuple[int, int], Run]
    """By segment and stream id."""
    gaps: tuple[Gap, ...]
    ended: Ended

    def runs_of(self, stream_id: int) -> list[Run]:
        """Return a stream's runs in the order of their segments."""
        return [self.runs[segment.index, stream_id] for segment in self.segments]


def find_gaps(
    contents: Contents, runs: Mapping[tuple[int, int], Run], names: Mapping[int, str]
) -> tuple[Gap, ...]:
    """Return what is missing, as everything says that knows how far the counters went.

    That is the device's last status in each segment, the recorder's last checkpoint, and spans
    that were given up.
    """
    given_up: dict[tuple[int, str], int] = {}
    for gap in built(contents, Record.GAP, gap_of):
        key = gap.segment, gap.stream
        given_up[key] = max(given_up.get(key, 0), gap.first + gap.lost)
    statuses = last_statuses(contents)
    recorded = _recorded(contents)
    gaps = []
    for (index, stream_id), run in runs.items():
        name = names[stream_id]
        stop = max(
            given_up.get((index, name), 0),
            sent(statuses.get(index), run) or 0,
            _plausible(recorded.get(f"{index}/{stream_id}"), run) or 0,
        )
        gaps += [
            Gap(name, run.time_of(first), first, lost, index) for first, lost in run.missing(stop)
        ]
    return tuple(sorted(gaps, key=lambda gap: (gap.t, gap.stream)))


def last_statuses(contents: Contents) -> dict[int, Status]:
    """Return the device's last account of itself in each segment."""
    last: dict[int, Status] = {}
    for message in reversed(contents.messages):
        if message.segment not in last and message.payload[0] == Status.TYPE:
            status = decode_message(message.payload)
            if isinstance(status, Status):
                last[message.segment] = status
    return last


def sent(status: Status | None, run: Run) -> int | None:
    """Return how many samples of a stream had left the device, as a status says."""
    rows = status.streams if status is not None else ()
    for row in rows:
        if row.id == run.stream.id:
            return _plausible(row.taken - row.buffered, run)
    return None


def _plausible(counter: object, run: Run) -> int | None:
    """Return a 32-bit counter without its wraps, where the stream can have come so far."""
    if not isinstance(counter, int):
        return None
    near = run.stop + (counter - run.stop + WRAP // 2) % WRAP - WRAP // 2
    return near if near - run.stop <= run.stream.rate_hz * PLAUSIBLE_S else None


def _recorded(contents: Contents) -> Mapping[str, object]:
    """Return how far each stream had come in each segment, as the recorder last wrote down."""
    accounts = contents.of_kind(Record.CHECKPOINT, Record.END)
    stops = accounts[-1].content.get("stops") if accounts else None
    return stops if isinstance(stops, dict) else {}


def how_it_ended(contents: Contents) -> Ended:
    """Return the last end that is written down; without one the file was cut."""
    ends = built(contents, Record.END, ended_of)
    return ends[-1] if ends else Ended(EndReason.TRUNCATED, reconciled=False)


def integrity(opened: Opened, samples: Mapping[str, Samples]) -> Integrity:
    """Return what the file says of its own completeness."""
    contents = opened.contents
    places = corrupt_places(contents)
    blame = blame_streams(opened, places)
    return Integrity(
        ended=opened.ended.reason,
        reconciled=opened.ended.reconciled is True and _agrees(opened),
        corrupt=len(places),
        damaged_bytes=contents.damaged_bytes,
        streams=tuple(
            _tally(opened, stream.id, samples[opened.names[stream.id]], blame[stream.id])
            for stream in opened.device.streams
        ),
    )


def _agrees(opened: Opened) -> bool:
    """Whether the device's last status has it that all was sent, and no more than is known of."""
    segment = opened.segments[-1].index if opened.segments else 0
    status = last_statuses(opened.contents).get(segment)
    if status is None or any(row.buffered for row in status.streams):
        return False
    last = [run for (index, _), run in opened.runs.items() if index == segment]
    return all((sent(status, run) or 0) >= run.stop for run in last)


def _tally(opened: Opened, stream_id: int, samples: Samples, corrupt: int) -> StreamTally:
    name = opened.names[stream_id]
    runs = opened.runs_of(stream_id)
    gaps = [gap for gap in opened.gaps if gap.stream == name]
    resent = (samples.flags & Flag.RESENT) != 0
    return StreamTally(
        name=name,
        rate_hz=measured_rate_hz(runs) or samples.stream.rate_hz,
        samples=len(samples),
        lost=sum(gap.lost for gap in gaps),
        gaps=len(gaps),
        backfilled=int(np.count_nonzero(resent)),
        duplicated=sum(run.duplicated for run in runs),
        saturated=int(np.count_nonzero(samples.flags & Flag.SATURATED)),
        corrupt=corrupt,
    )


def measured_rate_hz(runs: list[Run]) -> float | None:
    """Return samples taken a second of the device's clock, in the longest run."""
    longest = max(runs, key=lambda run: len(run.counter), default=None)
    if longest is None or len(longest.blocks.n) < ENOUGH_BLOCKS:
        return None
    first, device_us = longest.blocks.first, longest.blocks.device_us
    elapsed_us = int(device_us[-1] - device_us[0])
    return float(first[-1] - first[0]) * 1e6 / elapsed_us if elapsed_us > 0 else None


def corrupt_places(contents: Contents) -> list[int]:
    """Return the record number at which each corrupt frame stood, on the wire or in the file."""
    wire = [
        entry.order
        for entry in contents.of_kind(Record.CORRUPT)
        if (item := attempt(corrupt_of, entry.content))
        for _ in range(item.frames)
    ]
    return sorted(wire + contents.damage)


def blame_streams(opened: Opened, places: list[int]) -> Counter[int]:
    """Return how many corrupt frames were blocks of each stream, as far as can be told.

    A frame that was corrupt tells nothing, but the blocks around it do: the stream's counter
    jumps there. Where those of several streams jump, the fastest stream had the most frames.
    """
    blame: Counter[int] = Counter()
    fastest_first = sorted(opened.runs.values(), key=lambda run: -run.stream.rate_hz)
    jumps = [(run, *_jumps(run, _known_stop(opened, run))) for run in fastest_first]
    for place in places:
        for run, order, missing_blocks in jumps:
            at = int(np.searchsorted(order, place))
            if missing_blocks[at] > 0:
                missing_blocks[at] -= 1
                blame[run.stream.id] += 1
                break
    return blame


def _known_stop(opened: Opened, run: Run) -> int:
    name = opened.names[run.stream.id]
    stops = [
        gap.first + gap.lost
        for gap in opened.gaps
        if (gap.stream, gap.segment) == (name, run.segment.index)
    ]
    return max([run.stop, *stops])


def _jumps(run: Run, stop: int) -> tuple[IntArray, IntArray]:
    """Return live blocks' record numbers, and how many lack before each and after the last."""
    blocks, live = run.blocks, ~run.late
    begins = np.append(blocks.first[live], stop)
    ends = np.append(0, (blocks.first + blocks.n)[live])
    size = int(np.median(blocks.n)) if len(blocks.n) else run.stream.block_samples
    return blocks.order[live], -(-(begins - ends) // max(size, 1))
