"""Axes, ticks and lines of a drawing: pure functions from numbers to SVG.

One unit of a drawing is a pixel on the screen and about a quarter of a millimetre on paper.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rich.cells import cell_len

from gripforce.report.markup import Child, Markup, element, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.model import FloatArray

LETTER = 5.8
"""Width of a letter of a drawing's text (11 units high), rather too wide than too narrow."""
_ROOM = 0.05
_FLAT = 1e-9
_FAR = 1e9
"""A coordinate as good as any beyond it."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 12.0, 10.0, 34.0


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``low`` to ``high``, drawn from ``start`` to ``stop``."""

    low: float
    high: float
    start: float
    stop: float

    def at(self, value: float) -> float:
        """Return where a value is drawn."""
        return self.start + (value - self.low) * self.scale

    def along(self, values: FloatArray) -> FloatArray:
        """Return where many values are drawn."""
        return np.asarray(self.start + (values - self.low) * self.scale)

    @property
    def scale(self) -> float:
        """Units of the drawing a unit of the value."""
        return (self.stop - self.start) / (self.high - self.low)

    def ticks(self, about: int = 5) -> list[float]:
        """Return round values to write beside the axis."""
        return ticks(self.low, self.high, about)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return multiples of 1, 2 or 5 times a power of ten between two values.

    >>> ticks(0.0, 10.0)
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    """
    step = _step(high - low, about)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(k * step, 12) for k in range(first, last + 1)]


def roomy(low: float, high: float) -> tuple[float, float]:
    """Return limits that hold both values with some room, but none below a bottom of zero.

    >>> roomy(0.0, 10.0), roomy(-1.0, 9.0)
    ((0.0, 10.5), (-1.5, 9.5))
    """
    if high - low < _FLAT:
        low, high = min(low, 0.0), max(high, low + 1.0)
    room = _ROOM * (high - low)
    return (low - room if low else low), high + room


def _step(span: float, about: int) -> float:
    rough = span / about
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class Plot:
    """Two axes in a drawing of some size."""

    width: float
    height: float
    x: Axis
    y: Axis

    @classmethod
    def of(
        cls,
        size: tuple[float, float],
        x: tuple[float, float],
        y: tuple[float, float],
        head: float = 0.0,
    ) -> Plot:
        """Return a plot with the usual room for labels, and ``head`` more of it above."""
        width, height = size
        return cls(
            width,
            height,
            Axis(*x, start=_LEFT, stop=width - _RIGHT),
            Axis(*y, start=height - _BOTTOM, stop=_TOP + head),
        )

    @property
    def top(self) -> float:
        """Where the plotted area begins."""
        return self.y.stop

    @property
    def bottom(self) -> float:
        """Where the plotted area ends."""
        return self.y.start

    def line(self, x: FloatArray, y: FloatArray, class_: str) -> Markup:
        """Return a line through points; it is broken where a value is not a number."""
        return path(self.x.along(x), self.y.along(y), class_)

    def upright(self, value: float, class_: str) -> Markup:
        """Return a vertical line at a value of x."""
        at = self.x.at(value)
        return element("line", x1=at, x2=at, y1=self.top, y2=self.bottom, class_=class_)

    def level(self, value: float, class_: str) -> Markup:
        """Return a horizontal line at a value of y."""
        at = self.y.at(value)
        return element("line", x1=self.x.start, x2=self.x.stop, y1=at, y2=at, class_=class_)

    def columns(self, low: float, high: float, class_: str) -> Markup:
        """Return a band between two values of x."""
        a, b = self.x.at(max(low, self.x.low)), self.x.at(min(high, self.x.high))
        height = self.bottom - self.top
        return element("rect", x=a, y=self.top, width=max(0, b - a), height=height, class_=class_)

    def rows(self, low: float, high: float, class_: str) -> Markup:
        """Return a band between two values of y."""
        a, b = self.y.at(min(high, self.y.high)), self.y.at(max(low, self.y.low))
        width = self.x.stop - self.x.start
        return element(
            "rect", x=self.x.start, y=a, width=width, height=max(0, b - a), class_=class_
        )

    def drawn(
        self, title: str, x_label: str, y_label: str, *marks: Child, about: int = 8
    ) -> Markup:
        """Return the drawing: grid, marks, axes with their labels; ``title`` is for the blind."""
        middle = 0.5 * (self.x.start + self.x.stop)
        half = 0.5 * (self.top + self.bottom)
        return drawing(
            (self.width, self.height),
            title,
            self._grid(),
            marks,
            self._x_ticks(about),
            text(middle, self.height - 4, x_label, "label", anchor="middle"),
            element(
                "text",
                y_label,
                class_="label",
                text_anchor="middle",
                transform=f"translate(11 {number(half)}) rotate(-90)",
            ),
        )

    def _grid(self) -> list[Markup]:
        rows = [self.level(tick, "grid") for tick in self.y.ticks()]
        names = [
            text(self.x.start - 5, self.y.at(tick) + 3.5, plain(tick), "tick", anchor="end")
            for tick in self.y.ticks()
        ]
        return [*rows, *names]

    def _x_ticks(self, about: int) -> list[Markup]:
        y = self.bottom
        marks = [element("line", x1=self.x.start, x2=self.x.stop, y1=y, y2=y, class_="axis")]
        for tick in self.x.ticks(about) if about else ():
            at = self.x.at(tick)
            marks.append(element("line", x1=at, x2=at, y1=y, y2=y + 4, class_="axis"))
            marks.append(text(at, y + 15, plain(tick), "tick", anchor="middle"))
        return marks


def drawing(size: tuple[float, float], title: str, *marks: Child) -> Markup:
    """Return an SVG element that scales to the page's width and says what it shows."""
    width, height = size
    return element(
        "svg",
        element("title", title),
        *marks,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=title,
    )


