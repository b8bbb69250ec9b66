"""The vocabulary: what flows, what is recorded, what is analysed.

A live stream, a simulation, a replay and an import all utter the same sentence::

    Started (Received | Corrupt | Segment | Samples | Gap | Marker | Health)* Ended

Times are seconds on the recording's axis: second 0 is the device's first sample after
``start``. Forces are newtons. Anything else carries its unit in its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping

FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
CountArray: TypeAlias = NDArray[np.int32]


class Kind(IntEnum):
    """What a channel measures; the number is the one on the wire."""

    UNKNOWN = 0
    GRIP_THUMB = 1
    GRIP_INDEX = 2
    LOAD_THUMB = 3
    LOAD_INDEX = 4
    GRIP = 5
    LOAD = 6
    ACCEL_X = 16
    ACCEL_Y = 17
    ACCEL_Z = 18
    GYRO_X = 19
    GYRO_Y = 20
    GYRO_Z = 21
    CONTACT = 32
    TEMPERATURE = 33

    @property
    def is_grip(self) -> bool:
        """Whether it is a normal force."""
        return self in {Kind.GRIP_THUMB, Kind.GRIP_INDEX, Kind.GRIP}

    @property
    def is_load(self) -> bool:
        """Whether it is a tangential force."""
        return self in {Kind.LOAD_THUMB, Kind.LOAD_INDEX, Kind.LOAD}

    @property
    def is_force(self) -> bool:
        """Whether it is a force in newtons once calibrated."""
        return self.is_grip or self.is_load

    @property
    def is_motion(self) -> bool:
        """Whether an inertial sensor gives it."""
        return Kind.ACCEL_X <= self <= Kind.GYRO_Z


class Unit(IntEnum):
    """The unit that one count is a multiple of; the number is the one on the wire."""

    COUNT = 0
    VOLT = 1
    NEWTON = 2
    METRE_PER_S2 = 3
    RADIAN_PER_S = 4
    CELSIUS = 5

    @property
    def suffix(self) -> str:
        """How a column name ends: ``grip_thumb_n``."""
        return ("counts", "v", "n", "m_s2", "rad_s", "celsius")[self]


class Flag(IntFlag):
    """What the device says of a block of samples."""

    NONE = 0
    SATURATED = 1
    NOT_READY = 2
    OVERFLOW = 4
    RESENT = 8
    ADC_ERROR = 16


class EndReason(StrEnum):
    """Why a stream ended; these words stand in recordings and in ``--json``."""

    STOPPED = "stopped"
    """A person or program asked it to stop."""
    FINISHED = "finished"
    """The source had no more: asked-for duration reached, file at its end."""
    DEVICE_LOST = "device lost"
    """The link broke and did not come back."""
    DISK_FULL = "disk full"
    """There was no room for more; what is in the file is valid."""
    TRUNCATED = "truncated"
    """A file without an end: the recorder was killed, or the file was cut."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One converter channel: ``unit`` times ``scale`` is what one count stands for."""

    kind: Kind
    unit: Unit = Unit.COUNT
    scale: float = 1.0
    full_scale_counts: int = (1 << 23) - 1
    skew_us: int = 0
    """How much later than the stream's tick this channel is sampled."""
    kind_code: int = 0
    """The number on the wire where ``kind`` is unknown to this version."""

    @property
    def label(self) -> str:
        """The channel's word without a unit: ``grip_thumb``."""
        return self.kind.name.lower() if self.kind else f"kind{self.kind_code}"


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """Channels that are sampled together, on one clock and one counter."""

    id: int
    channels: tuple[Channel, ...]
    rate_hz: float
    width_bits: int = 24
    latency_us: int = 0
    """Delay of the converter's filter: the tick is later than the force by this much."""
    block_samples: int = 16

    @property
    def name(self) -> str:
        """``force``, ``imu``, or the one channel's own word."""
        if len(self.channels) == 1:
            return self.channels[0].label
        kinds = [channel.kind for channel in self.channels]
        if all(kind.is_force for kind in kinds):
            return "force"
        if all(kind.is_motion for kind in kinds):
            return "imu"
        return f"stream{self.id}"


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """Who the device is and what it streams, as its hello says."""

    board: str
    uid: str
    firmware: str
    build: int
    protocol: int
    streams: tuple[StreamInfo, ...]
    capabilities: int = 0
    ring_blocks: int = 0
    boot: int = 0
    """Counts the device's resets, so that one in mid-stream is noticed."""

    def stream(self, stream_id: int) -> StreamInfo | None:
        """Return the stream of that id, if the device has it."""
        return next((s for s in self.streams if s.id == stream_id), None)


