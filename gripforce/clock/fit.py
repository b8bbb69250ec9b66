"""Fit host time to device time: the lower envelope of arrivals, centred by time probes, monotonic.

A constant transmission delay is not observable from arrivals: without probes the fitted time is
late by the least delay of the link. That is constant as long as the link is, with one exception:
where blocks and a radio's connection events keep in step (10 ms blocks on a 30 ms interval), the
least delay slides with the skew, through at most their greatest common divisor, over minutes. A
time probe also bounds the truth from the other side (the device cannot have received it before it
was sent). The fit lies midway between the bounds: its constant error is then at most half of the
shortest round trip.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

from gripforce.clock.envelope import Envelope, Line, Point
from gripforce.clock.timeline import Timeline

if TYPE_CHECKING:
    from gripforce.model import FloatArray, IntArray

PROBES = 256


@dataclass(frozen=True, slots=True)
class Probe:
    """A time probe: the host's times of sending and receiving, the device's ticks in between."""

    sent_s: float
    device_received_us: int
    device_sent_us: int
    received_s: float

    @property
    def round_trip_s(self) -> float:
        """Seconds in transmission, both directions together."""
        return self.received_s - self.sent_s - self.inside_s

    @property
    def inside_s(self) -> float:
        """Seconds in the device, from the probe's arrival to its answer."""
        return (self.device_sent_us - self.device_received_us) * 1e-6


@dataclass(frozen=True, slots=True)
class ClockSnapshot:
    """The fit at one moment: a point, a skew and their uncertainty."""

    device_us: int
    host_s: float
    skew_ppm: float
    residual_s: float
    uncertainty_s: float
    arrivals: int
    probes: int
    best_round_trip_s: float | None

    def to_host_s(self, device_us: IntArray) -> FloatArray:
        """Convert device µs, shape ``(n,)``, to host seconds on this snapshot's line."""
        elapsed_s = (np.asarray(device_us) - self.device_us) * 1e-6
        return np.asarray(self.host_s + elapsed_s / (1.0 + self.skew_ppm * 1e-6))


class ClockFit:
    """Converts device µs (unwrapped) to host monotonic seconds; use one for each segment.

    Pair an arrival with the tick closest to its sending (of a block, its last sample's), so that
    filling the block does not count as delay of the link. An update costs a few µs, and once a
    second a quarter of a millisecond; memory is constant.
    """

    def __init__(self) -> None:
        self.arrivals = 0
        self.probes = 0
        self._origin_us = 0
        self._newest_us = 0
        self._envelope: Envelope | None = None
        self._bounds: deque[Point] = deque(maxlen=PROBES)
        self._round_trips: deque[float] = deque(maxlen=PROBES)
        self._lead_s = 0.0
        """How far the truth may lie before the envelope, according to the probes."""
        self._timeline = Timeline()

    @property
    def ready(self) -> bool:
        """Whether anything has arrived; before that no host time can be computed."""
        return self._envelope is not None

    def add_arrival(self, device_us: int, arrival_s: float) -> None:
        """Add the arrival of a message: its tick and the host time."""
        if not math.isfinite(arrival_s):
            return
        device_us, arrival_s = int(device_us), float(arrival_s)
        self.arrivals += 1
        if self._envelope is None:
            self._origin_us = self._newest_us = device_us
            self._envelope = Envelope((0.0, arrival_s))
            self._aim()
        self._newest_us = max(self._newest_us, device_us)
        if self._envelope.add((self._device_s(device_us), arrival_s)):
            self._aim()

    def add_probe(self, probe: Probe) -> None:
        """Add a time probe; one with a negative duration is ignored."""
        if not (probe.inside_s >= 0.0 and probe.round_trip_s >= 0.0):
            return
        self.add_arrival(probe.device_sent_us, probe.received_s)
        self.probes += 1
        self._bounds.append((self._device_s(int(probe.device_received_us)), float(probe.sent_s)))
        self._round_trips.append(float(probe.round_trip_s))
        self._aim()

    @overload
    def to_host_s(self, device_us: int) -> float: ...
    @overload
    def to_host_s(self, device_us: IntArray) -> FloatArray: ...
    def to_host_s(self, device_us: int | IntArray) -> float | FloatArray:
        """Convert device µs to host seconds that rise strictly with device time over all calls.

        The host time of a given device time does not change later (as far back as the last 64
        refinements of the fit). A refined fit is approached from the latest reported time on,
        over a second or more and at no less than half the pace. Raises ``ValueError`` where
        nothing has arrived yet.
        """
        self._line()
        device_s = (np.asarray(device_us, dtype=np.int64) - self._origin_us) * 1e-6
        host_s = self._timeline.report(np.asarray(device_s))
        return host_s if isinstance(device_us, np.ndarray) else float(host_s)

    def to_device_us(self, host_s: float) -> int:
        """Convert host seconds to device µs, for an event that the host saw: a key, a marker.

        By the fit as it is now: an event is placed once, so nothing has to be approached slowly.
        """
        line = self._line()
        return self._origin_us + round((host_s - line.offset_s) / line.slope * 1e6)

    @property
    def skew_ppm(self) -> float:
        """Skew of the device's clock against the host's; positive where the device's is faster."""
        return (1.0 / self._line().slope - 1.0) * 1e6

    @property
    def residual_s(self) -> float:
        """Median delay above the envelope of the least delayed arrival of each second."""
        return self._envelope.residual_s if self._envelope else math.inf

    @property
    def uncertainty_s(self) -> float:
        """Uncertainty of the fit; without probes the link's unobservable least delay adds to it."""
        return self.residual_s + self._lead_s / 2

    def snapshot(self) -> ClockSnapshot:
        """Return the fit as it is now."""
        return ClockSnapshot(
            device_us=self._newest_us,
            host_s=self._line().at(self._device_s(self._newest_us)),
            skew_ppm=self.skew_ppm,
            residual_s=self.residual_s,
            uncertainty_s=self.uncertainty_s,
            arrivals=self.arrivals,
            probes=self.probes,
            best_round_trip_s=min(self._round_trips, default=None),
        )

    def _device_s(self, device_us: int) -> float:
        return (device_us - self._origin_us) * 1e-6

    def _line(self) -> Line:
        if self._envelope is None:
            raise ValueError("no message has arrived yet: no host time can be computed")
        envelope = self._envelope.line
        return Line(envelope.offset_s - self._lead_s / 2, envelope.slope)

    def _aim(self) -> None:
        if self._envelope is not None:
            leads = [-self._envelope.line.delay_s(bound) for bound in self._bounds]
            self._lead_s = max(0.0, min(leads, default=0.0))
        line = self._line()
        self._timeline.aim(line.offset_s, line.slope)