def text(x: float, y: float, words: str, class_: str, anchor: str | None = None) -> Markup:
    """Return words in a drawing."""
    return element("text", words, x=x, y=y, class_=class_, text_anchor=anchor)


def width_of(words: str) -> float:
    """Return how wide words are drawn; a letter of some scripts is as wide as two."""
    return LETTER * cell_len(words)


def path(x: FloatArray, y: FloatArray, class_: str) -> Markup:
    """Return a line through points of the drawing, broken where one is not a number."""
    known = np.isfinite(x) & np.isfinite(y)
    begins = known & ~np.concatenate([[False], known[:-1]])
    letters = np.where(begins[known], "M", "L").tolist()
    points = zip(letters, _tenths(x[known]), _tenths(y[known]), strict=True)
    steps = "".join([f"{letter}{_written(at_x)} {_written(at_y)}" for letter, at_x, at_y in points])
    return element("path", d=steps, class_=class_)


def _tenths(values: FloatArray) -> list[int]:
    """Return values in tenths, rounded as a number is that is written with one decimal."""
    scaled = 10 * np.clip(values, -_FAR, _FAR)
    tenths = np.rint(scaled)
    for k in np.flatnonzero(np.abs(scaled - tenths) == 0.5):  # noqa: PLR2004 - or nearly so:
        tenths[k] = 10 * round(float(values[k]), 1)  # the product by 10 was rounded
    return [int(k) for k in tenths.tolist()]


@lru_cache(maxsize=1 << 14)
def _written(tenths: int) -> str:
    """Return a coordinate as a page writes it, which has a third of a million of them."""
    return number(tenths / 10)


def plain(value: float) -> str:
    """Return a round number as people write it: no exponent, no needless zero, a true minus.

    >>> plain(-0.5), plain(20.0)
    ('−0.5', '20')
    """
    return f"{value:.6f}".rstrip("0").rstrip(".").replace("-", "−")


def thinned(t: FloatArray, values: FloatArray, columns: int) -> tuple[FloatArray, FloatArray]:
    """Return a trace's lowest and highest value in each column: no peak is lost on the page.

    A column in which a value is not a number becomes a break of the line.
    """
    if len(t) <= 2 * columns:
        return t, values
    edges = np.linspace(0, len(t), columns, endpoint=False).astype(np.int64)
    low, high = np.minimum.reduceat(values, edges), np.maximum.reduceat(values, edges)
    upward = np.arange(columns) % 2 == 0
    pairs = np.where(upward[:, None], np.stack([low, high], 1), np.stack([high, low], 1))
    return np.repeat(t[edges], 2), pairs.ravel()


def rows_of(places: Sequence[tuple[float, float]]) -> list[int]:
    """Return in which row each label stands so that none covers another: (middle, width) each."""
    ends: list[float] = []
    rows = []
    for middle, width in places:
        start, stop = middle - width / 2, middle + width / 2
        free = (row for row, end in enumerate(ends) if end <= start)
        row = next(free, len(ends))
        ends[row : row + 1] = [stop]
        rows.append(row)
    return rows


def limits(groups: Iterable[FloatArray], *include: float) -> tuple[float, float]:
    """Return the smallest and largest finite value of all groups and ``include``."""
    known = [np.asarray(group)[np.isfinite(group)] for group in groups]
    found = np.concatenate([*known, np.array(include, dtype=np.float64)])
    return (float(found.min()), float(found.max())) if len(found) else (0.0, 1.0)
