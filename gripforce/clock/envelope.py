"""Fit a line to the lower envelope of arrival times.

Strategy: messages are only ever delayed, so the true line lies below all points (device seconds,
host seconds of arrival), and as high as they allow. Of all such lines the one with the least
weighted mean delay is taken: the edge of the lower convex hull that spans the weighted mean device
time. Bursts and stalls of the link only raise points, and raised points get little weight.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

BUCKET_S = 1.0
BUCKETS = 256
MEMORY_BUCKETS = 100
"""Weights fall to 1/e over this many: 100 s, in which a crystal in a room keeps to 0.1 ppm."""
LEAST_SPAN_S = 3.0
"""Over a shorter span, 16 ms of jitter would look like thousands of ppm: the skew stays fixed."""
LATE_S = 0.02
"""Delay above the line at which a point has half the weight of one on it."""
LARGEST_SKEW = 0.02
"""Largest plausible skew of a microsecond oscillator: a steeper edge is an artefact."""
TOO_EARLY_S = 100e-6
"""An arrival this far below the line corrects it at once, not at the end of its second."""

Point: TypeAlias = tuple[float, float]
"""Device seconds, host seconds."""


@dataclass(frozen=True, slots=True)
class Line:
    """``host_s = offset_s + slope * device_s``."""

    offset_s: float
    slope: float

    def at(self, device_s: float) -> float:
        """Return the host seconds."""
        return self.offset_s + self.slope * device_s

    def delay_s(self, point: Point) -> float:
        """Return how far a point lies above the line."""
        return point[1] - self.at(point[0])


class Envelope:
    """Keeps the least delayed point of each second, at most 257, and the line below them."""

    def __init__(self, first: Point) -> None:
        self._closed: deque[Point] = deque(maxlen=BUCKETS)
        self._open = first
        self.line = Line(first[1] - first[0], 1.0)

    @property
    def points(self) -> tuple[Point, ...]:
        """The points that the line is fitted to, in order of device time."""
        return (*self._closed, self._open)

    def add(self, point: Point) -> bool:
        """Add a point; return whether the line was fitted again."""
        ahead = math.floor(point[0] / BUCKET_S) - math.floor(self._open[0] / BUCKET_S)
        if ahead < 0:  # sent again: later than the point that was kept for its second
            return False
        if ahead > 0:
            self._closed.append(self._open)
        if ahead > 0 or self.line.delay_s(point) < self.line.delay_s(self._open):
            self._open = point
        if ahead > 0 or self.line.delay_s(point) < -TOO_EARLY_S:
            self.line = self._fit()
            return True
        return False

    @property
    def residual_s(self) -> float:
        """Median delay of the points kept."""
        return float(np.median([self.line.delay_s(point) for point in self.points]))

    def _fit(self) -> Line:
        points = self.points
        if points[-1][0] - points[0][0] >= LEAST_SPAN_S:
            line = _hull_edge(points, self._weighted_mean_s(points))
            if abs(line.slope - 1.0) <= LARGEST_SKEW:
                return line
        return Line(min(y - self.line.slope * x for x, y in points), self.line.slope)

    def _weighted_mean_s(self, points: Sequence[Point]) -> float:
        # By rank, not by age: after a long silence one point must not outweigh all before it.
        x, y = np.array(points).T
        delays_s = y - self.line.offset_s - self.line.slope * x
        weights = np.exp(np.arange(1 - len(x), 1) / MEMORY_BUCKETS)
        return float(np.average(x, weights=weights / (1.0 + (delays_s / LATE_S) ** 2)))


def _hull_edge(points: Sequence[Point], middle_s: float) -> Line:
    hull = _lower_hull(points)
    after = next(i for i in range(1, len(hull)) if hull[i][0] >= middle_s or i == len(hull) - 1)
    (x0, y0), (x1, y1) = hull[after - 1 : after + 1]
    slope = (y1 - y0) / (x1 - x0)
    return Line(y0 - slope * x0, slope)


def _lower_hull(points: Sequence[Point]) -> list[Point]:
    """Return the lower convex hull of points with rising x (Andrew's monotone chain)."""
    hull: list[Point] = []
    for x, y in points:
        while len(hull) > 1:
            (x0, y0), (x1, y1) = hull[-2:]
            if (x1 - x0) * (y - y0) > (y1 - y0) * (x - x0):
                break
            hull.pop()
        hull.append((x, y))
    return hull
