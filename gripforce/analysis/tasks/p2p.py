"""Vertical point-to-point movements of a held object, as in ALS by [Nowak2003].

Strategy: a movement is a span between two still holds in which the load force leaves the weight to
both sides. The side that comes first is the direction: upward movements begin with more load,
downward movements with less. Anticipatory grip rises early in upward movements and not in downward
ones [Nowak2003]. A movement in which the object is dropped is a trial too, flagged.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.holds import find_holds, is_dropped, still_spans
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.measures.coupling_gate import coupling_eligibility
from gripforce.analysis.measures.direction import SMALLEST_CHANGE_N, selectivity_of
from gripforce.analysis.measures.steadiness import detrend_linear
from gripforce.analysis.metric import condition, given_figures, metric
from gripforce.analysis.signal.baseline import LONG_HOLDS
from gripforce.analysis.signal.peaks import peak_position
from gripforce.analysis.statistics.estimates import estimate_share, estimate_statistic
from gripforce.analysis.statistics.regression import least_squares
from gripforce.analysis.statistics.spread import estimate_spread
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

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


@dataclass(frozen=True, slots=True)
class PointToPointMetrics:
    """One movement; None where it could not be measured."""

    direction: str | None = condition("direction", "up or down")
    movement_s: float | None = metric("movement time")
    gf_static_n: float | None = metric(
        definition="mean GF in the 0.5 s of hold before the movement", headline=1
    )
    lf_static_n: float | None = metric(
        definition="mean LF in the 0.5 s of hold before the movement"
    )
    gf_lf_ratio: float | None = metric(definition="static GF over static LF", headline=2)
    gf_peak_n: float | None = metric(definition="largest GF of the movement")
    lf_peak_n: float | None = metric(definition="largest LF of the movement")
    gf_lf_peak_ratio: float | None = metric(
        definition="largest GF over largest LF of the movement", headline=5
    )
    gf_lf_min_ratio: float | None = metric(definition="smallest GF/LF of the movement")
    gf_at_min_ratio_n: float | None = metric()
    lf_at_min_ratio_n: float | None = metric()
    peak_lag_ms: float | None = metric(definition="time of the GF maximum minus that of LF")
    early_gf_change_n: float | None = metric(
        "early grip force change", "GF at the first load extremum minus static GF"
    )
    early_rise: bool | None = metric(
        "early rise", "whether that change exceeds 2 SD of the hold before", unit=""
    )
    xcorr_r: float | None = metric(
        definition="largest correlation of dGF/dt and dLF/dt over lags of ±150 ms", headline=4
    )
    xcorr_lag_ms: float | None = metric(
        definition="the lag of that correlation; positive when GF follows LF", headline=3
    )
    gain_ols: float | None = metric(definition="slope of GF on LF during the movement")


@dataclass(frozen=True, slots=True)
class PointToPointSeries:
    """What belongs to all movements together."""

    lag_spread_ms: Estimate | None = metric(definition="Qn (a robust SD) of the lags")
    direction_selectivity: Estimate | None = metric(
        "direction selectivity of early grip",
        "(ΔGF up - ΔGF down) / (|ΔGF up| + |ΔGF down|) of median early changes",
        headline=6,
    )
    early_gf_change_up_n: Estimate | None = metric("early grip force change, up", headline=7)
    early_gf_change_down_n: Estimate | None = metric("early grip force change, down", headline=8)
    early_rise_down_share: Estimate | None = metric(
        "share of downward movements with an early rise", "Wilson interval", headline=9
    )
    early_rise_up_share: Estimate | None = metric(
        "share of upward movements with an early rise", "Wilson interval"
    )


def analyze_p2p(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure every vertical movement between two holds."""
    context = TaskContext(recording, "p2p", low_pass, LONG_HOLDS)
    for hold in find_holds(context.signals):
        holds = still_spans(context.signals, hold, _HOLD_S)
        for before, after in itertools.pairwise(holds):
            _measure(context, hold, before, after)
        if holds:
            _measure_drop(context, hold, holds[-1])
    return context.result(PointToPointMetrics, series=series_of(context.trials))


