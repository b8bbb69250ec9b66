"""Regression: of grip on load force (least squares, total least squares), and on predictors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import t

from gripforce.analysis.results import Estimate

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


@dataclass(frozen=True, eq=False, slots=True)
class PlaneFit:
    """A regression on one or two predictors, with the covariance of its slopes."""

    slopes: FloatArray
    covariance: FloatArray
    """Of the slopes, robust against a spread that grows with the value (HC3
    [MacKinnonWhite1985])."""
    n: int

    def slope(self, which: int) -> Estimate:
        """Return a slope and its 95 % interval by Student's t."""
        value = float(self.slopes[which])
        half = self._t * float(self.covariance[which, which]) ** 0.5
        return Estimate(value, value - half, value + half, self.n)

    def share(self, which: int) -> Estimate | None:
        """Return a slope over the sum of both, and Fieller's 95 % interval [Fieller1954].

        None where the sum is not different from 0: a share of nothing.
        """
        a, b = float(self.slopes[which]), float(self.slopes.sum())
        v = self.covariance
        aa, ab, bb = float(v[which, which]), float(v[which].sum()), float(v.sum())
        t2 = self._t**2
        free = b**2 - t2 * bb
        if free <= 0:
            return None
        middle = (a * b - t2 * ab) / free
        half = float(np.sqrt(max(middle**2 - (a**2 - t2 * aa) / free, 0.0)))
        return Estimate(a / b, middle - half, middle + half, self.n)

    @property
    def _t(self) -> float:
        return float(t.ppf(0.975, self.n - 1 - len(self.slopes)))


def fit_plane(predictors: FloatArray, values: FloatArray) -> PlaneFit:
    """Fit ``value = a + b1 · x1 + …`` by least squares; ``predictors`` has a column for each."""
    design = np.column_stack([np.ones(len(values)), predictors])
    inverse = np.linalg.inv(design.T @ design)
    solution = inverse @ design.T @ values
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = (values - design @ solution) / np.maximum(1 - leverage, 1e-6)
    half = inverse @ (design * residual[:, None]).T
    return PlaneFit(solution[1:], (half @ half.T)[1:, 1:], len(values))


def total_least_squares(load: FloatArray, grip: FloatArray) -> RegressionLine:
    """Return the orthogonal regression: the long axis of the cloud of points."""
    cov = np.cov(load, grip)
    values, vectors = np.linalg.eigh(cov)
    along = vectors[:, int(np.argmax(values))]
    gain = float(along[1] / along[0]) if along[0] else float("inf")
    return RegressionLine(gain, float(grip.mean() - gain * load.mean()))
