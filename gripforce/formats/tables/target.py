"""Shorten a sampled target force to the knots of a line that follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_TOLERANCE = 1e-3
"""Part of the target's range that the line may be away from a sample."""


def target_knots(t: FloatArray, force_n: FloatArray) -> list[list[float]]:
    """Return ``[t_s, newtons]`` of the fewest knots found by splitting where the line is worst.

    Source: Douglas & Peucker 1973, doi 10.3138/FM57-6770-U75U-7727, with vertical distances.
    """
    allowed = _TOLERANCE * float(np.ptp(force_n))
    kept = {0, len(t) - 1}
    spans = [(0, len(t) - 1)]
    while spans:
        a, b = spans.pop()
        if b - a < 2:  # noqa: PLR2004 - nothing between them
            continue
        line = np.interp(t[a : b + 1], t[[a, b]], force_n[[a, b]])
        away = np.abs(force_n[a : b + 1] - line)
        worst = int(np.argmax(away))
        if away[worst] > allowed:
            kept.add(a + worst)
            spans += [(a, a + worst), (a + worst, b)]
    return [[round(float(t[k]), 6), round(float(force_n[k]), 6)] for k in sorted(kept)]
