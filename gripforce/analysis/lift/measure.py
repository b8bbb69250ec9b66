"""Measure one lift: every metric has a window, and a gap inside it empties that metric alone.

Columns, windows and units: ``metrics``. Sources and pitfalls: ``docs/methods.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.force_plane import measure_plane
from gripforce.analysis.lift.metrics import LiftMetrics
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.measures.coupling_gate import coupling_eligibility
from gripforce.analysis.measures.delay import (
    AFTER_LIFTOFF_S,
    AFTER_ONSET_S,
    FROM_LOAD,
    SEARCH_S,
    find_delay,
)
from gripforce.analysis.measures.steadiness import hold_steadiness
from gripforce.analysis.signal.onsets import last_below
from gripforce.analysis.signal.peaks import (
    coefficient_of_variation_pct,
    count_peaks,
    peak_position,
    value_at,
)

if TYPE_CHECKING:
    from gripforce.analysis.lift.phases import LiftPhases
    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray

_PEAK_AFTER_LIFTOFF_S = 0.8
_XCORR_BEFORE_S = 0.05
_XCORR_AFTER_S = 0.25
XCORR_LAG_S = 0.15
_PEAK_FRACTION = 0.1
_PEAK_SEPARATION_S = 0.03
_CV_SHORTEST_S = 1.9


def measure_lift(
    signals: PreparedSignals, phases: LiftPhases, slip_force_n: float | None = None
) -> tuple[LiftMetrics, frozenset[TrialFlag]]:
    """Return one lift's metrics, and the flags that say why some are missing."""
    flags: set[TrialFlag] = set()
    r, lag_ms = _coupling(signals, phases, flags)
    gf_static = _static(signals, signals.gf, phases, flags)
    lf_static = _static(signals, signals.lf, phases, flags)
    metrics = LiftMetrics(
        preload_ms=_scaled(_difference(phases.contact_s, phases.load_onset_s), 1e3),
        loading_ms=_scaled(_difference(phases.load_onset_s, phases.liftoff_s), 1e3),
        liftoff_width_ms=_scaled(phases.liftoff_width_s, 1e3),
        gf_at_load_onset_n=_grip_at(signals, phases.load_onset_s),
        gf_at_liftoff_n=_grip_at(signals, phases.liftoff_s),
        gf_static_n=gf_static,
        lf_static_n=lf_static,
        gf_lf_ratio=_ratio(gf_static, lf_static),
        xcorr_r=r,
        xcorr_lag_ms=lag_ms,
        gf_cv_pct=_variation_pct(signals, phases),
        **static_margin(gf_static, slip_force_n),
        **_peaks(signals, phases, flags),
        **measure_plane(signals, phases),
        **_tremor(signals, phases),
        **_load_coupled(signals, phases, flags),
    )
    return metrics, frozenset(flags)


def static_margin(grip_n: float | None, slip_force_n: float | None) -> dict[str, Any]:
    """Return the columns that depend on the slip force [N]: what a static grip has above it."""
    margin = _difference(slip_force_n, grip_n)
    return {
        "slip_force_n": slip_force_n,
        "static_margin_n": margin,
        "static_margin_pct_of_slip": _scaled(_ratio(margin, slip_force_n), 100.0),
    }


def _difference(earlier: float | None, later: float | None) -> float | None:
    return None if earlier is None or later is None else later - earlier


def _ratio(numerator: float | None, denominator: float | None) -> float | None:
    if numerator is None or denominator is None or denominator <= 0:
        return None
    return numerator / denominator


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else factor * value


def _position(signals: PreparedSignals, time_s: float) -> float:
    return (time_s - float(signals.aligned.t[0])) * signals.rate_hz


def _grip_at(signals: PreparedSignals, time_s: float | None) -> float | None:
    """Return grip force at an event, whose surroundings are known or it would be None."""
    return None if time_s is None else value_at(signals.gf, _position(signals, time_s))


def _window(
    signals: PreparedSignals, start_s: float, stop_s: float, flags: set[TrialFlag]
) -> tuple[int, int] | None:
    """Return indices of a window, or None and a flag where samples are missing in it."""
    start = max(0, int(np.floor(_position(signals, start_s))))
    stop = min(len(signals.gf), int(np.ceil(_position(signals, stop_s))) + 1)
    if not signals.complete(start, stop - 1):
        flags.add(TrialFlag.GAP)
        return None
    return start, stop


def _peaks(signals: PreparedSignals, phases: LiftPhases, flags: set[TrialFlag]) -> dict[str, Any]:
    """Return peak forces and rates, from contact until 0.8 s after lift-off."""
    begins = [t for t in (phases.contact_s, phases.load_onset_s) if t is not None]
    if phases.liftoff_s is None or not begins:
        return {}
    ends = [phases.liftoff_s + _PEAK_AFTER_LIFTOFF_S, phases.replace_s, phases.release_s]
    window = _window(signals, min(begins), min(t for t in ends if t is not None), flags)
    if window is None:
        return {}
    start, stop = window
    gf_top = start + int(np.argmax(signals.gf[start:stop]))
    lf_top = start + int(np.argmax(signals.lf[start:stop]))
    gf_peak, lf_peak = float(signals.gf[gf_top]), float(signals.lf[lf_top])
    forces = {
        "gf_peak_n": gf_peak,
        "lf_peak_n": lf_peak,
        "gf_lf_peak_ratio": _ratio(gf_peak, lf_peak),
    }
    if not signals.timed:
        return forces
    # A second rise in mid-air is movement of the arm, not the loading of the object.
    loaded = int(_position(signals, phases.liftoff_s + _XCORR_AFTER_S)) + 1
    gf_end, lf_end = min(gf_top, loaded) + 1, min(lf_top, loaded) + 1
    return forces | {
        "gf_rate_peak_n_per_s": float(signals.gf_rate[start:gf_end].max()),
        "lf_rate_peak_n_per_s": float(signals.lf_rate[start:lf_end].max()),
        "rate_peak_lag_ms": rate_peak_lag_s(signals, start, gf_end, lf_end) * 1e3,
        "gf_rate_peaks": count_peaks(
            signals.gf_rate_smooth[start : gf_top + 1],
            _PEAK_FRACTION,
            _PEAK_SEPARATION_S * signals.rate_hz,
        ),
    }