@dataclass(frozen=True, eq=False, slots=True)
class Scaling:
    """Counts to units: ``(counts - zero_counts) @ matrix.T``, cross-talk included."""

    zero_counts: FloatArray
    matrix: FloatArray
    units: tuple[Unit, ...]

    def apply(self, counts: CountArray) -> FloatArray:
        """Return values in ``units``, shape ``(n, channels)``."""
        centred = counts - self.zero_counts
        gains = np.diag(self.matrix)
        if np.array_equal(self.matrix, np.diag(gains)):
            return np.asarray(centred * gains, dtype=np.float64)
        return np.asarray(centred @ self.matrix.T, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Started:
    """The stream begins; carries what is needed to interpret the rest."""

    device: DeviceInfo
    scalings: Mapping[int, Scaling]
    """By stream id."""
    utc: str
    """Wall clock at second 0, ISO 8601."""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Received:
    """One device message, verbatim: what a recorder keeps, what a viewer passes over."""

    arrival_s: float
    """Host monotonic seconds."""
    payload: bytes
    segment: int = 0
    """Index of the run of the device that it belongs to: its ``Segment`` may come later."""


@dataclass(frozen=True, slots=True)
class Corrupt:
    """Frames that failed their check on their way here, before what is received next."""

    arrival_s: float
    """Host monotonic seconds."""
    frames: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the device from a start to a stop or reset, and its place in time."""

    index: int
    """From 0; rises by one at each reset."""
    origin_us: int
    """The device's tick at ``t``."""
    t: float
    """0 for the first; later ones are placed by the fitted host time."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Consecutive samples of one stream: a block online, a whole session offline."""

    stream: StreamInfo
    counter: IntArray
    """Device sample number since ``start``, shape ``(n,)``; a jump is a gap."""
    t: FloatArray
    """Seconds on the recording's axis, shape ``(n,)``, strictly rising."""
    counts: CountArray
    """As the converter gave them, shape ``(n, channels)``."""
    flags: NDArray[np.uint8]
    """``Flag`` of each sample's block, shape ``(n,)``."""
    scaling: Scaling
    segment: int = 0
    """Index of its ``Segment``."""
    backfilled: bool = False
    """Asked for again after a drop-out: may be older than what came before it."""

    def __len__(self) -> int:
        return len(self.t)

    @cached_property
    def values(self) -> FloatArray:
        """Calibrated values, shape ``(n, channels)``, in ``scaling.units``."""
        return self.scaling.apply(self.counts)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of ``values``: ``grip_thumb_n``, ``accel_z_m_s2``."""
        pairs = zip(self.stream.channels, self.scaling.units, strict=True)
        return tuple(f"{channel.label}_{unit.suffix}" for channel, unit in pairs)


@dataclass(frozen=True, slots=True)
class Gap:
    """``lost`` samples of a stream that could not be had back; counter ``first`` is the first."""

    stream: str
    t: float
    first: int
    lost: int
    segment: int = 0


@dataclass(frozen=True, slots=True)
class Marker:
    """Something that happened at ``t``: a trigger edge, a key, link lost or restored."""

    t: float
    kind: str
    """``trigger``, ``key``, ``link``, ``note``, ``phase``."""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """The device's own account, about once a second."""

    t: float
    taken: Mapping[str, int]
    """Samples taken since ``start``, by stream."""
    buffered: Mapping[str, int]
    overflows: int
    adc_errors: int
    flags: int = 0
    battery_v: float | None = None
    resets: int = 0
    host_s: float = 0.0
    """Host monotonic seconds that the clock fit gives for ``t``."""
    skew_ppm: float = 0.0
    """How much faster than the host's clock the device's runs."""
    clock_residual_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Ended:
    """The stream ended; ``reconciled``: taken = received + lost + still buffered, each stream."""

    reason: EndReason
    reconciled: bool | None = None
    """None where the device could not be asked."""
    text: str = ""


StreamItem: TypeAlias = (
    Started | Received | Corrupt | Segment | Samples | Gap | Marker | Health | Ended
)


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
