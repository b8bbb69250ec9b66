"""Forces against time: a whole recording, one trial with its phases, all trials side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.columns import event_label
from gripforce.language import translate
from gripforce.report import svg
from gripforce.report.markup import Child, Markup, element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.results import MeasuredTrial, TaskResult
    from gripforce.model import FloatArray, Recording

WIDTH = 700.0
_SMALL = (170.0, 96.0)
_COLUMNS = 640
_BEFORE_S, _AFTER_S = 0.1, 0.5
_PHASES = (
    ("t_contact_s", "t_load_onset_s", "preload", "phase-a"),
    ("t_load_onset_s", "t_liftoff_s", "loading", "phase-b"),
    ("t_hold_start_s", "t_hold_end_s", "hold", "phase-a"),
)


@dataclass(frozen=True, eq=False, slots=True)
class Stretch:
    """Forces between two times, known or not a number."""

    t: FloatArray
    grip: FloatArray
    load: FloatArray | None

    @property
    def forces(self) -> list[FloatArray]:
        """Whatever there is of grip and load."""
        return [self.grip] if self.load is None else [self.grip, self.load]


def stretch(result: TaskResult, start_s: float, stop_s: float) -> Stretch:
    """Return a recording's forces between two times; unknown ones are not a number."""
    traces = result.traces
    a, b = np.searchsorted(traces.t, [start_s, stop_s])
    b = max(int(b), int(a) + 1)
    valid = traces.valid[a:b]
    load = None if traces.lf is None else np.where(valid, traces.lf[a:b], np.nan)
    return Stretch(traces.t[a:b], np.where(valid, traces.gf[a:b], np.nan), load)


MARKED: Final = {"mark", "key", "overload"}
"""Kinds of markers that a person set, or must know of."""


def marks_of(recording: Recording) -> list[tuple[float, str]]:
    """Return time [s] and words of the moments that were marked, without cues and beats."""
    return [(m.t, m.text or m.kind) for m in recording.markers if m.kind in MARKED]


def overview(result: TaskResult) -> Markup:
    """Return the whole recording with its trials numbered, excluded ones hatched."""
    if not len(result.traces.t):
        return element("p", "The recording holds no forces.", class_="note")
    part = stretch(result, float(result.traces.t[0]), float(result.traces.t[-1]))
    x = float(part.t[0]), max(float(part.t[-1]), float(part.t[0]) + 1e-3)
    plot = svg.Plot.of((WIDTH, 110.0), x, svg.roomy(*svg.limits(part.forces, 0.0)), head=14)
    out = {excluded.trial for excluded in result.excluded}
    marks: list[Child] = []
    places = [
        plot.x.at(0.5 * (trial.trial.start_s + trial.trial.stop_s)) for trial in result.trials
    ]
    for trial, middle in zip(result.trials, places, strict=True):
        name = trial.trial.number
        band = "excluded" if name in out else "trial"
        marks.append(plot.columns(trial.trial.start_s, trial.trial.stop_s, band))
        if len(places) * 16.0 < WIDTH or name % 5 == 0:
            marks.append(svg.text(middle, plot.top - 4, str(name), "tick", anchor="middle"))
    title = f"Grip and load force of the whole recording {result.name}"
    moments = [_moment(plot, at_s, words) for at_s, words in marks_of(result.recording)]
    return plot.drawn(title, "time [s]", "force [N]", marks, _lines(plot, part), moments)


def _moment(plot: svg.Plot, at_s: float, words: str) -> list[Child]:
    """Return a line at a moment that was marked, with its words below the trials' numbers."""
    at = plot.x.at(at_s)
    return [
        plot.upright(at_s, "moment"),
        svg.text(at + 3, plot.top + 9, f"▾ {words}", "phase-name"),
    ]


def trial_in_little(result: TaskResult, trial: MeasuredTrial) -> Markup:
    """Return one trial with its moments named, as wide as half a page."""
    span = trial.trial.start_s, trial.trial.stop_s
    return _named(result, trial, span, (WIDTH / 2 - 6, 260.0), trial.events)


def trial_figure(result: TaskResult, trial: MeasuredTrial) -> list[Markup]:
    """Return one trial with its moments named: of a lift, its beginning enlarged as well."""
    start, stop = trial.trial.start_s, trial.trial.stop_s
    begin = beginning(trial)
    if begin is None:
        return [_named(result, trial, (start, stop), (WIDTH, 230.0), trial.events)]
    early = {key: trial.events.get(key) for key in ("t_contact_s", "t_load_onset_s", "t_liftoff_s")}
    late = {key: value for key, value in trial.events.items() if key not in early}
    late["t_liftoff_s"] = trial.events.get("t_liftoff_s")
    half = (WIDTH / 2 - 6, 230.0)
    return [
        _named(result, trial, begin, half, early),
        _named(result, trial, (start, stop), half, late),
    ]


