"""Wavelet coherence of grip and load: how alike they are, by time and frequency [Grinsted2004].

Strategy: Morlet wavelets (ω₀ = 6) by Fourier transform; cross-spectrum and powers are smoothed over
the time and the scales that the wavelet itself covers, because without smoothing every coherence
is 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gripforce.model import FloatArray

    ComplexArray = NDArray[np.complex128]

_OMEGA: Final = 6.0
_PER_OCTAVE: Final = 12
_SCALES_SMOOTHED: Final = 0.6
"""Decorrelation length of the Morlet wavelet in octaves of scale [Grinsted2004]."""
_EDGE: Final = 2**0.5
"""Scales from either end within which a wavelet reaches beyond the record."""
GRID_HZ: Final = 100.0


def morlet_transform(
    values: FloatArray, rate_hz: float, frequencies_hz: FloatArray
) -> ComplexArray:
    """Return the continuous wavelet transform, shape ``(frequencies, samples)``."""
    size = 2 * len(values)
    spectrum = np.fft.fft(values - values.mean(), size)
    omega = 2 * np.pi * np.fft.fftfreq(size, 1 / rate_hz)
    scales = scales_s(frequencies_hz)[:, None]
    gauss = np.where(omega > 0, np.exp(-0.5 * (scales * omega - _OMEGA) ** 2), 0.0)
    norm = np.sqrt(2 * np.pi * scales * rate_hz) * np.pi**-0.25
    return np.asarray(np.fft.ifft(spectrum * gauss * norm, axis=1)[:, : len(values)])


def scales_s(frequencies_hz: FloatArray) -> FloatArray:
    """Return the scale [s] of each frequency: the wavelet's Fourier period is 1.03 scales."""
    return np.asarray((_OMEGA + np.sqrt(2 + _OMEGA**2)) / (4 * np.pi * frequencies_hz))


def wavelet_coherence(
    grip: FloatArray, load: FloatArray, rate_hz: float, band_hz: tuple[float, float]
) -> FloatArray:
    """Return the mean squared coherence over a band at each sample, NaN near the ends.

    ``grip`` and ``load`` are forces or force rates of one length; a sample is the mean over those
    frequencies of the band whose wavelets lie within the record.
    """
    low, high = band_hz
    count = max(1, round(_PER_OCTAVE * np.log2(high / low)) + 1)
    pad = int(np.ceil(_SCALES_SMOOTHED * _PER_OCTAVE / 2))
    steps = np.arange(-pad, count + pad) / _PER_OCTAVE
    frequencies = low * 2.0**steps
    scales = scales_s(frequencies)
    g, f = (morlet_transform(v, rate_hz, frequencies) for v in (grip, load))
    cross = g * f.conj()
    spectra = np.stack([cross.real, cross.imag, np.abs(g) ** 2, np.abs(f) ** 2])
    real, imaginary, of_grip, of_load = _smoothed(spectra / scales[:, None], scales * rate_hz)
    power = of_grip * of_load
    both = np.abs(real + 1j * imaginary) ** 2
    squared = np.where(power > 0, both / np.where(power > 0, power, 1.0), 0.0)
    inner = slice(pad, pad + count)
    at = np.arange(len(grip))
    near = np.minimum(at, len(grip) - 1 - at) < _EDGE * scales[inner, None] * rate_hz
    known = (~near).sum(axis=0)
    total = np.where(near, 0.0, squared[inner]).sum(axis=0)
    return np.where(known > 0, total / np.maximum(known, 1), np.nan)


def _smoothed(spectra: FloatArray, widths: FloatArray) -> FloatArray:
    """Return spectra, shape ``(spectra, frequencies, samples)``, smoothed.

    Over time by a Gaussian of each scale, ``widths`` in samples; then over scales.
    """
    rows = [gaussian_filter1d(spectra[:, k], width, axis=-1) for k, width in enumerate(widths)]
    size = round(_SCALES_SMOOTHED * _PER_OCTAVE)
    return np.asarray(uniform_filter1d(np.stack(rows, axis=1), size, axis=1))
