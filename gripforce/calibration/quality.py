"""Compute the quality figures of a calibration and its combined uncertainty.

Definitions (docs/calibration.md): percentages are of the channel's span of loads. Figures are
computed from points that load this channel alone, cross-talk from those that load another alone.

    u² = u_ref² + u_g² + u_res² + u_rep² + u_hyst² + u_drift² + u_xt²,   U = 2 u, at the full span
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from gripforce.calibration.loads import Direction, pure_points
from gripforce.calibration.result import FitQuality, Residual

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.calibration.loads import LoadPoint
    from gripforce.model import FloatArray

MASS_TOLERANCE = 1e-3
"""Relative tolerance of masses, rectangular distribution."""
GRAVITY_TOLERANCE = 2.7e-3
"""Relative deviation of gravity on Earth (9.780 to 9.832 m/s²) from standard, rectangular."""
COVERAGE = 2.0
_ROOT_3 = math.sqrt(3.0)


def _reference_parts(span_n: float, *, local_gravity: bool) -> list[float]:
    """Return the standard uncertainties due to masses and to gravity [N]."""
    gravity_n = 0.0 if local_gravity else span_n * GRAVITY_TOLERANCE / _ROOT_3
    return [span_n * MASS_TOLERANCE / _ROOT_3, gravity_n]


def _rms(values: Sequence[float]) -> float:
    return math.sqrt(float(np.mean(np.square(values)))) if values else 0.0


def residuals_of(
    labels: Sequence[str], points: Sequence[LoadPoint], found_n: FloatArray
) -> tuple[Residual, ...]:
    """Return the residuals of all points on the channel that each loads alone (at zero, on all).

    ``found_n`` are the fitted forces [N], shape ``(points, channels)``.
    """
    return tuple(
        Residual(label, p.load_n[i], str(p.direction), p.run, float(found_n[row, i] - p.load_n[i]))
        for i, label in enumerate(labels)
        for row, p in enumerate(points)
        if not any(p.load_n[:i]) and not any(p.load_n[i + 1 :])
    )


def measure_quality(
    points: Sequence[LoadPoint],
    index: int,
    found_n: FloatArray,
    counts: FloatArray,
    matrix: FloatArray,
    *,
    local_gravity: bool,
) -> FitQuality:
    """Compute the quality figures of the channel ``index``.

    Fitted forces [N] and readings are ``(points, channels)``, gains [N/count] square.
    """
    pure, rows, loads_n = _alone(points, index)
    residuals_n, span_n = found_n[rows, index] - loads_n, float(np.ptp(loads_n))
    repeatability_n = _repeatability(pure, index, residuals_n)
    limits_n = _hysteresis(pure, index, residuals_n), _zero_return(pure, index, residuals_n)
    parts_n = [
        *_reference_parts(span_n, local_gravity=local_gravity),
        math.sqrt(float(np.sum(residuals_n**2)) / max(len(pure) - 2, 1)),
        repeatability_n or 0.0,
        *((limit_n or 0.0) / _ROOT_3 for limit_n in limits_n),
        _rms(_off_axis(points, index, found_n[:, index])),
    ]
    percent, gain = 100.0 / span_n, float(matrix[index, index])
    return FitQuality(
        span_n=span_n,
        span_counts=float(np.ptp(counts[rows, index])),
        points=len(pure),
        runs=len({p.run for p in pure}),
        noise_n=abs(gain) * max(p.sd_counts[index] for p in pure),
        nonlinearity_pct=percent * _nonlinearity(loads_n, residuals_n),
        quadratic_pct=percent * _quadratic_sag(loads_n, residuals_n),
        hysteresis_pct=_scaled(limits_n[0], percent),
        repeatability_pct=_scaled(repeatability_n, percent),
        zero_return_pct=_scaled(limits_n[1], percent),
        crosstalk_before_pct=_crosstalk_pct(points, index, gain * counts[:, index]),
        crosstalk_pct=_crosstalk_pct(points, index, found_n[:, index]),
        uncertainty_n=COVERAGE * math.hypot(*parts_n),
    )


def _alone(
    points: Sequence[LoadPoint], index: int
) -> tuple[Sequence[LoadPoint], list[int], FloatArray]:
    """Return the points that load this channel alone, their rows and their loads [N]."""
    pure = pure_points(points, index)
    rows = [row for row, point in enumerate(points) if point in pure]
    return pure, rows, np.array([p.load_n[index] for p in pure])


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _nonlinearity(loads_n: FloatArray, residuals_n: FloatArray) -> float:
    return max(abs(float(residuals_n[loads_n == load].mean())) for load in np.unique(loads_n))


def _quadratic_sag(loads_n: FloatArray, residuals_n: FloatArray) -> float:
    """Return the height of the residuals' parabola above its chord, at the middle of the span."""
    half_n = float(np.ptp(loads_n)) / 2
    unit = (loads_n - loads_n.min()) / half_n - 1.0
    return -float(np.polynomial.polynomial.polyfit(unit, residuals_n, 2)[2])


def _hysteresis(pure: Sequence[LoadPoint], index: int, residuals_n: FloatArray) -> float | None:
    lowest = min(p.load_n[index] for p in pure)
    levels: dict[float, dict[Direction, list[float]]] = defaultdict(lambda: defaultdict(list))
    for p, residual in zip(pure, residuals_n, strict=True):
        levels[p.load_n[index]][p.direction].append(float(residual))
    gaps = [
        float(np.mean(found[Direction.DOWN]) - np.mean(found[Direction.UP]))
        for load, found in levels.items()
        if load != lowest and len(found) == len(Direction)
    ]
    return max((abs(gap) for gap in gaps), default=None)


def _repeatability(pure: Sequence[LoadPoint], index: int, residuals_n: FloatArray) -> float | None:
    """Return the pooled standard deviation between runs at the same load and direction."""
    groups = defaultdict(list)
    for p, residual in zip(pure, residuals_n, strict=True):
        groups[p.load_n[index], p.direction].append(float(residual))
    repeated = [found for found in groups.values() if len(found) > 1]
    freedom = sum(len(found) - 1 for found in repeated)
    if not freedom:
        return None
    return math.sqrt(sum(float(np.var(found)) * len(found) for found in repeated) / freedom)


def _zero_return(pure: Sequence[LoadPoint], index: int, residuals_n: FloatArray) -> float | None:
    runs = defaultdict(list)
    for p, residual in zip(pure, residuals_n, strict=True):
        if p.load_n[index] == 0:
            runs[p.run].append(float(residual))
    changes = [max(found) - min(found) for found in runs.values() if len(found) > 1]
    return max(changes, default=None)


def _off_axis(points: Sequence[LoadPoint], index: int, found_n: Iterable[float]) -> list[float]:
    """Return this channel's forces under loads on other channels alone."""
    pairs = zip(points, found_n, strict=True)
    return [float(found) for p, found in pairs if p.load_n[index] == 0 and any(p.load_n)]


def _crosstalk_pct(
    points: Sequence[LoadPoint], index: int, found_n: Sequence[float] | FloatArray
) -> float | None:
    """Return the largest slope of this channel's force over another channel's load, in percent."""
    slopes = []
    for other in range(len(points[0].load_n)):
        if other == index:
            continue
        rows = [row for row, p in enumerate(points) if p in pure_points(points, other)]
        loads_n = [points[row].load_n[other] for row in rows]
        slopes.append(abs(float(np.polyfit(loads_n, [found_n[row] for row in rows], 1)[0])))
    return 100.0 * max(slopes) if slopes else None
