"""Whether sample counters and ticks of one stream can belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gripforce.model import FloatArray

RATE_TOLERANCE = 0.25
"""Largest relative deviation of a stream's real rate from its nominal one; an HX711's RC oscillator
is off by a tenth."""
SLACK_S = 2.0
"""Deviation in time that is always tolerated."""
OVERTAKEN_S = 2.0
"""A block this far behind the newest one was sent again and says so, or is of another run."""


def ticks_agree(
    counted_us: FloatArray | float, deviation_us: FloatArray | float
) -> NDArray[np.bool_]:
    """Decide whether the tick advanced as far as the counter did between two blocks.

    ``counted_us`` is the nominal duration of the counter's step, ``deviation_us`` the tick's step
    minus that; the result has their shape. A block that disagrees is corrupt: one corrupt frame
    in 65 536 passes its CRC-16.
    """
    limit_us = np.abs(counted_us) * RATE_TOLERANCE + SLACK_S * 1e6
    return np.asarray(np.abs(deviation_us) <= limit_us)


def counter_is_plausible(ahead: int, elapsed_us: float, rate_hz: float) -> bool:
    """Decide whether a status may report a counter that is ``ahead`` of the newest sample.

    ``elapsed_us`` is the device time from that sample to the status: no converter takes more.
    """
    return ahead <= (max(elapsed_us, 0.0) * 1e-6 * (1 + RATE_TOLERANCE) + SLACK_S) * rate_hz
