"""Force against time: the last ten seconds of one force, with gaps, phases and markers."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np
from rich.cells import cell_len

from gripforce.dashboard.braille import braille_rows, curve
from gripforce.dashboard.scale import format_force
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped, justified, placed
from gripforce.language import translate
from gripforce.online import columns
from gripforce.online.monitor_state import SMALLEST_LOAD_N
from gripforce.online.series import column_edges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.dashboard.braille import Dots
    from gripforce.dashboard.scale import Scale
    from gripforce.dashboard.view import View
    from gripforce.model import FloatArray
    from gripforce.online import Snapshot

LABEL_CELLS: Final = 6
"""Width of the labels at the left; the same for all, so that times are aligned."""
SMALLEST_TOP_N: Final = 4.0
_STALE_S: Final = 0.3
_GAP, _SATURATED, _CURSOR = "░", "▲", "┃"


_SIGN_STYLES: Final = {
    _GAP: "trace--gap",
    _SATURATED: "trace--saturated",
    _CURSOR: "trace--saturated",
}
"""Signs over a trace, the later ones before the earlier ones."""


def column_of(time_s: float, frame: Snapshot, cells: int) -> int:
    """Return the cell of a time [s], counted from the left edge of the plot."""
    edges = column_edges(frame.right_s, frame.span_s, 2 * cells)
    return int((time_s - edges[0]) // (2 * (edges[1] - edges[0])))


class Trace(LineWidget):
    """One force in braille; gaps are hatched, saturated samples marked at the top.

    ``force`` is ``GF`` or ``LF``, ``name`` its name in words.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "trace--line",
        "trace--name",
        "trace--axis",
        "trace--gap",
        "trace--saturated",
    }

    def __init__(self, force: str, name: str, view: View, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._force = force
        self._title = name
        self._view = view

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return the title line and the plot."""
        rows, cells = height - 1, width - LABEL_CELLS
        if rows < 1 or cells < 1:
            return
        uncalibrated = frame.status.uncalibrated
        unit = translate("counts, not calibrated") if uncalibrated else "N"
        yield [
            (f"{self._force:>{LABEL_CELLS - 1}} ", "trace--name"),
            (f"{translate(self._title)}, {unit}{self._remarks()}", "trace--axis"),
        ]
        edges = column_edges(frame.right_s, frame.span_s, 2 * cells)
        grip = self._force == "GF"
        values = frame.series.gf if grip else frame.series.lf
        low, high = columns(frame.series.t, values, edges, frame.series.reach_s)
        smallest = 1.0 if uncalibrated else SMALLEST_TOP_N
        scale = self._view.scale_of(self._force, high_and_low(low, high), smallest)
        dots = curve(low, high, scale.bottom, scale.top, 4 * rows)
        labels = _labels(scale, rows)
        spans = [(g.start_s, g.stop_s) for g in frame.gaps if (g.grip if grip else g.load)]
        overlay = _overlay(frame, spans, edges, cells)
        overlay[_CURSOR] = np.zeros(cells, np.bool_)
        if self._view.cursor_s is not None:
            at = column_of(self._view.cursor_s, frame, cells)
            overlay[_CURSOR][min(max(at, 0), cells - 1)] = True
        for row, text in enumerate(braille_rows(dots)):
            yield [(labels[row], "trace--axis"), *_painted(text, overlay, top=row == 0)]

    def _remarks(self) -> str:
        """Return what is not as usual with the trace: a scale that is held, a filter."""
        held = f" · {translate('scale held')}" if self._view.holds_scale else ""
        return held + (f" · {translate('filtered at 15 Hz')}" if self._view.filtered else "")


def high_and_low(low: FloatArray, high: FloatArray) -> FloatArray:
    """Return both bounds in one array."""
    return np.concatenate((low, high))


def _labels(scale: Scale, rows: int) -> list[str]:
    """Return the label of each row: the ends of the scale, and zero or the middle."""
    labels = [" " * (LABEL_CELLS - 1) + "│"] * rows
    span = scale.top - scale.bottom
    middle = scale.top - span * (rows // 2) / rows
    values = {0: scale.top, rows - 1: scale.bottom}
    if scale.bottom < 0:
        values[min(rows - 1, int(scale.top / span * rows))] = 0.0
    elif rows >= 6 and rows % 2 == 0:  # noqa: PLR2004 - room for a third label
        values[rows // 2] = middle
    for row, value in values.items():
        labels[row] = f"{format_force(value):>{LABEL_CELLS - 1}}┤"
    return labels


def _overlay(
    frame: Snapshot, spans: list[tuple[float, float]], edges: FloatArray, cells: int
) -> dict[str, Dots]:
    """Return which cells lie in a gap, and which contain a saturated sample."""
    left, right = edges[:-1:2], edges[2::2]
    newest = float(frame.series.t[-1]) if len(frame.series.t) else None
    if newest is not None and frame.right_s - newest > _STALE_S:
        spans = [*spans, (newest, float(edges[-1]))]
    gap = np.zeros(cells, np.bool_)
    for start, stop in spans:
        gap |= (left < stop) & (right > start)
    saturated = np.zeros(cells, np.bool_)
    times = frame.series.t[frame.series.saturated]
    place = np.searchsorted(right, times, side="right")
    saturated[place[(place < cells) & (times >= edges[0])]] = True
    return {_GAP: gap, _SATURATED: saturated}


def _painted(text: str, overlay: dict[str, Dots], *, top: bool) -> Runs:
    """Return a row of the plot with gaps, cursor and, in the top row, saturated cells."""
    signs = {"": "trace--line", **_SIGN_STYLES}
    kind = np.zeros(len(text), np.int64)
    for k, sign in enumerate(_SIGN_STYLES, start=1):
        if top or sign != _SATURATED:
            kind[overlay[sign]] = k
    bounds = [0, *(np.flatnonzero(np.diff(kind)) + 1).tolist(), len(kind)]
    runs: Runs = []
    for first, last in itertools.pairwise(bounds):
        sign, style = list(signs.items())[int(kind[first])]
        runs.append((sign * (last - first) if sign else text[first:last], style))
    return runs


class MarkLane(LineWidget):
    """Letters of the phases and signs of the markers, between the two traces."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lane--marks", "lane--axis"}

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the one line."""
        cells = width - LABEL_CELLS
        marks = [(column_of(mark.t, frame, cells), mark.letter) for mark in frame.marks]
        text = placed(cells, [(column, letter) for column, letter in marks if column >= 0])
        yield [(justified(translate("phase"), LABEL_CELLS), "lane--axis"), (text, "lane--marks")]


class TimeAxis(LineWidget):
    """The time axis: seconds before its right edge, or what the forces are at the cursor."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lane--axis", "lane--marks"}

    def __init__(self, view: View, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._view = view

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the one line."""
        cells = width - LABEL_CELLS
        if self._view.cursor_s is not None:
            yield [(clipped(f" {cursor_words(frame, self._view.cursor_s)}", width), "lane--marks")]
            return
        stands = self._view.end_s is not None
        now = f"{frame.right_s:.1f} s" if stands else translate(f"now {frame.right_s:.0f} s")
        now = f" {now}"
        room = cells - cell_len(now)
        step = frame.span_s / 5
        places = {k: round(cells * (1 - k / 5)) for k in (4, 3, 2, 1)}
        ticks = [(place, f"-{k * step:g}") for k, place in places.items() if place + 2 <= room]
        text = placed(cells, [*ticks, (room, now)])
        yield [(" " * LABEL_CELLS, ""), (text, "lane--axis")]


def cursor_words(frame: Snapshot, at_s: float) -> str:
    """Return time and forces at the cursor; a dash where a force is not known."""
    series = frame.series
    k = int(np.searchsorted(series.t, at_s))
    near = 0 < k < len(series.t) and series.t[k] - series.t[k - 1] <= series.reach_s
    gf, lf = (float(force[k]) if near else np.nan for force in (series.gf, series.lf))
    words = [f"{name} {value:.2f}" if np.isfinite(value) else f"{name} –"
             for name, value in (("GF", gf), ("LF", lf))]  # fmt: skip
    if lf >= SMALLEST_LOAD_N and not frame.status.uncalibrated:
        words.append(f"GF/LF {gf / lf:.2f}")
    unit = translate("counts") if frame.status.uncalibrated else "N"
    return f"{translate(f'cursor at {at_s:.3f} s')}: {'  '.join(words)}  [{unit}]"
