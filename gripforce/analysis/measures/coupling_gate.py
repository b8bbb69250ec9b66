"""When grip-load coupling can be scored: the load must vary, and the device must be fast enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.flags import TrialFlag

if TYPE_CHECKING:
    from gripforce.analysis.signal.prepared import PreparedSignals

SMALLEST_MODULATION_N = 1.0
MODULATION_OF_WEIGHT = 0.4


def coupling_eligibility(
    signals: PreparedSignals, start: float, stop: float, weight_n: float, reach: float = 0.0
) -> TrialFlag | None:
    """Return why coupling must not be scored in a window; None where it may.

    ``start`` and ``stop`` are grid indices, ``reach`` is the largest lag in samples that will be
    tried beyond them, ``weight_n`` the supported weight. The load must vary by
    ``max(1 N, 0.4 · m · g)`` peak to peak: healthy hands stop coupling to smaller loads, so that
    a low score would mean nothing.
    """
    if not signals.timed:
        return TrialFlag.LOW_RATE
    if reach and (start - reach < 0 or stop + reach >= len(signals.gf)):
        return TrialFlag.CUT
    if not signals.complete(start - reach, stop + reach):
        return TrialFlag.GAP
    smallest = max(SMALLEST_MODULATION_N, MODULATION_OF_WEIGHT * weight_n)
    modulation = float(np.ptp(signals.lf[int(start) : int(stop)]))
    return TrialFlag.LOW_MODULATION if modulation < smallest else None
