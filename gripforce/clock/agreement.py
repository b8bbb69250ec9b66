"""Whether sample counters and ticks of one stream can belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gripforce.model import FloatArray, IntArray

RATE_TOLERANCE = 0.25
"""Largest relative deviation of a stream's real rate from its nominal one; an HX711's RC oscillator
is off by a tenth."""
SLACK_S = 2.0
"""A converter may pause this long between two blocks that belong together."""
AHEAD_S = 0.05
"""A counter may be ahead of its tick by this much: no converter samples before its time."""
OVERTAKEN_S = 2.0
"""A block this far behind the newest one was sent again and says so, or is of another run."""


def ticks_agree(
    counted_us: FloatArray | float, deviation_us: FloatArray | float
) -> NDArray[np.bool_] | bool:
    """Decide whether the tick advanced as far as the counter did between two blocks.

    ``counted_us`` is the nominal duration from the block with the lower counter to the other,
    ``deviation_us`` the tick's step minus that; the result has their shape. A block that disagrees
    is corrupt: one corrupt frame in 65 536 passes its CRC-16.
    """
    most_us = counted_us * RATE_TOLERANCE + SLACK_S * 1e6
    return ticks_allow(counted_us, deviation_us) & (deviation_us <= most_us)


def ticks_allow(
    counted_us: FloatArray | float, deviation_us: FloatArray | float
) -> NDArray[np.bool_] | bool:
    """Decide whether the tick left time for the samples that the counter says were taken.

    The arguments are those of ``ticks_agree``. The converter may have paused in between; but a
    counter that went further than the tick, or back while the tick advanced, has jumped.
    """
    return deviation_us >= -counted_us * RATE_TOLERANCE - AHEAD_S * 1e6


def counts_again(
    counted: IntArray | int, n: IntArray | int, elapsed_us: IntArray | int
) -> NDArray[np.bool_] | bool:
    """Decide whether a later block counts what the one before it counted: a jump.

    ``counted`` is the step of the counter between both, ``n`` the samples of the earlier one and
    ``elapsed_us`` the step of the tick; the result has their shape. Blocks that were sent again
    under their old numbers do so rightly.
    """
    return (counted < n) & (elapsed_us > 0)


def counter_is_plausible(ahead: int, elapsed_us: float, rate_hz: float) -> bool:
    """Decide whether a status may report a counter that is ``ahead`` of the newest sample.

    ``elapsed_us`` is the device time from that sample to the status: no converter takes more.
    """
    return ahead <= (max(elapsed_us, 0.0) * 1e-6 * (1 + RATE_TOLERANCE) + SLACK_S) * rate_hz
