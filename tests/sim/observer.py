"""The lag of the best correlation as an ideal observer finds it: every sample, no sensor noise.

It is a property of the true forces, and not the planted lag: a squeeze, an overshoot and
variability are no copies of the load. Comparing the analysis with it tests device, clock and
recording, and says nothing of the person.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import signal

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.scene import Scene

FILTER_HZ: Final = 15.0
"""−3 dB of the zero-phase low-pass of both forces: lags are those of force rates below it."""
_TWICE: Final = 0.802
"""A second-order Butterworth that is run both ways is 3 dB down at this share of its corner."""
LONGEST_LAG_S: Final = 0.150
BEFORE_CONTACT_S: Final = 0.050
AFTER_LIFTOFF_S: Final = 0.250
_BESIDE_S: Final = 0.5


def lift_lags_ms(scene: Scene) -> FloatArray:
    """Return the lag of each lift [ms], NaN where the object was not lifted."""
    grip, load = scene.forces[:, :2].mean(axis=1), scene.forces[:, 2:].sum(axis=1)
    found = []
    for trial in scene.trials:
        if trial["t_liftoff_s"] is None:
            found.append(np.nan)
            continue
        window = trial["t_contact_s"] - BEFORE_CONTACT_S, trial["t_liftoff_s"] + AFTER_LIFTOFF_S
        near = slice(*np.searchsorted(scene.t, [window[0] - _BESIDE_S, window[1] + _BESIDE_S]))
        lag_s, _ = net_lag_s(scene.t[near], grip[near], load[near], *window)
        found.append(1e3 * lag_s)
    return np.array(found)


def net_lag_s(
    t: FloatArray, grip: FloatArray, load: FloatArray, begin_s: float, end_s: float
) -> tuple[float, float]:
    """Return the lag at which the rates of grip and load correlate best, and that correlation.

    ``r(k) = corr(dGF(t + k), dLF(t))`` over the load's samples from ``begin_s`` to ``end_s``; the
    peak is refined by a parabola. Positive: grip follows.
    """
    dt = float(t[1] - t[0])
    reach = round(LONGEST_LAG_S / dt)
    first, last = (int(i) for i in np.searchsorted(t, [begin_s, end_s]))
    load, grip = _low_passed(np.stack([load, grip]), dt)
    load_rate = np.gradient(load[first:last], dt)
    grip_rate = np.gradient(grip[first - reach : last + reach], dt)
    peak, shift, r = _peak(_correlations(grip_rate, load_rate))
    return float((peak - reach + shift) * dt), r


def best_lag_s(
    t: FloatArray,
    grip: FloatArray,
    load: FloatArray,
    span_s: tuple[float, float],
    longest_s: float,
) -> tuple[float, float]:
    """Return the same of the forces themselves, as rhythms are scored, below 15 Hz."""
    dt = float(t[1] - t[0])
    reach = round(longest_s / dt)
    first, last = (int(i) for i in np.searchsorted(t, span_s))
    long = _low_passed(grip, dt)[first - reach : last + reach]
    short = np.asarray(signal.detrend(_low_passed(load, dt)[first:last]))
    found = _correlations(np.asarray(signal.detrend(long)), short, method="fft")
    peak, shift, r = _peak(found)
    return float((peak - reach + shift) * dt), r


def _peak(r: FloatArray) -> tuple[int, float, float]:
    """Return the index of the largest value, how far a parabola's is from it, and the value."""
    peak = int(np.argmax(r))
    shift = 0.0
    if 0 < peak < len(r) - 1:
        before, top, after = r[peak - 1 : peak + 2]
        shift = 0.5 * (before - after) / (before - 2 * top + after)
    return peak, float(shift), float(r[peak])


def _low_passed(force: FloatArray, dt: float) -> FloatArray:
    """Return forces through the filter along the last axis."""
    return np.asarray(signal.sosfiltfilt(_sections(dt), force))


@cache
def _sections(dt: float) -> FloatArray:
    return np.asarray(signal.butter(2, FILTER_HZ / _TWICE, fs=1 / dt, output="sos"))


def _correlations(
    long: FloatArray, short: FloatArray, method: Literal["direct", "fft"] = "direct"
) -> FloatArray:
    """Return Pearson's r of ``short`` with every span of ``long`` that is as long."""
    n = len(short)
    centred = short - short.mean()
    product = signal.correlate(long, centred, "valid", method=method)
    sums = np.cumsum(np.concatenate([[0.0], long]))
    squares = np.cumsum(np.concatenate([[0.0], long**2]))
    mean = (sums[n:] - sums[:-n]) / n
    power = np.maximum(squares[n:] - squares[:-n] - n * mean**2, 0.0)
    scale = np.sqrt(power * np.sum(centred**2))
    r = np.zeros_like(product)
    return np.asarray(np.divide(product, scale, out=r, where=scale > 0))
