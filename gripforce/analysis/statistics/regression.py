"""Regression of grip on load force: least squares, and total least squares (errors in both)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray


@dataclass(frozen=True, slots=True)
class RegressionLine:
    """``GF = gain · LF + offset_n``; the gain has no unit."""

    gain: float
    offset_n: float


def least_squares(load: FloatArray, grip: FloatArray) -> RegressionLine:
    """Return the ordinary regression; its gain shrinks with the correlation, and with lag.

    A lag ``ℓ`` at frequency ``f`` makes it ``gain · cos(2πfℓ)``.
    """
    gain = float(np.cov(load, grip)[0, 1] / np.var(load, ddof=1))
    return RegressionLine(gain, float(grip.mean() - gain * load.mean()))


def total_least_squares(load: FloatArray, grip: FloatArray) -> RegressionLine:
    """Return the orthogonal regression: the long axis of the cloud of points."""
    cov = np.cov(load, grip)
    values, vectors = np.linalg.eigh(cov)
    along = vectors[:, int(np.argmax(values))]
    gain = float(along[1] / along[0]) if along[0] else float("inf")
    return RegressionLine(gain, float(grip.mean() - gain * load.mean()))