def _measure(
    context: TaskContext, hold: Hold, before: tuple[int, int], after: tuple[int, int]
) -> None:
    signals = context.signals
    start, stop = before[1], after[0]
    if not signals.samples(0.1) <= stop - start <= signals.samples(_LONGEST_S):
        return
    excursion = signals.lf[start:stop] - hold.weight_n
    if min(float(excursion.max()), -float(excursion.min())) < _SMALLEST_EXCURSION * hold.weight_n:
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
        context.add(span, metrics, events, {TrialFlag.GAP})
        return
    movement = _Movement(hold.weight_n, before, start, stop, first, direction)
    metrics, peaks, flags = _metrics(context, movement)
    context.add(span, metrics, events | peaks, flags)


def _measure_drop(context: TaskContext, hold: Hold, before: tuple[int, int]) -> None:
    """Add the movement in which the object was dropped, with the static forces before it."""
    signals, start, stop = context.signals, before[1], hold.stop
    if not _dropped_in_movement(signals, hold, start):
        return
    metrics = PointToPointMetrics(direction=_first_direction(signals, hold, start))
    flags = {TrialFlag.DROPPED}
    still = _hold_before(signals, before)
    if signals.complete(still.start, stop):
        metrics = replace(metrics, **_static(signals, still))
    else:
        flags.add(TrialFlag.GAP)
    events = {"t_onset_s": signals.time(start), "t_end_s": signals.time(stop)}
    end = min(stop + signals.samples(_HOLD_S), len(signals.gf) - 1)
    context.add((before[0], end), metrics, events, flags)


def _dropped_in_movement(signals: PreparedSignals, hold: Hold, start: int) -> bool:
    """Whether a movement from ``start`` ended in a drop; a drop out of a hold is no movement."""
    moving = hold.stop - start
    return 1 < moving <= signals.samples(_LONGEST_S) and is_dropped(signals, hold)


def _first_direction(signals: PreparedSignals, hold: Hold, start: int) -> str | None:
    """Return which way the load first left the weight; None where it did not."""
    excursion = signals.lf_event[start : hold.stop] - hold.weight_n
    moved = np.flatnonzero(np.abs(excursion) > _SMALLEST_EXCURSION * hold.weight_n)
    if not len(moved):
        return None
    return UP if excursion[moved[0]] > 0 else DOWN


def _static(signals: PreparedSignals, hold: slice) -> dict[str, Any]:
    """Return the mean forces of a hold and their ratio, by column."""
    grip, load = float(signals.gf[hold].mean()), float(signals.lf[hold].mean())
    ratio = grip / load if load > 0 else None
    return {"gf_static_n": grip, "lf_static_n": load, "gf_lf_ratio": ratio}


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
    context: TaskContext, move: _Movement
) -> tuple[PointToPointMetrics, dict[str, float | None], set[TrialFlag]]:
    signals, start, stop = context.signals, move.start, move.stop
    grip, load = signals.gf[start:stop], signals.lf[start:stop]
    gf_at, lf_at = (peak_position(v, start, stop) for v in (signals.gf, signals.lf))
    r, lag_ms, refused = _coupling(context, start, stop, move.weight_n)
    metrics = PointToPointMetrics(
        direction=move.direction,
        movement_s=(stop - start) / signals.rate_hz,
        gf_peak_n=float(grip.max()),
        lf_peak_n=float(load.max()),
        gf_lf_peak_ratio=float(grip.max()) / float(load.max()),
        peak_lag_ms=1e3 * (gf_at - lf_at) / signals.rate_hz if context.timed else None,
        xcorr_r=r,
        xcorr_lag_ms=lag_ms,
        gain_ols=None if r is None else least_squares(load, grip).gain,
        **_static(signals, _hold_before(signals, move.before)),
        **_smallest_ratio(grip, load),
        **_early_change(signals, move),
    )
    peaks: dict[str, float | None] = {
        "t_gf_peak_s": signals.time(gf_at),
        "t_lf_peak_s": signals.time(lf_at),
    }
    return metrics, peaks, {refused} if refused else set()


