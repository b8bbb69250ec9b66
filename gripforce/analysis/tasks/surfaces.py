"""Lifts of changing surfaces: grip by friction, and the first lift after a change.

The recording names each lift's surface under ``surfaces`` in its metadata, or by markers whose
text is ``surface=NAME`` before the lift ends (``told``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.measures.friction_latency import (
    SAMPLE_S,
    WINDOW_S,
    SurfaceLift,
    friction_latency_ms,
)
from gripforce.analysis.statistics.estimates import estimate_median, estimate_statistic
from gripforce.analysis.tasks.annotations import labels_per_trial
from gripforce.analysis.tasks.lift import lift_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.lifts import LiftAnalysis
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult, Value
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

_UPDATE_S = 0.1
"""Friction is in the grip from about 0.1 s after contact (Johansson & Westling; S7)."""


def analyze_surfaces(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return lifts with their surface and the one before, and grip by surface."""
    analysis = analyze_lifts(recording, low_pass)
    names = _surfaces(recording, analysis)
    extra: dict[int, dict[str, Value]] = {}
    previous: str | None = None
    for lift, surface in zip(analysis.lifts, names, strict=True):
        changed = None if previous is None or surface is None else previous != surface
        extra[lift.trial.number] = {
            "lifted_surface": surface,
            "previous_surface": previous,
            "surface_changed": changed,
            "gf_early_n": _early_grip(analysis, lift.phases.contact_s),
        }
        previous = surface
    result = lift_result(recording, analysis, "surfaces", extra=extra)
    summary = dict(result.summary) | _series(result.used)
    update = friction_latency_ms(_from_contact(analysis, result))
    summary |= {} if update is None else {"friction_update_ms": update}
    told = any(name is not None for name in names)
    remark = "The recording does not say which surface each lift had."
    return replace(result, summary=summary, remarks=result.remarks if told else (remark,))


def _surfaces(recording: Recording, analysis: LiftAnalysis) -> list[str | None]:
    ends = [lift.trial.stop_s for lift in analysis.lifts]
    return labels_per_trial(recording, ends, metadata="surfaces", marker="surface")


def _early_grip(analysis: LiftAnalysis, contact_s: float | None) -> float | None:
    """Return grip 0.1 s after contact: what was planned before the skin could tell."""
    if contact_s is None:
        return None
    signals = analysis.signals
    at = signals.aligned.index(contact_s + _UPDATE_S)
    return float(signals.gf[at]) if signals.complete(at, at) else None


def _from_contact(analysis: LiftAnalysis, result: TaskResult) -> list[SurfaceLift]:
    """Return the used lifts whose surface and beginning are known, grip from contact on."""
    signals = analysis.signals
    since = np.arange(0.0, WINDOW_S, SAMPLE_S) * signals.rate_hz
    lifts = []
    for trial in result.used:
        contact_s, surface = trial.events["t_contact_s"], trial.values["lifted_surface"]
        static, previous = _number(trial, "gf_static_n"), trial.values["previous_surface"]
        if contact_s is None or surface is None or static is None:
            continue
        at = (contact_s - float(signals.aligned.t[0])) * signals.rate_hz + since
        if not signals.complete(at[0], at[-1]):
            continue
        grip = np.interp(at, np.arange(len(signals.gf_event)), signals.gf_event)
        before = None if previous is None else str(previous)
        lifts.append(SurfaceLift(str(surface), before, grip, static))
    return lifts


def _series(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate]:
    """Return grip and ratio of each surface, and the error of the first lift after a change."""
    series: dict[str, Estimate | None] = {}
    names = sorted({str(t.values["lifted_surface"]) for t in trials if t.values["lifted_surface"]})
    excess: list[float] = []
    for name in names:
        here = [t for t in trials if t.values["lifted_surface"] == name]
        settled = [t for t in here if t.values["surface_changed"] is not True]
        for column in ("gf_static_n", "gf_lf_ratio"):
            cells = [_number(t, column) for t in settled]
            series[f"{column}_{name}"] = estimate_median(cells)
        level = series[f"gf_static_n_{name}"]
        firsts = [_number(t, "gf_peak_n") for t in here if t.values["surface_changed"] is True]
        peaks = [p for p in (_number(t, "gf_peak_n") for t in settled) if p is not None]
        if level is not None and peaks:
            usual = float(np.median(peaks))
            excess += [100 * (peak / usual - 1) for peak in firsts if peak is not None]
    series["change_gf_peak_pct"] = estimate_statistic(
        np.array(excess), lambda v: float(np.median(v))
    )
    return {key: value for key, value in series.items() if value is not None}


def _number(trial: MeasuredTrial, column: str) -> float | None:
    cell = trial.values.get(column)
    return float(cell) if isinstance(cell, int | float) else None
