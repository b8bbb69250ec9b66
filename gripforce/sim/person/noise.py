"""Noise of muscles: slow force variability and band-limited noise. Seeded, unit rms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.sim import filters

if TYPE_CHECKING:
    from gripforce.model import FloatArray

MUSCLE_HZ: Final = 4.0
"""Corner of a muscle's twitches: no force has the white rate of a first-order noise."""


def slow(n: int, rate_hz: float, rng: np.random.Generator, corner_hz: float = 1.5) -> FloatArray:
    """Return first-order noise below ``corner_hz``, smoothed as a muscle does, shape ``(n,)``."""
    return SlowNoise(rate_hz, rng, corner_hz).next(n)


class SlowNoise:
    """The same noise in pieces: ``next`` goes on where it ended, to the last bit."""

    def __init__(self, rate_hz: float, rng: np.random.Generator, corner_hz: float = 1.5) -> None:
        pole, muscle = np.exp(-2 * np.pi * np.array([corner_hz, MUSCLE_HZ]) / rate_hz)
        # Two poles a, b in a row: variance (1 + ab) / ((1 - ab) (1 - a²) (1 - b²)) for unit white.
        both = pole * muscle
        variance = (1 + both) / ((1 - both) * (1 - pole**2) * (1 - muscle**2))
        self._rms = np.sqrt(variance)
        self._denominator = np.polymul([1.0, -pole], [1.0, -muscle])
        self._state = np.zeros(2)
        self._rng = rng
        self._pass(round(2 * rate_hz / corner_hz))

    def next(self, n: int) -> FloatArray:
        """Return the next ``n`` samples."""
        return np.asarray(self._pass(n) / self._rms)

    def _pass(self, n: int) -> FloatArray:
        white = self._rng.standard_normal(n)
        if not n:  # SciPy returns another state then
            return white
        passed, self._state = filters.lfilter([1.0], self._denominator, white, self._state)
        return passed


def band(
    n: int, rate_hz: float, rng: np.random.Generator, low_hz: float, high_hz: float
) -> FloatArray:
    """Return noise between two frequencies, of rms 1 over a long time."""
    nyquist = rate_hz / 2
    sos, rms = filters.band_pass(low_hz / nyquist, high_hz / nyquist)
    lead_in = round(3 * rate_hz / (high_hz - low_hz))
    return np.asarray(filters.sosfilt(sos, rng.standard_normal(n + lead_in))[lead_in:] / rms)


def smoothed(values: FloatArray, rate_hz: float, corner_hz: float) -> FloatArray:
    """Return values through a low-pass without delay."""
    return filters.sosfiltfilt(filters.low_pass(2 * corner_hz / rate_hz), values)
