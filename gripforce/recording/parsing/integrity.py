"""Sample accounting of a file: gaps, how the recording ended, and whether the counts agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.clock import counter_is_plausible
from gripforce.model import Ended, EndReason, Flag, Gap, Integrity, StreamTally
from gripforce.model.counters import WRAP, nearest
from gripforce.recording.parsing.corruption import attribute_corrupt_frames, corrupt_spots
from gripforce.recording.parsing.from_json import built, parse_ended, parse_gap
from gripforce.recording.records import Record
from gripforce.wire.connection import decode_message
from gripforce.wire.messages import Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import Samples
    from gripforce.recording.parsing.parsed_file import ParsedFile
    from gripforce.recording.parsing.raw_records import Contents
    from gripforce.recording.parsing.segment_stream import SegmentStream

MOST_AHEAD_S = 3600.0
"""A checkpoint may be this far ahead of the last block that survived in the file."""
ENOUGH_BLOCKS = 8
"""Least number of blocks to measure a rate: a tick has some microseconds of jitter."""


def find_gaps(
    contents: Contents, runs: Mapping[tuple[int, int], SegmentStream], names: Mapping[int, str]
) -> tuple[Gap, ...]:
    """Find the missing samples between and after the blocks of each stream and segment.

    How far the counters went is the furthest of: the device's last status in the segment, the
    last checkpoint, the spans that were given up, and the beginning of the next segment.
    """
    given_up: dict[tuple[int, str], int] = {}
    for gap in built(contents, Record.GAP, parse_gap):
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
            _recorded_stop(recorded.get(f"{index}/{stream_id}"), run) or 0,
            _until_next(run, runs.get((index + 1, stream_id))),
        )
        gaps += [
            Gap(name, run.time_of(first), first, lost, index) for first, lost in run.missing(stop)
        ]
    return tuple(sorted(gaps, key=lambda gap: (gap.t, gap.stream)))


def _until_next(run: SegmentStream, after: SegmentStream | None) -> int:
    """Return the counter that a segment would have reached by the next: an outage is a gap too."""
    if after is None or not len(after.counter) or not len(run.counter):
        return 0
    # To the next segment's own first sample: those that are missing there are counted there.
    return run.stop + round((after.time_of(0) - float(run.t[-1])) * run.stream.rate_hz) - 1


def last_statuses(contents: Contents) -> dict[int, Status]:
    """Return the device's last status in each segment, by segment index."""
    last: dict[int, Status] = {}
    for message in reversed(contents.messages):
        if message.segment not in last and message.payload[0] == Status.TYPE:
            status = decode_message(message.payload)
            if isinstance(status, Status):
                last[message.segment] = status
    return last


def sent(status: Status | None, run: SegmentStream) -> int | None:
    """Return how many samples of a stream the device had sent, by a status; None if unknown."""
    rows = status.streams if status is not None else ()
    for row in rows:
        if status is not None and row.id == run.stream.id:
            # After a jump of the blocks' counters, that of the status may or may not have jumped.
            sums = {row.taken, row.taken + run.jumped}
            counter = min(nearest(taken - row.buffered, run.stop) for taken in sums)
            ahead, elapsed_us = counter - run.stop, run.elapsed_us(status.tick_us)
            plausible = counter_is_plausible(ahead, elapsed_us, run.stream.rate_hz)
            return counter if plausible else None
    return None


def _recorded_stop(counter: object, run: SegmentStream) -> int | None:
    """Unwrap the counter of a checkpoint; None where it is none or further than a file can be."""
    if not isinstance(counter, int) or not 0 <= counter < WRAP:
        return None
    unwrapped = nearest(counter + run.jumped, run.stop)
    return unwrapped if unwrapped - run.stop <= run.stream.rate_hz * MOST_AHEAD_S else None


def _recorded(contents: Contents) -> Mapping[str, object]:
    """Return the counter reached by each stream and segment, by the last checkpoint."""
    checkpoints = contents.of_kind(Record.CHECKPOINT, Record.END)
    stops = checkpoints[-1].content.get("stops") if checkpoints else None
    return stops if isinstance(stops, dict) else {}


def how_it_ended(contents: Contents, *, growing: bool = False) -> Ended:
    """Return the last recorded end; a file without one is truncated, or ``growing``."""
    ends = built(contents, Record.END, parse_ended)
    missing = EndReason.GROWING if growing else EndReason.TRUNCATED
    return ends[-1] if ends else Ended(missing, reconciled=False)


def integrity(parsed: ParsedFile, samples: Mapping[str, Samples]) -> Integrity:
    """Compute the integrity of a file; ``samples`` are its streams by name."""
    contents = parsed.contents
    spots = corrupt_spots(contents)
    frames = attribute_corrupt_frames(parsed, spots)
    return Integrity(
        ended=parsed.ended.reason,
        reconciled=parsed.ended.reconciled is True and _agrees(parsed),
        corrupt=len(spots),
        damaged_bytes=contents.damaged_bytes,
        streams=tuple(
            _tally(parsed, stream.id, samples[parsed.names[stream.id]], frames[stream.id])
            for stream in parsed.device.streams
        ),
    )


def _agrees(parsed: ParsedFile) -> bool:
    """Whether, by the device's last status, everything was sent and all samples are known."""
    segment = parsed.segments[-1].index if parsed.segments else 0
    status = last_statuses(parsed.contents).get(segment)
    if status is None or any(row.buffered for row in status.streams):
        return False
    last = [run for (index, _), run in parsed.runs.items() if index == segment]
    return all((sent(status, run) or 0) >= run.stop for run in last)


def _tally(parsed: ParsedFile, stream_id: int, samples: Samples, corrupt: int) -> StreamTally:
    name = parsed.names[stream_id]
    runs = parsed.runs_of(stream_id)
    gaps = [gap for gap in parsed.gaps if gap.stream == name]
    return StreamTally(
        name=name,
        rate_hz=measured_rate_hz(runs) or samples.stream.rate_hz,
        samples=len(samples),
        lost=sum(gap.lost for gap in gaps),
        gaps=len(gaps),
        backfilled=_flagged(runs, Flag.RESENT),
        duplicated=sum(run.duplicated for run in runs),
        saturated=_flagged(runs, Flag.SATURATED),
        corrupt=corrupt,
    )


def _flagged(runs: list[SegmentStream], flag: Flag) -> int:
    """Return how many samples lie in blocks with a flag."""
    return sum(int(run.blocks.n[(run.blocks.flags & flag) != 0].sum()) for run in runs)


def measured_rate_hz(runs: list[SegmentStream]) -> float | None:
    """Return the sampling rate on the device's clock, in the longest segment; None if short."""
    longest = max(runs, key=lambda run: len(run.counter), default=None)
    if longest is None or len(longest.blocks.n) < ENOUGH_BLOCKS:
        return None
    first, device_us = longest.blocks.first, longest.blocks.tick_us
    elapsed_us = int(device_us[-1] - device_us[0])
    return float(first[-1] - first[0]) * 1e6 / elapsed_us if elapsed_us > 0 else None
