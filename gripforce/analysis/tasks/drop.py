"""A weight drops into the held object: grip rises before the impact, or because of it.

Strategy: an impact is a burst of load that rises within some ten milliseconds while the object
is held still. Grip is looked at in the 50 Hz band. An onset before the impact can only be
prediction; one later than 50 ms after it may be a reflex; in between nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import find_peaks

from gripforce.analysis.build import Measuring
from gripforce.analysis.filters import LowPass, derivative
from gripforce.analysis.held import held_spans
from gripforce.analysis.response import find_response
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.uncertainty import estimate_statistic

if TYPE_CHECKING:
    from gripforce.analysis.held import Held
    from gripforce.analysis.results import TaskResult
    from gripforce.analysis.signals import LiftSignals
    from gripforce.model import Recording

EVENTS = ("t_impact_s", "t_gf_onset_s", "t_gf_peak_s", "t_lf_peak_s")
PREDICTIVE, REACTIVE, UNCLEAR = "predictive", "reactive", "unclear"
REACTION_FROM_MS = 50.0
"""No hand answers a load sooner (60-90 ms, Cole & Abbs 1988; 10 ms left for the onset's error)."""
_FASTEST_N_PER_S = 20.0
_SMALLEST_N = 0.4
_APART_S = 0.6
_SETTLED_S = 0.3
_LEVEL_S = (0.9, 0.45)
_BEFORE_S = 0.45
_AFTER_S = 0.5
_IMPACT_SHARE = 0.1
_BACK_S = 0.06
_PEAK_S = 0.1
_LATER_S = (0.8, 1.1)


@dataclass(frozen=True, slots=True)
class DropMetrics:
    """One impact; None where it could not be measured."""

    mode: str | None = None
    """``predictive``: grip rose before the impact; ``reactive``; ``unclear`` in between."""
    gf_onset_ms: float | None = None
    """Onset of the grip's rise minus impact; negative: before it."""
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
    """Return every impact of a recording, and the grip around it."""
    measuring = Measuring(recording, "drop", low_pass or LowPass(50.0))
    for held in held_spans(measuring.signals, load_grows=True):
        for impact in find_impacts(measuring.signals, held):
            _measure(measuring, held, impact)
    kinds = np.array([float(t.values["mode"] == PREDICTIVE) for t in measuring.trials
                      if t.values["mode"] is not None])  # fmt: skip
    series = {"predictive_share": estimate_statistic(kinds, lambda v: float(v.mean()))}
    return measuring.result(DropMetrics, EVENTS, series=series)


def find_impacts(signals: LiftSignals, held: Held) -> list[int]:
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


def _measure(measuring: Measuring, held: Held, impact: int) -> None:
    signals = measuring.signals
    first = max(held.start, impact - signals.samples(_LEVEL_S[0]))
    level = (first, max(first + 2, impact - signals.samples(_LEVEL_S[1])))
    stop = min(impact + signals.samples(_AFTER_S), len(signals.gf) - 1)
    events: dict[str, float | None] = {"t_impact_s": signals.time(impact)}
    if not signals.complete(first, stop):
        measuring.add((first, stop), DropMetrics(), events, {TaskFlag.GAP})
        return
    metrics, times, flags = _metrics(measuring, level, impact, stop)
    measuring.add((first, stop), metrics, events | times, flags)


def _metrics(
    measuring: Measuring, level: tuple[int, int], impact: int, stop: int
) -> tuple[DropMetrics, dict[str, float | None], set[TaskFlag]]:
    signals, rate_hz = measuring.signals, measuring.signals.rate_hz
    grip, load = signals.gf_event, signals.lf_event
    search = (max(level[1], impact - signals.samples(_BEFORE_S)), stop)
    found = find_response(grip, level=level, search=search, rate_hz=rate_hz)
    lf_peak = impact + int(np.argmax(load[impact : impact + signals.samples(_PEAK_S)]))
    later = grip[impact + signals.samples(_LATER_S[0]) : impact + signals.samples(_LATER_S[1])]
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
    onset_ms = 1e3 * (found.onset - impact) / rate_hz
    times |= {"t_gf_onset_s": signals.time(found.onset), "t_gf_peak_s": signals.time(found.peak)}
    metrics = replace(
        basics,
        mode=_mode(onset_ms) if measuring.timed else None,
        gf_onset_ms=onset_ms if measuring.timed else None,
        gf_peak_n=found.peak_n,
        preparation_pct=100 * (float(grip[impact]) - before) / (found.peak_n - before),
        peak_lag_ms=1e3 * (found.peak - lf_peak) / rate_hz if measuring.timed else None,
        overshoot_ratio=found.peak_n / float(np.median(later)) if len(later) else None,
    )
    return metrics, times, set()


def _mode(onset_ms: float) -> str:
    if onset_ms < 0:
        return PREDICTIVE
    return REACTIVE if onset_ms >= REACTION_FROM_MS else UNCLEAR
