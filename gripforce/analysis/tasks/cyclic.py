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

from gripforce.analysis.lift.holds import find_holds
from gripforce.analysis.measures.coherence import coherence_at, relative_phase
from gripforce.analysis.measures.coupling import correlate_lag
from gripforce.analysis.measures.coupling_gate import coupling_eligibility
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.statistics.estimates import estimate_median
from gripforce.analysis.statistics.regression import least_squares, total_least_squares
from gripforce.analysis.task_flags import TaskFlag
from gripforce.analysis.tasks.context import TaskContext

if TYPE_CHECKING:
    from gripforce.analysis.lift.holds import Hold
    from gripforce.analysis.results import Estimate, MeasuredTrial, TaskResult
    from gripforce.model import FloatArray, IntArray, Recording

EVENTS = ("t_start_s", "t_end_s")
_FIRST_LEFT_OUT = 2
_LAST_LEFT_OUT = 1
_FEWEST_CYCLES = 5
_HYSTERESIS = 0.25
_SMALLEST_AMPLITUDE = 0.05
_CYCLE_S = (0.2, 5.0)
_STRETCH = 3
"""Cycles of a stretch: what a single bout's interval is resampled from."""
_STEADIEST = 2.5
"""A passage further from its neighbour than this many median cycles belongs to no bout."""


@dataclass(frozen=True, slots=True)
class CyclicMetrics:
    """One bout; None where it could not be measured."""

    cycles: int | None = None
    """Analysed, without the first two and the last."""
    frequency_hz: float | None = None
    lf_modulation_n: float | None = None
    """Median peak-to-peak load of a cycle."""
    gf_mean_n: float | None = None
    gf_lf_ratio: float | None = None
    gf_lf_min_ratio: float | None = None
    """Median over cycles of the smallest ratio in each."""
    xcorr_r: float | None = None
    r_zero_lag: float | None = None
    xcorr_lag_ms: float | None = None
    gain_ols: float | None = None
    offset_ols_n: float | None = None
    gain_tls: float | None = None
    offset_tls_n: float | None = None
    coherence: float | None = None
    coherence_significance: float | None = None
    """What unrelated signals exceed once in twenty."""
    coherence_lag_ms: float | None = None
    relative_phase_deg: float | None = None
    """Grip minus load: negative when grip follows."""
    phase_locking: float | None = None
    modulation_depth: float | None = None
    """``(GFmax - GFmin) / (LFmax - LFmin)``, median over cycles."""
    modulation_relative: float | None = None
    """``(GFmax - GFmin) / mean GF``, median over cycles."""


def analyze_cyclic(recording: Recording, low_pass: LowPass | None = None) -> TaskResult:
    """Return every bout of cyclic movement of a recording."""
    measuring = TaskContext(recording, "cyclic", low_pass or LowPass())
    stretches: list[tuple[float, float]] = []
    for held in find_holds(measuring.signals):
        stretches = _measure(measuring, held) or stretches
    scored = [t for t in measuring.trials if t.values["xcorr_lag_ms"] is not None]
    series = _spread(scored[0], stretches) if len(scored) == 1 else {}
    return measuring.result(CyclicMetrics, EVENTS, series=series)


def _spread(
    bout: MeasuredTrial, stretches: list[tuple[float, float]]
) -> dict[str, Estimate | None]:
    """Return r and lag of a single bout with the interval that its stretches give.

    Stretches stand for trials: lag and r of each, their median resampled.
    """
    estimates: dict[str, Estimate | None] = {}
    for k, column in enumerate(("xcorr_r", "xcorr_lag_ms")):
        found, value = estimate_median(pair[k] for pair in stretches), bout.values[column]
        if found is not None and isinstance(value, float):
            estimates[column] = replace(found, median=value, n=1)
    return estimates


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


