"""Detect a zero that moves faster than the zero line follows it, from levels between the trials.

Strategy: grip force is lowest where the object is let go, so its lowest level between two holds is
the level of zero, or of a hand that stays on. A hand leaves a new level each time; a zero that
moves leaves levels that rise or fall one after the other, nearly on a line. Where nothing is ever
released, the load in the holds shows it: the weight stays, so a load that moves is its zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.statistics.medians import medians_of

if TYPE_CHECKING:
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray

_BLOCK_S = 0.05
_LEAST_STEP_N = 0.5
_RISE = 0.5
"""Part of the usual rise of a trial by which a peak must stand out, and a rest lie below it."""
_WINDOW_S = 20.0
_FEWEST, _FEW = 4, 5
_STRAIGHT, _FEW_STRAIGHT = 0.9, 0.98
"""Least correlation of levels with time: of ``_FEW`` or more, and of fewer."""
_DETOUR = 1.1
"""Longest way along the levels, in parts of their range, of a monotone trend with some noise."""
_MOVED_N = 0.4
_UNFOLLOWED_N = 0.2
"""Distance of a level from the zero line, as that at which contact begins."""


def moving_zeros(signals: PreparedSignals) -> dict[str, float]:
    """Return by how much [N/min] the zero of grip and load moves where it is not followed.

    Forces whose zero is followed, or of which nothing can be said, are left out.
    """
    raw, baseline = signals.aligned, signals.baseline
    lead = raw.lf if signals.has_load and raw.lf is not None else raw.gf
    at = _rests(raw.gf, lead, raw.valid, signals.rate_hz)
    t = raw.t[at]
    found = {}
    zeros = [("grip", raw.gf, baseline.gf_zero)]
    if signals.has_load and raw.lf is not None:
        zeros.append(("load", raw.lf, baseline.lf_zero))
    for name, force, zero in zeros:
        levels = _medians_at(force, at, signals.rate_hz)
        unfollowed = np.abs(levels - zero[at]) > _UNFOLLOWED_N
        slope = trend(t, levels)
        if slope is not None and 2 * np.count_nonzero(unfollowed) > len(at):
            found[name] = 60 * slope
    return found


def trend(t: FloatArray, levels: FloatArray) -> float | None:
    """Return the slope [N/s] of levels that move steadily; None where they do not, or are few."""
    if len(t) < _FEWEST or np.ptp(t) == 0:
        return None
    moved = float(np.ptp(levels))
    if moved < _MOVED_N or float(np.abs(np.diff(levels)).sum()) > _DETOUR * moved:
        return None
    least = _STRAIGHT if len(t) >= _FEW else _FEW_STRAIGHT
    straight = abs(float(np.corrcoef(t, levels)[0, 1]))
    return float(np.polyfit(t, levels, 1)[0]) if straight >= least else None


def _rests(grip: FloatArray, lead: FloatArray, valid: BoolArray, rate_hz: float) -> _Indices:
    """Return the index of the lowest grip before, between and after the peaks of ``lead``."""
    from scipy.signal import find_peaks  # noqa: PLC0415 - slow to import

    size = max(1, round(_BLOCK_S * rate_hz))
    low, high = _block_medians(grip, valid, size), _block_medians(lead, valid, size)
    if len(low) < 2 or not np.isfinite(low).all():  # noqa: PLR2004 - one rest and one peak
        return np.zeros(0, dtype=np.int64)
    peaks, _ = find_peaks(high, prominence=_RISE * _usual_rise(high))
    rise = _RISE * _usual_rise(low)
    found = []
    if not len(peaks):
        return np.zeros(0, dtype=np.int64)
    for a, b in zip([0, *peaks], [*peaks, len(low)], strict=True):
        lowest = a + int(np.argmin(low[a:b])) if b > a else a
        if low[lowest] < min(low[p] for p in (a, b) if 0 < p < len(low)) - rise:
            found.append(lowest)
    return np.array([k * size + size // 2 for k in found], dtype=np.int64)


def _usual_rise(medians: FloatArray) -> float:
    """Return the median over windows of the range of a force."""
    window = round(_WINDOW_S / _BLOCK_S)
    ranges = [np.ptp(medians[k : k + window]) for k in range(0, len(medians), window)]
    return max(_LEAST_STEP_N, float(np.median(ranges)))


def _block_medians(force: FloatArray, valid: BoolArray, size: int) -> FloatArray:
    """Return the median of each block, with those of missing samples interpolated."""
    blocks = len(force) // size
    medians = np.median(force[: blocks * size].reshape(blocks, size), axis=1)
    known = valid[: blocks * size].reshape(blocks, size).all(axis=1)
    places = np.arange(blocks)
    return np.interp(places, places[known], medians[known]) if known.any() else medians * np.nan


def _medians_at(force: FloatArray, at: _Indices, rate_hz: float) -> FloatArray:
    half = max(1, round(_BLOCK_S * rate_hz / 2))
    last = len(force)
    return medians_of(force, [(max(0, k - half), min(k + half, last)) for k in at.tolist()])


if TYPE_CHECKING:
    from numpy.typing import NDArray

    _Indices = NDArray[np.int64]
