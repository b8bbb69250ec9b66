"""Wavelet coherence of grip and load: how alike they are, by time and frequency [Grinsted2004].

Strategy: Morlet wavelets (ω₀ = 6) by Fourier transform; cross-spectrum and powers are smoothed over
the time and the scales that the wavelet itself covers, because without smoothing every coherence
is 1. No more samples are computed than the highest frequency needs: a mean over a loading phase
stays within 0.001 of the plain formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.fft import dct, idct, next_fast_len
from scipy.ndimage import uniform_filter1d

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
_PER_PERIOD: Final = 2.4
"""Samples that a period of the highest frequency needs: its wavelet reaches to 1.75 times it, and
what is smoothed over a scale reaches less far than the wavelet."""
GRID_HZ: Final = 100.0


def morlet_transform(
    values: FloatArray, rate_hz: float, frequencies_hz: FloatArray, stride: int = 1
) -> ComplexArray:
    """Return the continuous wavelet transform of values, ``(…, samples)``, at each frequency.

    The shape is ``(…, frequencies, samples)``, with every ``stride``-th sample: no wavelet may
    reach beyond ``rate_hz / stride``. It has no negative frequencies, so nothing is folded.
    """
    samples = values.shape[-1]
    size = next_fast_len(-(-2 * samples // stride))
    spectrum = np.fft.rfft(values - values.mean(axis=-1, keepdims=True), size * stride)
    scales = scales_s(frequencies_hz)[:, None]
    omega = 2 * np.pi * rate_hz / (size * stride) * np.arange(min(size, spectrum.shape[-1]))
    norm = np.sqrt(2 * np.pi * scales * rate_hz) * np.pi**-0.25 / stride
    gauss = norm * np.exp(-0.5 * (scales * omega - _OMEGA) ** 2) * (omega > 0)
    lines = spectrum[..., None, : len(omega)] * gauss
    return np.asarray(np.fft.ifft(lines, size, axis=-1)[..., : -(-samples // stride)])


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
    scales = scales_s(frequencies)[:, None]
    stride = max(1, int(rate_hz // (_PER_PERIOD * frequencies[-1])))
    g, f = morlet_transform(np.stack([grip, load]), rate_hz, frequencies, stride)
    cross = g * f.conj()
    spectra = np.stack([cross.real, cross.imag, np.abs(g) ** 2, np.abs(f) ** 2])
    real, imaginary, of_grip, of_load = _smoothed(spectra / scales, scales * rate_hz / stride)
    power = of_grip * of_load
    both = real**2 + imaginary**2
    squared = np.where(power > 0, both / np.where(power > 0, power, 1.0), 0.0)
    inner = slice(pad, pad + count)
    fine = _between(squared[inner], stride, len(grip))
    at = np.arange(len(grip))
    near = np.minimum(at, len(grip) - 1 - at) < _EDGE * scales[inner] * rate_hz
    known = (~near).sum(axis=0)
    total = np.where(near, 0.0, fine).sum(axis=0)
    return np.where(known > 0, total / np.maximum(known, 1), np.nan)


def _between(rows: FloatArray, stride: int, samples: int) -> FloatArray:
    """Return rows that have every ``stride``-th sample with straight lines between these."""
    at = np.arange(samples) / stride
    before = at.astype(int)
    after = np.minimum(before + 1, rows.shape[1] - 1)
    part = at - before
    return np.asarray(rows[:, before] * (1 - part) + rows[:, after] * part)


def _smoothed(spectra: FloatArray, widths: FloatArray) -> FloatArray:
    """Return spectra, shape ``(spectra, frequencies, samples)``, smoothed.

    Over time by a Gaussian of each scale, ``widths`` in samples, shape ``(frequencies, 1)``, with
    either end reflected, which a cosine transform does by itself; then over scales.
    """
    omega = np.pi * np.arange(spectra.shape[-1]) / spectra.shape[-1]
    cosines = dct(spectra, axis=-1) * np.exp(-0.5 * (widths * omega) ** 2)
    size = round(_SCALES_SMOOTHED * _PER_OCTAVE)
    return np.asarray(idct(uniform_filter1d(cosines, size, axis=1), axis=-1))
