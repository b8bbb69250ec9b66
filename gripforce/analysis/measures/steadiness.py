"""Force variability of a hold on unfiltered data: CV, slow and fast SD, tremor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

SHORTEST_S = 2.0
SLOW_BELOW_HZ = 4.0
_TREMOR_LOW_HZ = (4.0, 7.0)
_TREMOR_HIGH_HZ = (8.0, 12.0)
_TREMOR_HZ = (3.0, 14.0)
_FAST_TO_HZ = 12.0
_LOWEST_RATE_HZ = 30.0
_SEGMENT_S = 2.0
_SPECTRUM_HZ = 100.0


@dataclass(frozen=True, slots=True)
class Steadiness:
    """One hold; spreads are after removal of a straight line, which is drift."""

    cv_pct: float
    """``100 · SD / mean``."""
    sd_slow_n: float
    """SD below 4 Hz, the range of voluntary corrections."""
    sd_fast_n: float | None
    """SD from 4 to 12 Hz; None where the device is too slow."""
    tremor_4_7_pct: float | None
    """Rms from 4 to 7 Hz as a share of the mean force."""
    tremor_8_12_pct: float | None
    tremor_peak_hz: float | None
    """Frequency at which the spectrum from 3 to 14 Hz is highest above its slope."""


def hold_steadiness(force: FloatArray, rate_hz: float) -> Steadiness | None:
    """Measure the variability of an unfiltered hold; None under 2 s or without force."""
    mean = float(np.mean(force)) if len(force) else 0.0
    if len(force) < SHORTEST_S * rate_hz or mean <= 0:
        return None
    cv_pct = 100 * float(np.std(detrend_linear(force), ddof=1)) / mean
    frequencies, power = _spectrum(force, rate_hz)
    slow = _rms(frequencies, power, (0.0, SLOW_BELOW_HZ))
    if rate_hz < _LOWEST_RATE_HZ:
        return Steadiness(cv_pct, slow, None, None, None, None)
    return Steadiness(
        cv_pct=cv_pct,
        sd_slow_n=slow,
        sd_fast_n=_rms(frequencies, power, (SLOW_BELOW_HZ, _FAST_TO_HZ)),
        tremor_4_7_pct=100 * _rms(frequencies, power, _TREMOR_LOW_HZ) / mean,
        tremor_8_12_pct=100 * _rms(frequencies, power, _TREMOR_HIGH_HZ) / mean,
        tremor_peak_hz=_peak_hz(frequencies, power),
    )


def detrend_linear(values: FloatArray) -> FloatArray:
    """Return values without their least-squares straight line, along the last axis."""
    n = values.shape[-1]
    x = np.arange(n) - (n - 1) / 2
    centred = values - values.mean(axis=-1, keepdims=True)
    slope = centred @ x / max(float(x @ x), 1.0)
    return np.asarray(centred - slope[..., None] * x)


def _spectrum(force: FloatArray, rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Return frequencies and power density (Welch: 2 s Hann, half overlapping, detrended).

    Blocks of samples are averaged down to 100 Hz or more first, as nothing above 14 Hz is used.
    ``scipy.signal.welch`` agrees within 2e-13 but not to the last bit, so published numbers would
    change.
    """
    block = max(1, int(rate_hz // _SPECTRUM_HZ))
    means = force[: len(force) // block * block].reshape(-1, block).mean(axis=1)
    rate = rate_hz / block
    size = min(len(means), round(_SEGMENT_S * rate))
    parts = np.lib.stride_tricks.sliding_window_view(means, size)[:: max(1, size // 2)]
    window = np.hanning(size + 1)[:-1]
    lines = np.fft.rfft(detrend_linear(parts) * window, axis=-1)
    power = 2 * (np.abs(lines) ** 2).mean(axis=0) / (rate * float(window @ window))
    frequencies = np.asarray(np.fft.rfftfreq(size, 1 / rate), dtype=np.float64)
    return frequencies, np.asarray(power)


def _rms(frequencies: FloatArray, power: FloatArray, band: tuple[float, float]) -> float:
    inside = (frequencies >= band[0]) & (frequencies < band[1])
    return float(np.sqrt(power[inside].sum() * (frequencies[1] - frequencies[0])))


def _peak_hz(frequencies: FloatArray, power: FloatArray) -> float | None:
    """Return the frequency of the largest hump above a power law; None where there is none."""
    inside = (frequencies >= _TREMOR_HZ[0]) & (frequencies <= _TREMOR_HZ[1]) & (power > 0)
    if inside.sum() < 5:  # noqa: PLR2004 - a slope and a hump need some lines
        return None
    x, y = np.log(frequencies[inside]), np.log(power[inside])
    slope, level = np.polyfit(x, y, 1)
    above = y - (slope * x + level)
    top = int(np.argmax(above))
    if top in {0, len(above) - 1} or above[top] < 1.0:
        return None
    return float(frequencies[inside][top])
