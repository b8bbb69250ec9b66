"""Delay of the load-coupled part of grip in a lift, beside a squeeze that is not coupled.

Strategy: a tonic squeeze rises over the preload phase and pulls the best correlation of grip with
load by as much as 150 ms. After load onset it has been raised and is a constant. From there on grip
is regressed on load that is delayed, a constant and a linear drift,

    GF(t) = a · LF(t - d) + c₀ + c₁ t,    a > 0,

and the residual sum of squares is a profile over d. Its minimum is the delay; where it has doubled
its noise is the interval, with as many independent samples as the residual's own lag-1
correlation leaves. No delay is given where load explains little of the change of grip, where any
delay of the search would do, or where the minimum lies at the end of the search. The interval of
one lift is wide, and no reason to leave the lift out: lifts that are left out for their width are
not like the others. It does not shrink with the number of lifts, though: an overshoot or a stepwise
rise, which the equation lacks, is alike in all of them and moves their delays alike. So the
interval of the median is at least as wide as that of one lift (``delay_of_lifts``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.signal.peaks import parabola_vertex
from gripforce.analysis.statistics.estimates import estimate_median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.results import Estimate
    from gripforce.model import FloatArray

AFTER_ONSET_S: Final = 0.02
"""The low-pass smears the end of the squeeze by this much into the loading phase."""
FROM_LOAD: Final = 0.05
"""Share of the weight that the load has reached: the onset of a slow load is found while it is a
few millinewtons, and a squeeze over 20 ms may still come then."""
AFTER_LIFTOFF_S: Final = 0.3
SEARCH_S: Final = (-0.12, 0.2)
"""From well before any load to well after the slowest reflex [ColeAbbs1988]."""
LARGEST_RESIDUAL: Final = 0.3
"""Share of the grip's change that load may leave unexplained."""
_STEP_S: Final = 0.004
_GRID_HZ: Final = 250.0
_FEWEST_SAMPLES: Final = 12
_ROUNDING: Final = 1e-9
_CHI_SQUARE: Final = 3.84
"""95th percentile of chi-square with one degree of freedom."""


@dataclass(frozen=True, slots=True)
class Delay:
    """The delay [s] with its profile interval, and the share that load leaves unexplained."""

    delay_s: float
    low_s: float
    high_s: float
    residual: float
    gain: float
    """Newtons of grip that follow a newton of load."""

    @property
    def is_resolved(self) -> bool:
        """Whether load explains grip, and not at any delay of the search."""
        any_delay = self.low_s <= SEARCH_S[0] and self.high_s >= SEARCH_S[1] - _STEP_S / 2
        return self.residual <= LARGEST_RESIDUAL and not any_delay

    @property
    def half_width_s(self) -> float:
        """Half of the interval's width."""
        return (self.high_s - self.low_s) / 2


def delay_of_lifts(delays_ms: Sequence[float], half_widths_ms: Sequence[float]) -> Estimate | None:
    """Return the median delay; its interval is that of the scatter, or of one lift where wider.

    Both lists have one figure a lift [ms]. None without a delay.

    >>> delay_of_lifts([8.0, 9, 10, 11, 12, 13, 14], [15.0] * 7).ci_low
    -4.0
    """
    found = estimate_median(delays_ms)
    if found is None or found.ci_low is None or found.ci_high is None:
        return found
    half = float(np.median(half_widths_ms))
    return replace(
        found,
        ci_low=min(found.ci_low, found.value - half),
        ci_high=max(found.ci_high, found.value + half),
    )


def find_delay(
    grip: FloatArray, load: FloatArray, start: float, stop: float, rate_hz: float
) -> Delay | None:
    """Estimate the delay of grip behind load in ``[start, stop]`` (grid indices).

    Grip and load are forces [N]. None where the window is too short, grip falls as load rises, or
    the best delay lies at the end of the search.

    >>> t = np.arange(2000) / 1000
    >>> load = 4 / (1 + np.exp(-(t - 1) / 0.03))
    >>> grip = 1 + 1.5 / (1 + np.exp(-(t - 1.04) / 0.03)) * 4
    >>> round(find_delay(grip, load, 900, 1300, 1000.0).delay_s, 3)
    0.04
    """
    at = np.arange(np.ceil(start), stop, max(1, int(rate_hz // _GRID_HZ)))
    reach = [at[0] - SEARCH_S[1] * rate_hz, at[-1] - SEARCH_S[0] * rate_hz] if len(at) else [-1]
    if len(at) < _FEWEST_SAMPLES or min(reach) < 0 or max(reach) > len(load) - 1:
        return None
    delays = np.arange(SEARCH_S[0], SEARCH_S[1] + _STEP_S / 2, _STEP_S)
    moved = _delayed(load[: int(max(reach)) + 2], at, rate_hz * delays)
    nuisance, _ = np.linalg.qr(np.column_stack([np.ones(len(at)), at - at.mean()]))
    y, x = _beside(nuisance, grip[at.astype(int)][None])[0], _beside(nuisance, moved)
    total = float(y @ y)
    product, power = x @ y, (x * x).sum(axis=1)
    if total <= 0 or not (power > 0).all():
        return None
    explained = np.where(product > 0, product**2 / power / total, 0.0)
    shares = np.maximum(1 - explained, _ROUNDING)
    best = int(np.argmin(shares))
    if best in {0, len(delays) - 1}:
        return None
    residual = y - x[best] * product[best] / power[best]
    low, high = _crossings(shares, shares[best] * (1 + _CHI_SQUARE / _independent(residual)))
    return Delay(
        delay_s=float(delays[best] + parabola_vertex(*(-shares[best - 1 : best + 2])) * _STEP_S),
        low_s=SEARCH_S[0] + low * _STEP_S,
        high_s=SEARCH_S[0] + high * _STEP_S,
        residual=float(shares[best]),
        gain=float(product[best] / power[best]),
    )


def _delayed(load: FloatArray, at: FloatArray, delays: FloatArray) -> FloatArray:
    """Return the load at positions ``at``, a row for each delay in samples."""
    first = int(at[0] - delays[-1])
    part = load[first:]
    return np.interp(at - first - delays[:, None], np.arange(len(part)), part)


def _crossings(shares: FloatArray, limit: float) -> tuple[float, float]:
    """Return the positions at which a profile first falls to a limit and last rises above it."""
    inside = np.flatnonzero(shares <= limit)
    first, last = int(inside[0]), int(inside[-1])
    low, high = float(first), float(last)
    if first > 0:
        low -= (limit - shares[first]) / (shares[first - 1] - shares[first])
    if last < len(shares) - 1:
        high += (limit - shares[last]) / (shares[last + 1] - shares[last])
    return low, high


def _beside(nuisance: FloatArray, rows: FloatArray) -> FloatArray:
    """Return rows without their constant and their drift."""
    return np.asarray(rows - (rows @ nuisance) @ nuisance.T)


def _independent(residual: FloatArray) -> float:
    """Return how many independent samples a correlated residual is worth, at least two."""
    power = float(residual @ residual)
    again = float(residual[1:] @ residual[:-1]) / power if power > 0 else 0.0
    again = min(max(again, 0.0), 0.999)
    return max(2.0, len(residual) * (1 - again) / (1 + again))
