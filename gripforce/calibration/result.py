"""A calibration: what it holds, and what it makes of a stream's counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import CalibrationError
from gripforce.model import Scaling, Unit

if TYPE_CHECKING:
    from gripforce.model import StreamInfo


@dataclass(frozen=True, slots=True)
class Residual:
    """Load found minus load applied, of one point on its own channel."""

    channel: str
    load_n: float
    direction: str
    run: int
    residual_n: float


@dataclass(frozen=True, slots=True)
class FitQuality:
    """How good one channel is; percentages are of its span, None where it was not measured."""

    span_n: float
    span_counts: float
    points: int
    runs: int
    noise_n: float
    """Largest standard deviation within a point."""
    nonlinearity_pct: float
    """Largest distance of a load's mean reading from the line."""
    quadratic_pct: float
    """Sag of the best parabola from its chord, signed: what a second-order fit would gain."""
    hysteresis_pct: float | None
    """Largest difference, coming down minus going up, at one load above the lowest."""
    repeatability_pct: float | None
    """Standard deviation between runs at the same load and direction, pooled."""
    zero_return_pct: float | None
    """Largest change of the unloaded reading within a run."""
    crosstalk_before_pct: float | None
    """Largest reading for a load on another channel, of that load, with the diagonal alone."""
    crosstalk_pct: float | None
    """The same with the whole matrix."""
    uncertainty_n: float
    """Expanded (k = 2), at the full span."""

    @property
    def uncertainty_pct(self) -> float:
        """Expanded uncertainty in percent of the span."""
        return 100.0 * self.uncertainty_n / self.span_n


@dataclass(frozen=True, slots=True)
class Calibration:
    """``force = newtons_per_count @ (counts - zero_counts)`` over a device's force channels."""

    channels: tuple[str, ...]
    """Labels, in the order of the hello's stream table."""
    zero_counts: tuple[float, ...]
    newtons_per_count: tuple[tuple[float, ...], ...]
    """One row for each force, one column for each channel's counts."""
    date: str
    """ISO 8601."""
    gravity_m_s2: float | None = None
    """What masses were weighed by; None where the calibration came without it."""
    quality: tuple[FitQuality, ...] = ()
    """One for each channel; empty where only the numbers were kept, as in the device."""
    residuals: tuple[Residual, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        size = len(self.channels)
        shape_fits = (
            size > 0
            and len(set(self.channels)) == size
            and len(self.zero_counts) == len(self.newtons_per_count) == size
            and all(len(row) == size for row in self.newtons_per_count)
            and len(self.quality) in {0, size}
        )
        if not shape_fits:
            raise CalibrationError(
                f"A calibration of {size} channels needs as many names, zeros and rows.",
                "Calibrate the device again: `gripforce calibrate`.",
            )
        numbers = [*self.zero_counts, *(gain for row in self.newtons_per_count for gain in row)]
        if not all(map(math.isfinite, numbers)) or 0.0 in self._gains:
            raise CalibrationError(
                "The calibration holds a number that is infinite, or a gain of zero.",
                "Calibrate the device again: `gripforce calibrate`.",
            )
        try:
            datetime.fromisoformat(self.date)
        except ValueError:
            raise CalibrationError(
                f"The calibration's date {self.date[:40]!r} is none.", "Write it as 2026-01-31."
            ) from None

    @property
    def _gains(self) -> tuple[float, ...]:
        return tuple(self.newtons_per_count[i][i] for i in range(len(self.channels)))

    def gain(self, channel: str) -> float:
        """Return a channel's newtons per count."""
        return self._gains[self.channels.index(channel)]

    def scaling(self, stream: StreamInfo) -> Scaling:
        """Return a stream's scaling: known force channels in newtons, others as the hello says.

        Cross-talk is taken out between channels of this stream only: the samples of free-running
        converters belong to different moments until they are aligned. See ``unused_crosstalk``.
        """
        plain = default_scaling(stream)
        zeros, matrix, units = plain.zero_counts, plain.matrix, list(plain.units)
        places = self._places(stream)
        for i, row in places.items():
            zeros[i], units[i] = self.zero_counts[row], Unit.NEWTON
            for j, column in places.items():
                matrix[i, j] = self.newtons_per_count[row][column]
        return Scaling(zeros, matrix, tuple(units))

    def unused_crosstalk(self, stream: StreamInfo) -> str:
        """Return a sentence where cross-talk from other streams stays in this one, or ''."""
        own = set(self._places(stream).values())
        pairs = [
            f"{self.channels[column]} into {self.channels[row]}"
            for row in sorted(own)
            for column, gain in enumerate(self.newtons_per_count[row])
            if column not in own and gain != 0.0
        ]
        if not pairs:
            return ""
        return f"Not taken out, because it comes from another stream: {', '.join(pairs)}."

    def _places(self, stream: StreamInfo) -> dict[int, int]:
        return {
            place: self.channels.index(channel.label)
            for place, channel in enumerate(stream.channels)
            if channel.kind.is_force and channel.label in self.channels
        }


def default_scaling(stream: StreamInfo) -> Scaling:
    """Return what the hello alone says: each channel's unit times its scale, no zero."""
    scales = np.array([channel.scale for channel in stream.channels], dtype=np.float64)
    units = tuple(channel.unit for channel in stream.channels)
    return Scaling(np.zeros(len(scales)), np.diag(scales), units)
