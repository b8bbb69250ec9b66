"""32-bit microsecond ticks made into device time that does not wrap, and resets told from wraps.

Strategy: of all device times that share a tick (they lie 71.6 min apart), take the one nearest
to the time expected. Without host arrivals the expectation is the tick before: then a step of up
to 35.8 min either way is understood, a resent block steps back without being taken for a wrap, and
one corrupt tick does no lasting harm. With arrivals the host's elapsed time is added to it, and a
silence may last as long as it likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.model.counters import nearest

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from gripforce.model import IntArray


RESET_S = 30.0
"""Longer than any backlog a link delivers late, shorter than most sessions before a reset."""
RESET_FRACTION = 0.02
"""Of the silence: what the worst oscillator (an AVR's ceramic resonator, 0.5 %) may drift in it."""


def unwrap(ticks: ArrayLike, arrival_s: ArrayLike | None = None) -> IntArray:
    """Return device µs for ticks in the order of their arrival; the first keeps its value."""
    tick_us = np.asarray(ticks, dtype=np.int64)
    if arrival_s is None:
        return _unwrap_residual(tick_us)
    seconds = np.asarray(arrival_s, dtype=np.float64)
    elapsed_us = np.rint((seconds - seconds[:1]) * 1e6).astype(np.int64)
    return elapsed_us + _unwrap_residual(tick_us - elapsed_us)


def _unwrap_residual(residual_us: IntArray) -> IntArray:
    steps = nearest(np.diff(residual_us, prepend=residual_us[:1]), 0)
    return np.asarray(residual_us[:1] + np.cumsum(steps), dtype=np.int64)


class Unwrapper:
    """The same, one tick at a time; start a new one with each segment."""

    def __init__(self) -> None:
        self._last_us: int | None = None
        self._last_arrival_s: float | None = None

    def feed(self, tick_us: int, arrival_s: float | None = None) -> int:
        """Return the device µs of one tick."""
        expected_us = tick_us if self._last_us is None else self._last_us + self._elapsed(arrival_s)
        device_us = nearest(tick_us, expected_us)
        self._last_us, self._last_arrival_s = device_us, arrival_s
        return device_us

    def _elapsed(self, arrival_s: float | None) -> int:
        if arrival_s is None or self._last_arrival_s is None:
            return 0
        return round((arrival_s - self._last_arrival_s) * 1e6)


@dataclass(frozen=True, slots=True)
class ReferenceTick:
    """A live message of the device: its tick, when it arrived, and the boot counter if it says."""

    tick_us: int
    arrival_s: float
    boot: int | None = None


def is_reset(before: ReferenceTick, now: ReferenceTick) -> bool:
    """Tell whether the device restarted between two live messages (not resent blocks).

    Yes when the boot counter changed; no when both messages carry the same one. Without it, yes
    when the tick is further than 30 s (and 2 % of the silence) from where it should be, either
    way: a wrap lands where it should. So a device that restarts within 30 s of its own start, or
    of a wrap, is given away only by its boot counter. A host that slept with the device running
    has the same sign and needs the same answer, a new segment.
    """
    if before.boot is not None and now.boot is not None:
        return before.boot != now.boot
    elapsed_s = now.arrival_s - before.arrival_s
    deviation_us = nearest(now.tick_us - before.tick_us - round(elapsed_s * 1e6), 0)
    limit_s = RESET_S + RESET_FRACTION * max(elapsed_s, 0.0)
    return abs(deviation_us) > limit_s * 1e6
