"""Compute the state of link and device for a screen: rate, losses, delay, battery."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gripforce.assembly.rate_watch import RateWatch
from gripforce.assembly.signal_watch import SignalWatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.assembly.signal_watch import SignalFault
    from gripforce.model import Ended, Gap, Health, Marker, Samples
    from gripforce.online.sample_buffer import SampleBuffer

SILENT_S = 1.0
"""Time without samples after which a link counts as silent, even if it is not reported lost."""
RATE_SPAN_S = 5.0
SPIKE_FOR_S = 10.0
"""Time for which a spike is shown: it is over before anybody looks."""
SATURATED_FOR_S = 2.0
"""Time for which a saturated sample or a strained cell is shown."""
STRAIN = 0.8
"""Share of what a cell can bear from which the screen warns."""


class LinkState(StrEnum):
    """The state of the link to the device."""

    WAITING = "waiting"
    LIVE = "live"
    SILENT = "silent"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class StreamRate:
    """One stream's measured and nominal rate, and its lost samples."""

    name: str
    rate_hz: float | None
    nominal_hz: float
    lost: int
    carries_force: bool


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """The state of link and device at one moment."""

    link: LinkState = LinkState.WAITING
    since_s: float = 0.0
    """Seconds for which the link has been silent or lost."""
    streams: tuple[StreamRate, ...] = ()
    lost: int = 0
    gaps: int = 0
    restarts: int = 0
    delay_s: float | None = None
    """Transmission delay of the newest sample, from the device's tick to this computer."""
    battery_v: float | None = None
    corrupt: int = 0
    """Number of frames that failed their check."""
    overflows: int = 0
    adc_errors: int = 0
    saturated: bool = False
    strain: tuple[float, float] | None = None
    """A force [N] and what its cell can bear [N], where it was near that lately."""
    wrong_rate: tuple[float, float] | None = None
    """Measured and announced rate [Hz] of a stream whose last second was wrong."""
    signal_fault: SignalFault | None = None
    """A channel that is noisy now, or that had a spike lately."""
    uncalibrated: bool = False
    ended: Ended | None = None
    flags: int = 0
    """The ``DeviceFlag`` of the newest status."""


@dataclass(slots=True)
class LinkStats:
    """Counts losses and errors of one stream, and keeps the newest status."""

    lost: dict[str, int] = field(default_factory=dict)
    gaps: int = 0
    restarts: int = 0
    corrupt: int = 0
    health: Health | None = None
    ended: Ended | None = None
    saturated_t: float | None = None
    strain_t: float | None = None
    strain: tuple[float, float] | None = None
    rates: RateWatch = field(default_factory=RateWatch)
    signals: SignalWatch = field(default_factory=SignalWatch)
    link_lost_s: float | None = None
    """Host time at which the link was lost; None while it is not."""
    arrival_s: float | None = None
    """Host time of the newest message."""
    tick_s: float | None = None
    """Device tick of the newest sample, on the recording's axis."""
    samples_s: float | None = None
    """Host time at which the newest samples reached the screen."""

    def gap(self, gap: Gap) -> None:
        """Count a gap."""
        self.gaps += 1
        self.lost[gap.stream] = self.lost.get(gap.stream, 0) + gap.lost

    def marker(self, marker: Marker, now_s: float) -> None:
        """Follow the markers of the link: lost, restored, device restarted."""
        if marker.kind != "link":
            return
        if marker.text == "lost":
            self.link_lost_s = now_s
        elif marker.text == "restored":
            self.link_lost_s = None
        else:
            self.restarts += 1

    def status(
        self, buffers: Sequence[SampleBuffer], newest_t: float | None, now_s: float
    ) -> LinkStatus:
        """Return the state at the host time ``now_s``; ``newest_t`` is the newest sample's time."""
        link, since_s = self.link(now_s)
        health = self.health
        return LinkStatus(
            link=link,
            since_s=since_s,
            streams=tuple(
                StreamRate(
                    buffer.stream.name,
                    buffer.rate_hz(RATE_SPAN_S),
                    buffer.stream.rate_hz,
                    self.lost.get(buffer.stream.name, 0),
                    buffer.carries_force,
                )
                for buffer in buffers
            ),
            lost=sum(self.lost.values()),
            gaps=self.gaps,
            restarts=self.restarts,
            delay_s=self._delay_s(),
            battery_v=health.battery_v if health else None,
            corrupt=self.corrupt,
            overflows=health.overflows if health else 0,
            adc_errors=health.adc_errors if health else 0,
            saturated=_is_recent(self.saturated_t, newest_t),
            strain=self.strain if _is_recent(self.strain_t, newest_t) else None,
            wrong_rate=next(iter(self.rates.wrong.values()), None),
            signal_fault=self._signal_fault(newest_t),
            uncalibrated=any(not buffer.calibrated for buffer in buffers if buffer.carries_force),
            ended=self.ended,
            flags=health.flags if health else 0,
        )

    def link(self, now_s: float) -> tuple[LinkState, float]:
        """Return the state of the link at a host time, and for how long [s]."""
        if self.ended is not None:
            return LinkState.ENDED, 0.0
        if self.link_lost_s is not None:
            return LinkState.LOST, now_s - self.link_lost_s
        if self.samples_s is None:
            return LinkState.WAITING, 0.0
        silent_s = now_s - self.samples_s
        return (LinkState.SILENT if silent_s > SILENT_S else LinkState.LIVE), silent_s

    def _signal_fault(self, newest_t: float | None) -> SignalFault | None:
        if self.signals.noisy:
            return next(iter(self.signals.noisy.values()))
        spike = self.signals.newest_spike
        is_recent = spike is not None and newest_t is not None and newest_t - spike.t < SPIKE_FOR_S
        return spike if is_recent else None

    def _delay_s(self) -> float | None:
        health, tick_s = self.health, self.tick_s
        if health is None or not health.host_s or tick_s is None or self.arrival_s is None:
            return None
        taken_s = health.host_s + (tick_s - health.t) / (1 + health.skew_ppm * 1e-6)
        return max(0.0, self.arrival_s - taken_s)

    def watch_strain(self, samples: Samples) -> None:
        """Note a force that comes near what its cell can bear."""
        for k, channel in enumerate(samples.stream.channels):
            if channel.capacity_n is None or not samples.columns[k].endswith("_n"):
                continue
            peak_n = float(abs(samples.values[:, k]).max())
            if peak_n >= STRAIN * channel.capacity_n:
                self.strain, self.strain_t = (peak_n, channel.capacity_n), float(samples.t[-1])


def _is_recent(at_s: float | None, newest_t: float | None) -> bool:
    return at_s is not None and newest_t is not None and newest_t - at_s < SATURATED_FOR_S
