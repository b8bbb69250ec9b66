"""Figures of recordings and sessions in the sizes of journals, with matplotlib.

Each function draws into ``ax`` (a matplotlib ``Axes``), or into a new figure of one column
(85 mm) or two (``width="double"``, 180 mm), and returns the ``Axes``. A missing matplotlib is
installed with ``pip install 'gripforce[plot]'``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.columns import column_spec, event_label
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.api.recordings import opened
from gripforce.api.sessions import SessionAnalysis, analyze_session
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes

    from gripforce.analysis.results import Analysis, MeasuredTrial, TaskResult
    from gripforce.api.recordings import RecordingLike

WIDTHS_MM: Final = {"single": 85.0, "double": 180.0}
HEIGHT_PER_WIDTH: Final = {"single": 0.75, "double": 0.4}
GRIP, LOAD, SLIP = "#0072b2", "#d55e00", "#999999"
"""Colours that the colour-blind can tell apart [Okabe & Ito 2008]."""
_MM_PER_INCH = 25.4
_POINTS = 8
_AROUND_S = 0.3
_NEAR, _LEVELS = 0.06, 3
"""Events nearer than this share of the axis have their names on different levels."""
_MOST_POINTS = 4000

__all__ = ["force_plane", "lags", "lift", "margin", "trend"]


def lift(
    recording: RecordingLike, trial: int = 1, *, ax: Axes | None = None, width: str = "single"
) -> Axes:
    """Plot grip and load force of one trial [N] against time [s], with its events.

    ``trial`` is the trial's number, from 1. Second 0 is the trial's beginning. Raises
    ``UsageError`` where the recording has no such trial.
    """
    result = analyze_task(opened(recording))
    found = next((one for one in result.trials if one.trial.number == trial), None)
    if found is None:
        raise UsageError(
            f"{result.name} has no trial {trial}.", f"It has {len(result.trials)} trials."
        )
    ax = _axes(ax, width)
    zero = found.trial.start_s
    t, grip, load = _stretch(result, found)
    ax.plot(t - zero, grip, color=GRIP, label="grip force")
    if load is not None:
        ax.plot(t - zero, load, color=LOAD, label="load force")
    known = {column: at_s for column, at_s in found.events.items() if at_s is not None}
    _label_events(ax, {event_label(c, result.task): at_s - zero for c, at_s in known.items()})
    ax.set(xlabel="time (s)", ylabel="force (N)")
    ax.legend(frameon=False, fontsize=_POINTS - 1)
    return ax


def force_plane(recording: RecordingLike, *, ax: Axes | None = None, width: str = "single") -> Axes:
    """Plot grip force against load force [N] of all trials, a line each.

    Raises ``UsageError`` where the recording has no load force or no trial.
    """
    result = analyze_task(opened(recording))
    if result.traces.lf is None:
        raise UsageError(f"{result.name} has no load force.")
    if not result.trials:
        raise UsageError(f"{result.name} has no trial.", *result.remarks[:1])
    ax = _axes(ax, width)
    for trial in result.trials:
        _, grip, load = _stretch(result, trial, around_s=0.0)
        ax.plot(load, grip, color=GRIP, linewidth=0.6, alpha=0.7)  # type: ignore[arg-type]
    ax.set(xlabel="load force (N)", ylabel="grip force (N)")
    return ax


def lags(
    recordings: RecordingLike | SessionAnalysis | Iterable[RecordingLike],
    column: str = "xcorr_lag_ms",
    *,
    task: str | None = None,
    ax: Axes | None = None,
    width: str = "single",
) -> Axes:
    """Plot a histogram of a lag [ms] over trials; positive where grip follows load.

    Raises ``UsageError`` where no trial has one.
    """
    table = _session(recordings).table(task)
    found = table[column].dropna() if column in table else table["trial"][:0]
    if found.empty:
        raise UsageError(f"No trial has {column}.", "The column flags says why.")
    ax = _axes(ax, width)
    ax.hist(found, bins="auto", color=GRIP)
    ax.axvline(float(found.median()), color=LOAD, label=f"median {found.median():.0f} ms")
    ax.axvline(0.0, color=SLIP, linewidth=0.6)
    ax.set(xlabel=f"{column_spec(column).label} (ms)", ylabel="trials")
    ax.legend(frameon=False, fontsize=_POINTS - 1)
    return ax


def margin(
    recordings: RecordingLike | SessionAnalysis | Iterable[RecordingLike],
    *,
    hand: str | None = None,
    ax: Axes | None = None,
    width: str = "single",
) -> Axes:
    """Plot static grip force [N] of each trial above the slip force and its 95 % interval.

    Raises ``UsageError`` where there is no slip test, so no margin.
    """
    analysis = _one_hand(_session(recordings), hand)
    if analysis.margin is None:
        raise UsageError("There is no margin without a slip test.", *analysis.remarks[:1])
    slip, ax = analysis.margin.slip_force_n, _axes(ax, width)
    static = [
        float(grip)
        for result in analysis.results
        for trial in result.used
        if isinstance(grip := trial.values.get("gf_static_n"), int | float)
    ]
    ax.plot(np.arange(1, len(static) + 1), static, "o", color=GRIP, label="static grip force")
    ax.axhline(slip.value, color=LOAD, label="slip force")
    if slip.ci_low is not None and slip.ci_high is not None:
        ax.axhspan(slip.ci_low, slip.ci_high, color=LOAD, alpha=0.15)
    ax.set(xlabel="trial", ylabel="force (N)", ylim=(0.0, None))
    ax.legend(frameon=False, fontsize=_POINTS - 1)
    return ax


def trend(
    sessions: Sequence[SessionAnalysis],
    column: str,
    *,
    task: str = "lift",
    hand: str | None = None,
    ax: Axes | None = None,
    width: str = "single",
) -> Axes:
    """Plot one metric of a person's visits against their days, with 95 % intervals.

    Raises ``UsageError`` where no visit has it.
    """
    points = []
    for session in sessions:
        estimate = _one_hand(session, hand).by_task.get(task, {}).get(column)
        if estimate is not None and session.visit.date:
            points.append((np.datetime64(session.visit.date), estimate))
    if not points:
        raise UsageError(f"No visit has {column} of task {task}.")
    points.sort(key=lambda point: point[0])
    days = np.array([day for day, _ in points])
    values = np.array([e.value for _, e in points])
    low = np.array([e.value if e.ci_low is None else e.ci_low for _, e in points])
    high = np.array([e.value if e.ci_high is None else e.ci_high for _, e in points])
    ax = _axes(ax, width)
    ax.errorbar(days, values, [values - low, high - values], fmt="o-", color=GRIP, capsize=2)
    ax.set(xlabel="visit", ylabel=column_spec(column, task).title)
    ax.tick_params(axis="x", labelrotation=30)
    return ax


def _label_events(ax: Axes, events: Mapping[str, float]) -> None:
    """Draw a line at each event [s], with its name; names of close ones stand below each other."""
    near_s = _NEAR * float(np.ptp(ax.get_xlim()))
    before_s, level = -np.inf, 0
    for name, at_s in sorted(events.items(), key=lambda event: event[1]):
        level = (level + 1) % _LEVELS if at_s - before_s < near_s else 0
        ax.axvline(at_s, color=SLIP, linewidth=0.6)
        ax.annotate(
            name, (at_s, 1.0 - level / _LEVELS), xycoords=("data", "axes fraction"), rotation=90,
            ha="right", va="top", fontsize=_POINTS - 2, color=SLIP,
        )  # fmt: skip
        before_s = at_s


def _session(
    recordings: RecordingLike | SessionAnalysis | Iterable[RecordingLike],
) -> SessionAnalysis:
    return recordings if isinstance(recordings, SessionAnalysis) else analyze_session(recordings)


def _one_hand(session: SessionAnalysis, hand: str | None) -> Analysis:
    if hand is None and len(session.visit.hands) > 1:
        raise UsageError("Name one of the hands.", f"There are: {', '.join(session.visit.hands)}.")
    return session.hand(next(iter(session.visit.hands)) if hand is None else hand)


def _stretch(
    result: TaskResult, trial: MeasuredTrial, around_s: float = _AROUND_S
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return times and forces of a trial, NaN in gaps, at most ``_MOST_POINTS``."""
    traces = result.traces
    span = trial.trial.start_s - around_s, trial.trial.stop_s + around_s
    first, last = np.searchsorted(traces.t, span)
    part = slice(first, last, max(1, (last - first) // _MOST_POINTS))
    valid = traces.valid[part]
    load = None if traces.lf is None else np.where(valid, traces.lf[part], np.nan)
    return traces.t[part], np.where(valid, traces.gf[part], np.nan), load


def _axes(ax: Axes | None, width: str) -> Axes:
    """Return the axes to draw into: those given, or new ones in a journal's size."""
    if ax is not None:
        return ax
    if width not in WIDTHS_MM:
        raise UsageError(f"There is no width '{width}'.", f"Use one of {', '.join(WIDTHS_MM)}.")
    inches = WIDTHS_MM[width] / _MM_PER_INCH
    pyplot = _pyplot()
    with pyplot.rc_context({"font.size": _POINTS}):
        _, made = pyplot.subplots(
            figsize=(inches, inches * HEIGHT_PER_WIDTH[width]), layout="constrained"
        )
    made.spines[["top", "right"]].set_visible(False)
    return made  # type: ignore[no-any-return]


def _pyplot() -> Any:
    try:
        from matplotlib import pyplot  # noqa: PLC0415 - an extra, and half a second
    except ImportError as error:
        raise UsageError(
            "Figures need matplotlib, which is not installed.",
            "Install it with: pip install 'gripforce[plot]'.",
        ) from error
    return pyplot
