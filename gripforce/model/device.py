"""Channels, streams and devices, and the scaling from counts to values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

FloatArray: TypeAlias = "NDArray[np.float64]"
IntArray: TypeAlias = "NDArray[np.int64]"
CountArray: TypeAlias = "NDArray[np.int32]"


class Kind(IntEnum):
    """The quantity that a channel measures; the number is that on the wire."""

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
        """Whether it is a force, in newtons once calibrated."""
        return self.is_grip or self.is_load

    @property
    def is_motion(self) -> bool:
        """Whether it is measured by an inertial sensor."""
        return Kind.ACCEL_X <= self <= Kind.GYRO_Z


class Unit(IntEnum):
    """The unit of a channel's scale; the number is that on the wire."""

    COUNT = 0
    VOLT = 1
    NEWTON = 2
    METRE_PER_S2 = 3
    RADIAN_PER_S = 4
    CELSIUS = 5

    @property
    def suffix(self) -> str:
        """The end of a column's name, as in ``grip_thumb_n``."""
        return ("counts", "v", "n", "m_s2", "rad_s", "celsius")[self]

    @property
    def symbol(self) -> str:
        """The symbol behind a number."""
        return ("counts", "V", "N", "m/s²", "rad/s", "°C")[self]


@dataclass(frozen=True, slots=True)
class Channel:
    """One converter channel; one count stands for ``scale`` times ``unit``."""

    kind: Kind
    unit: Unit = Unit.COUNT
    scale: float = 1.0
    full_scale_counts: int = (1 << 23) - 1
    skew_us: int = 0
    """Delay of this channel's sampling after the stream's tick."""
    kind_code: int = 0
    """The number on the wire, where this version does not know the kind."""
    capacity_n: float | None = None
    """The force [N] that the cell can bear; None where the device does not state it."""

    @property
    def label(self) -> str:
        """The channel's name without a unit: ``grip_thumb``."""
        return self.kind.name.lower() if self.kind else f"kind{self.kind_code}"


def channel_words(name: str) -> str:
    """Return what people call a channel or column: ``grip_thumb_n`` is the ``grip thumb``."""
    return name.removesuffix("_n").removesuffix("_m_s2").replace("_", " ")


@dataclass(frozen=True)
class StreamInfo:
    """Channels that are sampled together, with one clock and one counter.

    Without slots: each block asks for the name and the delay, which are computed once.
    """

    id: int
    channels: tuple[Channel, ...]
    rate_hz: float
    width_bits: int = 24
    latency_us: int = 0
    """Delay of the converter's filter: how much later than the force the tick is."""
    block_samples: int = 16

    @cached_property
    def delay_s(self) -> float:
        """How much later than the force, seen by its earliest channel, the tick of a sample is."""
        return (self.latency_us - self._earliest_skew_us) * 1e-6

    def skew_s(self, channel: int) -> float:
        """Return how much later than the earliest channel a channel, by its index, is sampled."""
        return (self.channels[channel].skew_us - self._earliest_skew_us) * 1e-6

    @property
    def simultaneous(self) -> bool:
        """Whether all channels are sampled at the same instant."""
        return len({channel.skew_us for channel in self.channels}) <= 1

    @property
    def _earliest_skew_us(self) -> int:
        return min((channel.skew_us for channel in self.channels), default=0)

    @cached_property
    def name(self) -> str:
        """``force``, ``imu``, or the label of the only channel."""
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
    """Identity and streams of a device, from its hello."""

    board: str
    uid: str
    firmware: str
    build: int
    protocol: int
    streams: tuple[StreamInfo, ...]
    capabilities: int = 0
    ring_blocks: int = 0
    """Number of blocks in the ring buffer, from which samples can be sent again; 0 if unknown."""
    boot: int = 0
    """Number of resets of the device; reveals one in mid-stream."""

    def stream(self, stream_id: int) -> StreamInfo | None:
        """Return the stream with an id; None where the device has none."""
        return next((s for s in self.streams if s.id == stream_id), None)


_ROWS = 64
"""Samples that are scaled as one row: numpy pays for each row anew, and these have few channels."""
_BLOCK = 512
"""Samples that are multiplied by a matrix at once: a long product is shared between threads, which
costs up to ten times the processor time."""


@dataclass(frozen=True, eq=False, slots=True)
class Scaling:
    """Scaling of counts to values: ``(counts - zero_counts) @ matrix.T``, including cross-talk.

    ``zero_counts`` has the shape ``(channels,)``, ``matrix`` [unit/count] ``(channels, channels)``.
    """

    zero_counts: FloatArray
    matrix: FloatArray
    units: tuple[Unit, ...]

    def apply(self, counts: CountArray) -> FloatArray:
        """Convert counts, shape ``(n, channels)``, to values in ``units`` of the same shape."""
        import numpy as np  # noqa: PLC0415 - `gripforce --help` reads the table of tasks only

        gains = np.diag(self.matrix)
        diagonal = np.array_equal(self.matrix, np.diag(gains))
        if diagonal and len(counts) < _ROWS:
            return np.asarray((counts - self.zero_counts) * gains, dtype=np.float64)
        values = np.empty(counts.shape)
        if diagonal:
            whole = len(counts) // _ROWS * _ROWS
            self._scale(counts[:whole], values[:whole], gains, _ROWS)
            self._scale(counts[whole:], values[whole:], gains, 1)
            return values
        for k in range(0, len(counts), _BLOCK):
            part = slice(k, k + _BLOCK)
            np.matmul(counts[part] - self.zero_counts, self.matrix.T, out=values[part])
        return values

    def _scale(
        self, counts: CountArray, values: FloatArray, gains: FloatArray, together: int
    ) -> None:
        """Scale channels by themselves, with so many samples as one row."""
        import numpy as np  # noqa: PLC0415 - as above

        wide = (-1, together * counts.shape[1])
        scaled = values.reshape(wide)
        np.subtract(counts.reshape(wide), np.tile(self.zero_counts, together), out=scaled)
        scaled *= np.tile(gains, together)

    def to_json(self) -> dict[str, Any]:
        """Return zeros, matrix and unit numbers as JSON's own types."""
        return {
            "zero_counts": self.zero_counts.tolist(),
            "matrix": self.matrix.tolist(),
            "units": [int(unit) for unit in self.units],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any], channels: int) -> Self:
        """Read what ``to_json`` wrote for so many channels.

        Raises ``KeyError``, ``TypeError`` or ``ValueError`` where it does not fit them.
        """
        units = tuple(Unit(unit) for unit in content["units"])
        if len(units) != channels:
            raise ValueError(f"{len(units)} units for {channels} channels")
        import numpy as np  # noqa: PLC0415  # `gripforce --help` reads this module

        return cls(
            np.array(content["zero_counts"], np.float64).reshape(channels),
            np.array(content["matrix"], np.float64).reshape(channels, channels),
            units,
        )
