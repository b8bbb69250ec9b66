"""Vertical point-to-point movements of a held object: the task of the ALS paper.

Strategy: a movement is a span between two still holds in which the load leaves the weight to
both sides. Which side comes first is the direction: a movement up begins with more load, a
movement down with less. A hand that anticipates raises grip early on the way up and does not
on the way down (Nowak, Hermsdörfer, Topka 2003). A movement in which the object is dropped is a
row too, flagged.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.holds import find_holds, is_dropped, still_spans
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.measures.coupling_gate import coupling_eligibility
from gripforce.analysis.measures.steadiness import detrend_linear
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.signal.peaks import peak_position
from gripforce.analysis.statistics.estimates import estimate_share, estimate_statistic
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.tasks.context import TaskContext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

EVENTS = ("t_onset_s", "t_first_extremum_s", "t_gf_peak_s", "t_lf_peak_s", "t_end_s")
UP, DOWN = "up", "down"
_HOLD_S = 0.25
_STATIC_S = 0.5
_GUARD_S = 0.05
_SMALLEST_EXCURSION = 0.1
_LONGEST_S = 2.5
_MAX_LAG_S = 0.15
_SMALLEST_R = 0.5
_SMALLEST_LOAD_N = 0.05
_RISE_SIGMAS = 2.0
_SMALLEST_RISE_N = 0.05


@dataclass(frozen=True, slots=True)
class PointToPointMetrics:
    """One movement; None where it could not be measured."""

    direction: str | None = None
    """``up`` or ``down``."""
    movement_s: float | None = None
    gf_static_n: float | None = None
    """Mean grip in the half second of hold before the movement."""
    lf_static_n: float | None = None
    gf_lf_ratio: float | None = None
    """Static grip over total load."""
    gf_max_n: float | None = None
    lf_max_n: float | None = None
    gf_max_lf_max_ratio: float | None = None
    gf_lf_min_ratio: float | None = None
    """Smallest ratio during the movement: how near to slipping it came."""
    gf_at_min_ratio_n: float | None = None
    lf_at_min_ratio_n: float | None = None
    peak_lag_ms: float | None = None
    """Time of the grip maximum minus that of the load maximum."""
    early_gf_change_n: float | None = None
    """Grip at the first load extremum minus static grip."""
    early_rise: bool | None = None
    """Whether that change is above 2 SD of the hold before."""
    xcorr_r: float | None = None
    """Largest correlation of the force rates over lags of ±150 ms."""
    xcorr_lag_ms: float | None = None
    gain: float | None = None
    """Slope of grip on load during the movement (least squares)."""


def analyze_p2p(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return every vertical movement between two holds."""
    measuring = TaskContext(recording, "p2p", low_pass or LowPass())
    for held in find_holds(measuring.signals):
        holds = still_spans(measuring.signals, held, _HOLD_S)
        for before, after in itertools.pairwise(holds):
            _measure(measuring, held, before, after)
        if holds:
            _measure_drop(measuring, held, holds[-1])
    return measuring.result(PointToPointMetrics, EVENTS, series=_series(measuring.trials))


def direction_selectivity(up_n: float, down_n: float) -> float:
    """Return ``(ΔGF up - ΔGF down) / (|ΔGF up| + |ΔGF down|)`` of early grip changes.

    +1: grip rises early on the way up only, as healthy hands do; 0: it rises as much whichever
    way the load goes; -1: on the way down only.

    >>> direction_selectivity(1.7, -1.7)
    1.0
    """
    total = abs(up_n) + abs(down_n)
    return (up_n - down_n) / total if total > 0 else float("nan")


def _measure(
    measuring: TaskContext, held: Hold, before: tuple[int, int], after: tuple[int, int]
) -> None:
    signals = measuring.signals
    start, stop = before[1], after[0]
    if not signals.samples(0.1) <= stop - start <= signals.samples(_LONGEST_S):
        return
    excursion = signals.lf[start:stop] - held.weight_n
    high, low = float(excursion.max()), float(excursion.min())
    if min(high, -low) < _SMALLEST_EXCURSION * held.weight_n:
        return  # a jolt to one side is no movement from one place to another
    top, bottom = int(np.argmax(excursion)), int(np.argmin(excursion))
    direction, first = (UP, top) if top < bottom else (DOWN, bottom)
    events: dict[str, float | None] = {
        "t_onset_s": signals.time(start),
        "t_first_extremum_s": signals.time(start + first),
        "t_end_s": signals.time(stop),
    }
    span = (before[0], after[1])
    if not signals.complete(start, stop):
        metrics = PointToPointMetrics(direction=direction)
        measuring.add(span, metrics, events, {TaskFlag.GAP})
        return
    movement = _Movement(held.weight_n, before, start, stop, first, direction)
    metrics, peaks, flags = _metrics(measuring, movement)
    measuring.add(span, metrics, events | peaks, flags)


