"""The result of a calibration, and the scaling that it gives each stream."""

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
    """Measured minus applied load of one point, on the channel that it loads."""

    channel: str
    load_n: float
    direction: str
    run: int
    residual_n: float


@dataclass(frozen=True, slots=True)
class FitQuality:
    """Quality figures of one channel; percentages are of its span, None where not measured."""

    span_n: float
    span_counts: float
    points: int
    runs: int
    noise_n: float
    """Largest standard deviation within a point."""
    nonlinearity_pct: float
    """Largest deviation of a load's mean reading from the line."""
    quadratic_pct: float
    """Height of the residuals' parabola above its chord, signed: the gain of a quadratic fit."""
    hysteresis_pct: float | None
    """Largest difference, coming down minus going up, at one load above the lowest."""
    repeatability_pct: float | None
    """Standard deviation between runs at the same load and direction, pooled."""
    zero_return_pct: float | None
    """Largest change of the unloaded reading within a run."""
    crosstalk_before_pct: float | None
    """Largest reading under a load on another channel, in percent of that load, without the
    matrix's off-diagonal gains."""
    crosstalk_pct: float | None
    """The same with the complete matrix."""
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
    """Labels, in the order of the hello's streams."""
    zero_counts: tuple[float, ...]
    newtons_per_count: tuple[tuple[float, ...], ...]
    """One row for each force, one column for each channel's counts."""
    date: str
    """ISO 8601."""
    gravity_m_s2: float | None = None
    """Gravity by which masses became loads; None where unknown."""
    quality: tuple[FitQuality, ...] = ()
    """One for each channel; empty where the calibration was read from a device, which has none."""
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
                f"The calibration's date {self.date[:40]!r} is not valid.",
                "Write it as 2026-01-31.",
            ) from None

    @property
    def _gains(self) -> tuple[float, ...]:
        return tuple(self.newtons_per_count[i][i] for i in range(len(self.channels)))

    def gain(self, channel: str) -> float:
        """Return a channel's newtons per count."""
        return self._gains[self.channels.index(channel)]

    def scaling(self, stream: StreamInfo) -> Scaling:
        """Return a stream's scaling: calibrated force channels in newtons, others by the hello.

        Cross-talk is corrected between channels of one stream only, because free-running
        converters sample at different times: see ``unused_crosstalk``.
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
        """Return a sentence that names cross-talk from other streams into this one, or ''."""
        own = set(self._places(stream).values())
        pairs = [
            f"{self.channels[column]} into {self.channels[row]}"
            for row in sorted(own)
            for column, gain in enumerate(self.newtons_per_count[row])
            if column not in own and gain != 0.0
        ]
        if not pairs:
            return ""
        return f"Not corrected, because it comes from another stream: {', '.join(pairs)}."

    def _places(self, stream: StreamInfo) -> dict[int, int]:
        return {
            place: self.channels.index(channel.label)
            for place, channel in enumerate(stream.channels)
            if channel.kind.is_force and channel.label in self.channels
        }


def default_scaling(stream: StreamInfo) -> Scaling:
    """Return a stream's scaling by its hello alone: each channel's unit and scale, no zero."""
    scales = np.array([channel.scale for channel in stream.channels], dtype=np.float64)
    units = tuple(channel.unit for channel in stream.channels)
    return Scaling(np.zeros(len(scales)), np.diag(scales), units)
