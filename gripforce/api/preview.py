"""The picture of a recording that a notebook shows."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.align import align
from gripforce.errors import GripforceError
from gripforce.report.svg import thinned

if TYPE_CHECKING:
    from gripforce.model import FloatArray, Recording

_WIDTH, _HEIGHT, _COLUMNS = 560, 90, 280
_COLOURS = ("#1f77b4", "#ff7f0e")


def preview(recording: Recording, words: str) -> str:
    """Return ``words`` and a small trace of grip and load force as HTML."""
    head = f"<div style='font-family:monospace'>{escape(words)}</div>"
    try:
        grid = align(recording)
    except GripforceError as error:
        return f"{head}<div>{escape(str(error))}</div>"
    forces = [np.where(grid.valid, f, np.nan) for f in (grid.gf, grid.lf) if f is not None]
    known = np.concatenate(forces)
    known = known[np.isfinite(known)]
    if not len(known):
        return head
    limits = float(known.min()), float(max(known.max(), known.min() + 1.0))
    lines = [_line(grid.t, f, limits, c) for f, c in zip(forces, _COLOURS, strict=False)]
    words = f"grip (blue) and load (orange), {limits[0]:.1f} to {limits[1]:.1f} N"
    return (
        f"{head}<svg width='{_WIDTH}' height='{_HEIGHT}' role='img' aria-label='{words}'>"
        f"{''.join(lines)}</svg><div style='font-size:smaller'>{words}</div>"
    )


def _line(t: FloatArray, values: FloatArray, limits: tuple[float, float], colour: str) -> str:
    """Return a line that is broken where a value is not known."""
    t, values = thinned(t, values, _COLUMNS)
    x = (t - t[0]) / max(float(t[-1] - t[0]), 1e-9) * (_WIDTH - 2) + 1
    y = _HEIGHT - 1 - (values - limits[0]) / (limits[1] - limits[0]) * (_HEIGHT - 2)
    known = np.isfinite(y)
    begins = known & ~np.append(False, known[:-1])
    steps = [
        f"{'M' if begin else 'L'}{a:.1f} {b:.1f}"
        for a, b, begin in zip(x[known], y[known], begins[known], strict=True)
    ]
    return f"<path d='{''.join(steps)}' fill='none' stroke='{colour}'/>"
