"""A recording in memory, its integrity, and a trial in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model.device import DeviceInfo
    from gripforce.model.host_clock import HostClock
    from gripforce.model.stream import EndReason, Gap, Marker, Samples, Segment


@dataclass(frozen=True, slots=True)
class StreamTally:
    """Sample counts of one stream."""

    name: str
    rate_hz: float
    """Measured on the device's clock; nominal where the recording is too short for that."""
    samples: int
    lost: int
    gaps: int
    backfilled: int = 0
    duplicated: int = 0
    saturated: int = 0
    corrupt: int = 0
    """Corrupt frames that are missing in this stream, as far as the counters show."""


@dataclass(frozen=True, slots=True)
class Integrity:
    """The completeness of a recording."""

    ended: EndReason
    reconciled: bool
    corrupt: int
    """Frames that failed their check, on the wire or in the file."""
    damaged_bytes: int
    """Bytes of the file that belong to no valid record."""
    streams: tuple[StreamTally, ...]

    @property
    def lost(self) -> int:
        """Samples lost in all streams."""
        return sum(tally.lost for tally in self.streams)

    @property
    def lost_pct(self) -> float:
        """Percentage of samples lost, of the stream that lost most."""
        shares = [t.lost / (t.samples + t.lost) for t in self.streams if t.samples + t.lost]
        return 100.0 * max(shares, default=0.0)


@dataclass(frozen=True, eq=False)
class Recording:
    """A recording: the samples of each stream, gaps, markers, notes and metadata."""

    path: str
    device: DeviceInfo
    metadata: Mapping[str, Any]
    """The header: ``task, subject, mass_g, surface, hand, slip_n, utc, software`` and more."""
    streams: Mapping[str, Samples]
    gaps: tuple[Gap, ...]
    markers: tuple[Marker, ...]
    integrity: Integrity
    notes: tuple[Mapping[str, Any], ...] = ()
    """Notes and verdicts on trials, in the order in which they were appended."""
    segments: tuple[Segment, ...] = ()
    """Runs of the device between resets; they relate ticks to times."""
    clock: HostClock | None = None
    """From ``t`` to the host's clocks; None where no clock was fitted, as in an imported table."""

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
