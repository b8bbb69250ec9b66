"""Wavelet transform against PyWavelets; coherence of signals whose coherence is known."""

import numpy as np
import pytest
import pywt
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from gripforce.analysis.measures.wavelet import morlet_transform, scales_s, wavelet_coherence

RATE_HZ = 100.0
T = np.arange(3000) / RATE_HZ


def white(seed):
    return np.random.default_rng(seed).normal(size=len(T))


def test_transform_is_that_of_pywavelets():
    """cmorB-C with B = 2, C = 6/2π is the Morlet wavelet of ω₀ = 6; one constant factor apart."""
    signal = np.sin(2 * np.pi * 1.5 * T) + 0.5 * np.sin(2 * np.pi * 4 * T) + 0.1 * white(1)
    frequencies = np.array([1.0, 1.5, 3.0, 4.0])
    ours = morlet_transform(signal, RATE_HZ, frequencies)
    theirs, _ = pywt.cwt(
        signal - signal.mean(), scales_s(frequencies) * RATE_HZ, "cmor2.0-0.954929658551372",
        1 / RATE_HZ, precision=14,
    )  # fmt: skip
    inner = slice(300, -300)
    for a, b in zip(ours[:, inner], theirs[:, inner], strict=True):
        alike = np.abs(np.vdot(a, b)) / np.linalg.norm(a) / np.linalg.norm(b)
        assert alike > 0.998
    ratios = np.linalg.norm(ours[:, inner], axis=1) / np.linalg.norm(theirs[:, inner], axis=1)
    assert ratios == pytest.approx(np.full(4, ratios[0]), rel=0.01)


def test_a_delayed_copy_is_coherent():
    made = white(2)
    squared = wavelet_coherence(np.roll(made, 3) + 5, 2 * made, RATE_HZ, (2.0, 4.0))
    assert np.isnan(squared[[0, -1]]).all()
    assert np.nanmean(squared) > 0.95


def test_noise_lowers_coherence_as_its_power_does():
    """γ² = 1 / (1 + N/S) of a signal in independent noise, less what smoothing leaves."""
    common = white(3)
    found = [
        float(np.nanmean(wavelet_coherence(common + size * white(4), common, RATE_HZ, (2.0, 4.0))))
        for size in (0.5, 1.0, 2.0)
    ]
    assert found == sorted(found, reverse=True)
    assert found[0] == pytest.approx(1 / 1.25, abs=0.1)


def test_unrelated_signals_are_hardly_coherent():
    pairs = [wavelet_coherence(white(k), white(k + 50), RATE_HZ, (1.5, 1.5)) for k in range(10, 20)]
    assert np.nanmean(pairs) < 0.5


def test_coherence_is_where_the_signals_are_alike():
    common, own = white(5), white(6)
    grip = np.where(T < 15, common, own)
    squared = wavelet_coherence(grip, common, RATE_HZ, (2.0, 4.0))
    assert np.nanmean(squared[300:1300]) > 0.95
    assert np.nanmean(squared[1700:2700]) < 0.6


def plain_coherence(grip, load, low_hz, high_hz):
    """The formula at each sample, written down: PyWavelets' transform, smoothed by convolution."""
    octaves = np.arange(-4, round(12 * np.log2(high_hz / low_hz)) + 5) / 12
    scales = scales_s(low_hz * 2.0**octaves) * RATE_HZ
    g, f = (
        pywt.cwt(v - v.mean(), scales, "cmor2.0-0.954929658551372", precision=14)[0]
        for v in (grip, load)
    )

    def smooth(power):
        rows = [gaussian_filter1d(row / s, s) for row, s in zip(power, scales, strict=True)]
        return uniform_filter1d(np.array(rows), 7, axis=0)[4:-4]

    cross = g * f.conj()
    both = smooth(cross.real) ** 2 + smooth(cross.imag) ** 2
    return (both / smooth(np.abs(g) ** 2) / smooth(np.abs(f) ** 2)).mean(axis=0)


@pytest.mark.parametrize("samples", [523, 640])
def test_coherence_is_the_plain_formulas(samples):
    """Few samples a period and cosine transforms are faster, and change the mean by < 0.001."""
    rng = np.random.default_rng(samples)
    grip = np.cumsum(rng.normal(size=samples))
    load = np.roll(grip, 4) + 3 * rng.normal(size=samples)
    ours = wavelet_coherence(grip, load, RATE_HZ, (1.0, 8.0))
    plain = plain_coherence(grip, load, 1.0, 8.0)
    inner = slice(200, samples - 200)  # where each wavelet lies within the record
    assert 0.3 < plain[inner].mean() < 0.9
    assert ours[inner].mean() == pytest.approx(plain[inner].mean(), abs=1e-3)
    assert ours[inner] == pytest.approx(plain[inner], abs=0.01)
