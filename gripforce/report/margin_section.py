"""The safety margin: grip force beyond the slip force, or why it is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gripforce.analysis.assessment.margin import NO_SLIP_FORCE, by_margin_rank
from gripforce.report.figures import margin_figure
from gripforce.report.markup import Child, Markup, element
from gripforce.report.tables import MEDIANS, median, named, table
from gripforce.report.task_section import figure

if TYPE_CHECKING:
    from gripforce.analysis.results import Analysis, SafetyMargin, TaskResult

_WORDS = (
    "Static: over the hold. Dynamic: at the moment of the movement at which grip was nearest to "
    "slipping. The same margin is given in newtons, as a share of the slip force, and as a share "
    "of the grip force; these are not comparable with each other."
)
_TESTED = (
    "Holds of two seconds or more have been tested on simulated and computed ones only: the real "
    "lifts at hand are quick."
)


def margin_section(analysis: Analysis, hand: str = "") -> Markup:
    """Return the margin with its slip line, or the ratio and why there is no margin."""
    margin = analysis.margin
    drawn = margin_figure(_asked(analysis), margin)
    caption = "Grip force while holding, trial by trial, above the slip force (dashed)."
    if margin is None:
        caption = "Grip force as a multiple of load force while holding, trial by trial."
    return element(
        "section",
        element("h3", "Safety margin"),
        element(
            "div",
            element("div", element("p", NO_SLIP_FORCE) if margin is None else _table(margin)),
            None if drawn is None else figure(caption, drawn),
            class_="side-by-side",
        ),
        id=f"margin{hand}",
    )


def _asked(analysis: Analysis) -> list[TaskResult]:
    """Return the recordings of the task that the margin, or the ratio, is taken from."""
    ranked = by_margin_rank(analysis.results)
    return [result for result in ranked if result.task == ranked[0].task]


def _table(margin: SafetyMargin) -> list[Child]:
    rows = [[named(c), *median(c, estimate)] for c, estimate in margin.figures.items()]
    return [
        element("p", f"Slip force from: {margin.slip_source}."),
        table(MEDIANS, rows, "medians"),
        element("p", _WORDS, class_="note"),
        element("p", _TESTED, class_="note"),
    ]
