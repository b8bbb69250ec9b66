"""A weight drops into the held object: grip rises before the impact, or because of it.

Strategy: an impact is a burst of load that rises within some ten milliseconds while the object
is held still; grip's onset is found by ``response``. One before the impact (all of its interval)
can only be prediction; one 50 ms after it and later may be a reflex; in between nothing is
claimed. What kind it was can be told of some whose time cannot. Who dropped the weight stands in
the recording: what the hand's owner drops can be foreseen, what somebody else drops unseen
cannot, so the two are told apart and set beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import find_peaks

from gripforce.analysis.lift.holds import find_holds, is_dropped
from gripforce.analysis.response.responses import Responses
from gripforce.analysis.signal.filters import LowPass, derivative
from gripforce.analysis.statistics.estimates import (
    estimate_median,
    estimate_share,
    estimate_statistic,
)
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.tasks.annotations import labels_per_trial
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.response.responses import Response
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray, Recording

EVENTS = ("t_impact_s", "t_gf_onset_s", "t_gf_peak_s", "t_lf_peak_s")
PREDICTIVE, REACTIVE, UNCLEAR = "predictive", "reactive", "unclear"
SELF, EXPERIMENTER = "self", "experimenter"
REACTION_FROM_MS = 50.0
"""No hand answers a load sooner (60-90 ms, Cole & Abbs 1988; 10 ms left for the onset's error)."""
_SLOWEST_HZ = 300.0
"""Catch takes 320 samples/s (science 5.1): at 80, impacts that a slip cuts short were found 40 to
80 ms late on simulated hands, and reflexes passed for foresight."""
_FASTEST_N_PER_S = 20.0
_SMALLEST_N = 0.4
_APART_S = 0.6
_SETTLED_S = 0.3
_LEVEL_S = (0.9, 0.45)
_SEARCH_S = (-0.35, 0.3)
"""About the impact: preparation begins some 150 ms before (S23), reflexes after 60-90 (S28)."""
_AFTER_S = 0.5
_IMPACT_SHARE = 0.1
_BACK_S = 0.06
_PEAK_S = 0.1
_LATER_S = (0.8, 1.1)


@dataclass(frozen=True, slots=True)
class DropMetrics:
    """One impact; None where it could not be measured."""

    dropped_by: str | None = None
    """``self`` or ``experimenter``, as the recording's metadata or markers tell."""
    mode: str | None = None
    """``predictive``: grip rose before the impact; ``reactive``; ``unclear`` in between."""
    gf_onset_ms: float | None = None
    """Onset of the grip's rise minus impact; negative: before it."""
    onset_width_ms: float | None = None
    """Length of that onset's 90 % interval."""
    gf_before_n: float | None = None
    gf_at_impact_n: float | None = None
    gf_peak_n: float | None = None
    lf_before_n: float | None = None
    lf_peak_n: float | None = None
    preparation_pct: float | None = None
    """Share of the whole rise of grip that was there at the impact."""
    peak_lag_ms: float | None = None
    """Time of the grip peak minus that of the load peak."""
    overshoot_ratio: float | None = None
    """Grip peak over grip one second later."""


def analyze_drop(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return every impact of a recording, who dropped the weight, and the grip around it."""
    measuring = TaskContext(recording, "drop", low_pass or LowPass(50.0))
    impacts = [
        (held, impact)
        for held in find_holds(measuring.signals, load_grows=True)
        for impact in find_impacts(measuring.signals, held)
    ]
    times = [measuring.signals.time(impact) for _, impact in impacts]
    reactions = Responses(measuring.signals, impacts, _SEARCH_S)
    for (held, impact), by in zip(impacts, _dropped_by(recording, times), strict=True):
        _measure(measuring, reactions, held, impact, by)
    return measuring.result(DropMetrics, EVENTS, series=_series(measuring.trials))


def _dropped_by(recording: Recording, times: Sequence[float]) -> list[str | None]:
    """Return who dropped each weight: ``dropped_by`` in the metadata, or markers of that name."""
    told = labels_per_trial(recording, times, metadata="dropped_by", marker="dropped_by")
    return [word if word in {SELF, EXPERIMENTER} else None for word in told]


def _series(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate | None]:
    """Return how many impacts were foreseen, all and by who dropped, and the onsets' distance."""
    series: dict[str, Estimate | None] = {"predictive_share": _foreseen(trials)}
    kinds = {by: [t for t in trials if t.values["dropped_by"] == by] for by in (SELF, EXPERIMENTER)}
    for by, mine in kinds.items():
        if mine:
            series[f"predictive_share_{by}"] = _foreseen(mine)
            series[f"gf_onset_{by}_ms"] = estimate_median(numbers(mine, "gf_onset_ms"))
    if all(kinds.values()):
        table = np.array(
            [
                (float(by == SELF), onset_ms)
                for by, mine in kinds.items()
                for onset_ms in numbers(mine, "gf_onset_ms")
            ]
        ).reshape(-1, 2)
        series["gf_onset_self_before_experimenter_ms"] = estimate_statistic(table, _earlier)
    return series


def _foreseen(trials: Sequence[MeasuredTrial]) -> Estimate | None:
    modes = [t.values["mode"] for t in trials if t.values["mode"] is not None]
    return estimate_share(mode == PREDICTIVE for mode in modes)


def _earlier(table: FloatArray) -> float:
    """Return by how much sooner grip rises for the hand's own drops (medians)."""
    own, other = table[table[:, 0] == 1, 1], table[table[:, 0] == 0, 1]
    return float(np.median(other) - np.median(own)) if len(own) and len(other) else float("nan")


def find_impacts(signals: PreparedSignals, held: Hold) -> list[int]:
    """Return grid indices at which the load of a still object begins to burst."""
    load = signals.lf_event
    start = held.start + signals.samples(_SETTLED_S)
    rate = derivative(load, signals.rate_hz)[start : held.stop]
    fastest = max(_FASTEST_N_PER_S, 0.25 * float(rate.max(initial=0.0)))
    peaks, _ = find_peaks(rate, height=fastest, distance=max(1, signals.samples(_APART_S)))
    impacts = []
    for peak in peaks:
        at = start + int(peak)
        back = max(held.start, at - signals.samples(_BACK_S))
        level = float(np.median(load[max(held.start, back - signals.samples(0.1)) : back + 1]))
        top = float(load[at : at + signals.samples(_PEAK_S)].max()) - level
        if top < _SMALLEST_N or level < 0.5 * held.weight_n:
            continue
        below = np.flatnonzero(load[back : at + 1] - level < _IMPACT_SHARE * top)
        impacts.append(back + int(below[-1]) if len(below) else at)
    return impacts


def _measure(
    measuring: TaskContext, reactions: Responses, held: Hold, impact: int, by: str | None
) -> None:
    signals = measuring.signals
    first = max(held.start, impact - signals.samples(_LEVEL_S[0]))
    level = (first, max(first + 2, impact - signals.samples(_LEVEL_S[1])))
    stop = min(impact + signals.samples(_AFTER_S), len(signals.gf) - 1)
    events: dict[str, float | None] = {"t_impact_s": signals.time(impact)}
    if not signals.complete(first, stop):
        measuring.add((first, stop), DropMetrics(dropped_by=by), events, {TaskFlag.GAP})
        return
    found = reactions.find(impact, min(stop, held.stop))
    metrics, times, flags = _metrics(measuring, level, impact, found)
    if held.stop < stop and is_dropped(signals, held):
        flags.add(TaskFlag.DROPPED)
    measuring.add((first, stop), replace(metrics, dropped_by=by), events | times, flags)


def _metrics(
    measuring: TaskContext, level: tuple[int, int], impact: int, found: Response | None
) -> tuple[DropMetrics, dict[str, float | None], set[TaskFlag]]:
    signals = measuring.signals
    grip, load = signals.gf_event, signals.lf_event
    lf_peak = impact + int(np.argmax(load[impact : impact + signals.samples(_PEAK_S)]))
    before = float(np.median(grip[slice(*level)]))
    basics = DropMetrics(
        gf_before_n=before,
        gf_at_impact_n=float(grip[impact]),
        lf_before_n=float(np.median(load[slice(*level)])),
        lf_peak_n=float(load[lf_peak]),
    )
    times: dict[str, float | None] = {"t_lf_peak_s": signals.time(lf_peak)}
    if found is None:
        return basics, times, {TaskFlag.NO_RESPONSE}
    times["t_gf_peak_s"] = signals.time(found.peak)
    later = grip[impact + signals.samples(_LATER_S[0]) : impact + signals.samples(_LATER_S[1])]
    metrics = replace(
        basics,
        gf_peak_n=found.peak_n,
        peak_lag_ms=1e3 * (found.peak - lf_peak) / signals.rate_hz if measuring.timed else None,
        overshoot_ratio=found.peak_n / float(np.median(later)) if len(later) else None,
    )
    onset, ms = found.onset, 1e3 / signals.rate_hz
    if signals.aligned.source_hz < _SLOWEST_HZ:
        return metrics, times, {TaskFlag.LOW_RATE}
    if onset is None or not measuring.timed:
        return metrics, times, found.flags
    low, high = (ms * (edge - impact) for edge in (onset.low, onset.high))
    metrics = replace(metrics, mode=_mode(low, high), onset_width_ms=high - low)
    if found.told:
        times["t_gf_onset_s"] = signals.time(onset.at)
        rise = found.peak_n - before
        metrics = replace(
            metrics,
            gf_onset_ms=ms * (onset.at - impact),
            preparation_pct=100 * (float(grip[impact]) - before) / rise if rise > 0 else None,
        )
    return metrics, times, found.flags


def _mode(low_ms: float, high_ms: float) -> str:
    """Return what an onset's interval says; one that crosses a limit says nothing."""
    if high_ms < 0:
        return PREDICTIVE
    return REACTIVE if low_ms >= REACTION_FROM_MS else UNCLEAR
