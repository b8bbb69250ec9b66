"""Unwrap 32-bit microsecond ticks to device time, and distinguish resets from wraps.

Strategy: of all device times that share a tick (they lie 71.6 min apart), take the one nearest
to the expected time. Without host arrivals the expected time is the tick before: then steps of up
to 35.8 min either way are resolved, a block that is sent again steps back without counting as a
wrap, and one corrupt tick does no lasting harm. With arrivals the host's elapsed time is added,
and a silence may have any length.
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
"""Longer than any backlog of a link, shorter than most sessions before a reset."""
RESET_FRACTION = 0.02
"""The same as a share of the silence: the worst oscillator (an AVR's ceramic resonator) is off by
0.5 %."""


def unwrap(ticks: ArrayLike, arrival_s: ArrayLike | None = None) -> IntArray:
    """Unwrap ticks [µs], shape ``(n,)`` in order of arrival; the first keeps its value.

    ``arrival_s`` are the host's monotonic seconds of arrival, where they are known.
    """
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
    """Unwraps ticks one at a time; use a new one for each segment."""

    def __init__(self) -> None:
        self._last_us: int | None = None
        self._last_arrival_s: float | None = None

    def feed(self, tick_us: int, arrival_s: float | None = None) -> int:
        """Return the unwrapped device time of one tick in µs."""
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
    """Detect whether the device restarted between two live messages (not blocks sent again).

    If both messages carry a boot counter, it decides. Otherwise the device restarted where its
    tick is more than 30 s (plus 2 % of the silence) from the expected one, in either direction.
    A restart within 30 s of the device's own start, or of a wrap, is therefore recognised by the
    boot counter alone. A host that was suspended while the device ran looks the same and needs
    the same answer, a new segment.
    """
    if before.boot is not None and now.boot is not None:
        return before.boot != now.boot
    elapsed_s = now.arrival_s - before.arrival_s
    deviation_us = nearest(now.tick_us - before.tick_us - round(elapsed_s * 1e6), 0)
    limit_s = RESET_S + RESET_FRACTION * max(elapsed_s, 0.0)
    return abs(deviation_us) > limit_s * 1e6
