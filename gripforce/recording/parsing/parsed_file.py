"""The parsed content of a file, of which recordings and replays are made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import DeviceInfo, Ended, Gap, Scaling, Segment
    from gripforce.recording.parsing.raw_records import Contents
    from gripforce.recording.parsing.segment_stream import SegmentStream


@dataclass(frozen=True, eq=False)
class ParsedFile:
    """A file's device, segments, streams and gaps, together with its raw contents."""

    contents: Contents
    device: DeviceInfo
    names: Mapping[int, str]
    scalings: Mapping[int, Scaling]
    segments: tuple[Segment, ...]
    runs: Mapping[tuple[int, int], SegmentStream]
    """By segment and stream id."""
    gaps: tuple[Gap, ...]
    ended: Ended

    def runs_of(self, stream_id: int) -> list[SegmentStream]:
        """Return a stream's parts in the order of their segments."""
        return [self.runs[segment.index, stream_id] for segment in self.segments]

    def gaps_of(self, run: SegmentStream) -> list[Gap]:
        """Return the gaps of a stream in one segment, in the order of their counters."""
        return self._gaps_by_place.get((self.names[run.stream.id], run.segment.index), [])

    @cached_property
    def _gaps_by_place(self) -> dict[tuple[str, int], list[Gap]]:
        places: dict[tuple[str, int], list[Gap]] = {}
        for gap in self.gaps:
            places.setdefault((gap.stream, gap.segment), []).append(gap)
        return places
