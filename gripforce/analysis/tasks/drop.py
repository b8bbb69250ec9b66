"""A weight is dropped into the held object: anticipatory or reactive grip force.

Strategy: an impact is a burst of load force that rises within some ten milliseconds while the
object is held still; the onset of grip force is estimated by ``response``. An onset before the
impact (its whole interval) can only be anticipatory; one 50 ms after it and later may be a reflex;
in between no mode is assigned. The mode can be clear where the onset time is not. The recording
names who dropped each weight. The participant can anticipate the own drops, not those of an
experimenter who gives no cue, so both are reported apart [JohanssonWestling1988].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.signal import find_peaks

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.holds import find_holds, is_dropped
from gripforce.analysis.metric import condition, given_figures, metric
from gripforce.analysis.response.responses import Responses
from gripforce.analysis.signal.filters import derivative
from gripforce.analysis.statistics.estimates import (
    estimate_median,
    estimate_share,
    estimate_statistic,
)
from gripforce.analysis.tasks.annotations import labels_per_trial
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.response.responses import Response
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

PREDICTIVE, REACTIVE, UNCLEAR = "predictive", "reactive", "unclear"
SELF, EXPERIMENTER = "self", "experimenter"
REACTION_FROM_MS = 50.0
"""The fastest response takes 60-90 ms [ColeAbbs1988]; 10 ms less for the onset's error."""
_SLOWEST_HZ = 300.0
"""Below it, impacts that a slip cuts short were detected late (40 to 80 ms at 80 samples/s in
simulations), so that reflexes looked anticipatory."""
_FASTEST_N_PER_S = 20.0
_SMALLEST_N = 0.4
_APART_S = 0.6
_SETTLED_S = 0.3
_LEVEL_S = (0.9, 0.45)
_SEARCH_S = (-0.35, 0.3)
"""About the impact: anticipation begins some 150 ms before [JohanssonWestling1988], reflexes 60-90
ms after it [ColeAbbs1988]."""
_AFTER_S = 0.5
_IMPACT_SHARE = 0.1
_BACK_S = 0.06
_PEAK_S = 0.1
_LATER_S = (0.8, 1.1)


@dataclass(frozen=True, slots=True)
class DropMetrics:
    """One impact; None where it could not be measured."""

    dropped_by: str | None = condition("dropped by", "self or experimenter, as recorded")
    mode: str | None = metric(
        "mode of response", "predictive: grip rose before the impact; reactive; unclear in between"
    )
    gf_onset_ms: float | None = metric(
        "grip onset minus impact", "negative: before the impact", signed=True
    )
    onset_width_ms: float | None = metric(definition="length of the onset's 90 % credible interval")
    gf_static_n: float | None = metric(definition="median GF from 0.9 to 0.45 s before the impact")
    gf_at_impact_n: float | None = metric("grip force at the impact")
    gf_peak_n: float | None = metric(definition="largest GF within 0.5 s of the impact")
    lf_static_n: float | None = metric(definition="median LF from 0.9 to 0.45 s before the impact")
    lf_peak_n: float | None = metric(definition="largest LF within 0.1 s of the impact")
    preparation_pct: float | None = metric(
        "grip rise before the impact", "share of the whole rise that was there at the impact"
    )
    peak_lag_ms: float | None = metric(definition="time of the GF peak minus that of LF")
    overshoot_ratio: float | None = metric(
        "overshoot", "peak GF over median GF from 0.8 to 1.1 s after the impact"
    )


@dataclass(frozen=True, slots=True)
class DropSeries:
    """What belongs to all impacts together."""

    predictive_share: Estimate | None = metric("share of anticipated impacts", "Wilson interval")
    predictive_share_self: Estimate | None = metric(
        "share of anticipated impacts, self-released", "Wilson interval", headline=-4
    )
    gf_onset_self_ms: Estimate | None = metric("grip onset, self-released", headline=-3)
    predictive_share_experimenter: Estimate | None = metric(
        "share of anticipated impacts, experimenter-released", "Wilson interval", headline=-2
    )
    gf_onset_experimenter_ms: Estimate | None = metric(
        "grip onset, experimenter-released", headline=-1
    )
    gf_onset_self_before_experimenter_ms: Estimate | None = metric(
        "onset difference, experimenter minus self",
        "positive: earlier if self-released",
        headline=0,
    )
    gf_peak_self_n: Estimate | None = metric("peak grip force, self-released", headline=1)
    gf_peak_experimenter_n: Estimate | None = metric(
        "peak grip force, experimenter-released", headline=2
    )


