"""Strips: a figure of each hand against its reference band and the person's earlier visits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from gripforce.analysis.assessment.reference import REFERENCES, Reference
from gripforce.analysis.columns import column_spec
from gripforce.analysis.metric import MISSING
from gripforce.language import translatable
from gripforce.report import svg
from gripforce.report.identity import hand_title
from gripforce.report.markup import Child, Markup, element, joined, number
from gripforce.report.tables import data, table, value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.visits import VisitAnalysis
    from gripforce.analysis.results import Analysis, Estimate

_SIZE: Final = (120.0, 30.0)
_NOW_Y, _TREND_Y, _BAND = 10.0, 25.0, (3.0, 17.0)
_MARGIN: Final = "margin"
_MOST_EARLIER: Final = 6
_MOST_COLUMNS: Final = 3


class _Row(NamedTuple):
    task: str
    columns: tuple[str, ...]
    """The first that was measured is shown."""
    label: str


_ROWS: Final = (
    _Row("pinch", ("mvc_best_n", "mvc_n"), "Strength: maximal pinch"),
    _Row("slip", ("mu",), "Friction coefficient µ"),
    _Row("lift", ("gf_static_n",), "Grip force, holding"),
    _Row(_MARGIN, ("static_margin_pct_of_slip",), "Safety margin, of slip force"),
    _Row("lift", ("gf_lf_ratio",), "Grip/load ratio, holding"),
    _Row("lift", ("xcorr_lag_ms",), "Lag of grip behind load"),
    _Row("lift", ("xcorr_r",), "Correlation r, lifts"),
)
"""What the first page compares, in this order."""
IN_STRIPS: Final = {row.task for row in _ROWS}
"""Tasks whose figures stand in the strips."""


class Place(StrEnum):
    """Where a figure lies beside its reference band, with its sign."""

    WITHIN = "within"
    ABOVE = "▲ above"
    BELOW = "▼ below"
    PERHAPS_ABOVE = "△ perhaps above"
    PERHAPS_BELOW = "▽ perhaps below"


@dataclass(frozen=True, slots=True)
class Strip:
    """A row of the strips: one measure of every hand, today and earlier."""

    row: _Row
    column: str
    now: Mapping[str, Estimate]
    earlier: Mapping[str, Sequence[tuple[str, Estimate]]]
    """By hand: the name of the visit and its estimate, oldest first."""
    band: Reference | None


def strips(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> list[Strip]:
    """Return the strips of what was measured at this visit."""
    found = (_strip(row, visit, earlier) for row in _ROWS)
    return [strip for strip in found if strip is not None]


def strip_table(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> Markup | None:
    """Return the strips as a table, a column a hand; None where nothing was measured."""
    rows = strips(visit, earlier)
    if not rows:
        return None
    hands = list(visit.hands)
    others = element("th", "others, 5–95 %", scope="col", class_="range number")
    head: list[Child] = ["measure", *map(hand_title, hands), others]
    cells = [
        [_label(strip), *(_cell(strip, hand) for hand in hands), _range(strip.band)]
        for strip in rows
    ]
    return table(head, cells, "strips")


def place(estimate: Estimate, band: Reference | None) -> Place | None:
    """Return where an estimate lies beside a band; None without a band.

    Outside is said plainly only where the whole 95 % interval lies outside.
    """
    if band is None or band.low is None or band.high is None:
        return None
    low = estimate.value if estimate.ci_low is None else estimate.ci_low
    high = estimate.value if estimate.ci_high is None else estimate.ci_high
    sure = estimate.ci_low is not None
    if estimate.value > band.high:
        return Place.ABOVE if sure and low > band.high else Place.PERHAPS_ABOVE
    if estimate.value < band.low:
        return Place.BELOW if sure and high < band.low else Place.PERHAPS_BELOW
    return Place.WITHIN


def band_of(column: str, task: str) -> Reference | None:
    """Return the reference band of a task's column, None where there is none."""
    for one in REFERENCES:
        whole = one.low is not None and one.high is not None
        if one.metric == column and one.task == task and one.may_be_a_norm and whole:
            return one
    return None


