"""Fit a calibration to loads by least squares.

``F = C (r - r0)`` with forces F and counts r: C and r0 from all points at once (an affine least
squares of loads on counts). A single channel is the case of a 1 × 1 matrix. The fit is always
linear; the gain of a quadratic one is reported (``FitQuality.quadratic_pct``), so that a bad cell
is replaced rather than compensated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.calibration.loads import arrays, check_points
from gripforce.calibration.quality import measure_quality, residuals_of
from gripforce.calibration.result import Calibration
from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.calibration.loads import LoadPoint
    from gripforce.calibration.result import FitQuality
    from gripforce.model import Channel, FloatArray

LEAST_SEPARATION = 1e-2
"""Least ratio of singular values; with 10 % cross-talk the ratio is ten times as large."""
MOST_NONLINEARITY_PCT = 5.0
"""No cell is that non-linear: a mass was typed wrong, or the plate touched something."""

STRONG_CROSSTALK_PCT = 15.0
"""Without the matrix. Decoupled cells of a bench show a few percent; more is a mechanical fault."""


def fit(
    channels: Sequence[Channel],
    points: Sequence[LoadPoint],
    *,
    date: str,
    gravity_m_s2: float = STANDARD_GRAVITY,
    notes: Sequence[str] = (),
) -> Calibration:
    """Fit the calibration of channels to load points.

    Each channel needs points that load it alone; with several channels, their mutual cross-talk is
    part of the fit. ``date`` is ISO 8601. Standard gravity counts as unknown local gravity in the
    uncertainty. Raises ``CalibrationError`` where the loads do not determine a calibration.
    """
    check_points(channels, points)
    loads_n, counts = arrays(points)
    _check_independent(channels, loads_n)
    matrix, zeros = _solve(loads_n, counts)
    found_n = (counts - zeros) @ matrix.T
    local = gravity_m_s2 != STANDARD_GRAVITY
    quality = tuple(
        measure_quality(points, index, found_n, counts, matrix, local_gravity=local)
        for index in range(len(channels))
    )
    for channel, figures in zip(channels, quality, strict=True):
        _check_straight(channel, figures)
    return Calibration(
        channels=tuple(channel.label for channel in channels),
        zero_counts=tuple(zeros.tolist()),
        newtons_per_count=tuple(tuple(row) for row in matrix.tolist()),
        date=date,
        gravity_m_s2=gravity_m_s2,
        quality=quality,
        residuals=residuals_of([channel.label for channel in channels], points, found_n),
        notes=(*notes, *_notes(channels, matrix, quality, local_gravity=local)),
    )


def join(calibrations: Sequence[Calibration]) -> Calibration:
    """Join calibrations of different channels to one, without cross-talk between them.

    Raises ``CalibrationError`` where there is none.
    """
    if not calibrations:
        raise CalibrationError("There is no calibration to join.", "Calibrate a channel first.")
    sizes = [len(c.channels) for c in calibrations]
    matrix = np.zeros((sum(sizes), sum(sizes)))
    for end, size, calibration in zip(np.cumsum(sizes), sizes, calibrations, strict=True):
        matrix[end - size : end, end - size : end] = calibration.newtons_per_count
    gravities = {c.gravity_m_s2 for c in calibrations}
    complete = all(c.quality for c in calibrations)
    return Calibration(
        channels=tuple(label for c in calibrations for label in c.channels),
        zero_counts=tuple(zero for c in calibrations for zero in c.zero_counts),
        newtons_per_count=tuple(tuple(row) for row in matrix.tolist()),
        date=max(c.date for c in calibrations),
        gravity_m_s2=gravities.pop() if len(gravities) == 1 else None,
        quality=tuple(q for c in calibrations for q in c.quality) if complete else (),
        residuals=tuple(r for c in calibrations for r in c.residuals),
        notes=tuple(dict.fromkeys(note for c in calibrations for note in c.notes)),
    )


def _solve(loads_n: FloatArray, counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Solve ``F = C (r - r0)`` for C, ``(channels, channels)``, and r0, ``(channels,)``."""
    middle = counts.mean(axis=0)
    size = np.abs(counts - middle).max(axis=0)
    design = np.column_stack([(counts - middle) / size, np.ones(len(counts))])
    solution, _, _, singular = np.linalg.lstsq(design, loads_n, rcond=None)
    if singular[-1] < LEAST_SEPARATION * singular[0]:
        raise CalibrationError(
            "Two channels give the same readings under all loads.",
            "Check that each cell is wired to its own input, and load each by itself.",
        )
    matrix = (solution[:-1] / size[:, None]).T
    return matrix, middle - np.linalg.solve(matrix, solution[-1])


def _check_independent(channels: Sequence[Channel], loads_n: FloatArray) -> None:
    labels = [channel.label for channel in channels]
    if len(set(labels)) < len(labels):
        raise CalibrationError(
            f"Two channels have the same name among {', '.join(labels)}.",
            "Give them different kinds in the firmware's config.h.",
        )
    if np.linalg.matrix_rank(loads_n - loads_n.mean(axis=0)) < len(labels):
        raise CalibrationError(
            "The loads do not separate the channels.", "Load each channel by itself as well."
        )


def _check_straight(channel: Channel, figures: FitQuality) -> None:
    if figures.nonlinearity_pct > MOST_NONLINEARITY_PCT:
        raise CalibrationError(
            f"{channel.label} is {figures.nonlinearity_pct:.2g} % of its span off a straight line.",
            "Check that every mass was entered correctly and that nothing touches the plate; "
            "if so, the cell is damaged.",
        )


def _notes(
    channels: Sequence[Channel],
    matrix: FloatArray,
    quality: Sequence[FitQuality],
    *,
    local_gravity: bool,
) -> tuple[str, ...]:
    turned = [
        f"{channel.label} has a negative gain: its counts fall when it is loaded."
        for channel, gain in zip(channels, np.diag(matrix), strict=True)
        if gain < 0
    ]
    turned += [
        f"{channel.label} shows {figures.crosstalk_before_pct:.0f} % of a load on another cell. "
        "The matrix takes it out, but check that the cells do not touch and are clamped apart."
        for channel, figures in zip(channels, quality, strict=True)
        if (figures.crosstalk_before_pct or 0.0) > STRONG_CROSSTALK_PCT
    ]
    if not local_gravity:
        turned.append("Standard gravity was used; the local one may differ by up to 0.27 %.")
    return tuple(turned)
