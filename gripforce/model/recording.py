"""What is kept: an opened recording, what it says of itself, and a trial of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model.device import DeviceInfo
    from gripforce.model.stream import EndReason, Gap, Marker, Samples, Segment


@dataclass(frozen=True, slots=True)
class StreamTally:
    """What became of one stream's samples."""

    name: str
    rate_hz: float
    """Measured on the device's clock; nominal where too short to measure."""
    samples: int
    lost: int
    gaps: int
    backfilled: int = 0
    duplicated: int = 0
    saturated: int = 0
    corrupt: int = 0
    """Frames that failed their check and are missing in this stream, as far as counters tell."""


@dataclass(frozen=True, slots=True)
class Integrity:
    """What a recording says of its own completeness."""

    ended: EndReason
    reconciled: bool
    corrupt: int
    """Frames that failed their check, on the wire or in the file."""
    damaged_bytes: int
    """Bytes of the file that belong to no valid record."""
    streams: tuple[StreamTally, ...]


@dataclass(frozen=True, eq=False)
class Recording:
    """One recorded session, opened: columns per stream, gaps, markers and what is known of them."""

    path: str
    device: DeviceInfo
    metadata: Mapping[str, Any]
    """The header: ``task, subject, mass_g, surface, hand, slip_n, utc, software`` and more."""
    streams: Mapping[str, Samples]
    gaps: tuple[Gap, ...]
    markers: tuple[Marker, ...]
    integrity: Integrity
    notes: tuple[Mapping[str, Any], ...] = ()
    """Notes and trial verdicts, in the order in which they were appended."""
    segments: tuple[Segment, ...] = ()
    """Runs of the device: they say which tick a time was."""

    @property
    def name(self) -> str:
        """The file's name, without its folder."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]

    @property
    def duration_s(self) -> float:
        """Seconds from the first sample to the last of any stream."""
        spans = [(s.t[0], s.t[-1]) for s in self.streams.values() if len(s)]
        return float(max(b for _, b in spans) - min(a for a, _ in spans)) if spans else 0.0


@dataclass(frozen=True, slots=True)
class Trial:
    """One lift, movement or hold: a span of a recording."""

    number: int
    """From 1, in order of time."""
    task: str
    start_s: float
    stop_s: float
