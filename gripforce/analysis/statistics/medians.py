"""Medians and robust spreads of many stretches of a signal, or many short rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

_OF_NORMAL: Final = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


def medians_of(values: FloatArray, spans: Sequence[tuple[int, int]]) -> FloatArray:
    """Return the median of ``values[start:stop]`` for each span, in order.

    >>> medians_of(np.array([1.0, 5.0, 2.0, 9.0]), [(0, 3), (2, 4)]).tolist()
    [2.0, 5.5]
    """
    return _of_each(values, spans, spread=False)


def spreads_of(values: FloatArray, spans: Sequence[tuple[int, int]]) -> FloatArray:
    """Return the robust standard deviation of ``values[start:stop]`` for each span, in order."""
    return _of_each(values, spans, spread=True)


def middles_of_sorted(rows: FloatArray) -> FloatArray:
    """Return the median of each sorted row, shape ``(rows,)``; unknown values are last.

    Sorting short rows and this take less than ``np.median``, which selects.
    """
    n = rows.shape[1]
    return np.asarray(0.5 * (rows[:, (n - 1) // 2] + rows[:, n // 2]))


def robust_spread(values: FloatArray) -> float:
    """Return the standard deviation that the median absolute deviation of a normal one has."""
    return float(spreads_of(values, [(0, len(values))])[0])


def _of_each(values: FloatArray, spans: Sequence[tuple[int, int]], *, spread: bool) -> FloatArray:
    """Take stretches of one length together: a call of NumPy's costs more than a short median."""
    starts, stops = np.array(spans, dtype=np.int64).reshape(-1, 2).T
    lengths, found = stops - starts, np.empty(len(spans))
    for length in np.unique(lengths):
        alike = lengths == length
        stretches = values[starts[alike, None] + np.arange(length)]
        middle = np.median(stretches, axis=1)
        if spread:
            middle = _OF_NORMAL * np.median(np.abs(stretches - middle[:, None]), axis=1)
        found[alike] = middle
    return found
