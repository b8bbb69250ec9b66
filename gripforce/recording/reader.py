"""Read a ``.grip`` file into a ``Recording``; in a damaged file every sample read is right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from gripforce.calibration import default_scaling
from gripforce.errors import RecordingError
from gripforce.model import Recording, Samples, Scaling, Segment
from gripforce.recording.lock import is_locked
from gripforce.recording.parsing.fitted_clock import fitted_clock
from gripforce.recording.parsing.from_json import built, parse_marker, parse_segment
from gripforce.recording.parsing.integrity import find_gaps, how_it_ended, integrity
from gripforce.recording.parsing.parsed_file import ParsedFile
from gripforce.recording.parsing.raw_records import Contents, read_contents
from gripforce.recording.parsing.segment_stream import (
    ArrivedBlocks,
    in_order,
    origin_of,
    read_blocks,
)
from gripforce.recording.records import NOMINAL_SPACING, Record
from gripforce.wire.connection import decode_message
from gripforce.wire.hello import Hello

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from gripforce.model import DeviceInfo, Marker, StreamInfo
    from gripforce.model.host_clock import HostClock

MOST_SEGMENTS = 1024
"""Runs of the device in one file: a device that restarts each second for a quarter of an hour."""
NEAR_S = 0.5
"""The clock of a file corrects the place of a marker by less than this: a radio's missed events."""

Number = TypeVar("Number", bound=np.generic)


def read_recording(path: str | os.PathLike[str]) -> Recording:
    """Read a recording, also one that was cut off, is damaged or still being written.

    Raises ``RecordingError`` where the file cannot be read or is no recording.
    """
    return to_recording(open_file(path))


def open_file(path: str | os.PathLike[str]) -> ParsedFile:
    """Parse a file and sort its blocks; raises ``RecordingError`` where it is no recording."""
    growing = is_locked(path)  # before it is read: the recorder may end meanwhile
    contents = read_contents(path)
    _refuse_impossible_segments(contents)
    device = _device(contents)
    names = stream_names(device)
    blocks = {
        key: read_blocks(rows, stream)
        for key, rows in contents.blocks.items()
        if (stream := device.stream(key[1])) is not None
    }
    segments = _segments(contents, device, blocks)
    runs = {
        (segment.index, stream.id): in_order(
            blocks.get((segment.index, stream.id)) or ArrivedBlocks.none(stream), stream, segment
        )
        for segment in segments
        for stream in device.streams
    }
    if _metadata(contents).get("spacing") == NOMINAL_SPACING:
        runs = {key: replace(run, nominal_spacing=True) for key, run in runs.items()}
    return ParsedFile(
        contents=contents,
        device=device,
        names=names,
        scalings={stream.id: _scaling(contents, stream) for stream in device.streams},
        segments=segments,
        runs=runs,
        gaps=find_gaps(contents, runs, names),
        ended=how_it_ended(contents, growing=growing),
    )


def to_recording(parsed: ParsedFile) -> Recording:
    """Build a recording: the columns of all segments in sequence, and their integrity."""
    contents, header = parsed.contents, parsed.contents.header
    samples = {
        parsed.names[stream.id]: _columns(parsed, stream) for stream in parsed.device.streams
    }
    metadata = _metadata(contents)
    clock = fitted_clock(contents, parsed.segments)
    return Recording(
        path=str(contents.path),
        device=parsed.device,
        metadata=metadata | {key: header.get(key) for key in ("utc", "software")},
        streams=samples,
        gaps=parsed.gaps,
        markers=_markers(contents, clock),
        integrity=integrity(parsed, samples),
        notes=tuple(
            {"kind": entry.kind.name.lower(), **entry.content}
            for entry in contents.of_kind(Record.NOTE, Record.VERDICT)
        ),
        segments=parsed.segments,
        clock=clock,
    )


def stream_names(device: DeviceInfo) -> dict[int, str]:
    """Return each stream's name by its id, with the id appended where two names are equal."""
    names: dict[int, str] = {}
    for stream in device.streams:
        taken = stream.name in names.values()
        names[stream.id] = f"{stream.name}{stream.id}" if taken else stream.name
    return names


