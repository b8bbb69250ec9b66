"""What an accelerometer, if there is one, says of a lift: no motion, or free fall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.filters import runs
from gripforce.analysis.signal.onsets import first_below, last_reaching

if TYPE_CHECKING:
    from gripforce.analysis.signal.prepared import PreparedSignals

_FREE_FALL = 0.3
_FREE_FALL_S = 0.02
_MOTION_SIGMAS = 5.0
_COLLAPSE_S = 0.04
_COLLAPSE_FROM = 0.8
_COLLAPSE_TO = 0.2


def stands_still(signals: PreparedSignals, liftoff: float) -> bool:
    """Whether the accelerometer shows no motion from 0.1 s before a lift-off to 0.5 s after it."""
    force, (rest, noise) = signals.specific_force, signals.rest_motion
    if force is None or rest is None:
        return False
    a = max(0, int(liftoff) - signals.samples(0.1))
    b = int(liftoff) + signals.samples(0.5)
    if not signals.aligned.motion_valid[a:b].all():
        return False
    return float(np.abs(force[a:b] - rest).max()) < _MOTION_SIGMAS * noise


def fell(signals: PreparedSignals, liftoff: int, stop: int) -> bool:
    """Whether the accelerometer shows free fall for 20 ms between lift-off and ``stop`` + 0.2 s."""
    force, (rest, _) = signals.specific_force, signals.rest_motion
    if force is None or rest is None:
        return False
    after = force[liftoff : stop + signals.samples(0.2)]
    longest = max((b - a for a, b in runs(after < _FREE_FALL * rest)), default=0)
    return longest >= signals.samples(_FREE_FALL_S)


def ended_abruptly(signals: PreparedSignals, weight_n: float, liftoff: int, stop: int) -> bool:
    """Whether load and grip ended within 40 ms, which forces alone cannot tell from a drop."""
    load, grip = signals.lf_event, signals.gf_event
    high = last_reaching(load, _COLLAPSE_FROM * weight_n, liftoff, stop)
    gone = first_below(load, _COLLAPSE_TO * weight_n, high, stop)
    quick = signals.samples(_COLLAPSE_S)
    if gone is None or gone - high > quick:
        return False
    return float(grip[min(gone + quick, len(grip) - 1)]) < _COLLAPSE_TO * float(grip[high])
