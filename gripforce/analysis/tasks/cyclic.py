"""Cyclic movements of a held object, up and down: one row a bout.

Strategy: cycles run from one upward passage of the load through its mean to the next, with
hysteresis. The first two and the last are left out; of the rest coupling is scored on the
forces themselves, over lags of half a cycle at most, so that it cannot slip by a whole one.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import detrend

from gripforce.analysis.flags import TrialFlag
from gripforce.analysis.lift.holds import find_holds
from gripforce.analysis.measures.coherence import coherence_at, relative_phase
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.measures.coupling_gate import coupling_eligibility
from gripforce.analysis.measures.loop import fit_branch, force_loop
from gripforce.analysis.measures.wavelet import GRID_HZ, wavelet_coherence
from gripforce.analysis.metric import given_figures, metric
from gripforce.analysis.signal.baseline import LONG_HOLDS
from gripforce.analysis.signal.cycles import FEWEST_CYCLES, cycle_starts
from gripforce.analysis.statistics.estimates import FEWEST, estimate_median
from gripforce.analysis.statistics.regression import least_squares, total_least_squares
from gripforce.analysis.statistics.spread import estimate_spread
from gripforce.analysis.tasks.context import TaskContext, numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.analysis.signal.filters import LowPass
    from gripforce.model import FloatArray, IntArray, Recording

_FIRST_LEFT_OUT = 2
_LAST_LEFT_OUT = 1
_SMALLEST_AMPLITUDE = 0.05
_OF_A_CYCLE = 0.49
"""Lags that are tried, as a share of a cycle."""


@dataclass(frozen=True, slots=True)
class CycleLag:
    """Correlation and lag of one cycle: what the interval of one or two bouts is resampled from."""

    r: float
    lag_ms: float | None
    """None where the correlation still rises at the end of the search."""
    search_ms: float


@dataclass(frozen=True, slots=True)
class CyclicMetrics:
    """One bout; None where it could not be measured."""

    cycles: int | None = metric("cycles", "analysed, without the first two and the last")
    frequency_hz: float | None = metric("movement frequency")
    lf_modulation_n: float | None = metric(
        "load force modulation", "median peak-to-peak LF of a cycle"
    )
    gf_mean_n: float | None = metric("mean grip force")
    gf_lf_ratio: float | None = metric(
        "grip/load ratio, moving", "mean GF over mean LF", headline=1
    )
    gf_lf_min_ratio: float | None = metric(
        definition="median over cycles of the smallest GF/LF of each"
    )
    xcorr_r: float | None = metric(
        definition="largest correlation of GF and LF over lags of half a cycle", headline=3
    )
    r_zero_lag: float | None = metric("correlation at zero lag")
    xcorr_lag_ms: float | None = metric(
        definition="the lag of the largest correlation; positive when GF follows LF", headline=2
    )
    gain_ols: float | None = metric(definition="falls with cos(2πfℓ) for a lag ℓ")
    offset_ols_n: float | None = metric("offset of that line")
    gain_tls: float | None = metric("slope of grip on load (total least squares)")
    offset_tls_n: float | None = metric("offset of that line (total least squares)")
    coherence: float | None = metric(
        "grip–load coherence", "magnitude squared, at the movement frequency"
    )
    coherence_significance: float | None = metric(
        "coherence significance level", "exceeded by unrelated signals once in twenty"
    )
    coherence_lag_ms: float | None = metric("lag by phase of the cross-spectrum")
    relative_phase_deg: float | None = metric(
        "relative phase", "GF minus LF: negative when GF follows"
    )
    phase_locking: float | None = metric(
        "phase locking", "length of the mean vector of the relative phase"
    )
    modulation_depth: float | None = metric(
        "grip/load modulation ratio", "(GFmax - GFmin) / (LFmax - LFmin), median over cycles"
    )
    modulation_relative: float | None = metric(
        "relative grip force modulation", "(GFmax - GFmin) / mean GF, median over cycles"
    )
    loop_area_n2: float | None = metric(
        definition="∮ GF dLF, median over cycles; negative where GF follows LF"
    )
    loop_share: float | None = metric(
        definition="the same over (range of GF · range of LF): -(π/4) sin φ for a phase lag φ"
    )
    gain_rising: float | None = metric(definition="of GF on LF while LF rises")
    r_rising: float | None = metric(definition="of GF and LF while LF rises")
    gain_falling: float | None = metric(definition="of GF on LF while LF falls")
    r_falling: float | None = metric(definition="of GF and LF while LF falls")
    wavelet_coherence: float | None = metric(
        definition="at the movement frequency, mean over the bout"
    )


@dataclass(frozen=True, slots=True)
class CyclicSeries:
    """Figures of one or two bouts, with the interval that their cycles give."""

    xcorr_r: Estimate | None = metric()
    xcorr_lag_ms: Estimate | None = metric()
    lag_spread_ms: Estimate | None = metric(
        definition="Qn (a robust SD) of the lags of single cycles"
    )


def analyze_cyclic(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Detect and measure every bout of cyclic movement."""
    context = TaskContext(recording, "cyclic", low_pass, LONG_HOLDS)
    cycles: list[CycleLag] = []
    for hold in find_holds(context.signals):
        cycles += _measure(context, hold)
    series = series_of(context.trials, cycles)
    return context.result(CyclicMetrics, series=series, details={"cycles": cycles})


