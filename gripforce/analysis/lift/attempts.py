"""Detect attempts at a lift, and estimate the supported load of each.

Strategy: each contact period (grip above noise) in which load force rises is one attempt. A contact
period in which the load rises, falls and rises again is two lifts without release, and is cut in
the valley, unless the valley can have been a movement in mid-air: an object in the hand is not
weightless for 0.1 s and does not change its speed by 3 m/s (real quick lifts dip to a fifth of the
weight). The supported load is the mean load while airborne: the object rests before and after, so
the impulse of ``LF - m g`` over the flight is zero and the mean is the weight, however it moved.
With an accelerometer the movement cancels at each moment instead, ``weight = g LF / f``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.filters import runs
from gripforce.analysis.signal.onsets import first_reaching
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.signal.prepared import PreparedSignals
    from gripforce.model import FloatArray


_SMALLEST_LOAD_N = 0.3
_LOAD_SIGMAS = 8.0
_SQUEEZE_N = 1.0
_SQUEEZE_S = 0.3
_WEIGHTLESS = 0.1
_WEIGHTLESS_S = 0.1
_FASTEST_TURN_M_PER_S = 3.0
_BURST = 0.6
_BURST_S = 0.05
AIRBORNE_FROM = 0.95
"""Fraction of the weight from which a rising load counts as supported."""
AIRBORNE_UNTIL = 0.9
"""Fraction of the weight below which a falling load is on its support again (N > 0.1 m g)."""
_MASS_TOLERANCE = 0.1
_SCALE_TOLERANCE = 0.4
_ONE_SIDED = 0.2
_HALF = (0.35, 0.65)
_ALIKE = 0.05
_FEWEST_FOR_MEDIAN = 3
_LIFTED = 0.8
_REACHED = 0.9
_REACHED_S = 0.02


@dataclass(frozen=True, slots=True)
class Attempt:
    """A span in which the object is gripped; ``weight_n`` is the supported load, None without."""

    start: int
    stop: int
    weight_n: float | None
    follows_without_release: bool = False
    precedes_without_release: bool = False


def find_attempts(signals: PreparedSignals) -> list[Attempt]:
    """Detect every attempt at a lift, in order of time."""
    attempts: list[Attempt] = []
    smallest = max(_SMALLEST_LOAD_N, _LOAD_SIGMAS * signals.baseline.lf_noise)
    for start, stop in signals.baseline.touches:
        load = signals.lf_event[start:stop]
        if float(load.max()) < smallest:
            squeeze = float(signals.gf_event[start:stop].max()) >= _SQUEEZE_N
            if squeeze and stop - start >= signals.samples(_SQUEEZE_S):
                attempts.append(Attempt(start, stop, None))
            continue
        cuts = [start, *(start + cut for cut in _valleys(load, signals)), stop]
        attempts += [
            Attempt(a, b, supported_load(signals, a, b), a != start, b != stop)
            for a, b in itertools.pairwise(cuts)
        ]
    return attempts


def _valleys(load: FloatArray, signals: PreparedSignals) -> list[int]:
    """Return where a span of load divides into lifts without release."""
    level = float(np.percentile(load[load > 0.5 * load.max()], 50))
    bursts = [(a, b) for a, b in runs(load > _BURST * level) if b - a >= signals.samples(_BURST_S)]
    cuts = []
    for (_, end), (begin, _) in itertools.pairwise(bursts):
        if _was_set_down(load[end:begin] / level, signals):
            cuts.append(end + int(np.argmin(load[end:begin])))
    return cuts


def _was_set_down(share: FloatArray, signals: PreparedSignals) -> bool:
    """Whether a dip of the load, as a share of the weight, is too deep and long for the air."""
    weightless = runs(share < _WEIGHTLESS)
    if any(b - a >= signals.samples(_WEIGHTLESS_S) for a, b in weightless):
        return True
    turn = STANDARD_GRAVITY * float((1 - share).clip(min=0).sum()) / signals.rate_hz
    return turn > _FASTEST_TURN_M_PER_S


def supported_load(signals: PreparedSignals, start: int, stop: int) -> float | None:
    """Estimate the supported load [N]: the mean load while airborne, corrected for movement.

    The airborne span is from the load first reaching 0.95 of the result to its last being
    0.9 of it: a fixed point, found by iteration from the median of the upper half.
    """
    load = signals.lf_event[start:stop]
    upper = load[load > 0.5 * load.max()]
    weight = float(np.median(upper)) if len(upper) else 0.0
    for _ in range(6):
        span = airborne_span(load, weight)
        if span is None:
            return None
        weight = _mean_weight(signals, start + span[0], start + span[1])
    return weight if weight > 0 else None


def airborne_span(load: FloatArray, weight: float) -> tuple[int, int] | None:
    """Return ``(start, stop)`` of the span in which the load is at that weight [N]."""
    first = first_reaching(load, AIRBORNE_FROM * weight, 0, len(load))
    above = np.flatnonzero(load >= AIRBORNE_UNTIL * weight)
    if first is None or len(above) == 0:
        return None
    return first, int(above[-1]) + 1


def _mean_weight(signals: PreparedSignals, start: int, stop: int) -> float:
    load = float(signals.lf_event[start:stop].mean())
    force = signals.specific_force
    rest = signals.rest_motion[0]
    if force is None or rest is None or not signals.aligned.motion_valid[start:stop].all():
        return load
    return rest * load / float(force[start:stop].mean())


def reference_weight(weights: Sequence[float], mass_g: float | None) -> float | None:
    """Return the object's weight [N] on this load cell; None where it is not known.

    It is the median supported load of three or more lifts, in the load cell's own scale. With
    fewer, or where the median is more than 40 % off the mass given (they were pulls), it follows
    from the mass; but loads that are alike and about half of the weight are those of one digit.
    """
    median = float(np.median(weights)) if len(weights) >= _FEWEST_FOR_MEDIAN else None
    if mass_g is None:
        return median
    nominal = mass_g * 1e-3 * STANDARD_GRAVITY
    if median is None:
        return nominal
    pulls = abs(median / nominal - 1) > _SCALE_TOLERANCE and not _is_half(weights, nominal)
    return nominal if pulls else median


def _is_half(weights: Sequence[float], nominal_n: float) -> bool:
    """Whether the loads are alike and about half of the weight: one digit's, not pulls."""
    loads = np.array(weights)
    median = float(np.median(loads))
    alike = float(np.median(np.abs(loads - median))) < _ALIKE * median
    return alike and _HALF[0] <= median / nominal_n <= _HALF[1]


