"""Lifts of changing surfaces: grip by friction, and the first lift after a change.

The recording names each lift's surface under ``surfaces`` in its metadata, or by markers whose
text is ``surface=NAME`` before the lift ends (``annotations``).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.lifts import analyze_lifts
from gripforce.analysis.lift.metrics import LiftMetrics, LiftSeries
from gripforce.analysis.measures.friction_latency import (
    SAMPLE_S,
    WINDOW_S,
    SurfaceLift,
    friction_latency_ms,
)
from gripforce.analysis.metric import condition, given_figures, metric
from gripforce.analysis.statistics.estimates import estimate_median, estimate_statistic
from gripforce.analysis.tasks.annotations import labels_per_trial, positive_number
from gripforce.analysis.tasks.context import numbers
from gripforce.analysis.tasks.lift import exclude_lifts, lift_result

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.lifts import LiftAnalysis
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import Recording

_UPDATE_S = 0.1
"""Grip adapts to friction from about 0.1 s after contact [JohanssonWestling1984]."""
SLIP_BY_SURFACE = "slip_n_by_surface"
"""Key of the metadata: the slip force [N] of each surface at the load of the hold."""
_BY_SURFACE = ("gf_static_n", "gf_lf_ratio", "slip_force_n", "static_margin_pct_of_slip")
_NO_SURFACE = "The recording does not say which surface each lift had."


@dataclass(frozen=True, slots=True)
class SurfaceLiftMetrics(LiftMetrics):
    """One lift of a series of surfaces."""

    lifted_surface: str | None = condition("surface")
    previous_surface: str | None = condition("surface of the previous lift")
    surface_changed: bool | None = condition("surface changed")
    gf_early_n: float | None = metric(
        "grip force 0.1 s after contact",
        "planned before friction is felt; a median over surfaces would mean nothing",
        summarized=False,
    )


@dataclass(frozen=True, slots=True)
class SurfaceSeries(LiftSeries):
    """What belongs to the whole series of surfaces."""

    change_gf_peak_pct: Estimate | None = metric(
        "peak grip force of the first lift after a change",
        "excess over the median of the settled lifts of that surface",
        headline=-1,
    )
    friction_update_ms: Estimate | None = metric(
        "friction adaptation latency",
        "from contact to divergence from the grip trajectory on the previous surface",
        headline=0,
    )


def analyze_surfaces(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure lifts of changing surfaces: grip by surface, adaptation to a change."""
    analysis = analyze_lifts(recording, low_pass)
    names = _surfaces(recording, analysis)
    slip_forces = _slip_forces(recording)
    previous: str | None = None
    for lift, surface in zip(analysis.lifts, names, strict=True):
        slip_n = slip_forces.get(surface)
        metrics = SurfaceLiftMetrics(
            **asdict(lift.metrics) | _margin(lift.metrics, slip_n),
            lifted_surface=surface,
            previous_surface=previous,
            surface_changed=None if None in {previous, surface} else previous != surface,
            gf_early_n=_early_grip(analysis, lift.phases.contact_s),
        )
        analysis.context.amend(lift.trial.number, metrics)
        previous = surface
    excluded = exclude_lifts(analysis)
    used = analysis.context.used(excluded)
    series = SurfaceSeries(
        change_gf_peak_pct=_excess_after_change(used),
        friction_update_ms=friction_latency_ms(_from_contact(analysis, used)),
    )
    return lift_result(
        analysis,
        SurfaceLiftMetrics,
        excluded,
        series=by_surface(used) | given_figures(series),
        remarks=() if any(name is not None for name in names) else (_NO_SURFACE,),
    )


def _slip_forces(recording: Recording) -> dict[str | None, float]:
    """Return slip forces by surface: ``slip_n`` is that of the recording's own surface alone."""
    known: dict[str | None, float] = dict(recording.metadata.get(SLIP_BY_SURFACE) or {})
    alone_n, surface = (
        positive_number(recording.metadata, "slip_n"),
        recording.metadata.get("surface"),
    )
    if alone_n is not None and surface is not None:
        known.setdefault(str(surface), alone_n)
    return known


