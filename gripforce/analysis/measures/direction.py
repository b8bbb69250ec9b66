"""Direction selectivity of early grip: whether grip rises early in upward movements only."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

SMALLEST_CHANGE_N = 0.05


def direction_selectivity(up_n: float, down_n: float) -> float:
    """Return ``(ΔGF up - ΔGF down) / (|ΔGF up| + |ΔGF down|)`` of early grip changes.

    +1: grip rises early in upward movements only, as in healthy people; 0: equally in both
    directions; -1: in downward movements only.

    >>> direction_selectivity(1.7, -1.7)
    1.0
    """
    total = abs(up_n) + abs(down_n)
    return (up_n - down_n) / total if total > 0 else float("nan")


def selectivity_of(table: FloatArray) -> float:
    """Return the selectivity of median early changes; NaN without both directions.

    NaN as well where neither change exceeds 0.05 N: constant grip selects no direction.

    ``table``: rows of direction (positive: up) and early grip change [N].
    """
    up, down = table[table[:, 0] > 0, 1], table[table[:, 0] < 0, 1]
    if not len(up) or not len(down):
        return float("nan")
    changes = float(np.median(up)), float(np.median(down))
    if max(abs(change) for change in changes) <= SMALLEST_CHANGE_N:
        return float("nan")
    return direction_selectivity(*changes)
