"""How uncertain a lift-off is: a load that creeps to its level may have been lifted before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.analysis.signal.onsets import first_reaching

if TYPE_CHECKING:
    from gripforce.analysis.signal.prepared import PreparedSignals

LIFTOFF_LEVEL = 0.98
"""Fraction of the supported weight at which the object has left its support."""
STARTS_BELOW = 0.5
_CREEPS_FROM = 0.85
_CREEPS_TIMES = 3.0
_CREEPS_S = 0.04


def liftoff_width(
    signals: PreparedSignals, weight_n: float, start: int, stop: int
) -> tuple[float | None, bool]:
    """Return the time of the load's last rise to the weight [s], and whether it crept there.

    From 0.85 to 0.98 of the weight [N] in ``[start, stop)`` (grid indices). A load that goes on at
    its pace from half the weight takes a third of the time; beyond three times that and 40 ms it
    stood on its way, so that the object may have left its support before.
    """
    found = [first_reaching(signals.lf_event, level * weight_n, start, stop)
             for level in (STARTS_BELOW, _CREEPS_FROM, LIFTOFF_LEVEL)]  # fmt: skip
    half, before, at = (None if k is None else k / signals.rate_hz for k in found)
    if half is None or before is None or at is None:
        return None, False
    rise = (before - half) * (LIFTOFF_LEVEL - _CREEPS_FROM) / (_CREEPS_FROM - STARTS_BELOW)
    return at - before, at - before > _CREEPS_TIMES * rise + _CREEPS_S
