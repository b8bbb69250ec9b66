"""Gauges on a line: the ratio of grip to load, and the margin to the slip force."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped, placed
from gripforce.language import translate
from gripforce.online.monitor_state import SMALLEST_LOAD_N

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.online import Snapshot
    from gripforce.session.controller import SessionController

RATIO_TOP: Final = 4.0
_MARGIN_TOP_PCT: Final = 300.0
_STYLES: Final = frozenset({"gauge--line", "gauge--cursor", "gauge--axis"})


class RatioGauge(LineWidget):
    """GF/LF as a place on a line from 0 to 4."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_STYLES)

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the line and its labels."""
        ratio = frame.reading.ratio
        if ratio is None:
            yield gauge_line(None, width)
            yield [(translate(f"no ratio: {_no_ratio_reason(frame)}"), "gauge--axis")]
            return
        yield gauge_line(ratio / RATIO_TOP, width)
        labels = [(1 + round(k / RATIO_TOP * (width - 3)), f"{k}") for k in range(5)]
        yield [(placed(width, labels), "gauge--axis")]


def _no_ratio_reason(frame: Snapshot) -> str:
    if frame.reading.gf is None or frame.reading.lf is None:
        return "no data"
    return "not calibrated" if frame.status.uncalibrated else f"LF < {SMALLEST_LOAD_N:g} N"


class MarginGauge(LineWidget):
    """How far the grip is above the slip force now; where a band is the target, the place in it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = set(_STYLES)

    def __init__(self, controller: SessionController, *, id: str) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._controller = controller

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:  # noqa: ARG002
        """Return the line and its words."""
        share, words = self._reading(frame)
        yield gauge_line(share, width)
        yield [(clipped(translate(words), width), "gauge--axis")]

    def _reading(self, frame: Snapshot) -> tuple[float | None, str]:
        """Return the place on the line, 0 to 1, and the words below it."""
        gf, lf = frame.reading.gf, frame.reading.lf
        band_n, slip_n = self._controller.session.block.target_n, self._controller.slip_n
        if band_n is not None and gf is not None:
            words = f"target {band_n[0]:g}–{band_n[1]:g} N: {_band_word(gf, band_n)}"
            return gf / (2 * band_n[1]), words
        if slip_n is None:
            return None, "margin: no slip test yet"
        if gf is None or lf is None or lf < SMALLEST_LOAD_N:
            return None, f"margin: slips at {slip_n:.1f} N"
        margin_pct = 100 * (gf - slip_n) / slip_n
        return margin_pct / _MARGIN_TOP_PCT, f"margin {margin_pct:+.0f} % of slip"


def _band_word(gf_n: float, band_n: tuple[float, float]) -> str:
    if gf_n > band_n[1]:
        return "too strong"
    return "in the band" if gf_n >= band_n[0] else "too weak"


def gauge_line(share: float | None, width: int) -> Runs:
    """Return a line with a cursor at a share of its length; without a cursor for None.

    A share above 1 is shown as an arrow at the end.
    """
    cells = width - 2
    if share is None:
        return [("├" + "─" * cells + "┤", "gauge--line")]
    place = int(np.clip(share * cells, 0, cells - 1))
    end = "▶" if share > 1 else "┤"
    return [
        ("├" + "━" * place, "gauge--line"),
        ("●", "gauge--cursor"),
        ("─" * (cells - 1 - place) + end, "gauge--line"),
    ]
