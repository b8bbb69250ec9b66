"""When a coupling score means something: the load must vary, and the device must be quick."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.task_flags import TaskFlag

if TYPE_CHECKING:
    from gripforce.analysis.tasks.context import TaskContext

SMALLEST_MODULATION_N = 1.0
MODULATION_OF_WEIGHT = 0.4


def coupling_eligibility(
    measuring: TaskContext, start: int, stop: int, weight_n: float
) -> TaskFlag | None:
    """Return why coupling must not be scored there; None where it may.

    The load must vary by ``max(1 N, 0.4 · m · g)`` peak to peak: healthy hands stop coupling
    to smaller loads, so that a low score would mean nothing.
    """
    if not measuring.timed:
        return TaskFlag.LOW_RATE
    signals = measuring.signals
    if not signals.complete(start, stop):
        return TaskFlag.GAP
    smallest = max(SMALLEST_MODULATION_N, MODULATION_OF_WEIGHT * weight_n)
    modulation = float(np.ptp(signals.lf[start:stop]))
    return TaskFlag.LOW_MODULATION if modulation < smallest else None
