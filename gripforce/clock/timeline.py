"""A rising curve from device seconds to host seconds; its reported part never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

KNOTS = 64
"""Pieces of the reported part that are kept, one for each refinement of the fit."""
SLEW_S = 1.0
"""A correction is spread over this long ..."""
SLEW_LIMIT = 0.5
"""... or longer, so that the pace changes by no more than this."""


class Timeline:
    """Piecewise linear and strictly rising; ``aim`` changes only the part not reported yet."""

    def __init__(self) -> None:
        self._xs = [0.0]
        self._ys = [0.0]
        self._slope = 1.0
        self._reported_x = -np.inf

    def aim(self, offset_s: float, slope: float) -> None:
        """Approach the line ``offset_s + slope * x`` from the last reported time on."""
        x = self._reported_x
        if x == -np.inf:
            self._xs, self._ys, self._slope = [0.0], [offset_s], slope
            return
        y = float(self.at(np.array([x]))[0])
        past = [(a, b) for a, b in zip(self._xs, self._ys, strict=True) if a < x]
        correction_s = offset_s + slope * x - y
        goal = x + max(SLEW_S, abs(correction_s) / SLEW_LIMIT)
        knots = [*past[-KNOTS:], (x, y), (goal, offset_s + slope * goal)]
        self._xs, self._ys = [list(axis) for axis in zip(*knots, strict=True)]
        self._slope = slope

    def report(self, x: FloatArray) -> FloatArray:
        """Convert device seconds to host seconds, and do not change them afterwards."""
        if x.size:
            self._reported_x = max(self._reported_x, float(x.max()))
        return self.at(x)

    def at(self, x: FloatArray) -> FloatArray:
        """Convert device seconds to host seconds, without fixing them."""
        return _curve(x, np.array(self._xs), np.array(self._ys), self._slope)

    def inverse(self, y: FloatArray) -> FloatArray:
        """Convert host seconds to device seconds."""
        return _curve(y, np.array(self._ys), np.array(self._xs), 1.0 / self._slope)


def _curve(x: FloatArray, xs: FloatArray, ys: FloatArray, slope: float) -> FloatArray:
    """Interpolate linearly, and extrapolate at both ends with ``slope``."""
    inside = np.interp(x, xs, ys)
    beyond = np.maximum(x - xs[-1], 0.0) + np.minimum(x - xs[0], 0.0)
    return np.asarray(inside + slope * beyond)
