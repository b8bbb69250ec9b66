"""Figures: grip force against load force, a histogram of lags, grip force above the slip line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.columns import column_spec
from gripforce.report import svg
from gripforce.report.markup import Child, Markup, element, number
from gripforce.report.traces import beginning, stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.metric import MetricSpec
    from gripforce.analysis.results import Estimate, MeasuredTrial, SafetyMargin, TaskResult

_HALF = (344.0, 300.0)
_BIN_MS = 10.0
_FEEDBACK_MS = 60.0
"""The fastest grip response to a load takes 60-90 ms [ColeAbbs1988]."""
_FINEST_S = 0.004


def grip_against_load(
    results: Sequence[TaskResult], typical: MeasuredTrial | None, margin: SafetyMargin | None
) -> Markup | None:
    """Draw the path of each used trial in the plane of both forces; None without load force."""
    paths = [
        (trial, stretch(result, *(beginning(trial) or (trial.trial.start_s, trial.trial.stop_s))))
        for result in results
        for trial in result.used
        if result.traces.lf is not None
    ]
    if not paths:
        return None
    loads = [part.load for _, part in paths if part.load is not None]
    x = svg.roomy(*svg.limits(loads, 0.0))
    y = svg.roomy(*svg.limits([part.grip for _, part in paths], 0.0))
    plot = svg.Plot.of(_HALF, x, y)
    lines: list[Child] = []
    for trial, part in sorted(paths, key=lambda item: item[0] is typical):
        step = max(1, round(_FINEST_S / (part.t[1] - part.t[0]))) if len(part.t) > 1 else 1
        if part.load is not None:
            class_ = "typical" if trial is typical else "other"
            lines.append(plot.line(part.load[::step], part.grip[::step], class_))
    slip = None if margin is None or margin.mu is None else _slip_line(plot, margin.mu)
    title = "Grip force against load force while lifting"
    clipped = element("g", slip, lines, clip_path="inset(0)")
    return plot.drawn(title, "load force [N]", "grip force [N]", clipped, about=5)


def _slip_line(plot: svg.Plot, mu: Estimate) -> list[Child]:
    """Return the line GF = LF / (2 µ) and, under it, where the object slips."""
    end = min(plot.x.high, 2 * mu.value * plot.y.high)
    x, y = plot.x.at(end), plot.y.at(end / (2 * mu.value))
    corner = plot.x.at(0.0), plot.y.at(0.0)
    points = [corner, (x, y), (plot.x.stop, y), (plot.x.stop, corner[1])]
    shape = " ".join(f"{number(a)},{number(b)}" for a, b in points)
    return [
        element("polygon", points=shape, class_="slips"),
        element("line", x1=corner[0], y1=corner[1], x2=x, y2=y, class_="slip"),
        svg.text(plot.x.stop - 4, corner[1] - 6, "slips below this line", "label", anchor="end"),
    ]


def timing_histogram(
    spec: MetricSpec, lags_ms: Sequence[float], estimate: Estimate | None, *, of_load: bool
) -> Markup | None:
    """Draw how many trials had which time, with zero, median and interval; None without times.

    ``of_load``: the time is a lag of grip force behind load force, so leading and feedback are
    marked.
    """
    if not lags_ms:
        return None
    reach = max(60.0, float(np.abs(lags_ms).max()))
    reach = min(_BIN_MS * np.ceil((reach + _BIN_MS) / _BIN_MS), 400.0)
    width = _BIN_MS * max(1.0, np.ceil(reach / 200.0))
    edges = np.arange(-reach, reach + width, width)
    counts, _ = np.histogram(np.clip(lags_ms, edges[0], edges[-1]), edges)
    top = svg.roomy(0.0, float(max(4, counts.max())))[1]
    plot = svg.Plot.of(_HALF, (float(edges[0]), float(edges[-1])), (0.0, top), head=30)
    bars = [
        _bar(plot, float(edge), float(edge + width), int(count))
        for edge, count in zip(edges[:-1], counts, strict=True)
        if count
    ]
    zero = plot.x.at(0.0)
    sides = [
        svg.text(zero - 6, plot.top - 19, "← grip leads", "label", anchor="end"),
        svg.text(zero + 6, plot.top - 19, "grip follows →", "label", anchor="start"),
    ]
    late = plot.columns(_FEEDBACK_MS, plot.x.high, "slips") if reach > _FEEDBACK_MS else None
    if not of_load:
        sides, late = [], None
    whisker = _whisker(plot, estimate) if estimate else []
    title = f"Histogram of {spec.label}"
    marks = [late, bars, plot.upright(0.0, "zero"), sides, whisker]
    return plot.drawn(title, spec.title, "trials", marks)


def _bar(plot: svg.Plot, low: float, high: float, count: int) -> Markup:
    x, y = plot.x.at(low), plot.y.at(float(count))
    width = plot.x.at(high) - x
    return element("rect", x=x, y=y, width=width, height=plot.bottom - y, class_="bar")


def _whisker(plot: svg.Plot, estimate: Estimate) -> list[Child]:
    """Return the median as a dot and its interval as a line, above the bars."""
    y = plot.top - 8
    line = None
    if estimate.ci_low is not None and estimate.ci_high is not None:
        low, high = (plot.x.at(_inside(plot.x, v)) for v in (estimate.ci_low, estimate.ci_high))
        line = element("line", x1=low, x2=high, y1=y, y2=y, class_="interval")
    return [line, element("circle", cx=plot.x.at(_inside(plot.x, estimate.value)), cy=y, r=4)]


def _inside(axis: svg.Axis, value: float) -> float:
    return min(max(value, axis.low), axis.high)


def margin_figure(results: Sequence[TaskResult], margin: SafetyMargin | None) -> Markup | None:
    """Draw static grip force above the slip force, trial by trial; None without holds.

    Without a slip force it is the ratio of grip to load.
    """
    column = "gf_lf_ratio" if margin is None else "gf_static_n"
    static = [
        (result, trial, float(grip))
        for result in results
        for trial in result.trials
        if isinstance(grip := trial.values.get(column), int | float)
    ]
    if not static:
        return None
    slip = None if margin is None else margin.slip_force_n
    tops = [grip for *_, grip in static] + ([slip.ci_high or slip.value] if slip else [])
    plot = svg.Plot.of(_HALF, (0.4, len(static) + 0.6), (0.0, svg.roomy(0.0, max(tops))[1]))
    marks: list[Child] = []
    if slip is not None:
        if slip.ci_low is not None and slip.ci_high is not None:
            marks.append(plot.rows(slip.ci_low, slip.ci_high, "slips"))
        marks.append(plot.level(slip.value, "slip"))
        marks.append(svg.text(plot.x.start + 4, plot.y.at(slip.value) + 13, "slip force", "label"))
    for place, (result, trial, grip) in enumerate(static, start=1):
        used = trial in result.used
        marks += _stem(plot, place, grip, slip, used=used)
        if len(static) <= 30 or place % 5 == 0:  # noqa: PLR2004 - then numbers would touch
            name = str(trial.trial.number)
            marks.append(
                svg.text(plot.x.at(place), plot.bottom + 15, name, "tick", anchor="middle")
            )
    label = column_spec(column).title
    title = f"{label}, trial by trial"
    return plot.drawn(title, "trial (open: not used)", label, marks, about=0)


def _stem(
    plot: svg.Plot, place: int, grip: float, slip: Estimate | None, *, used: bool
) -> list[Child]:
    x, y = plot.x.at(place), plot.y.at(grip)
    stem = None
    if slip is not None and used:
        stem = element("line", x1=x, x2=x, y1=y, y2=plot.y.at(slip.value), class_="stem")
    return [stem, element("circle", cx=x, cy=y, r=3.6, class_=None if used else "open")]
