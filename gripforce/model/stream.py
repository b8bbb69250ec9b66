"""The items of a stream, from ``Started`` to ``Ended``."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

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
    """Properties of a block of samples, set by the device."""

    NONE = 0
    SATURATED = 1
    NOT_READY = 2
    OVERFLOW = 4
    RESENT = 8
    ADC_ERROR = 16


RESENT: Final = int(Flag.RESENT)
"""An IntFlag's own operators cost a microsecond, and each block is asked several times."""


class EndReason(StrEnum):
    """Why a stream ended; the words are used in recordings and in ``--json``."""

    STOPPED = "stopped"
    """A user or program stopped it."""
    FINISHED = "finished"
    """The source ended: the duration was reached, or the file was at its end."""
    DEVICE_LOST = "device lost"
    """The link broke and was not restored."""
    DISK_FULL = "disk full"
    """The disk was full; the data before that are valid."""
    GROWING = "still recording"
    """The file has no end record yet, and its recorder has it open."""
    TRUNCATED = "truncated"
    """The file has no end record: the recorder was killed, or the file was cut off."""

    @property
    def incomplete(self) -> str:
        """How a recording lacks its end, to follow its name; empty where it has one."""
        return _INCOMPLETE.get(self, "")


_INCOMPLETE: Mapping[EndReason, str] = {
    EndReason.GROWING: "is still being recorded: this is what it holds so far.",
    EndReason.TRUNCATED: "has no end: its recorder was killed, the file was cut off, or another"
    " computer is still recording it.",
}


@dataclass(frozen=True, slots=True)
class Started:
    """The beginning of a stream, with everything needed to interpret the items after it."""

    device: DeviceInfo
    scalings: Mapping[int, Scaling]
    """By stream id."""
    utc: str
    """Wall clock when the device had acknowledged its start, ISO 8601: second 0 or just before."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    hello: bytes = field(default=b"", compare=False, repr=False)
    """The device's own hello, where there is one."""
    host_s: float | None = None
    """Host monotonic seconds at ``utc``; None where they are not known."""


@dataclass(frozen=True, slots=True)
class Received:
    """One device message, verbatim; it is recorded, but not needed for display."""

    arrival_s: float
    """Host monotonic seconds."""
    payload: bytes
    segment: int = 0
    """Index of the message's segment; the ``Segment`` item may come later."""


@dataclass(frozen=True, slots=True)
class Corrupt:
    """Frames that failed their check, before the next message received."""

    arrival_s: float
    """Host monotonic seconds."""
    frames: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the device from a start to a stop or reset, and its place on the time axis."""

    index: int
    """From 0; rises by one at each reset."""
    origin_us: int
    """The device's tick at ``t``."""
    t: float
    """0 for the first segment; later ones are placed by the fitted host time. A tick's place on the
    axis: a force that it shows acted earlier by the delay of its stream."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Consecutive samples of one stream: a block online, a whole session offline."""

    stream: StreamInfo
    counter: IntArray
    """Device sample number since ``start``, shape ``(n,)``; a jump is a gap."""
    t: FloatArray
    """When the force acted, in seconds on the recording's axis, shape ``(n,)``, strictly rising.

    The delay of the converter's filter is taken off. A channel that a multiplexer samples later
    than the first one has ``channel_t``.
    """
    counts: CountArray
    """Raw converter counts, shape ``(n, channels)``."""
    flags: NDArray[np.uint8]
    """``Flag`` of each sample's block, shape ``(n,)``."""
    scaling: Scaling
    segment: int = 0
    """Index of its ``Segment``."""
    backfilled: bool = False
    """Whether the samples were sent again after a drop-out, and so may be older than the last."""
    host_s: FloatArray | None = None
    """Host monotonic seconds of ``t`` by the clock fit of that moment, shape ``(n,)``, rising.

    None where no fit runs: in a file, whose ``Recording.clock`` converts ``t``.
    """

    def __len__(self) -> int:
        return len(self.t)

    @property
    def first(self) -> int:
        """Device sample number of the first; there must be one."""
        return int(self.counter[0])

    @property
    def first_t(self) -> float:
        """Time of the first."""
        return float(self.t[0])

    @property
    def last_t(self) -> float:
        """Time of the newest."""
        return float(self.t[-1])

    @cached_property
    def values(self) -> FloatArray:
        """Calibrated values, shape ``(n, channels)``, in ``scaling.units``."""
        return self.scaling.apply(self.counts)

    @property
    def tick_s(self) -> FloatArray:
        """The device's own ticks, in seconds on the recording's axis: ``t`` and the delay."""
        return self.t + self.stream.delay_s

    def channel_t(self, channel: int) -> FloatArray:
        """Return when the force acted that a channel, by its index, shows [s], shape ``(n,)``."""
        skew_s = self.stream.skew_s(channel)
        return self.t + skew_s if skew_s else self.t

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of ``values``, such as ``grip_thumb_n`` and ``accel_z_m_s2``."""
        pairs = zip(self.stream.channels, self.scaling.units, strict=True)
        return tuple(f"{channel.label}_{unit.suffix}" for channel, unit in pairs)


@dataclass(frozen=True, slots=True)
class Counted:
    """Samples that arrived and are recorded, but that nobody asked to see live.

    The names are those of ``Samples``.
    """

    stream: StreamInfo
    first: int
    samples: int
    first_t: float
    last_t: float
    payloads: tuple[bytes, ...] = field(default=(), repr=False)
    """The blocks, for what watches their counts; none of samples that were back-filled."""
    scaling: Scaling | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return self.samples


@dataclass(frozen=True, slots=True)
class Gap:
    """``lost`` samples of a stream, from counter ``first`` on, that could not be recovered."""

    stream: str
    t: float
    first: int
    lost: int
    segment: int = 0


@dataclass(frozen=True, slots=True)
class Marker:
    """An event at time ``t``: a trigger edge, a key, the loss or return of the link."""

    t: float
    kind: str
    """``trigger``, ``key``, ``link``, ``note``, ``phase``, ``device``, ``file``, ``mark``,
    ``crossing``, ``event``, ``watch``."""
    text: str = ""
    host_s: float | None = None
    """Host monotonic seconds of an event that the host saw; a file places it by its own clock."""


@dataclass(frozen=True, slots=True)
class Health:
    """The device's status, about once a second, with the clock fit of that moment."""

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
    """Skew of the device's clock against the host's; positive where the device's is faster."""
    clock_residual_s: float = 0.0
    clock_uncertainty_s: float = 0.0
    """Of ``host_s``; without time probes, a constant delay of the link adds to it."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The end of a stream; ``reconciled``: each stream has taken = received + lost samples."""

    reason: EndReason
    reconciled: bool | None = None
    """None where the device could not be asked."""
    text: str = ""


StreamItem: TypeAlias = (
    Started | Received | Corrupt | Segment | Samples | Counted | Gap | Marker | Health | Ended
)
