"""Loads applied in a calibration, and checks that refuse loads that cannot give one.

The limits are wide: they catch a disconnected cable, a mass typed wrong or a cell that is far too
large. The certificate reports how good a cell is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.model import Channel, FloatArray

EARTH_GRAVITY_M_S2 = (9.76, 9.84)
LEAST_LEVELS = 3
"""Two loads always lie on a line: a third one can contradict it."""
LEAST_POINTS = 5
LEAST_SPAN = 0.05
"""Least span of readings relative to the converter's full scale."""
MOST_NOISE = 0.01
"""Largest standard deviation within one point, relative to the span."""
LEAST_LOAD_SPAN_N = 0.01
MOST_LOAD_N = 10_000.0
UNCHANGED_SIGMA = 3.0
BACKWARD = 0.005
"""Largest step back of the reading from one load to a larger one (hysteresis), relative to the
span."""


class Direction(StrEnum):
    """Whether a load was approached from below or from above."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """One steady load: force applied to each channel [N], and each channel's reading [counts]."""

    load_n: tuple[float, ...]
    mean_counts: tuple[float, ...]
    sd_counts: tuple[float, ...]
    direction: Direction = Direction.UP
    run: int = 1

    @classmethod
    def single(
        cls,
        load_n: float,
        mean_counts: float,
        sd_counts: float,
        direction: str = "up",
        run: int = 1,
    ) -> LoadPoint:
        """Return a point of a single channel."""
        return cls((load_n,), (mean_counts,), (sd_counts,), Direction(direction), run)


def load_from_mass(mass_g: float, gravity_m_s2: float = STANDARD_GRAVITY) -> float:
    """Return the weight [N] of a mass [g], negative for a load in the opposite direction.

    Raises ``CalibrationError`` for a mass that is not a number or a gravity not found on Earth.
    """
    if not math.isfinite(mass_g):
        raise CalibrationError("A mass must be a number of grams.", "Type it like 500 or 499.8.")
    low, high = EARTH_GRAVITY_M_S2
    if not low <= gravity_m_s2 <= high:
        raise CalibrationError(
            f"A gravity of {gravity_m_s2:g} m/s² is not found on Earth.",
            f"Give the local value, between {low} and {high}, or leave it out.",
        )
    return mass_g * 1e-3 * gravity_m_s2


def pure_points(points: Iterable[LoadPoint], channel: int) -> list[LoadPoint]:
    """Return the points that load no channel but ``channel``."""
    return [p for p in points if not any(p.load_n[:channel]) and not any(p.load_n[channel + 1 :])]


def check_points(channels: Sequence[Channel], points: Sequence[LoadPoint]) -> None:
    """Raise ``CalibrationError`` if the points cannot calibrate the channels."""
    _check_shape(len(channels), points)
    for index, channel in enumerate(channels):
        _check_saturation(channel, index, points)
    for index, channel in enumerate(channels):
        pure = pure_points(points, index)
        _check_loads(channel, [p.load_n[index] for p in pure])
        _check_readings(channel, index, pure)
        _check_order(channel, index, pure)


def check_newest(channels: Sequence[Channel], index: int, points: Sequence[LoadPoint]) -> None:
    """Raise ``CalibrationError`` if the newest point contradicts those before it.

    ``points`` load the channel ``index`` alone, in the order in which they were applied.
    """
    newest = points[-1]
    for each, channel in enumerate(channels):
        _check_saturation(channel, each, [newest])
    if len(points) > 1 and points[-2].load_n != newest.load_n:
        _check_moved(channels[index], index, points[-2], newest)
    if len({p.load_n[index] for p in points}) > 1:
        _check_ends(channels[index], index, points)
        _check_order(channels[index], index, points)


def _check_shape(size: int, points: Sequence[LoadPoint]) -> None:
    if not points:
        raise CalibrationError("No load was measured.", "Apply loads from zero up and down again.")
    for point in points:
        if not len(point.load_n) == len(point.mean_counts) == len(point.sd_counts) == size:
            raise CalibrationError(
                f"A load point does not have {size} loads and readings, one for each channel.",
                "Give every channel's load, 0 where it has none.",
            )
        numbers = (*point.load_n, *point.mean_counts, *point.sd_counts)
        if not all(map(math.isfinite, numbers)) or min(point.sd_counts) < 0:
            raise CalibrationError(
                "A load or a reading is not a number.", "Measure that load again; check the cable."
            )
        if max(map(abs, point.load_n)) > MOST_LOAD_N:
            raise CalibrationError(
                f"A load of {max(map(abs, point.load_n)):.3g} N exceeds any grip force.",
                "Loads are in newtons: a mass of 500 g weighs 4.9 N.",
            )


