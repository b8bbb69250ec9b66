"""Place a segment in time: ticks of the device, seconds of the recording, the host's clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.clock import ClockFit, Probe, Unwrapper

if TYPE_CHECKING:
    from gripforce.model import FloatArray, Samples


class SegmentTime:
    """The time of one segment: its origin [µs of the device], its start [s], its clock fit."""

    def __init__(self) -> None:
        self.origin_us: int | None = None
        self.start_t = 0.0
        self.clock = ClockFit()
        self._unwrapper = Unwrapper()

    def begin(self, origin_us: int) -> None:
        """Set the origin: the device time of the earliest first sample of any stream."""
        self._unwrapper.feed(origin_us)
        self.origin_us = origin_us

    def unwrap(self, tick_us: int, arrival_s: float | None = None) -> int:
        """Return the device time of a tick in µs."""
        return self._unwrapper.feed(tick_us, arrival_s)

    def to_t(self, device_us: float) -> float:
        """Convert a device time to seconds on the recording's axis."""
        return self.start_t + (device_us - (self.origin_us or 0)) * 1e-6

    def from_host(self, host_s: float) -> float | None:
        """Convert a host time to seconds on the recording's axis; None before the first arrival."""
        if self.origin_us is None or not self.clock.ready:
            return None
        return self.to_t(self.clock.to_device_us(host_s))

    def add_probe(
        self, sent_s: float, received_us: int, answered_us: int, received_s: float
    ) -> None:
        """Update the fit by a time probe: two host times, two device ticks between them."""
        if self.origin_us is not None:
            ticks = [self.unwrap(tick, received_s) for tick in (received_us, answered_us)]
            self.clock.add_probe(Probe(sent_s, ticks[0], ticks[1], received_s))

    def host_s(self, samples: Samples) -> FloatArray | None:
        """Return the fitted host time of each sample; None before the first arrival."""
        if not self.clock.ready:
            return None
        since_us = np.rint((samples.t - self.start_t) * 1e6).astype(np.int64)
        return self.clock.to_host_s(since_us + (self.origin_us or 0))

    def health(self, device_us: int, arrival_s: float) -> dict[str, Any]:
        """Return what a ``Health`` says of time at the moment of a status."""
        ready = self.clock.ready
        return {
            "t": self.to_t(device_us),
            "host_s": self.clock.to_host_s(device_us) if ready else arrival_s,
            "skew_ppm": self.clock.skew_ppm if ready else 0.0,
            "clock_residual_s": self.clock.residual_s,
            "clock_uncertainty_s": self.clock.uncertainty_s,
        }
