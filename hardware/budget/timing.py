"""How well each build tells the lag of grip behind load: planted lags, sampled and found again.

Strategy: a lift's load rises along a minimum-jerk curve, grip follows with a known lag. Both are
taken by the build's converters (own filter, rate, noise, phase) and low-passed as the analysis
does it; the lag is the peak of the cross-correlation of their derivatives.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import interpolate, signal

from hardware.budget import inputs as known

if TYPE_CHECKING:
    from hardware.budget.noise import Axis

Floats: TypeAlias = NDArray[np.float64]

TRUTH_HZ = 8000.0
SPAN_S = 2.0
COMMON_HZ = 1000.0
LIFTS = 150
LAG_S = 0.03
SEARCH_MS = 150
GRIP_N, LOAD_N = 6.0, 4.0
POLL_JITTER_S = 100e-6
"""A free-running chip's data-ready edge is seen this much late at most."""
CLOCK_SPREAD = 0.05
"""RC oscillators of two HX711 differ by this much."""


@dataclass(frozen=True, slots=True)
class LagError:
    """Error of single lifts, in ms."""

    bias_ms: float
    median_ms: float
    p95_ms: float


@functools.cache  # two seconds, and pages ask for the same
def lag_error(grip: Axis, load: Axis, *, free_running: bool, own_stamps: bool) -> LagError:
    """Plant lags in lifts and measure how well they come back."""
    rng = np.random.default_rng(20030701)
    errors = np.array([_one_lift(rng, grip, load, free_running, own_stamps) for _ in range(LIFTS)])
    size = np.abs(errors)
    return LagError(
        bias_ms=float(np.median(errors)) * 1e3,
        median_ms=float(np.median(size)) * 1e3,
        p95_ms=float(np.percentile(size, 95)) * 1e3,
    )


def _one_lift(
    rng: np.random.Generator, grip: Axis, load: Axis, free_running: bool, own_stamps: bool
) -> float:
    lag = rng.uniform(-LAG_S, LAG_S)
    duration = rng.uniform(0.2, 0.4)
    t = np.arange(0, SPAN_S, 1 / TRUTH_HZ)
    load_force = LOAD_N * _minimum_jerk((t - 0.8) / duration)
    grip_force = GRIP_N * _minimum_jerk((t - 0.8 - lag) / duration)
    phase = rng.uniform(0, 1)
    other = rng.uniform(0, 1) if free_running else phase
    speed = 1 + CLOCK_SPREAD * rng.uniform(-1, 1) if free_running else 1.0
    # two cells each: grip is their mean, load their sum
    g_t, g = _taken(t, grip_force, grip, phase, 1.0)
    f_t, f = _taken(t, load_force, load, other, speed)
    # input filters whose parts are off as far as they may, in opposite directions
    g = np.interp(g_t - _off_s(grip), g_t, g)
    f = np.interp(f_t + _off_s(load), f_t, f)
    g = g + rng.normal(0, grip.input_noise_n / np.sqrt(2), len(g))
    f = f + rng.normal(0, load.input_noise_n * np.sqrt(2), len(f))
    if free_running and own_stamps:
        g_t = g_t + rng.uniform(0, POLL_JITTER_S, len(g_t))
        f_t = f_t + rng.uniform(0, POLL_JITTER_S, len(f_t))
    elif free_running:  # the newest of each, as if taken together
        newest = np.clip(np.searchsorted(f_t, g_t, side="right") - 1, 0, None)
        f_t, f = g_t, f[newest]
    return _found_lag(g_t, g, f_t, f) - lag


def _off_s(axis: Axis) -> float:
    return axis.network.delay_s * axis.network.tolerance


def _minimum_jerk(s: Floats) -> Floats:
    s = np.clip(s, 0, 1)
    return np.asarray(10 * s**3 - 15 * s**4 + 6 * s**5)


def _taken(
    t: Floats, force: Floats, axis: Axis, phase: float, speed: float
) -> tuple[Floats, Floats]:
    rate = axis.rate_hz * speed
    width = max(1, round(TRUTH_HZ / rate))
    boxcar = np.ones(width) / width
    smooth = force
    for _ in range(3 if axis.delay_s > 1 / rate else 1):
        padded = signal.convolve(np.pad(smooth, width, mode="edge"), boxcar, mode="same")
        smooth = np.asarray(padded[width:-width], dtype=np.float64)
    count = int(SPAN_S * rate) - 1
    times = np.asarray((np.arange(count) + phase) / rate, dtype=np.float64)
    return times, np.asarray(np.interp(times, t, smooth), dtype=np.float64)


def _low_passed(t: Floats, force: Floats) -> interpolate.CubicSpline:
    rate = (len(t) - 1) / (t[-1] - t[0])
    corner = known.ANALYSIS_FILTER_HZ.value / (np.sqrt(2) - 1) ** 0.25
    sections = signal.butter(2, min(corner, 0.45 * rate), fs=rate, output="sos")
    return interpolate.CubicSpline(t, signal.sosfiltfilt(sections, force))


def _found_lag(g_t: Floats, g: Floats, f_t: Floats, f: Floats) -> float:
    t = np.arange(0.6, 1.5, 1 / COMMON_HZ)
    grip_rate = _low_passed(g_t, g)(t, 1)
    load_rate = _low_passed(f_t, f)(t, 1)
    products = signal.correlate(grip_rate, load_rate, mode="full")
    lags = signal.correlation_lags(len(t), len(t), mode="full")
    near = np.abs(lags) <= SEARCH_MS
    products, lags = products[near], lags[near]
    top = int(np.clip(np.argmax(products), 1, len(products) - 2))
    left, middle, right = products[top - 1 : top + 2]
    shift = 0.5 * (left - right) / (left - 2 * middle + right)
    return float((lags[top] + shift) / COMMON_HZ)