def _strip(row: _Row, visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> Strip | None:
    for column in row.columns:
        now = {hand: _estimate(a, row.task, column) for hand, a in visit.hands.items()}
        known = {hand: estimate for hand, estimate in now.items() if estimate is not None}
        if known:
            before = {hand: _before(earlier, hand, row.task, column) for hand in visit.hands}
            band = band_of(column, "" if row.task == _MARGIN else row.task)
            return Strip(row, column, known, before, band)
    return None


def _estimate(analysis: Analysis, task: str, column: str) -> Estimate | None:
    if task == _MARGIN:
        return analysis.margin.figures.get(column) if analysis.margin else None
    return analysis.by_task.get(task, {}).get(column)


def _before(
    earlier: Sequence[VisitAnalysis], hand: str, task: str, column: str
) -> list[tuple[str, Estimate]]:
    found = [
        (visit.date or visit.session, _estimate(visit.hands[hand], task, column))
        for visit in earlier
        if hand in visit.hands
    ]
    return [(name, estimate) for name, estimate in found if estimate is not None][-_MOST_EARLIER:]


def trend_table(visit: VisitAnalysis, earlier: Sequence[VisitAnalysis]) -> Markup | None:
    """Return the strips' medians in numbers, a column a hand and visit; None at a first visit."""
    if not earlier:
        return None
    shown = [*list(earlier)[-_MOST_COLUMNS:], visit]
    names = [one.session or one.date for one in shown[:-1]]
    head: list[Child] = ["measure"]
    head += [
        f"{hand}: {name}".strip(": ")
        for hand in visit.hands
        for name in [*names, translatable("now")]
    ]
    rows: list[list[Child]] = [
        [
            _label(strip),
            *(
                value(strip.column, _median(strip, one, hand))
                for hand in visit.hands
                for one in shown
            ),
        ]
        for strip in strips(visit, earlier)
    ]
    return table(head, rows, "medians")


def _median(strip: Strip, visit: VisitAnalysis, hand: str) -> float | None:
    if hand not in visit.hands:
        return None
    found = _estimate(visit.hands[hand], strip.row.task, strip.column)
    return None if found is None else found.value


def _label(strip: Strip) -> Markup:
    unit = column_spec(strip.column).unit
    return element("th", strip.row.label, f" [{unit}]" if unit else None, scope="row")


def _range(band: Reference | None) -> Markup:
    if band is None or band.low is None or band.high is None:
        return element("td", "no reference", class_="number soft")
    return element("td", f"{svg.plain(band.low)} to {svg.plain(band.high)}", class_="number")


def _cell(strip: Strip, hand: str) -> Markup:
    estimate = strip.now.get(hand)
    if estimate is None:
        return element("td", "not measured", class_="soft")
    spec = column_spec(strip.column)
    figure = element("b", data(strip.column, estimate.value))
    where = place(estimate, strip.band)
    outside = None if where in {None, Place.WITHIN} else element("span", str(where), class_="out")
    within = spec.interval(estimate)
    interval = "" if within == MISSING else f"{within}; "
    interval = f" ({interval}n\u00a0=\u00a0{estimate.n})"
    text = element("span", figure, interval, outside, class_="figure")
    return element("td", element("div", drawn(strip, hand), text, class_="strip"))


def drawn(strip: Strip, hand: str) -> Markup:
    """Draw one strip: band, today's dot with its interval, earlier visits under it."""
    axis = _axis(strip)
    marks: list[Child] = []
    band = strip.band
    if band is not None and band.low is not None and band.high is not None:
        x, width = axis.at(band.low), (band.high - band.low) * axis.scale
        top, bottom = _BAND
        marks.append(element("rect", x=x, y=top, width=width, height=bottom - top, class_="band"))
    marks.append(element("line", x1=axis.start, x2=axis.stop, y1=_NOW_Y, y2=_NOW_Y, class_="grid"))
    marks += _today(axis, strip.now[hand])
    marks += _trend(axis, [e for _, e in strip.earlier.get(hand, ())], strip.now[hand])
    return svg.drawing(_SIZE, f"{strip.row.label}, {hand_title(hand)}", marks)


def _axis(strip: Strip) -> svg.Axis:
    """Return the axis that all hands and visits of a strip share."""
    shown = [*strip.now.values(), *(e for part in strip.earlier.values() for _, e in part)]
    ends = [v for e in shown for v in (e.value, e.ci_low, e.ci_high) if v is not None]
    if strip.band is not None:
        ends += [v for v in (strip.band.low, strip.band.high) if v is not None]
    low, high = svg.roomy(min(ends), max(ends))
    return svg.Axis(low, high, 6.0, _SIZE[0] - 6.0)


def _today(axis: svg.Axis, estimate: Estimate) -> list[Child]:
    marks: list[Child] = []
    if estimate.ci_low is not None and estimate.ci_high is not None:
        x1, x2 = axis.at(estimate.ci_low), axis.at(estimate.ci_high)
        marks.append(element("line", x1=x1, x2=x2, y1=_NOW_Y, y2=_NOW_Y, class_="interval"))
    marks.append(element("circle", cx=axis.at(estimate.value), cy=_NOW_Y, r=4.5))
    return marks


def _trend(axis: svg.Axis, earlier: Sequence[Estimate], now: Estimate) -> list[Child]:
    """Return earlier visits as open dots, joined to today's: the last is nearest to it."""
    if not earlier:
        return []
    step = (_TREND_Y - _NOW_Y) / len(earlier)
    points = [(axis.at(estimate.value), _TREND_Y - step * k) for k, estimate in enumerate(earlier)]
    path = [*points, (axis.at(now.value), _NOW_Y)]
    line = "".join(f"{'L' if k else 'M'}{number(x)} {number(y)}" for k, (x, y) in enumerate(path))
    dots = [element("circle", cx=x, cy=y, r=3, class_="open") for x, y in points]
    return [element("path", d=line, class_="trend"), joined(dots)]
