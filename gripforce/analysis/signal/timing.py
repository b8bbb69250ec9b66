"""The resolution of grip-load lags on a device, and the rate below which they are refused.

Simultaneity matters more than rate. At 80 samples/s taken together a lag is within 1.7 ms (95 %
of real lifts); at the same rate half a sample apart it is wrong by 6 ms, unless each channel is
placed by its own time, as ``align`` does. The remaining error is proportional to the sampling
period.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.analysis.results import TimingResolution

if TYPE_CHECKING:
    from gripforce.model import Recording, Samples

LOWEST_RATE_HZ = 40.0
"""Skew and a blunt anti-alias filter make lags of slower devices wrong by tens of ms."""
_PERIODS_TOGETHER = 0.15
"""95th percentile of the lag's error in sampling periods: 1.7 ms at 80 Hz, .42 ms at 320 Hz
[RajKumar2019]."""
_PERIODS_APART = 0.30
"""The same where channels are interpolated from instants of their own; tests measure it."""


def is_timed(rate_hz: float) -> bool:
    """Return whether a sampling rate [Hz] is high enough for lags, latencies and force rates."""
    return rate_hz >= LOWEST_RATE_HZ


def timing_resolution(recording: Recording) -> TimingResolution:
    """Return the error of a lag on this recording's device, or why lags are refused."""
    force = [s for s in recording.streams.values() if len(s) and _forces(s)]
    rate_hz = min(samples.stream.rate_hz for samples in force)
    together = _together(force)
    if not is_timed(rate_hz):
        why = (
            f"At {rate_hz:g} samples a second, lags, latencies and force rates cannot be measured "
            "and are left empty."
        )
        return TimingResolution(None, together, why)
    periods = _PERIODS_TOGETHER if together else _PERIODS_APART
    lag_ms = periods * 1e3 / rate_hz
    how = "together" if together else "each at its own instant, interpolated"
    why = f"Grip and load are sampled {how}: a lag is good to {lag_ms:.2g} ms."
    return TimingResolution(lag_ms, together, why)


def _forces(samples: Samples) -> list[int]:
    return [c.skew_us for c in samples.stream.channels if c.kind.is_force]


def _together(force: list[Samples]) -> bool:
    return len(force) == 1 and len(set(_forces(force[0]))) == 1
