"""Draw curves and scatter plots in braille: two by four dots in each cell of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gripforce.model import FloatArray

Dots: TypeAlias = NDArray[np.bool_]
"""Shape ``(4 * rows, 2 * columns)``, the top row first."""

_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], dtype=np.uint32)
_BLANK = 0x2800


def braille_rows(dots: Dots) -> list[str]:
    """Return the dots as one text a row; a cell without dots is a space."""
    height, width = dots.shape
    cells = dots.reshape(height // 4, 4, width // 2, 2).astype(np.uint32)
    codes = _BLANK + np.einsum("aibj,ij->ab", cells, _BITS)
    codes[codes == _BLANK] = ord(" ")
    return [row.astype("<u4").tobytes().decode("utf-32-le") for row in codes]


def curve(
    low: FloatArray, high: FloatArray, bottom: float, top: float, height: int, *, base: float = 0.0
) -> Dots:
    """Return the dots of a curve from ``low`` to ``high`` in each dot column.

    ``low`` and ``high`` have shape ``(width,)``, in the unit of ``bottom``, ``top`` and ``base``;
    ``height`` is in dots. Neighbouring columns are joined; a column that is NaN stays empty.
    Values beyond the scale lie on its edge. The curve is two dots thick and the area down to
    ``base`` is shaded with one dot in four, so that it can be seen from two metres.
    """
    known = ~np.isnan(low)
    first = _row(np.where(known, high, 0.0), bottom, top, height)
    last = _row(np.where(known, low, 0.0), bottom, top, height)
    joined = np.zeros(len(low), np.bool_)
    joined[1:] = known[1:] & known[:-1]
    above, below = np.roll(first, 1), np.roll(last, 1)
    upper = np.where(joined & (first > below), below + 1, first)
    lower = np.where(joined & (last < above), above - 1, last)
    row = np.arange(height)[:, None]
    thick = np.maximum(lower, last) + 1
    line = (row >= np.minimum(upper, first)) & (row <= thick)
    ground = int(_row(np.array([base]), bottom, top, height)[0])
    shade = (row >= np.minimum(last, ground)) & (row <= np.maximum(first, ground))
    texture = (row + np.arange(len(low))) % 2 == 0
    dots: Dots = (line | (shade & texture & (row % 2 == 0))) & known
    return dots


def cloud(x: FloatArray, y: FloatArray, right: float, top: float, size: tuple[int, int]) -> Dots:
    """Return the dots of points ``(x, y)`` in the quadrant up to ``right`` and ``top``.

    ``size`` is width and height in dots; points that are NaN are left out.
    """
    width, height = size
    dots = np.zeros((height, width), np.bool_)
    known = ~(np.isnan(x) | np.isnan(y))
    columns = np.clip(np.floor(x[known] / right * width), 0, width - 1).astype(np.int64)
    dots[_row(y[known], 0.0, top, height), columns] = True
    return dots


def _row(values: FloatArray, bottom: float, top: float, height: int) -> NDArray[np.int64]:
    fraction = (top - values) / (top - bottom)
    return np.clip(np.floor(fraction * height), 0, height - 1).astype(np.int64)
