"""Grip and load in frequency: coherence with its significance, and relative phase."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import butter, csd, hilbert, sosfiltfilt, welch

if TYPE_CHECKING:
    from gripforce.model import FloatArray

SEGMENT_S = 4.0
OVERLAP = 0.5
FEWEST_SEGMENTS = 6
_ALPHA = 0.05
_HALF_BAND_HZ = 0.5


@dataclass(frozen=True, slots=True)
class Coherence:
    """Magnitude-squared coherence at one frequency (Welch, 4 s Hann, half overlapping)."""

    frequency_hz: float
    value: float
    significance: float
    """``1 - 0.05^(1/(L - 1))``: what unrelated signals exceed once in twenty."""
    gain: float
    lag_s: float
    """From the phase: positive when grip follows load; ambiguous beyond half a period."""
    segments: int


@dataclass(frozen=True, slots=True)
class RelativePhase:
    """Phase of grip minus phase of load, over time, as a circular mean."""

    mean_deg: float
    """Negative when grip follows load."""
    locking: float
    """Length of the mean vector: 1 is a constant phase, 0 none."""


def coherence_at(
    grip: FloatArray, load: FloatArray, rate_hz: float, frequency_hz: float
) -> Coherence | None:
    """Return coherence at the spectral line nearest to a frequency; None under six segments.

    The phase is turned into a lag at the frequency itself: what the line shows is its leakage.
    """
    size = round(SEGMENT_S * rate_hz)
    step = size - int(OVERLAP * size)
    segments = (len(grip) - size) // step + 1 if len(grip) >= size else 0
    if segments < FEWEST_SEGMENTS:
        return None
    welch_of = partial(welch, fs=rate_hz, nperseg=size, noverlap=size - step)
    frequencies, cross = csd(load, grip, fs=rate_hz, nperseg=size, noverlap=size - step)
    load_power, grip_power = welch_of(load)[1], welch_of(grip)[1]
    k = int(np.argmin(np.abs(frequencies - frequency_hz)))
    power = float(load_power[k] * grip_power[k])
    return Coherence(
        frequency_hz=float(frequencies[k]),
        value=float(np.abs(cross[k]) ** 2 / power) if power > 0 else float("nan"),
        significance=1 - _ALPHA ** (1 / (segments - 1)),
        gain=float(np.abs(cross[k]) / load_power[k]),
        lag_s=float(-np.angle(cross[k]) / (2 * np.pi * frequency_hz)),
        segments=segments,
    )


def relative_phase(
    grip: FloatArray, load: FloatArray, rate_hz: float, frequency_hz: float
) -> RelativePhase:
    """Return the relative phase of both, band-passed to ±0.5 Hz about a frequency.

    One period at either end is left out: there the analytic signal is not itself.
    """
    low = max(0.1 * frequency_hz, frequency_hz - _HALF_BAND_HZ)
    band = butter(2, [low, frequency_hz + _HALF_BAND_HZ], "bandpass", fs=rate_hz, output="sos")
    phases = [np.angle(hilbert(sosfiltfilt(band, v - v.mean()))) for v in (grip, load)]
    edge = min(round(rate_hz / frequency_hz), len(grip) // 4)
    vector = np.exp(1j * (phases[0] - phases[1]))[edge : len(grip) - edge].mean()
    return RelativePhase(float(np.degrees(np.angle(vector))), float(np.abs(vector)))