def _measure_drop(measuring: TaskContext, held: Hold, before: tuple[int, int]) -> None:
    """Add the movement in which the object left the fingers, with what was there before it."""
    signals, start, stop = measuring.signals, before[1], held.stop
    fell = stop - start <= signals.samples(_LONGEST_S) and is_dropped(signals, held)
    if not fell or stop - start < 2:  # noqa: PLR2004 - it fell out of a hold
        return
    excursion = signals.lf_event[start:stop] - held.weight_n
    moved = np.flatnonzero(np.abs(excursion) > _SMALLEST_EXCURSION * held.weight_n)
    direction = None if not len(moved) else UP if excursion[moved[0]] > 0 else DOWN
    events: dict[str, float | None] = {
        "t_onset_s": signals.time(start),
        "t_end_s": signals.time(stop),
    }
    hold = _hold_before(signals, before)
    metrics, flags = PointToPointMetrics(direction=direction), {TaskFlag.DROPPED}
    if signals.complete(hold.start, stop):
        static, load = float(signals.gf[hold].mean()), float(signals.lf[hold].mean())
        ratio = static / load if load > 0 else None
        metrics = replace(metrics, gf_static_n=static, lf_static_n=load, gf_lf_ratio=ratio)
    else:
        flags.add(TaskFlag.GAP)
    after = stop + signals.samples(_HOLD_S)
    measuring.add((before[0], min(after, len(signals.gf) - 1)), metrics, events, flags)


@dataclass(frozen=True, slots=True)
class _Movement:
    """Grid indices of one movement; ``first`` counts from its start."""

    weight_n: float
    before: tuple[int, int]
    start: int
    stop: int
    first: int
    direction: str


def _metrics(
    measuring: TaskContext, move: _Movement
) -> tuple[PointToPointMetrics, dict[str, float | None], set[TaskFlag]]:
    signals, start, stop = measuring.signals, move.start, move.stop
    grip, load = signals.gf[start:stop], signals.lf[start:stop]
    hold = _hold_before(signals, move.before)
    static, static_load = float(signals.gf[hold].mean()), float(signals.lf[hold].mean())
    nearest = int(np.argmin(grip / np.maximum(load, _SMALLEST_LOAD_N)))
    change = float(grip[move.first]) - static
    spread = float(np.std(detrend_linear(signals.gf[hold]), ddof=1))
    gf_at, lf_at = (peak_position(v, start, stop) for v in (signals.gf, signals.lf))
    r, lag_ms, refused = _coupling(measuring, start, stop, move.weight_n)
    metrics = PointToPointMetrics(
        direction=move.direction,
        movement_s=(stop - start) / signals.rate_hz,
        gf_static_n=static,
        lf_static_n=static_load,
        gf_lf_ratio=static / static_load if static_load > 0 else None,
        gf_max_n=float(grip.max()),
        lf_max_n=float(load.max()),
        gf_max_lf_max_ratio=float(grip.max()) / float(load.max()),
        gf_lf_min_ratio=float(grip[nearest] / load[nearest]) if load[nearest] > 0 else None,
        gf_at_min_ratio_n=float(grip[nearest]),
        lf_at_min_ratio_n=float(load[nearest]),
        peak_lag_ms=1e3 * (gf_at - lf_at) / signals.rate_hz if measuring.timed else None,
        early_gf_change_n=change,
        early_rise=change > max(_RISE_SIGMAS * spread, _SMALLEST_RISE_N),
        xcorr_r=r,
        xcorr_lag_ms=lag_ms,
        gain=None if r is None else float(np.cov(load, grip)[0, 1] / np.var(load, ddof=1)),
    )
    peaks: dict[str, float | None] = {
        "t_gf_peak_s": signals.time(gf_at),
        "t_lf_peak_s": signals.time(lf_at),
    }
    return metrics, peaks, {refused} if refused else set()


def _hold_before(signals: PreparedSignals, before: tuple[int, int]) -> slice:
    """Return the half second before a movement, ending where filter and movement do not reach."""
    end = max(before[0] + 2, before[1] - signals.samples(_GUARD_S))
    return slice(max(before[0], end - signals.samples(_STATIC_S)), end)


def _coupling(
    measuring: TaskContext, start: int, stop: int, weight_n: float
) -> tuple[float | None, float | None, TaskFlag | None]:
    """Return r and lag [ms] of the force rates over the movement."""
    refused = coupling_eligibility(measuring, start, stop, weight_n)
    if refused:
        return None, None, refused
    signals = measuring.signals
    found = correlate_lag(
        signals.gf_rate,
        signals.lf_rate,
        start,
        stop,
        rate_hz=signals.rate_hz,
        max_lag_s=_MAX_LAG_S,
    )
    if found is None:
        return None, None, TaskFlag.GAP
    if found.r < _SMALLEST_R:
        return found.r, None, TaskFlag.LOW_R
    return found.r, None if found.at_edge else found.lag_s * 1e3, None


def _series(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate | None]:
    """Return what belongs to all movements together: selectivity and rises on the way down."""
    rows = [
        (1.0 if t.values["direction"] == UP else -1.0, t.values["early_gf_change_n"])
        for t in trials
        if isinstance(t.values["early_gf_change_n"], float)
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 2)
    return {
        "direction_selectivity": estimate_statistic(table, _selectivity),
        "early_gf_change_up_n": estimate_statistic(table[table[:, 0] > 0, 1], _median),
        "early_gf_change_down_n": estimate_statistic(table[table[:, 0] < 0, 1], _median),
        "early_rise_down_share": estimate_share(_rises(trials, DOWN)),
        "early_rise_up_share": estimate_share(_rises(trials, UP)),
    }


def _selectivity(table: FloatArray) -> float:
    up, down = table[table[:, 0] > 0, 1], table[table[:, 0] < 0, 1]
    if not len(up) or not len(down):
        return float("nan")
    return direction_selectivity(float(np.median(up)), float(np.median(down)))


def _rises(trials: Sequence[MeasuredTrial], direction: str) -> list[bool]:
    mine = [t.values["early_rise"] for t in trials if t.values["direction"] == direction]
    return [bool(rise) for rise in mine if rise is not None]


def _median(values: FloatArray) -> float:
    return float(np.median(values))
