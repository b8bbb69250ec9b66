"""One task's part of the page: medians with intervals, traces with phases, relations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gripforce.analysis.assessment.reference import REFERENCES
from gripforce.analysis.columns import column_spec, main_columns
from gripforce.analysis.metric import MISSING
from gripforce.model import task_spec
from gripforce.report import traces
from gripforce.report.figures import grip_against_load, timing_histogram
from gripforce.report.markup import Child, Markup, element, original
from gripforce.report.tables import MEDIANS, median, named, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.reference import Reference
    from gripforce.analysis.results import (
        Analysis,
        Estimate,
        MeasuredTrial,
        SafetyMargin,
        TaskResult,
    )

_LAGS_OF_LOAD = ("xcorr_lag_ms", "peak_lag_ms")
"""Lags of grip force behind load force; in a task without load, behind the target."""
_MOST_SMALL = 40
_MOST_ROWS = 11
"""Of a task that declares no main results."""


class Chosen(NamedTuple):
    """A trial and the recording that it stands in."""

    result: TaskResult
    trial: MeasuredTrial


def task_section(
    task: str,
    results: Sequence[TaskResult],
    analysis: Analysis,
    hand: str = "",
    *,
    drawn: bool = True,
) -> Markup:
    """Return a task's medians and all its trials; ``drawn``: its usual trial and relations too."""
    summary = analysis.by_task.get(task, {})
    chosen = typical(results, summary)
    return element(
        "section",
        element("h3", task_spec(task).title),
        _medians(task, results, summary),
        _in_little(results, summary, chosen, analysis.margin) if drawn else None,
        _overviews(results),
        _all_trials(results),
        id=f"task-{task}{hand}",
    )


def traces_section(
    task: str,
    results: Sequence[TaskResult],
    summary: Mapping[str, Estimate],
    margin: SafetyMargin | None,
) -> Child:
    """Return a task's usual trial, grip against load, and its lags."""
    chosen = typical(results, summary)
    return [
        element("h3", task_spec(task).title),
        _typical(chosen),
        _relations(results, summary, chosen, margin),
    ]


def typical(results: Sequence[TaskResult], summary: Mapping[str, Estimate]) -> Chosen | None:
    """Return the used trial nearest to the medians by ranks of distance; None if there is none."""
    used = [Chosen(result, trial) for result in results for trial in result.used]
    used = used or [Chosen(result, trial) for result in results for trial in result.trials]
    if not used:
        return None
    ranks = np.zeros(len(used))
    for column, estimate in summary.items():
        cells = [one.trial.values.get(column) for one in used]
        off = [
            abs(float(cell) - estimate.value) if isinstance(cell, int | float) else np.inf
            for cell in cells
        ]
        ranks += np.searchsorted(np.sort(off), off)  # equals share a rank: else the first would win
    return used[int(np.argmin(ranks))]


def _medians(task: str, results: Sequence[TaskResult], summary: Mapping[str, Estimate]) -> Child:
    if not summary:
        return element("p", "There is nothing to sum up.", class_="note")
    ranked = main_columns(summary, task)
    columns = [c for c in ranked if column_spec(c, task).headline is not None]
    columns = columns or ranked[:_MOST_ROWS]
    norms = [r for r in REFERENCES if r.may_be_a_norm and r.low is not None and r.task == task]
    compared = {r.metric: r for r in norms if r.metric in columns}
    head: list[Child] = [*MEDIANS]
    if compared:
        head.append("others' lifts, 5–95 %")
    rows = [
        [
            named(c, task),
            *median(c, summary[c], task),
            *([_range(compared.get(c))] if compared else []),
        ]
        for c in columns
    ]
    return [
        table(head, rows, "medians"),
        element("p", _note(results), class_="note"),
        _sources(compared) if compared else None,
    ]


def _range(found: Reference | None) -> Markup:
    text = MISSING if found is None else f"{_short(found.low)} to {_short(found.high)}"
    return element("td", text, class_="number")


def _short(value: float | None) -> str:
    return MISSING if value is None else f"{value:g}".replace("-", "−")


def _note(results: Sequence[TaskResult]) -> str:
    timing = " ".join(dict.fromkeys(result.timing.why for result in results))
    return (
        "Interval: bootstrap over the trials of this session; changes between days are larger. "
        f"{timing}"
    )


def _sources(compared: Mapping[str, Reference]) -> Markup:
    sources = dict.fromkeys(
        f"{r.source}; {r.condition}; {r.filter}; grade {r.grade}" for r in compared.values()
    )
    cited = original(". ".join(sources))
    return element("p", "Others' lifts, for orientation only: ", cited, class_="note")