def _margin(metrics: LiftMetrics, slip_n: float | None) -> dict[str, float | None]:
    """Return a lift's margin by the slip force of its own surface."""
    grip = metrics.gf_static_n
    margin = None if grip is None or slip_n is None else grip - slip_n
    share = None if margin is None or slip_n is None else 100 * margin / slip_n
    return {
        "slip_force_n": slip_n,
        "static_margin_n": margin,
        "static_margin_pct_of_slip": share,
    }


def _surfaces(recording: Recording, analysis: LiftAnalysis) -> list[str | None]:
    ends = [lift.trial.stop_s for lift in analysis.lifts]
    return labels_per_trial(recording, ends, metadata="surfaces", marker="surface")


def _early_grip(analysis: LiftAnalysis, contact_s: float | None) -> float | None:
    """Return grip force 0.1 s after contact, which was planned before friction was felt."""
    if contact_s is None:
        return None
    signals = analysis.signals
    at = signals.aligned.index(contact_s + _UPDATE_S)
    return float(signals.gf[at]) if signals.complete(at, at) else None


def _from_contact(analysis: LiftAnalysis, trials: Sequence[MeasuredTrial]) -> list[SurfaceLift]:
    """Return the used lifts whose surface and beginning are known, grip from contact on."""
    signals = analysis.signals
    since = np.arange(0.0, WINDOW_S, SAMPLE_S) * signals.rate_hz
    lifts = []
    for trial in trials:
        contact_s, surface = trial.events["t_contact_s"], trial.values["lifted_surface"]
        static, previous = trial.values["gf_static_n"], trial.values["previous_surface"]
        if contact_s is None or surface is None or not isinstance(static, float):
            continue
        at = (contact_s - float(signals.aligned.t[0])) * signals.rate_hz + since
        if not signals.complete(at[0], at[-1]):
            continue
        grip = np.interp(at, np.arange(len(signals.gf_event)), signals.gf_event)
        before = None if previous is None else str(previous)
        lifts.append(SurfaceLift(str(surface), before, grip, static))
    return lifts


def by_surface(trials: Sequence[MeasuredTrial]) -> dict[str, Estimate]:
    """Return what depends on friction for each surface, by ``column_surface``."""
    found = {}
    for name in _names(trials):
        _, settled = _on(trials, name)
        for column in _BY_SURFACE:
            estimate = estimate_median(numbers(settled, column))
            if estimate is not None:
                found[f"{column}_{name}"] = estimate
    return found


def _excess_after_change(trials: Sequence[MeasuredTrial]) -> Estimate | None:
    """Return by how much the peak grip of first lifts after a change exceeds the usual [%]."""
    excess: list[float] = []
    for name in _names(trials):
        first, settled = _on(trials, name)
        peaks = numbers(settled, "gf_peak_n")
        if peaks and numbers(settled, "gf_static_n"):
            usual = float(np.median(peaks))
            excess += [100 * (peak / usual - 1) for peak in numbers(first, "gf_peak_n")]
    return estimate_statistic(np.array(excess), lambda values: float(np.median(values)))


def _names(trials: Sequence[MeasuredTrial]) -> list[str]:
    return sorted({str(t.values["lifted_surface"]) for t in trials if t.values["lifted_surface"]})


def _on(
    trials: Sequence[MeasuredTrial], surface: str
) -> tuple[list[MeasuredTrial], list[MeasuredTrial]]:
    """Return the lifts of a surface: those right after a change, and the others."""
    here = [trial for trial in trials if trial.values["lifted_surface"] == surface]
    first = [trial for trial in here if trial.values["surface_changed"] is True]
    return first, [trial for trial in here if trial.values["surface_changed"] is not True]