def _metadata(contents: Contents) -> dict[str, Any]:
    metadata = contents.header.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _markers(contents: Contents, clock: HostClock | None) -> tuple[Marker, ...]:
    """Return the markers in order of time; the host's by the settled clock, if that is near.

    While a stream is young its clock is coarse, so a marker was then placed within some 10 ms.
    """
    markers = built(contents, Record.MARKER, parse_marker)
    if clock is not None:
        markers = [_placed(marker, clock) for marker in markers]
    return tuple(sorted(markers, key=lambda marker: marker.t))


def _placed(marker: Marker, clock: HostClock) -> Marker:
    if marker.host_s is None:
        return marker
    t = clock.from_host_s(marker.host_s)
    return replace(marker, t=t) if abs(t - marker.t) < NEAR_S else marker


def _device(contents: Contents) -> DeviceInfo:
    try:
        hello = decode_message(bytes.fromhex(contents.header["hello"]))
    except (KeyError, TypeError, ValueError):
        hello = None
    if not isinstance(hello, Hello):
        raise RecordingError(f"{contents.path} does not name its device: its header is damaged.")
    return hello.device


def _scaling(contents: Contents, stream: StreamInfo) -> Scaling:
    try:
        content = contents.header["scalings"][str(stream.id)]
        scaling = Scaling.from_json(content, len(stream.channels))
    except (KeyError, TypeError, ValueError, OverflowError):
        return default_scaling(stream)
    finite = np.isfinite(scaling.zero_counts).all() and np.isfinite(scaling.matrix).all()
    return scaling if finite else default_scaling(stream)


def _refuse_impossible_segments(contents: Contents) -> None:
    recorded = {segment.index for segment in built(contents, Record.SEGMENT, parse_segment)}
    if len(recorded | {index for index, _ in contents.blocks}) > MOST_SEGMENTS:
        raise RecordingError(
            f"{contents.path} has more restarts of its device than are possible.",
            f"At most {MOST_SEGMENTS} can be read.",
        )


def _segments(
    contents: Contents, device: DeviceInfo, blocks: Mapping[tuple[int, int], ArrivedBlocks]
) -> tuple[Segment, ...]:
    """Return the recorded segments, and those inferred from sample blocks alone."""
    known = {segment.index: segment for segment in built(contents, Record.SEGMENT, parse_segment)}
    for index in sorted({index for index, _ in blocks} - set(known)):
        known[index] = _inferred(index, contents, device, blocks, known)
    return tuple(known[index] for index in sorted(known))


def _inferred(
    index: int,
    contents: Contents,
    device: DeviceInfo,
    blocks: Mapping[tuple[int, int], ArrivedBlocks],
    known: Mapping[int, Segment],
) -> Segment:
    """Infer a segment whose record is lost; a later one is placed by its host arrival."""
    origins = [
        origin_of(arrived.blocks, stream)
        for (segment, stream_id), arrived in blocks.items()
        if segment == index and len(arrived.order) and (stream := device.stream(stream_id))
    ]
    origin_us = round(min(origins, default=0.0))
    if index == 0 or index - 1 not in known:
        return Segment(index, origin_us, 0.0)
    begins = {
        i: min(rows[0].arrival_s[0] for (s, _), rows in contents.blocks.items() if s == i)
        for i in (index - 1, index)
    }
    return Segment(index, origin_us, known[index - 1].t + begins[index] - begins[index - 1])


def _columns(parsed: ParsedFile, stream: StreamInfo) -> Samples:
    runs = [parsed.runs[segment.index, stream.id] for segment in parsed.segments]
    present = [run for run in runs if len(run.counter)] or runs[:1]
    return Samples(
        stream=stream,
        counter=_joined([run.counter for run in present], np.empty(0, np.int64)),
        t=_joined([run.t for run in present], np.empty(0)),
        counts=_joined(
            [run.blocks.counts for run in present], np.empty((0, len(stream.channels)), np.int32)
        ),
        flags=_joined([run.flags for run in present], np.empty(0, np.uint8)),
        scaling=parsed.scalings[stream.id],
    )


def _joined(parts: Sequence[NDArray[Number]], nothing: NDArray[Number]) -> NDArray[Number]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate([nothing, *parts])
