"""Means, peaks and spreads of a stretch of signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import detrend, find_peaks

if TYPE_CHECKING:
    from gripforce.model import FloatArray


def value_at(values: FloatArray, position: float) -> float:
    """Return the value at a fractional index, linear between samples."""
    low = min(max(int(position), 0), len(values) - 1)
    high = min(low + 1, len(values) - 1)
    fraction = position - low
    return float(values[low] * (1 - fraction) + values[high] * fraction)


def peak_position(values: FloatArray, start: int, stop: int) -> float:
    """Return the fractional index of the largest value in ``[start, stop)``, by a parabola."""
    top = start + int(np.argmax(values[start:stop]))
    if top in {0, len(values) - 1}:
        return float(top)
    return top + parabola_vertex(*(float(v) for v in values[top - 1 : top + 2]))


def parabola_vertex(before: float, at: float, after: float) -> float:
    """Return the vertex, in samples from the middle one, of the parabola through three values."""
    curvature = before - 2 * at + after
    return 0.0 if curvature == 0 else min(max(0.5 * (before - after) / curvature, -0.5), 0.5)


def coefficient_of_variation_pct(values: FloatArray) -> float:
    """Return 100 SD / mean [%] after removing a straight line, which is drift, not unsteadiness."""
    return 100.0 * float(np.std(detrend(values), ddof=1)) / float(np.mean(values))


def count_peaks(values: FloatArray, smallest_fraction: float, separation: float) -> int:
    """Count maxima whose height and prominence are that fraction of the largest value."""
    smallest = smallest_fraction * float(np.max(values))
    if smallest <= 0:
        return 0
    # Flanks of zero let a peak at either end of the window count.
    padded = np.concatenate(([min(0.0, float(values[0]))], values, [min(0.0, float(values[-1]))]))
    peaks, _ = find_peaks(
        padded, height=smallest, prominence=smallest, distance=max(1.0, separation)
    )
    return len(peaks)