def series_of(trials: Sequence[MeasuredTrial], cycles: Sequence[CycleLag]) -> dict[str, Estimate]:
    """Return r and lag with intervals: the cycles of all bouts are resampled as trials.

    The interval is of the timing within these bouts: how a person's next bout would differ is not
    in it. Where fewer than three bouts differ by more, it reaches from one to the other.
    """
    estimates: dict[str, Estimate | None] = {}
    single: dict[str, list[float | None]] = {
        "xcorr_r": [cycle.r for cycle in cycles],
        "xcorr_lag_ms": [cycle.lag_ms for cycle in cycles],
    }
    for column, values in single.items():
        found, bouts = estimate_median(values), numbers(trials, column)
        if found is None or not bouts:
            continue
        low, high = found.ci_low, found.ci_high
        if low is not None and high is not None and len(bouts) < FEWEST:
            low, high = min(low, *bouts), max(high, *bouts)
        value = float(np.median(bouts))
        estimates[column] = replace(found, value=value, ci_low=low, ci_high=high, n=len(bouts))
    known = [cycle.lag_ms for cycle in cycles if cycle.lag_ms is not None]
    edge = min((cycle.search_ms for cycle in cycles), default=0.0)
    estimates["lag_spread_ms"] = estimate_spread(known, len(cycles) - len(known), edge)
    return given_figures(CyclicSeries(**estimates))


def _measure(context: TaskContext, hold: Hold) -> list[CycleLag]:
    """Add the bout of a hold, if there is one; return the lag of each of its cycles."""
    signals = context.signals
    load = signals.lf[hold.start : hold.stop]
    starts = hold.start + cycle_starts(load, signals.rate_hz)
    amplitude = 0.5 * float(np.percentile(load, 95) - np.percentile(load, 5))
    if len(starts) < 2 or amplitude < _SMALLEST_AMPLITUDE * hold.weight_n:  # noqa: PLR2004
        return []
    inner = starts[_FIRST_LEFT_OUT : len(starts) - _LAST_LEFT_OUT]
    if len(inner) <= FEWEST_CYCLES:
        span = (int(starts[0]), int(starts[-1]))
        metrics = CyclicMetrics(cycles=max(0, len(inner) - 1))
        context.add(span, metrics, _times(context, span), {TrialFlag.FEW_CYCLES})
        return []
    span = (int(inner[0]), int(inner[-1]))
    if not signals.complete(*span):
        context.add(span, CyclicMetrics(), _times(context, span), {TrialFlag.GAP})
        return []
    metrics = _amplitudes(signals.gf, signals.lf, inner, signals.rate_hz)
    refused = coupling_eligibility(context.signals, *span, hold.weight_n)
    flags = {refused} if refused else set()
    if not refused:
        metrics, flags = _coupled(context, span, metrics)
    context.add(span, metrics, _times(context, span), flags)
    if metrics.xcorr_lag_ms is None:
        return []
    return _cycle_lags(context, inner, _OF_A_CYCLE / (metrics.frequency_hz or 1.0))


def _cycle_lags(context: TaskContext, starts: IntArray, search_s: float) -> list[CycleLag]:
    """Return the lag of every cycle; the cycles that a bout leaves out are beside the outer ones.

    A cycle with missing samples beside it has none.
    """
    signals = context.signals
    beside = int(np.ceil(search_s * signals.rate_hz)) + 2
    first, last = int(starts[0]) - beside, int(starts[-1]) + beside
    if first < 0 or not signals.complete(first, last):
        first, last = int(starts[0]), int(starts[-1])
    g, f = (np.asarray(detrend(force[first:last])) for force in (signals.gf, signals.lf))
    found = []
    for a, b in itertools.pairwise(starts - first):
        lag = correlate_lag(g, f, int(a), int(b), rate_hz=signals.rate_hz, max_lag_s=search_s)
        if lag is not None:
            lag_ms = None if lag.at_edge else 1e3 * lag.lag_s
            found.append(CycleLag(lag.r, lag_ms, 1e3 * search_s))
    return found


