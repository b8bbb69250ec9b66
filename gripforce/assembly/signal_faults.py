"""Find spikes of one sample and excessive noise in the counts of force channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.calibration.reference_cells import expected_noise
from gripforce.model import Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gripforce.model import CountArray, FloatArray, IntArray, Scaling, StreamInfo

NOISE_TIMES: Final = 5.0
"""Times the noise that its converter is expected to have, from which a channel is noisy."""
NOISE_N: Final = 0.05
"""Noise that no calibrated channel is called noisy for: a 0.1 N onset is twice as high."""
NOISE_SHARE: Final = 0.02
"""A hand in vigorous motion is no noise: nor is this share of the force's range in the window."""
SPIKE_TIMES: Final = 6.0
"""Times the limit of noise, and the noise about it, that a spike is high at least."""
SPIKE_CLEAR: Final = 8.0
"""Times the range of its four neighbours that a spike stands off their median."""
WINDOW_S: Final = 0.5
STEP_S: Final = 0.01
"""Between the samples of the fourth difference: mains of 50 Hz passes, a tremor of 10 Hz hardly."""
SLOWEST_HZ: Final = 50.0
"""Below this rate a quick hand changes within a sample."""
SPREADS: Final = 1.5
FASTEST_HZ: Final = 500.0
"""A slow converter whose delay is less than ``SPREADS`` sampling periods may show a tap on the
object as one sample; from ``FASTEST_HZ`` on, no tap is so short."""

_ABOUT: Final = 32
_FOURTH: Final = (1, -4, 6, -4, 1)
_FOURTH_GAIN: Final = float(np.sqrt(np.square(_FOURTH).sum()))
_MAD_TO_SD: Final = 1.4826
_ZERO: Final = np.float32(0)
_NEIGHBOURS: Final = np.array([-2, -1, 1, 2])


def noise_limits(stream: StreamInfo, scaling: Scaling) -> FloatArray:
    """Return the noise [counts rms] from which each channel is noisy, shape ``(channels,)``.

    Infinite for channels without force, and where neither converter nor calibration is known.
    """
    limits = np.full(len(stream.channels), np.inf)
    if stream.rate_hz < SLOWEST_HZ:
        return limits
    for k, channel in enumerate(stream.channels):
        gain = abs(float(scaling.matrix[k, k]))
        if not channel.kind.is_force or not gain:
            continue
        known = [NOISE_TIMES * expected] if (expected := expected_noise(stream, channel, 1)) else []
        known += [NOISE_N / gain] if scaling.units[k] is Unit.NEWTON else []
        limits[k] = max(known, default=np.inf)
    return limits


def can_show_spikes(stream: StreamInfo) -> bool:
    """Whether one sample that stands alone cannot be a force."""
    spread = stream.latency_us * 1e-6 * stream.rate_hz >= SPREADS
    return stream.rate_hz >= FASTEST_HZ or spread


def find_spikes(counts: CountArray, limits: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Find samples that stand alone far off their four neighbours.

    ``counts`` has the shape ``(n, channels)``, ``limits`` is that of ``noise_limits``. Return row,
    channel and height [counts] of each; the first and last two samples are neighbours only.
    """
    if len(counts) <= len(_NEIGHBOURS):
        empty = np.empty(0, np.int64)
        return empty, empty, np.empty(0)
    floor = SPIKE_TIMES * limits
    values = counts.astype(np.float32)
    bend = 2 * values[2:-2] - values[1:-3] - values[3:-1]
    row, channel = np.nonzero(np.abs(bend) > 2 * floor)
    row = row + 2
    around = counts[row[:, None] + _NEIGHBOURS, channel[:, None]].astype(np.int64)
    height = counts[row, channel] - np.median(around, axis=1)
    clear = np.abs(height) > np.maximum(floor[channel], SPIKE_CLEAR * np.ptp(around, axis=1))
    row, channel, height = row[clear], channel[clear], height[clear]
    noise = [_noise_about(values, *place) for place in zip(row, channel, strict=True)]
    alone = np.abs(height) > SPIKE_TIMES * np.array(noise)
    return row[alone], channel[alone], height[alone]


def _noise_about(values: NDArray[np.float32], row: int, channel: int) -> float:
    """Return the standard deviation of the samples about one, by the median of their steps."""
    steps = np.diff(values[max(0, row - _ABOUT) : row + _ABOUT, channel])
    return float(_MAD_TO_SD / np.sqrt(2) * np.median(np.abs(steps)))


def noisy_windows(counts: CountArray, rate_hz: float, limits: FloatArray) -> FloatArray:
    """Return the noise [counts rms] of each half second that is too noisy, else 0.

    Shape ``(windows, channels)``. It is that of the fourth difference over 10 ms, by its median:
    neither forces nor knocks count.
    """
    step, size = max(1, round(STEP_S * rate_hz)), round(WINDOW_S * rate_hz)
    windows = counts[: len(counts) // size * size].reshape(-1, size, counts.shape[1])
    inner = size - 4 * step
    if not len(windows):
        return np.empty((0, counts.shape[1]))
    values = windows.astype(np.float32)
    fourth = sum((f * values[:, k * step : k * step + inner] for k, f in enumerate(_FOURTH)), _ZERO)
    noise = _MAD_TO_SD / _FOURTH_GAIN * np.median(np.abs(fourth), axis=1)
    least = np.maximum(limits, NOISE_SHARE * np.ptp(values, axis=1))
    return np.where(noise > least, noise, 0.0)