def beginning(trial: MeasuredTrial) -> tuple[float, float] | None:
    """Return from when to when a lift gets going; None for what is no lift."""
    liftoff = trial.events.get("t_liftoff_s")
    known = [trial.events.get("t_contact_s"), trial.events.get("t_load_onset_s"), liftoff]
    first = min((t for t in known if t is not None), default=None)
    if liftoff is None or first is None:
        return None
    return first - _BEFORE_S, liftoff + _AFTER_S


def small_figure(
    result: TaskResult, trial: MeasuredTrial, span_s: float, top: float, *, used: bool
) -> Markup:
    """Return one trial in little, its moments as ticks; ``span_s`` and ``top`` are common."""
    begin = beginning(trial) or (trial.trial.start_s, trial.trial.stop_s)
    width, height = _SMALL
    x = svg.Axis(begin[0], begin[0] + span_s, 1.0, width - 1.0)
    y = svg.Axis(0.0, top, height - 4.0, 17.0)
    plot = svg.Plot(width, height, x, y)
    part = stretch(result, begin[0], begin[0] + span_s)
    ticks = [
        plot.upright(t, "moment")
        for t in trial.events.values()
        if t is not None and x.low <= t <= x.high
    ]
    name = f"{trial.trial.number}" + ("" if used else " not used")
    return svg.drawing(
        _SMALL,
        f"Trial {trial.trial.number}",
        element("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, class_="frame"),
        None if used else plot.columns(x.low, x.high, "excluded"),
        ticks,
        plot.level(0.0, "axis"),
        _lines(plot, part),
        svg.text(5, 13, name, "label"),
    )


def common_span(results: list[TaskResult]) -> tuple[float, float]:
    """Return how many seconds and newtons hold nearly every trial of a task."""
    spans, tops = [], []
    for result in results:
        for trial in result.trials:
            a, b = beginning(trial) or (trial.trial.start_s, trial.trial.stop_s)
            spans.append(b - a)
            tops.append(svg.limits(stretch(result, a, b).forces, 1.0)[1])
    if not spans:
        return 1.0, 1.0
    return float(np.percentile(spans, 90)), 1.05 * float(np.percentile(tops, 95))


def _named(
    result: TaskResult,
    trial: MeasuredTrial,
    span: tuple[float, float],
    size: tuple[float, float],
    events: Mapping[str, float | None],
) -> Markup:
    """Return forces in a span of a trial with phases shaded and moments named above."""
    part = stretch(result, *span)
    y = svg.roomy(*svg.limits(part.forces, 0.0))
    inside = [(k, t) for k, t in events.items() if t is not None and span[0] <= t <= span[1]]
    inside.sort(key=lambda item: item[1])
    zero = float(part.t[0]) if len(part.t) else span[0]
    shown = Stretch(part.t - zero, part.grip, part.load)
    bare = svg.Plot.of(size, (span[0] - zero, span[1] - zero), y)
    event_labels = [
        (translate(event_label(key, result.task)), bare.x.at(t - zero)) for key, t in inside
    ]
    rows = svg.rows_of([(at, svg.width_of(word) + 6) for word, at in event_labels])
    head = 13.0 * (1 + max(rows, default=-1))
    plot = svg.Plot.of(size, (bare.x.low, bare.x.high), y, head=head)
    names = [
        svg.text(_kept(at, word, size[0]), plot.top - 4 - 13 * row, word, "label", anchor="middle")
        for (word, at), row in zip(event_labels, rows, strict=True)
    ]
    moments = [plot.upright(t - zero, "moment") for _, t in inside]
    title = f"Grip and load force of trial {trial.trial.number}"
    bands = _phases(plot, trial.events, zero)
    return plot.drawn(
        title, "time [s]", "force [N]", bands, moments, _lines(plot, shown), names, about=6
    )


def _kept(middle: float, word: str, width: float) -> float:
    half = svg.width_of(word) / 2
    return min(max(middle, half), width - half)


def _phases(plot: svg.Plot, events: Mapping[str, float | None], zero: float) -> list[Child]:
    bands: list[Child] = []
    for first, last, name, class_ in _PHASES:
        word = translate(name)
        a, b = events.get(first), events.get(last)
        if a is None or b is None or b <= a or b - zero > plot.x.high or a - zero < plot.x.low:
            continue
        bands.append(plot.columns(a - zero, b - zero, class_))
        if (b - a) * plot.x.scale > svg.width_of(word):
            middle = plot.x.at(0.5 * (a + b) - zero)
            bands.append(svg.text(middle, plot.top + 12, word, "phase-name", anchor="middle"))
    return bands


def _lines(plot: svg.Plot, part: Stretch) -> list[Markup]:
    grip = svg.thinned(part.t, part.grip, _COLUMNS)
    if part.load is None:
        return [plot.line(*grip, "grip")]
    load = svg.thinned(part.t, part.load, _COLUMNS)
    return [plot.line(*load, "load"), plot.line(*grip, "grip")]
