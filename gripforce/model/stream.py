"""What flows: the items of a stream, from ``Started`` to ``Ended``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gripforce.model.device import (
        CountArray,
        DeviceInfo,
        FloatArray,
        IntArray,
        Scaling,
        StreamInfo,
    )


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