def _measure(measuring: TaskContext, held: Hold) -> list[tuple[float, float]]:
    """Add the bout of a hold; return r and lag [ms] of its stretches, where they were scored."""
    signals = measuring.signals
    load = signals.lf[held.start : held.stop]
    starts = held.start + cycle_starts(load, signals.rate_hz)
    amplitude = 0.5 * float(np.percentile(load, 95) - np.percentile(load, 5))
    if len(starts) < 2 or amplitude < _SMALLEST_AMPLITUDE * held.weight_n:  # noqa: PLR2004
        return []
    kept = starts[_FIRST_LEFT_OUT : len(starts) - _LAST_LEFT_OUT]
    if len(kept) <= _FEWEST_CYCLES:
        span = (int(starts[0]), int(starts[-1]))
        metrics = CyclicMetrics(cycles=max(0, len(kept) - 1))
        measuring.add(span, metrics, _times(measuring, span), {TaskFlag.FEW_CYCLES})
        return []
    span = (int(kept[0]), int(kept[-1]))
    if not signals.complete(*span):
        measuring.add(span, CyclicMetrics(), _times(measuring, span), {TaskFlag.GAP})
        return []
    metrics = _amplitudes(signals.gf, signals.lf, kept, signals.rate_hz)
    refused = coupling_eligibility(measuring, *span, held.weight_n)
    flags = {refused} if refused else set()
    if not refused:
        metrics, flags = _coupled(measuring, span, metrics)
    measuring.add(span, metrics, _times(measuring, span), flags)
    if metrics.xcorr_lag_ms is None:
        return []
    return _stretches(measuring, kept, (metrics.frequency_hz or 1.0))


def _stretches(
    measuring: TaskContext, starts: IntArray, frequency_hz: float
) -> list[tuple[float, float]]:
    """Return r and lag [ms] of every three cycles that have others beside them."""
    signals = measuring.signals
    span = slice(int(starts[0]), int(starts[-1]))
    g, f = np.asarray(detrend(signals.gf[span])), np.asarray(detrend(signals.lf[span]))
    found = []
    for a, b in itertools.pairwise(starts[1:-1:_STRETCH] - starts[0]):
        lag = correlate_lag(
            g, f, int(a), int(b), rate_hz=signals.rate_hz, max_lag_s=0.49 / frequency_hz
        )
        if lag is not None and not lag.at_edge:
            found.append((lag.r, 1e3 * lag.lag_s))
    return found


def _times(measuring: TaskContext, span: tuple[int, int]) -> dict[str, float | None]:
    start, stop = (measuring.signals.time(index) for index in span)
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
    measuring: TaskContext, span: tuple[int, int], metrics: CyclicMetrics
) -> tuple[CyclicMetrics, set[TaskFlag]]:
    signals, flags = measuring.signals, set()
    rate_hz = signals.rate_hz
    grip, load = signals.gf[slice(*span)], signals.lf[slice(*span)]
    frequency_hz = metrics.frequency_hz or 1.0
    reach = 0.5 / frequency_hz
    inner = round(reach * rate_hz) + 2
    g, f = np.asarray(detrend(grip)), np.asarray(detrend(load))
    found = correlate_lag(g, f, inner, len(g) - inner, rate_hz=rate_hz, max_lag_s=0.98 * reach)
    if found is None or found.at_edge:
        flags.add(TaskFlag.LAG_AT_EDGE)
    ols, tls = least_squares(load, grip), total_least_squares(load, grip)
    phase = relative_phase(grip, load, rate_hz, frequency_hz)
    spectral = coherence_at(g, f, rate_hz, frequency_hz)
    if spectral is None:
        flags.add(TaskFlag.FEW_SEGMENTS)
    lag_known = found is not None and not found.at_edge
    return replace(
        metrics,
        xcorr_r=found.r if found else None,
        r_zero_lag=float(np.corrcoef(g, f)[0, 1]),
        xcorr_lag_ms=1e3 * found.lag_s if found and lag_known else None,
        gain_ols=ols.gain,
        offset_ols_n=ols.offset_n,
        gain_tls=tls.gain,
        offset_tls_n=tls.offset_n,
        coherence=spectral.value if spectral else None,
        coherence_significance=spectral.significance if spectral else None,
        coherence_lag_ms=1e3 * spectral.lag_s if spectral else None,
        relative_phase_deg=phase.mean_deg,
        phase_locking=phase.locking,
    ), flags