def lifted_weight(
    signals: PreparedSignals, attempt: Attempt, reference_n: float | None
) -> float | None:
    """Return the load [N] at which the object was lifted; None where it was left standing.

    The mean while airborne is near the object's weight, or the load stayed near the weight for
    20 ms: a brief or restless lift has a low mean, and no support carries an object whose whole
    weight is on the hand.
    """
    weight = attempt.weight_n
    if weight is None or reference_n is None or weight >= _LIFTED * reference_n:
        return weight
    load = signals.lf_event[attempt.start : attempt.stop]
    stays = max(1, signals.samples(_REACHED_S))
    windows = np.lib.stride_tricks.sliding_window_view(load, min(stays, len(load)))
    reached = float(windows.min(axis=1).max())
    return min(reached, reference_n) if reached >= _REACHED * reference_n else None


def off_weight(weight_n: float, mass_g: float | None) -> bool:
    """Whether the supported load differs from the mass given by more than 10 %."""
    if mass_g is None:
        return False
    return abs(weight_n / (mass_g * 1e-3 * STANDARD_GRAVITY) - 1) > _MASS_TOLERANCE


def is_one_sided(signals: PreparedSignals, at: int, weight_n: float, mass_g: float | None) -> bool:
    """Whether the load is that of one digit only: a dead cell, or a channel left out of the map.

    One digit's load is under a fifth of the other's; without digits of their own, the supported
    load is about half of the weight of the mass given.
    """
    digits = sorted(abs(float(values[at]) - rest) for values, rest in signals.load_digits)
    if len(digits) > 1:
        return digits[0] < _ONE_SIDED * digits[-1]
    if mass_g is None:
        return False
    return _HALF[0] <= weight_n / (mass_g * 1e-3 * STANDARD_GRAVITY) <= _HALF[1]