def analyze_drop(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect every impact, and measure the grip response by who dropped the weight."""
    context = TaskContext(recording, "drop", low_pass)
    impacts = [
        (hold, impact)
        for hold in find_holds(context.signals, load_grows=True)
        for impact in find_impacts(context.signals, hold)
    ]
    times = [context.signals.time(impact) for _, impact in impacts]
    responses = Responses(context.signals, impacts, _SEARCH_S, _AFTER_S)
    for (hold, impact), by in zip(impacts, _dropped_by(recording, times), strict=True):
        _measure(context, responses, hold, impact, by)
    series = series_of(context.used(context.exclude()), responses.pooled_ms)
    return context.result(DropMetrics, series=series)


def _dropped_by(recording: Recording, times: Sequence[float]) -> list[str | None]:
    """Return who dropped each weight: ``dropped_by`` in the metadata, or markers of that name."""
    labels = labels_per_trial(recording, times, metadata="dropped_by", marker="dropped_by")
    return [label if label in {SELF, EXPERIMENTER} else None for label in labels]


def series_of(
    trials: Sequence[MeasuredTrial],
    pooled_ms: Callable[[Sequence[float]], Estimate | None] = estimate_median,
) -> dict[str, Estimate]:
    """Return shares of anticipated impacts and onsets, by who dropped the weight."""
    own, other = (
        [t for t in trials if t.values["dropped_by"] == by] for by in (SELF, EXPERIMENTER)
    )
    own_ms, other_ms = numbers(own, "gf_onset_ms"), numbers(other, "gf_onset_ms")
    table = np.array([(1.0, ms) for ms in own_ms] + [(0.0, ms) for ms in other_ms]).reshape(-1, 2)
    series = DropSeries(
        predictive_share=_anticipated(trials),
        predictive_share_self=_anticipated(own),
        gf_onset_self_ms=pooled_ms(own_ms),
        predictive_share_experimenter=_anticipated(other),
        gf_onset_experimenter_ms=pooled_ms(other_ms),
        gf_onset_self_before_experimenter_ms=estimate_statistic(table, _earlier),
        gf_peak_self_n=estimate_median(numbers(own, "gf_peak_n")),
        gf_peak_experimenter_n=estimate_median(numbers(other, "gf_peak_n")),
    )
    return given_figures(series)


def _anticipated(trials: Sequence[MeasuredTrial]) -> Estimate | None:
    modes = [t.values["mode"] for t in trials if t.values["mode"] is not None]
    return estimate_share(mode == PREDICTIVE for mode in modes)


def _earlier(table: FloatArray) -> float:
    """Return by how much earlier grip rises for self-released weights (medians)."""
    own, other = table[table[:, 0] == 1, 1], table[table[:, 0] == 0, 1]
    return float(np.median(other) - np.median(own)) if len(own) and len(other) else float("nan")


def find_impacts(signals: PreparedSignals, hold: Hold) -> list[int]:
    """Return grid indices at which the load of a still object begins to burst."""
    load = signals.lf_event
    start = hold.start + signals.samples(_SETTLED_S)
    rate = derivative(load, signals.rate_hz)[start : hold.stop]
    fastest = max(_FASTEST_N_PER_S, 0.25 * float(rate.max(initial=0.0)))
    peaks, _ = find_peaks(rate, height=fastest, distance=max(1, signals.samples(_APART_S)))
    impacts = []
    for peak in peaks:
        at = start + int(peak)
        back = max(hold.start, at - signals.samples(_BACK_S))
        level = float(np.median(load[max(hold.start, back - signals.samples(0.1)) : back + 1]))
        top = float(load[at : at + signals.samples(_PEAK_S)].max()) - level
        if top < _SMALLEST_N or level < 0.5 * hold.weight_n:
            continue
        below = np.flatnonzero(load[back : at + 1] - level < _IMPACT_SHARE * top)
        impacts.append(back + int(below[-1]) if len(below) else at)
    return impacts


def _measure(
    context: TaskContext, responses: Responses, hold: Hold, impact: int, by: str | None
) -> None:
    signals = context.signals
    first = max(hold.start, impact - signals.samples(_LEVEL_S[0]))
    level = (first, max(first + 2, impact - signals.samples(_LEVEL_S[1])))
    stop = min(impact + signals.samples(_AFTER_S), len(signals.gf) - 1)
    events: dict[str, float | None] = {"t_impact_s": signals.time(impact)}
    if not signals.complete(first, stop):
        context.add((first, stop), DropMetrics(dropped_by=by), events, {TrialFlag.GAP})
        return
    found = responses.find(hold, impact)
    lf_peak = impact + int(np.argmax(signals.lf_event[impact:][: signals.samples(_PEAK_S)]))
    events["t_lf_peak_s"] = signals.time(lf_peak)
    cells, flags = _forces(signals, level, impact, lf_peak), {TrialFlag.NO_RESPONSE}
    if found is not None:
        events["t_gf_peak_s"] = signals.time(found.peak)
        onset_cells, flags = _onset(context, found, impact, cells["gf_static_n"])
        cells |= _peak(context, found, impact, lf_peak) | onset_cells
        if found.onset is not None and "gf_onset_ms" in cells:
            events["t_gf_onset_s"] = signals.time(found.onset.at)
    if hold.stop < stop and is_dropped(signals, hold):
        flags.add(TrialFlag.DROPPED)
    context.add((first, stop), DropMetrics(dropped_by=by, **cells), events, flags)


def _forces(
    signals: PreparedSignals, level: tuple[int, int], impact: int, lf_peak: int
) -> dict[str, Any]:
    """Return the forces before and at the impact, and the load peak, by column."""
    grip, load = signals.gf_event, signals.lf_event
    return {
        "gf_static_n": float(np.median(grip[slice(*level)])),
        "gf_at_impact_n": float(grip[impact]),
        "lf_static_n": float(np.median(load[slice(*level)])),
        "lf_peak_n": float(load[lf_peak]),
    }


def _peak(context: TaskContext, found: Response, impact: int, lf_peak: int) -> dict[str, Any]:
    """Return the grip peak, its lag and its overshoot, by column."""
    signals = context.signals
    later = slice(*(impact + signals.samples(seconds) for seconds in _LATER_S))
    settled = signals.gf_event[later]
    lag_ms = 1e3 * (found.peak - lf_peak) / signals.rate_hz
    return {
        "gf_peak_n": found.peak_n,
        "peak_lag_ms": lag_ms if context.timed else None,
        "overshoot_ratio": found.peak_n / float(np.median(settled)) if len(settled) else None,
    }


def _onset(
    context: TaskContext, found: Response, impact: int, static_n: float
) -> tuple[dict[str, Any], set[TrialFlag]]:
    """Return mode and onset of the grip response by column, and why they are missing.

    The mode follows from the onset's interval, so it can be known where the onset is not.
    """
    signals, onset, ms = context.signals, found.onset, 1e3 / context.signals.rate_hz
    if signals.aligned.source_hz < _SLOWEST_HZ:
        return {}, {TrialFlag.LOW_RATE}
    if onset is None or not context.timed:
        return {}, found.flags
    low, high = (ms * (edge - impact) for edge in (onset.low, onset.high))
    cells: dict[str, Any] = {"mode": _mode(low, high), "onset_width_ms": high - low}
    if found.is_resolved:
        rise = found.peak_n - static_n
        before = float(signals.gf_event[impact]) - static_n
        cells["gf_onset_ms"] = ms * (onset.at - impact)
        cells["preparation_pct"] = 100 * before / rise if rise > 0 else None
    return cells, found.flags


def _mode(low_ms: float, high_ms: float) -> str:
    """Return the mode of response that the onset's interval [ms after impact] lies in."""
    if high_ms < 0:
        return PREDICTIVE
    return REACTIVE if low_ms >= REACTION_FROM_MS else UNCLEAR
