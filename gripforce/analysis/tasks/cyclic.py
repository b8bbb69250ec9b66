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
from gripforce.analysis.metric import given_figures, metric
from gripforce.analysis.signal.baseline import LONG_HOLDS
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
_FEWEST_CYCLES = 5
_HYSTERESIS = 0.25
_SMALLEST_AMPLITUDE = 0.05
_CYCLE_S = (0.2, 5.0)
_OF_A_CYCLE = 0.49
"""Lags that are tried, as a share of a cycle."""
_STEADIEST = 2.5
"""A passage further from its neighbour than this many median cycles belongs to no bout."""


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


def cycle_starts(load: FloatArray, rate_hz: float) -> IntArray:
    """Return indices at which the load passes its mean upward, once a cycle."""
    level = float(np.median(load))
    amplitude = 0.5 * float(np.percentile(load, 95) - np.percentile(load, 5))
    band = _HYSTERESIS * amplitude
    if amplitude <= 0:
        return np.zeros(0, dtype=np.int64)
    state = np.where(load > level + band, 1, np.where(load < level - band, -1, 0))
    marked = np.flatnonzero(state)
    turns = np.flatnonzero((state[marked[:-1]] < 0) & (state[marked[1:]] > 0))
    starts = []
    for low, high in zip(marked[turns], marked[turns + 1], strict=True):
        starts.append(int(low + np.argmax(load[low : high + 1] >= level)))
    return _one_bout(np.array(starts, dtype=np.int64), rate_hz)


def _one_bout(starts: IntArray, rate_hz: float) -> IntArray:
    """Return the longest run of passages that follow each other at about the same interval."""
    if len(starts) < _FEWEST_CYCLES:
        return starts
    periods = np.diff(starts) / rate_hz
    usual = float(np.median(periods))
    low, high = max(_CYCLE_S[0], usual / _STEADIEST), min(_CYCLE_S[1], usual * _STEADIEST)
    breaks = np.flatnonzero((periods < low) | (periods > high)) + 1
    edges = [0, *(int(b) for b in breaks), len(starts)]
    a, b = max(itertools.pairwise(edges), key=lambda pair: pair[1] - pair[0])
    return starts[a:b]


def _measure(context: TaskContext, hold: Hold) -> list[CycleLag]:
    """Add the bout of a hold, if there is one; return the lag of each of its cycles."""
    signals = context.signals
    load = signals.lf[hold.start : hold.stop]
    starts = hold.start + cycle_starts(load, signals.rate_hz)
    amplitude = 0.5 * float(np.percentile(load, 95) - np.percentile(load, 5))
    if len(starts) < 2 or amplitude < _SMALLEST_AMPLITUDE * hold.weight_n:  # noqa: PLR2004
        return []
    inner = starts[_FIRST_LEFT_OUT : len(starts) - _LAST_LEFT_OUT]
    if len(inner) <= _FEWEST_CYCLES:
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
    )


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
    ), {flag for flag, applies in missing.items() if applies}
