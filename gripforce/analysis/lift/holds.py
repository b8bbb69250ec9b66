"""Detect holds: when the object is in the air, its load, and when it is still or moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.lift.attempts import airborne_span, supported_load
from gripforce.analysis.signal.filters import runs

if TYPE_CHECKING:
    from gripforce.analysis.signal.prepared import PreparedSignals

_SMALLEST_LOAD_N = 0.3
_SHORTEST_S = 0.3
_STANDING_PER_S = 0.2
_STILL_OF_WEIGHT = 0.05
_STILL_N = 0.08
_STILL_SIGMAS = 4.0
_FALLEN = 0.1
_FALL_S = 0.06
"""A load that ends faster was dropped: pads lose an object within 20 ms (simulated); brisk setting
down takes 40 ms and more on real lifts, but is no part of a movement or a step."""


@dataclass(frozen=True, slots=True)
class Hold:
    """A span of grid indices in which the object is in the air, and the load of holding it."""

    start: int
    stop: int
    weight_n: float


def find_holds(signals: PreparedSignals, *, load_grows: bool = False) -> list[Hold]:
    """Detect each span in which the object is in the air, in order of time.

    With ``load_grows`` something may pull at it or drop into it: its weight is then the lowest
    steady load, not the mean of a movement.
    """
    holds = []
    for start, stop in signals.baseline.touches:
        load = signals.lf_event[start:stop]
        if stop - start < signals.samples(_SHORTEST_S) or float(load.max()) < _SMALLEST_LOAD_N:
            continue
        level = _lowest_level if load_grows else _hold_level
        weight = level(signals, start, stop)
        span = airborne_span(load, weight)
        if span is not None and span[1] - span[0] >= signals.samples(_SHORTEST_S):
            holds.append(Hold(start + span[0], start + span[1], weight))
    return holds


def _hold_level(signals: PreparedSignals, start: int, stop: int) -> float:
    """Return the load of a still hold: the median of loads near the mean while airborne."""
    weight = supported_load(signals, start, stop) or 0.0
    load = signals.lf[start:stop]
    near = load[np.abs(load - weight) < 0.1 * weight]
    return float(np.median(near)) if len(near) >= signals.samples(_SHORTEST_S) else weight


def _lowest_level(signals: PreparedSignals, start: int, stop: int) -> float:
    """Return the lowest level at which the load is steady, above 0.3 of the usual load."""
    load, rate = signals.lf[start:stop], signals.lf_rate[start:stop]
    usual = float(np.median(load))
    quiet = load[(np.abs(rate) < _STANDING_PER_S * max(usual, 1.0)) & (load > 0.3 * usual)]
    return float(np.percentile(quiet, 10)) if len(quiet) else usual


def still_spans(signals: PreparedSignals, hold: Hold, shortest_s: float) -> list[tuple[int, int]]:
    """Return spans of at least that length in which the load stays at its hold level."""
    load = signals.lf[hold.start : hold.stop]
    noise = _STILL_SIGMAS * signals.baseline.lf_noise
    band = max(_STILL_OF_WEIGHT * hold.weight_n, _STILL_N, noise)
    shortest = signals.samples(shortest_s)
    still = np.abs(load - hold.weight_n) < band
    return [(hold.start + a, hold.start + b) for a, b in runs(still) if b - a >= shortest]


def is_dropped(signals: PreparedSignals, hold: Hold) -> bool:
    """Return whether a hold ended at once: nearly the whole load gone within 60 ms."""
    stop = hold.stop + signals.samples(_FALL_S)
    return bool((signals.lf_event[hold.stop : stop] < _FALLEN * hold.weight_n).any())