def _check_saturation(channel: Channel, index: int, points: Sequence[LoadPoint]) -> None:
    for point in points:
        if abs(point.mean_counts[index]) + 3 * point.sd_counts[index] >= channel.full_scale_counts:
            raise CalibrationError(
                f"{channel.label} is saturated at {point.load_n[index]:.4g} N.",
                "Use smaller loads or a lower gain; if it happens without load, check the wiring.",
            )


def _check_loads(channel: Channel, loads_n: Sequence[float]) -> None:
    levels = sorted(set(loads_n))
    if len(loads_n) > 1 and levels[-1] - levels[0] < LEAST_LOAD_SPAN_N:
        raise CalibrationError(
            f"All loads on {channel.label} alone are equal ({levels[0]:.4g} N).",
            "Apply at least zero and two different loads to it, with none on the other channels.",
        )
    if len(levels) < LEAST_LEVELS or len(loads_n) < LEAST_POINTS:
        raise CalibrationError(
            f"{channel.label} has too few points: {len(loads_n)} at {len(levels)} different loads.",
            f"Apply zero and at least two loads to it alone, {LEAST_POINTS} points or more; "
            "five up and five down, three times, is good practice.",
        )


def _check_readings(channel: Channel, index: int, points: Sequence[LoadPoint]) -> None:
    span = _check_ends(channel, index, points)
    noise = max(p.sd_counts[index] for p in points)
    if span < LEAST_SPAN * channel.full_scale_counts:
        raise CalibrationError(
            f"The loads on {channel.label} span {100 * span / channel.full_scale_counts:.2g} % of "
            f"full scale; at least {100 * LEAST_SPAN:g} % are needed.",
            "Use larger loads, a higher gain, or a smaller cell.",
        )
    if noise > MOST_NOISE * span:
        raise CalibrationError(
            f"{channel.label} is too noisy: {100 * noise / span:.2g} % of the span at one load.",
            "Let the load come to rest, keep the cable still, check shield and supply.",
        )


def _check_ends(channel: Channel, index: int, points: Sequence[LoadPoint]) -> float:
    """Return the counts between the smallest and the largest load; refuse an unchanged reading."""
    low = min(points, key=lambda p: p.load_n[index])
    high = max(points, key=lambda p: p.load_n[index])
    return _check_moved(channel, index, low, high)


def _check_moved(channel: Channel, index: int, low: LoadPoint, high: LoadPoint) -> float:
    """Return the counts between two loads; refuse an unchanged reading."""
    span = abs(high.mean_counts[index] - low.mean_counts[index])
    if span <= UNCHANGED_SIGMA * math.hypot(low.sd_counts[index], high.sd_counts[index]):
        raise CalibrationError(
            f"{channel.label} reads the same at {low.load_n[index]:.4g} N and at "
            f"{high.load_n[index]:.4g} N.",
            "Check that the load is applied to this cell, and its wiring.",
        )
    return span


def _check_order(channel: Channel, index: int, points: Sequence[LoadPoint]) -> None:
    means = _means(points, index)
    span = means[-1][1] - means[0][1]
    series = [means, *(_means(list(group), index) for _, group in groupby(_in_runs(points), _run))]
    for pairs in series:
        for (load_a, counts_a), (load_b, counts_b) in pairwise(pairs):
            if (counts_b - counts_a) / span < -BACKWARD:
                raise CalibrationError(
                    f"{channel.label} turns back between {load_a:.4g} N and {load_b:.4g} N.",
                    "Check that these two masses were entered correctly, and that nothing "
                    "touches the plate; then measure them again.",
                )


def _run(point: LoadPoint) -> tuple[int, str]:
    return point.run, point.direction


def _in_runs(points: Sequence[LoadPoint]) -> list[LoadPoint]:
    return sorted(points, key=_run)


def _means(points: Sequence[LoadPoint], index: int) -> list[tuple[float, float]]:
    """Return (load, mean of the readings) in order of load."""
    ordered = sorted(points, key=lambda p: p.load_n[index])
    groups = groupby(ordered, key=lambda p: p.load_n[index])
    return [(load, float(np.mean([p.mean_counts[index] for p in same]))) for load, same in groups]


def arrays(points: Sequence[LoadPoint]) -> tuple[FloatArray, FloatArray]:
    """Return loads [N] and counts of points, each of shape ``(points, channels)``."""
    return np.array([p.load_n for p in points]), np.array([p.mean_counts for p in points])