def legend() -> Markup:
    """Return what the lines of all figures mean."""
    samples = [
        [element("span", class_=f"key {class_}"), name]
        for class_, name in (
            ("key-grip", "grip force (mean of the digits)"),
            ("key-load", "load force (sum of the digits)"),
            ("key-excluded", "not used"),
        )
    ]
    return element("p", [element("span", sample) for sample in samples], class_="legend")


def _typical(chosen: Chosen | None) -> Child:
    if chosen is None:
        return None
    where = _where(chosen)
    drawn = traces.trial_figure(chosen.result, chosen.trial)
    if len(drawn) == 1:
        return figure(f"{where}.", drawn, before=legend())
    both = element("div", drawn, class_="side-by-side")
    return figure(f"{where}: its beginning, and all of it.", both, before=legend())


def _where(chosen: Chosen) -> str:
    number = chosen.trial.trial.number
    return f"Trial {number} of {chosen.result.name}, the one nearest to the medians"


def _in_little(
    results: Sequence[TaskResult],
    summary: Mapping[str, Estimate],
    chosen: Chosen | None,
    margin: SafetyMargin | None,
) -> Child:
    """Return the usual trial, grip against load and lags side by side, as far as there are any."""
    if chosen is None:
        return None
    trial = traces.trial_in_little(chosen.result, chosen.trial)
    where = _where(chosen)
    return element(
        "div",
        figure(f"{where}.", trial),
        _relation_figures(results, summary, chosen, margin),
        class_="three",
    )


def _relations(
    results: Sequence[TaskResult],
    summary: Mapping[str, Estimate],
    chosen: Chosen | None,
    margin: SafetyMargin | None,
) -> Child:
    figures = _relation_figures(results, summary, chosen, margin)
    return element("div", figures, class_="side-by-side")


def _relation_figures(
    results: Sequence[TaskResult],
    summary: Mapping[str, Estimate],
    chosen: Chosen | None,
    margin: SafetyMargin | None,
) -> list[Child]:
    spec = results[0].spec
    plane = None
    if spec.force_plane:
        typical_trial = chosen.trial if chosen else None
        slip_line = margin if spec.one_condition else None
        plane = grip_against_load(results, typical_trial, slip_line)
    column = next((c for c in spec.timing_columns if c in summary), "")
    lags = [
        float(cell)
        for result in results
        for trial in result.used
        if isinstance(cell := trial.values.get(column), int | float)
    ]
    of_load = column in _LAGS_OF_LOAD and spec.needs_load
    described = column_spec(column, spec.name)
    lag = timing_histogram(described, lags, summary.get(column), of_load=of_load)
    return [
        None if plane is None else figure(_PLANE + (_SLOPE if spec.lifted else ""), plane),
        None if lag is None else figure(_LAG if of_load else _TIME, lag),
    ]


_PLANE = "Grip against load in each used trial; the bold line is the trial above."
_SLOPE = (
    " Anticipatory grip rises together with load: a straight slope. Reactive grip rises late: a "
    "bend."
)
_LAG = (
    "How far grip follows load, trial by trial; the dot is the median with its 95 % interval. "
    "In the hatched part (60 ms and later) grip could be a response to the load."
)


_TIME = "How many trials took how long; the dot is the median with its 95 % interval."


def _overviews(results: Sequence[TaskResult]) -> list[Markup]:
    return [
        figure(f"The whole of {result.name}, trials numbered.", traces.overview(result))
        for result in results
    ]


def _all_trials(results: Sequence[TaskResult]) -> Child:
    shown = [Chosen(result, trial) for result in results for trial in result.trials]
    if len(shown) < 2:  # noqa: PLR2004 - the one is shown above
        return None
    span_s, top = traces.common_span(list(results))
    drawn = [
        traces.small_figure(result, trial, span_s, top, used=trial in result.used)
        for result, trial in shown[:_MOST_SMALL]
    ]
    more = len(shown) - len(drawn)
    caption = f"Every trial on the same scale: {span_s:.1f} s wide, {top:.1f} N high."
    if more:
        caption += f" {more} more are in the recording."
    return figure(caption, element("div", drawn, class_="small-multiples"), class_="many")


def figure(caption: str, drawn: Child, before: Child = None, class_: str | None = None) -> Markup:
    """Return a drawing with what it shows under it."""
    return element("figure", before, drawn, element("figcaption", caption), class_=class_)