def _smallest_ratio(grip: FloatArray, load: FloatArray) -> dict[str, Any]:
    """Return the smallest GF/LF of a movement and both forces there, by column."""
    at = int(np.argmin(grip / np.maximum(load, _SMALLEST_LOAD_N)))
    return {
        "gf_lf_min_ratio": float(grip[at] / load[at]) if load[at] > 0 else None,
        "gf_at_min_ratio_n": float(grip[at]),
        "lf_at_min_ratio_n": float(load[at]),
    }


def _early_change(signals: PreparedSignals, move: _Movement) -> dict[str, Any]:
    """Return grip at the first load extremum minus static grip, and whether it is a rise."""
    hold = signals.gf[_hold_before(signals, move.before)]
    change = float(signals.gf[move.start + move.first]) - float(hold.mean())
    spread = float(np.std(detrend_linear(hold), ddof=1))
    rises = change > max(_RISE_SIGMAS * spread, SMALLEST_CHANGE_N)
    return {"early_gf_change_n": change, "early_rise": rises}


def _hold_before(signals: PreparedSignals, before: tuple[int, int]) -> slice:
    """Return the half second before a movement, ending where filter and movement do not reach."""
    end = max(before[0] + 2, before[1] - signals.samples(_GUARD_S))
    return slice(max(before[0], end - signals.samples(_STATIC_S)), end)


def _coupling(
    context: TaskContext, start: int, stop: int, weight_n: float
) -> tuple[float | None, float | None, TrialFlag | None]:
    """Return r and lag [ms] of the force rates over the movement."""
    signals = context.signals
    reach = np.ceil(_MAX_LAG_S * signals.rate_hz)
    refused = coupling_eligibility(signals, start, stop, weight_n, reach)
    if refused:
        return None, None, refused
    found = correlate_lag(
        signals.gf_rate,
        signals.lf_rate,
        start,
        stop,
        rate_hz=signals.rate_hz,
        max_lag_s=_MAX_LAG_S,
    )
    if found is None:
        return None, None, TrialFlag.LOW_MODULATION
    if found.r < _SMALLEST_R:
        return found.r, None, TrialFlag.LOW_R
    if found.at_edge:
        return found.r, None, TrialFlag.LAG_AT_EDGE
    return found.r, found.lag_s * 1e3, None


def series_of(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate]:
    """Return what belongs to all movements together: selectivity, early rises, spread of lags."""
    rows = [
        (1.0 if t.values["direction"] == UP else -1.0, t.values["early_gf_change_n"])
        for t in trials
        if isinstance(t.values["early_gf_change_n"], float)
    ]
    table = np.array(rows, dtype=np.float64).reshape(-1, 2)
    beyond = sum(TrialFlag.LAG_AT_EDGE in trial.flags for trial in trials)
    series = PointToPointSeries(
        lag_spread_ms=estimate_spread(numbers(trials, "xcorr_lag_ms"), beyond, 1e3 * _MAX_LAG_S),
        direction_selectivity=estimate_statistic(table, selectivity_of),
        early_gf_change_up_n=estimate_statistic(table[table[:, 0] > 0, 1], np.median),
        early_gf_change_down_n=estimate_statistic(table[table[:, 0] < 0, 1], np.median),
        early_rise_down_share=estimate_share(_rises(trials, DOWN)),
        early_rise_up_share=estimate_share(_rises(trials, UP)),
    )
    return given_figures(series)


def _rises(trials: Sequence[MeasuredTrial], direction: str) -> list[bool]:
    mine = [t.values["early_rise"] for t in trials if t.values["direction"] == direction]
    return [bool(rise) for rise in mine if rise is not None]
