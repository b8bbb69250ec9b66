"""What a screen says of the link and the device: state, rate, losses, delay, battery."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.live.sample_buffer import SampleBuffer
    from gripforce.model import Ended, Gap, Health, Marker

SILENT_S = 1.0
"""No sample for so long is shown, whether or not the link says that it is lost."""
RATE_SPAN_S = 5.0
SATURATED_FOR_S = 2.0
"""A saturated sample is shown for so long, or nobody would see it."""


class LinkState(StrEnum):
    """The state of the way from the device to here."""

    WAITING = "waiting"
    LIVE = "live"
    SILENT = "silent"
    LOST = "lost"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class StreamRate:
    """One stream's rate, measured and as the device says, and what it lost."""

    name: str
    rate_hz: float | None
    nominal_hz: float
    lost: int
    carries_force: bool


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """Everything for the status corner."""

    link: LinkState = LinkState.WAITING
    since_s: float = 0.0
    """How long the link has been silent or lost."""
    streams: tuple[StreamRate, ...] = ()
    lost: int = 0
    gaps: int = 0
    restarts: int = 0
    delay_s: float | None = None
    """From the device's tick to this computer, for the newest sample."""
    battery_v: float | None = None
    corrupt: int = 0
    """Frames that failed their check on the way here."""
    overflows: int = 0
    adc_errors: int = 0
    saturated: bool = False
    uncalibrated: bool = False
    ended: Ended | None = None


@dataclass(slots=True)
class LinkStats:
    """Counts what passes by."""

    lost: dict[str, int] = field(default_factory=dict)
    gaps: int = 0
    restarts: int = 0
    corrupt: int = 0
    health: Health | None = None
    ended: Ended | None = None
    saturated_t: float | None = None
    link_lost_s: float | None = None
    """Host time at which the link said that it was lost."""
    arrival_s: float | None = None
    """Host time of the newest message."""
    heard_s: float | None = None
    """Host time at which the newest samples came to the screen."""

    def gap(self, gap: Gap) -> None:
        """Book a loss."""
        self.gaps += 1
        self.lost[gap.stream] = self.lost.get(gap.stream, 0) + gap.lost

    def marker(self, marker: Marker, now_s: float) -> None:
        """Follow what the link says of itself."""
        if marker.kind != "link":
            return
        if marker.text == "lost":
            self.link_lost_s = now_s
        elif marker.text == "restored":
            self.link_lost_s = None
        else:
            self.restarts += 1

    def status(
        self, tapes: Sequence[SampleBuffer], newest_t: float | None, now_s: float
    ) -> LinkStatus:
        """Return the state at a host time."""
        link, since_s = self._link(now_s)
        health = self.health
        return LinkStatus(
            link=link,
            since_s=since_s,
            streams=tuple(
                StreamRate(
                    tape.stream.name,
                    tape.rate_hz(RATE_SPAN_S),
                    tape.stream.rate_hz,
                    self.lost.get(tape.stream.name, 0),
                    tape.carries_force,
                )
                for tape in tapes
            ),
            lost=sum(self.lost.values()),
            gaps=self.gaps,
            restarts=self.restarts,
            delay_s=self._delay_s(newest_t),
            battery_v=health.battery_v if health else None,
            corrupt=self.corrupt,
            overflows=health.overflows if health else 0,
            adc_errors=health.adc_errors if health else 0,
            saturated=self._saturated(newest_t),
            uncalibrated=any(not tape.calibrated for tape in tapes if tape.carries_force),
            ended=self.ended,
        )

    def _link(self, now_s: float) -> tuple[LinkState, float]:
        if self.ended is not None:
            return LinkState.ENDED, 0.0
        if self.link_lost_s is not None:
            return LinkState.LOST, now_s - self.link_lost_s
        if self.heard_s is None:
            return LinkState.WAITING, 0.0
        silent_s = now_s - self.heard_s
        return (LinkState.SILENT if silent_s > SILENT_S else LinkState.LIVE), silent_s

    def _delay_s(self, newest_t: float | None) -> float | None:
        health = self.health
        if health is None or not health.host_s or newest_t is None or self.arrival_s is None:
            return None
        taken_s = health.host_s + (newest_t - health.t) / (1 + health.skew_ppm * 1e-6)
        return max(0.0, self.arrival_s - taken_s)

    def _saturated(self, newest_t: float | None) -> bool:
        if self.saturated_t is None or newest_t is None:
            return False
        return newest_t - self.saturated_t < SATURATED_FOR_S
