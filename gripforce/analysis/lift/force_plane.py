"""Measures of one lift in which grip is set against load: ratios, loop, branches, coherence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.analysis.measures.loop import fit_branch, force_loop
from gripforce.analysis.measures.wavelet import GRID_HZ, wavelet_coherence
from gripforce.analysis.signal.onsets import first_below

if TYPE_CHECKING:
    from gripforce.analysis.lift.phases import LiftPhases
    from gripforce.analysis.signal.prepared import PreparedSignals

SMALLEST_LOAD_N: Final = 0.05
"""Load below which grip is not divided by it."""
UNLOADED: Final = 0.05
"""Share of the weight below which load ends."""
SET_DOWN_FROM: Final = 0.95
"""Share of the weight from which load falls for good."""
BAND_HZ: Final = (1.0, 8.0)
_COHERENT_FROM_S: Final = 0.05
_COHERENT_TO_S: Final = 0.25
_AROUND_S: Final = 2.0


def measure_plane(signals: PreparedSignals, phases: LiftPhases) -> dict[str, Any]:
    """Return the columns of one lift that set grip against load, where nothing is missing."""
    return {
        **_ratios(signals, phases),
        **_loop(signals, phases),
        "wavelet_coherence": _coherence(signals, phases),
    }


def _ratios(signals: PreparedSignals, phases: LiftPhases) -> dict[str, Any]:
    """Return the smallest and the mean ratio from lift-off to replacement."""
    if phases.liftoff_s is None or phases.replace_s is None:
        return {}
    start, stop = signals.aligned.index(phases.liftoff_s), signals.aligned.index(phases.replace_s)
    if stop - start < 1 or not signals.complete(start, stop):
        return {}
    grip, load = signals.gf[start:stop], signals.lf[start:stop]
    ratio = grip / np.maximum(load, SMALLEST_LOAD_N)
    at = int(np.argmin(ratio))
    return {
        "gf_lf_min_ratio": float(ratio[at]),
        "gf_at_min_ratio_n": float(grip[at]),
        "lf_at_min_ratio_n": float(load[at]),
        "min_ratio_after_ms": 1e3 * at / signals.rate_hz,
        "gf_lf_mean_ratio": float(ratio.mean()),
    }


def _loop(signals: PreparedSignals, phases: LiftPhases) -> dict[str, Any]:
    """Return area and slopes from load onset to the end of load."""
    if phases.load_onset_s is None or phases.liftoff_s is None or phases.replace_s is None:
        return {}
    onset, up, down = (
        signals.aligned.index(t) for t in (phases.load_onset_s, phases.liftoff_s, phases.replace_s)
    )
    weight_n = phases.weight_n or 0.0
    unloaded = first_below(signals.lf, UNLOADED * weight_n, down, len(signals.lf))
    end = len(signals.lf) if unloaded is None else unloaded
    if not signals.complete(onset, end) or not onset < up < down < end:
        return {}
    held = signals.lf[up:down] >= SET_DOWN_FROM * weight_n
    falls = up + int(np.flatnonzero(held)[-1]) if held.any() else down
    loop = force_loop(signals.gf[onset:end], signals.lf[onset:end])
    rising = fit_branch(signals.gf[onset : up + 1], signals.lf[onset : up + 1])
    falling = fit_branch(signals.gf[falls:end], signals.lf[falls:end])
    return {
        "loop_area_n2": loop.area_n2 if loop else None,
        "loop_share": loop.share if loop else None,
        "gain_rising": rising.gain if rising else None,
        "r_rising": rising.r if rising else None,
        "gain_falling": falling.gain if falling else None,
        "r_falling": falling.r if falling else None,
    }


def _coherence(signals: PreparedSignals, phases: LiftPhases) -> float | None:
    """Return the mean wavelet coherence of the force rates about the loading phase."""
    begin = phases.contact_s if phases.contact_s is not None else phases.load_onset_s
    if begin is None or phases.liftoff_s is None or not signals.timed:
        return None
    stride = max(1, int(signals.rate_hz // GRID_HZ))
    first = signals.aligned.index(begin - _AROUND_S)
    last = signals.aligned.index(phases.liftoff_s + _AROUND_S)
    if not signals.complete(first, last):
        return None
    grip, load = (rate[first:last:stride] for rate in (signals.gf_rate, signals.lf_rate))
    squared = wavelet_coherence(grip, load, signals.rate_hz / stride, BAND_HZ)
    here = [
        (signals.aligned.index(t) - first) // stride
        for t in (begin - _COHERENT_FROM_S, phases.liftoff_s + _COHERENT_TO_S)
    ]
    part = squared[here[0] : here[1]]
    known = part[np.isfinite(part)]
    return float(known.mean()) if len(known) and 2 * len(known) >= len(part) else None
