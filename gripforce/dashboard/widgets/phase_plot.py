"""The phase plot: grip force over load force."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from gripforce.dashboard.braille import braille_rows, cloud
from gripforce.dashboard.scale import fit_scale, format_force
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, placed
from gripforce.dashboard.widgets.trace import SMALLEST_TOP_N
from gripforce.language import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.model import FloatArray
    from gripforce.online import Snapshot

PATH_S: Final = 4.0
"""How long a point stays in the plot."""
_POINTS: Final = 2000
"""Enough to draw a line through a quick lift, which crosses the plot in 0.1 s."""
_LABEL_CELLS: Final = 5
_CURSOR: Final = "●"


class PhasePlot(LineWidget):
    """Grip force over load force: where grip is coupled to load, the path is one rising line."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"phase--path", "phase--cursor", "phase--axis"}

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return a title, the plot and its axis."""
        rows, cells = height - 2, width - _LABEL_CELLS - 1
        if rows < 2 or cells < 4:  # noqa: PLR2004 - no room for a plot
            return
        yield [(" " * _LABEL_CELLS + translate("GF over LF"), "phase--axis")]
        series = frame.series
        if frame.status.uncalibrated:
            yield [(translate("not calibrated"), "phase--axis")]
            return
        shown = series.t > frame.right_s - frame.span_s
        gf_top = fit_scale(series.gf[shown], SMALLEST_TOP_N).top
        lf_top = fit_scale(series.lf[shown], SMALLEST_TOP_N).top
        recent = series.t > frame.right_s - PATH_S
        gf, lf = _path(series.gf[recent]), _path(series.lf[recent])
        lines = braille_rows(cloud(lf, gf, lf_top, gf_top, (2 * cells, 4 * rows)))
        live = frame.reading.gf is not None
        cursor = _cursor_cell(gf, lf, (gf_top, lf_top), (rows, cells)) if live else None
        for row, text in enumerate(lines):
            label = format_force(gf_top) if row == 0 else "0" if row == rows - 1 else ""
            yield [
                (f"{label:>{_LABEL_CELLS - 1}}│", "phase--axis"),
                *_with_cursor(text, cursor, row),
            ]
        ends = placed(cells, [(0, "0"), (cells - 9, f"LF {format_force(lf_top):>4} N")])
        yield [(" " * (_LABEL_CELLS - 1) + "└", "phase--axis"), (ends, "phase--axis")]


def _path(values: FloatArray) -> FloatArray:
    """Return the values interpolated to ``_POINTS`` points, which join to a line."""
    if not len(values):
        return values
    index = np.arange(len(values), dtype=np.float64)
    return np.interp(np.linspace(0, len(values) - 1, _POINTS), index, values)


def _cursor_cell(
    gf: FloatArray, lf: FloatArray, tops: tuple[float, float], size: tuple[int, int]
) -> tuple[int, int] | None:
    """Return row and column of the newest point that is known."""
    known = np.flatnonzero(~np.isnan(gf + lf))
    if not len(known):
        return None
    rows, cells = size
    row = int(np.clip((1 - gf[known[-1]] / tops[0]) * rows, 0, rows - 1))
    return row, int(np.clip(lf[known[-1]] / tops[1] * cells, 0, cells - 1))


def _with_cursor(text: str, cursor: tuple[int, int] | None, row: int) -> Runs:
    if cursor is None or cursor[0] != row:
        return [(text, "phase--path")]
    column = cursor[1]
    return [
        (text[:column], "phase--path"),
        (_CURSOR, "phase--cursor"),
        (text[column + 1 :], "phase--path"),
    ]