def _times(context: TaskContext, span: tuple[int, int]) -> dict[str, float | None]:
    start, stop = (context.signals.time(index) for index in span)
    return {"t_start_s": start, "t_end_s": stop}


def _amplitudes(
    grip: FloatArray, load: FloatArray, starts: IntArray, rate_hz: float
) -> CyclicMetrics:
    cycles = [(grip[a:b], load[a:b]) for a, b in itertools.pairwise(starts)]
    depths = [float(np.ptp(g) / np.ptp(f)) for g, f in cycles]
    whole_grip, whole_load = (v[starts[0] : starts[-1]] for v in (grip, load))
    return CyclicMetrics(
        cycles=len(cycles),
        frequency_hz=float(rate_hz / np.diff(starts).mean()),
        lf_modulation_n=float(np.median([np.ptp(f) for _, f in cycles])),
        gf_mean_n=float(whole_grip.mean()),
        gf_lf_ratio=float(whole_grip.mean() / whole_load.mean()),
        gf_lf_min_ratio=float(np.median([(g / np.maximum(f, 0.05)).min() for g, f in cycles])),
        modulation_depth=float(np.median(depths)),
        modulation_relative=float(np.median([np.ptp(g) / g.mean() for g, _ in cycles])),
        **_plane(cycles, whole_grip, whole_load),
    )


def _plane(
    cycles: list[tuple[FloatArray, FloatArray]], grip: FloatArray, load: FloatArray
) -> dict[str, float]:
    """Return the loop of a cycle, and the slopes of grip on load for either direction of load."""
    loops = [loop for loop in (force_loop(g, f) for g, f in cycles) if loop is not None]
    rises = np.gradient(load) > 0
    found = {
        "loop_area_n2": float(np.median([loop.area_n2 for loop in loops])),
        "loop_share": float(np.median([loop.share for loop in loops])),
    } if loops else {}  # fmt: skip
    for name, part in (("rising", rises), ("falling", ~rises)):
        branch = fit_branch(grip[part], load[part])
        if branch is not None:
            found |= {f"gain_{name}": branch.gain, f"r_{name}": branch.r}
    return found


def _wavelet(context: TaskContext, span: tuple[int, int], frequency_hz: float) -> float | None:
    """Return the mean wavelet coherence at the movement frequency over a bout."""
    signals = context.signals
    stride = max(1, int(signals.rate_hz // GRID_HZ))
    grip, load = (force[slice(*span)][::stride] for force in (signals.gf, signals.lf))
    band_hz = (frequency_hz, frequency_hz)
    squared = wavelet_coherence(grip, load, signals.rate_hz / stride, band_hz)
    known = squared[np.isfinite(squared)]
    return float(known.mean()) if len(known) else None


def _coupled(
    context: TaskContext, span: tuple[int, int], metrics: CyclicMetrics
) -> tuple[CyclicMetrics, set[TrialFlag]]:
    """Add correlation, slopes, coherence and relative phase to a bout's metrics."""
    rate_hz = context.signals.rate_hz
    grip, load = context.signals.gf[slice(*span)], context.signals.lf[slice(*span)]
    frequency_hz = metrics.frequency_hz or 1.0
    g, f = np.asarray(detrend(grip)), np.asarray(detrend(load))
    reach_s = 0.5 / frequency_hz
    inner = round(reach_s * rate_hz) + 2
    lag = correlate_lag(g, f, inner, len(g) - inner, rate_hz=rate_hz, max_lag_s=0.98 * reach_s)
    lag_known = lag is not None and not lag.at_edge
    spectral = coherence_at(g, f, rate_hz, frequency_hz)
    missing = {TrialFlag.LAG_AT_EDGE: not lag_known, TrialFlag.FEW_SEGMENTS: spectral is None}
    ols, tls = least_squares(load, grip), total_least_squares(load, grip)
    phase = relative_phase(grip, load, rate_hz, frequency_hz)
    return replace(
        metrics,
        xcorr_r=lag.r if lag else None,
        r_zero_lag=float(np.corrcoef(g, f)[0, 1]),
        xcorr_lag_ms=1e3 * lag.lag_s if lag and lag_known else None,
        gain_ols=ols.gain,
        offset_ols_n=ols.offset_n,
        gain_tls=tls.gain,
        offset_tls_n=tls.offset_n,
        coherence=spectral.value if spectral else None,
        coherence_significance=spectral.significance if spectral else None,
        coherence_lag_ms=1e3 * spectral.lag_s if spectral else None,
        relative_phase_deg=phase.mean_deg,
        phase_locking=phase.locking,
        wavelet_coherence=_wavelet(context, span, frequency_hz),
    ), {flag for flag, applies in missing.items() if applies}
