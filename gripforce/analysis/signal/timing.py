"""How finely a device can tell grip from load in time, and when it must not try.

Simultaneity matters more than rate: 80 samples a second taken together tell a lag to 1.7 ms
(95 % of real lifts), the same rate half a sample apart is wrong by 6 ms unless each channel is
placed by its own time, which ``align`` does. What is left is an error in proportion to the
sampling period; at 20 samples a second and below lags and rates are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.analysis.results import TimingResolution

if TYPE_CHECKING:
    from gripforce.model import Recording, Samples

REFUSED_UP_TO_HZ = 20.0
_SLACK_HZ = 1.5
"""Oscillators of cheap converters run up to a tenth fast: 10.8 or 21 is still 10 or 20."""
_PERIODS_TOGETHER = 0.15
"""95th percentile of the lag's error in sampling periods: 1.7 ms at 80 Hz, .42 at 320 (S1)."""
_PERIODS_APART = 0.30
"""The same where channels are interpolated from instants of their own; tests measure it."""


def timing_resolution(recording: Recording) -> TimingResolution:
    """Return what lags and rates of this recording's device are worth."""
    force = [s for s in recording.streams.values() if len(s) and _forces(s)]
    rate_hz = min(samples.stream.rate_hz for samples in force)
    together = _together(force)
    if rate_hz <= REFUSED_UP_TO_HZ + _SLACK_HZ:
        why = (
            f"At {rate_hz:g} samples a second, lags, latencies and force rates cannot be told "
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
