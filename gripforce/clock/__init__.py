"""Unwrap device ticks, compute a time for every sample, and fit host time to device time."""

from gripforce.clock.agreement import (
    OVERTAKEN_S,
    RATE_TOLERANCE,
    counter_is_plausible,
    counts_again,
    ticks_agree,
    ticks_allow,
)
from gripforce.clock.fit import ClockFit, ClockSnapshot, Probe
from gripforce.clock.sample_times import sample_times
from gripforce.clock.ticks import ReferenceTick, Unwrapper, is_reset, unwrap

__all__ = [
    "OVERTAKEN_S",
    "RATE_TOLERANCE",
    "ClockFit",
    "ClockSnapshot",
    "Probe",
    "ReferenceTick",
    "Unwrapper",
    "counter_is_plausible",
    "counts_again",
    "is_reset",
    "sample_times",
    "ticks_agree",
    "ticks_allow",
    "unwrap",
]