def rate_peak_lag_s(signals: PreparedSignals, start: int, gf_end: int, lf_end: int) -> float:
    """Return how much later grip force rises fastest than load force does [s]."""
    grip_at = peak_position(signals.gf_rate, start, gf_end)
    load_at = peak_position(signals.lf_rate, start, lf_end)
    return (grip_at - load_at) / signals.rate_hz


def _coupling(
    signals: PreparedSignals, phases: LiftPhases, flags: set[TrialFlag]
) -> tuple[float | None, float | None]:
    """Return r and lag [ms] of the force rates from contact - 50 ms to lift-off + 250 ms."""
    begin = phases.contact_s if phases.contact_s is not None else phases.load_onset_s
    if phases.liftoff_s is None or begin is None:
        return None, None
    start_s, stop_s = begin - _XCORR_BEFORE_S, phases.liftoff_s + _XCORR_AFTER_S
    start, stop = _position(signals, start_s), _position(signals, stop_s)
    reach = XCORR_LAG_S * signals.rate_hz
    refused = coupling_eligibility(signals, start, stop, phases.weight_n or 0.0, reach)
    if refused is not None:
        flags.add(refused)
        return None, None
    found = correlate_lag(
        signals.gf_rate,
        signals.lf_rate,
        int(start),
        int(stop),
        rate_hz=signals.rate_hz,
        max_lag_s=XCORR_LAG_S,
    )
    if found is None:
        flags.add(TrialFlag.LOW_MODULATION)
        return None, None
    if found.at_edge:
        flags.add(TrialFlag.LAG_AT_EDGE)
        return found.r, None
    return found.r, found.lag_s * 1e3


def _load_coupled(
    signals: PreparedSignals, phases: LiftPhases, flags: set[TrialFlag]
) -> dict[str, Any]:
    """Return delay and gain of the part of grip that follows load, where there is one."""
    if phases.load_onset_s is None or phases.liftoff_s is None:
        return {}
    start = _position(signals, phases.load_onset_s + AFTER_ONSET_S)
    start = max(start, _loaded_from(signals, phases.liftoff_s, phases.weight_n or 0.0))
    stop = _position(signals, phases.liftoff_s + AFTER_LIFTOFF_S)
    reach = SEARCH_S[1] * signals.rate_hz
    if coupling_eligibility(signals, start, stop, phases.weight_n or 0.0, reach) is not None:
        return {}
    found = find_delay(signals.gf, signals.lf, start, stop, signals.rate_hz)
    if found is None or not found.is_resolved:
        flags.add(TrialFlag.DELAY_UNCLEAR)
        return {}
    return {
        "coupling_delay_ms": 1e3 * found.delay_s,
        "coupling_delay_half_width_ms": 1e3 * found.half_width_s,
        "coupling_gain": found.gain,
    }


def _loaded_from(signals: PreparedSignals, liftoff_s: float, weight_n: float) -> float:
    """Return the index from which load stays above a small share of the weight until lift-off."""
    stop = signals.aligned.index(liftoff_s)
    below = last_below(signals.lf, FROM_LOAD * weight_n, 0, stop)
    return 0.0 if below is None else float(below + 1)


def _static(
    signals: PreparedSignals, values: FloatArray, phases: LiftPhases, flags: set[TrialFlag]
) -> float | None:
    """Return the mean over the hold."""
    if phases.hold_start_s is None or phases.hold_end_s is None:
        return None
    window = _window(signals, phases.hold_start_s, phases.hold_end_s, flags)
    return None if window is None else float(values[slice(*window)].mean())


def _variation_pct(signals: PreparedSignals, phases: LiftPhases) -> float | None:
    """Return the coefficient of variation of grip force [%] over a hold of 2 s."""
    if phases.hold_start_s is None or phases.hold_end_s is None:
        return None
    if phases.hold_end_s - phases.hold_start_s < _CV_SHORTEST_S:
        return None
    window = _window(signals, phases.hold_start_s, phases.hold_end_s, set())
    if window is None:
        return None
    grip = signals.gf[slice(*window)]
    return coefficient_of_variation_pct(grip) if float(grip.mean()) > 0 else None


def _tremor(signals: PreparedSignals, phases: LiftPhases) -> dict[str, Any]:
    """Return variability and tremor of the hold, of unfiltered grip force."""
    if phases.hold_start_s is None or phases.hold_end_s is None:
        return {}
    start = signals.aligned.index(phases.hold_start_s)
    stop = signals.aligned.index(phases.hold_end_s) + 1
    if not signals.complete(start, stop - 1):
        return {}
    raw = signals.aligned.gf[start:stop] - signals.baseline.gf_zero[start:stop]
    steady = hold_steadiness(raw, signals.rate_hz)
    if steady is None:
        return {}
    return {
        "hold_sd_slow_n": steady.sd_slow_n,
        "hold_sd_fast_n": steady.sd_fast_n,
        "tremor_4_7_pct": steady.tremor_4_7_pct,
        "tremor_8_12_pct": steady.tremor_8_12_pct,
        "tremor_peak_hz": steady.tremor_peak_hz,
    }
