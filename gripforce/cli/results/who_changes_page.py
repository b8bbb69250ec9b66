"""Who changes over sessions, as one page of HTML: each person's slope with its interval."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

from gripforce.analysis.columns import column_spec
from gripforce.cli.results.who_changes import p_words
from gripforce.files import new_text_file
from gripforce.report.identity import NO_DIAGNOSIS
from gripforce.report.markup import Child, Markup, element
from gripforce.report.svg import Axis
from gripforce.version import software_version

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gripforce.cli.results.who_changes import WhoChanges
    from gripforce.cohort.slopes import Slope

MOST_PRIMARY: Final = 40
"""Slopes of the primary measure on one sheet of A4 …"""
MOST_OTHERS: Final = 8
"""… and of the other measures, those alone that are said to change."""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_WIDTH: Final = 220.0
_HEIGHT: Final = 12.0
_EDGE: Final = 6.0
_STYLE: Final = """
main { max-width: 190mm; }
table.slopes { font-size: .74em; margin: .3em 0; }
table.slopes td, table.slopes th { padding: 0 .5em; text-align: left; white-space: nowrap; }
table.slopes svg { display: block; }
.zero { stroke: #888; stroke-width: .7; }
.span { stroke: #333; stroke-width: 1.4; }
.shown td { font-weight: bold; }
"""


def write_page(who: WhoChanges, path: Path) -> None:
    """Write the page to a new file; ``UsageError`` where it exists or cannot be written."""
    with new_text_file(path) as stream:
        stream.write(render_page(who))


def render_page(who: WhoChanges) -> str:
    """Return the page: what the change rests on, then people, the surest change first."""
    body = element(
        "body",
        element(
            "main",
            element("h1", "Who changes"),
            _basis(who),
            _primary(who),
            _others(who),
            element("footer", f"gripforce {software_version()}. {NO_DIAGNOSIS}"),
        ),
    )
    style = files("gripforce.report").joinpath("page.css").read_text(encoding="utf-8")
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", "Who changes"),
        element("style", Markup(style + _STYLE)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _basis(who: WhoChanges) -> Child:
    """Return the sentences that stand above the people on the terminal, too."""
    lines = who.heading()
    note = (
        "Dot and line: slope and 95 % interval. A change is shown where the p value, corrected "
        "over all slopes of a kind by Holm's method, is below 0.05; its error is the scatter "
        "between days."
    )
    return [[element("p", line) for line in lines], element("p", note, class_="note")]


def _primary(who: WhoChanges) -> Child:
    slopes = who.of_primary
    left = len(slopes) - MOST_PRIMARY
    more = f"and {left} more, {sum(s.changes for s in slopes[MOST_PRIMARY:])} with a change shown"
    return [_table(slopes[:MOST_PRIMARY], who.unit), element("p", more) if left > 0 else None]


def _others(who: WhoChanges) -> Child:
    others = [slope for slope in who.slopes if not slope.primary]
    found = [slope for slope in others if slope.changes]
    if not others:
        return None
    said = f"Other measures, {len(others)} slopes corrected together: {len(found)} with a change"
    left = len(found) - MOST_OTHERS
    return [
        element("h2", said),
        _table(found[:MOST_OTHERS], who.unit),
        element("p", f"and {left} more: see --json") if left > 0 else None,
    ]


def _table(slopes: Sequence[Slope], unit: str) -> Child:
    if not slopes:
        return None
    axis = _axis(slopes)
    heads = ("who", "measure", "sessions", f"change a {unit}", "", "p, corrected", "")
    rows = [_row(slope, axis) for slope in slopes]
    head = element("tr", [element("th", text) for text in heads])
    return element("table", head, rows, class_="slopes")


def _row(slope: Slope, axis: Axis) -> Markup:
    one = slope.series
    sign = " %" if slope.relative else ""
    cells = (
        " ".join(part for part in (one.subject, one.hand, one.task, one.object) if part),
        column_spec(one.metric, one.task).label,
        str(len(one.means)),
        f"{slope.value:+.3g}{sign} ({slope.ci_low:+.3g} to {slope.ci_high:+.3g})",
        _drawn(slope, axis),
        p_words(slope.p_corrected),
        "changes" if slope.changes else "not shown",
    )
    shown = "shown" if slope.changes else None
    return element("tr", [element("td", cell) for cell in cells], class_=shown)


def _axis(slopes: Sequence[Slope]) -> Axis:
    """Return the axis of all intervals of a table, with no change on it."""
    low = min(0.0, *(slope.ci_low for slope in slopes))
    high = max(0.0, *(slope.ci_high for slope in slopes))
    return Axis(low, high if high > low else low + 1.0, _EDGE, _WIDTH - _EDGE)


def _drawn(slope: Slope, axis: Axis) -> Markup:
    middle, zero = 0.5 * _HEIGHT, axis.at(0.0)
    return element(
        "svg",
        element("line", x1=zero, x2=zero, y1=0.0, y2=_HEIGHT, class_="zero"),
        element("line", x1=axis.at(slope.ci_low), x2=axis.at(slope.ci_high), y1=middle, y2=middle,
                class_="span"),
        element("circle", cx=axis.at(slope.value), cy=middle, r=2.5),
        width=_WIDTH,
        height=_HEIGHT,
        role="img",
        aria_label=f"slope {slope.value:.3g}, from {slope.ci_low:.3g} to {slope.ci_high:.3g}",
    )  # fmt: skip
