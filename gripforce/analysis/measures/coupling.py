"""Correlation and lag of grip force with load force.

Lag is positive when grip force follows load force.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.peaks import parabola_vertex

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_LAG_GRID_HZ = 500.0
"""Lags are tried on at most this grid; a parabola between them is exact to microseconds for
signals below 50 Hz."""

_CONSTANT = 1e-12
"""A stretch whose variance is a smaller share of its mean square is constant but for rounding."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """The largest correlation over lags; ``at_edge``: it still rose where the search ended."""

    r: float
    lag_s: float
    at_edge: bool


def correlate_lag(
    grip: FloatArray, load: FloatArray, start: int, stop: int, *, rate_hz: float, max_lag_s: float
) -> Correlation | None:
    """Return ``max over k of corr(grip(t + k), load(t))`` for ``t`` in ``[start, stop)``.

    Every lag is a Pearson correlation over the whole window, so the record must reach
    ``max_lag_s`` beyond it on both sides. None where it does not, or where either is constant.

    >>> t = np.arange(4000) / 1000
    >>> load = np.sin(2 * np.pi * t)
    >>> grip = np.sin(2 * np.pi * (t - 0.020))
    >>> round(correlate_lag(grip, load, 1000, 3000, rate_hz=1000.0, max_lag_s=0.15).lag_s, 4)
    0.02
    """
    stride = max(1, int(rate_hz // _LAG_GRID_HZ))
    reach = int(np.ceil(max_lag_s * rate_hz / stride))
    first, last = start - reach * stride, stop + reach * stride
    if first < 0 or last > len(grip) or stop - start < 4 * stride:
        return None
    load_part = load[start:stop:stride]
    count = len(load_part)
    grip_part = grip[first::stride][: count + 2 * reach]
    r = _sliding_pearson(grip_part, load_part)
    if not len(r) or not np.isfinite(r).any():
        return None
    top = int(np.nanargmax(r))
    if top in {0, len(r) - 1}:
        return Correlation(float(r[top]), (top - reach) * stride / rate_hz, at_edge=True)
    before, at, after = (float(v) for v in r[top - 1 : top + 2])
    shift = parabola_vertex(before, at, after)
    peak = at - 0.25 * (before - after) * shift
    return Correlation(min(peak, 1.0), (top + shift - reach) * stride / rate_hz, at_edge=False)


def _sliding_pearson(long: FloatArray, short: FloatArray) -> FloatArray:
    """Return the correlation of ``short`` with each stretch of ``long`` of its length."""
    long, centred = long - long.mean(), short - short.mean()
    windows = np.lib.stride_tricks.sliding_window_view(long, len(short))
    products = np.correlate(long, centred, "valid")
    power = np.einsum("ij,ij->i", windows, windows)  # `std` and `@` would copy each window
    varied = power - windows.sum(axis=1) ** 2 / len(short)
    spread = np.sqrt(np.maximum(varied, 0.0) * (centred @ centred))
    known = (varied > _CONSTANT * power) & (spread > 0)
    r = np.full(len(products), np.nan)
    r[known] = products[known] / spread[known]
    return r
