"""Baseline of the forces while the object is untouched, followed through slow drift.

Strategy: grip force cannot pull, so its low envelope is the untouched level. An untouched object
is also still: where a short flat stretch lies clearly below the envelope, the object was gripped
nearly all the time, and the flat stretch is the level. Touch spans are found above that level with
hysteresis; in the quiet spans between them the medians of grip and load force become knots of a
zero line, which is linear between knots. Load force has no threshold of its own: it is zero
exactly where the object is untouched.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.filters import runs
from gripforce.analysis.statistics.medians import medians_of, middles_of_sorted, spreads_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray

TOUCH_N = 0.2
"""Grip force [N] above which the object is in contact: the coarse stage of onset detection."""
NOISE_SIGMAS = 5.0
_BLOCK_S = 0.05
_MOST_PASSES = 6
"""Each pass starts from the previous zero line, and so follows drift further."""
_ENVELOPE_WINDOW_S = 60.0
_ENVELOPE_STEP_S = 15.0
_ENVELOPE_PERCENTILE = 5.0
_HELD_THROUGHOUT_N = 1.0
"""An envelope above this is a grip that is never released, not an offset."""
_FLAT_S = 0.3
_FLAT_N = 0.02
"""A stretch is flat where its 50 ms medians differ by less than this, or by its noise."""
_FLAT_SIGMAS = 6.0
_CLEARLY_BELOW_N = 0.1
_MARGIN_S = 0.03
_SHORTEST_QUIET_S = 0.03
_KNOT_SPACING_S = 1.0
_BOUNCE_S = 0.05
"""Touches closer together than this are one touch."""


@dataclass(frozen=True, eq=False, slots=True)
class Baseline:
    """Zero lines and noise of grip and load force, and when the object was touched."""

    gf_zero: FloatArray
    lf_zero: FloatArray
    gf_noise: float
    """Standard deviation [N] while untouched."""
    lf_noise: float
    touches: list[tuple[int, int]]
    """``(start, stop)`` indices of each span of touch."""
    quiet: list[tuple[int, int]]
    """``(start, stop)`` indices of each untouched span that carries the zero lines."""


@dataclass(frozen=True, eq=False, slots=True)
class ZeroRule:
    """What is known of the zero beforehand, where a hand may stay on the object throughout."""

    most_n: float = _HELD_THROUGHOUT_N
    """A level above this is a grip that is never released, not an offset."""
    touched: Callable[[FloatArray], BoolArray] | None = None
    """By time [s]: where the participant is asked to grip, so that nothing is zero."""
    long_holds: bool = False
    """Whether a hand may stay on the object for longer than the envelope's window: then a level
    that rises by a touch within a step of that window is a light grip, not drift."""


ANY_ZERO = ZeroRule()
LONG_HOLDS = ZeroRule(long_holds=True)


def find_baseline(
    gf: FloatArray,
    lf: FloatArray,
    valid: BoolArray,
    rate_hz: float,
    rule: ZeroRule = ANY_ZERO,
) -> Baseline:
    """Return zero lines, noise and touches of raw (uncorrected, lightly filtered) forces.

    Only ``valid`` samples can be untouched. Grip force that never falls to ``rule.most_n`` or
    below is a grip that is never released: then there is no quiet span, and the zero is as given.
    """
    zero = low_envelope(gf, rate_hz, rule, valid)
    gf_noise = lf_noise = 0.0
    lf_zero = np.zeros_like(lf)
    touches: list[tuple[int, int]] = []
    quiet: list[tuple[int, int]] = []
    for _ in range(_MOST_PASSES):
        before = touches
        touches = find_touches(gf - zero, max(TOUCH_N, NOISE_SIGMAS * gf_noise), rate_hz)
        quiet = _quiet_spans(touches, valid, rate_hz)
        if not quiet or touches == before:
            break
        zero, lf_zero = _zero_line(gf, quiet), _zero_line(lf, quiet)
        gf_noise, lf_noise = _noise(gf, quiet), _noise(lf, quiet)
    return Baseline(zero, lf_zero, gf_noise, lf_noise, touches, quiet)


def low_envelope(
    gf: FloatArray,
    rate_hz: float,
    rule: ZeroRule = ANY_ZERO,
    valid: BoolArray | None = None,
) -> FloatArray:
    """Return the untouched level of grip force, coarsely, from a sliding minute of it.

    It is a low percentile, or the lowest flat stretch where that lies clearly below.
    """
    size = max(1, round(_BLOCK_S * rate_hz))
    blocks = len(gf) // size
    if blocks == 0:
        return np.zeros_like(gf)
    medians = np.median(gf[: blocks * size].reshape(blocks, size), axis=1)
    if valid is not None:
        known = valid[: blocks * size].reshape(blocks, size).all(axis=1)
        medians = np.where(known, medians, np.nan)
    flat = _flat_levels(medians)
    centres = (np.arange(blocks) + 0.5) * size
    half = int(_ENVELOPE_WINDOW_S / 2 / _BLOCK_S)
    knots = np.arange(0, blocks, int(_ENVELOPE_STEP_S / _BLOCK_S))
    windows = [slice(max(0, k - half), k + half + 1) for k in knots]
    levels = np.array([_untouched_level(medians[w], flat[w]) for w in windows])
    free = levels < rule.most_n
    if not free.any():
        return np.zeros_like(gf)
    if rule.long_holds:
        free &= _without_rises(levels)
    level = np.interp(np.arange(len(gf)), centres[knots[free]], levels[free])
    return np.asarray(level)


def _without_rises(levels: FloatArray) -> BoolArray:
    """Return which levels are reached from the lowest one without a rise by a touch."""
    steady = np.zeros(len(levels), dtype=np.bool_)
    lowest = int(np.argmin(levels))
    for way in (range(lowest, len(levels)), range(lowest, -1, -1)):
        last_n = float(levels[lowest])
        for k in way:
            steady[k] = levels[k] <= last_n + TOUCH_N
            last_n = float(levels[k]) if steady[k] else last_n
    return steady


def _flat_levels(medians: FloatArray) -> FloatArray:
    """Return the level of the flat stretch about each block; NaN where it is not flat."""
    length = round(_FLAT_S / _BLOCK_S)
    flat = np.full(len(medians), np.nan)
    if len(medians) < length:
        return flat
    stretches = np.sort(np.lib.stride_tricks.sliding_window_view(medians, length), axis=1)
    steps = np.sort(np.lib.stride_tricks.sliding_window_view(np.abs(np.diff(medians)), length - 1))
    noise = middles_of_sorted(steps)
    still = stretches[:, -1] - stretches[:, 0] < np.maximum(_FLAT_N, _FLAT_SIGMAS * noise)
    middle = length // 2
    inside = slice(middle, middle + len(stretches))
    flat[inside] = np.where(still, middles_of_sorted(stretches), np.nan)
    return flat


def _untouched_level(medians: FloatArray, flat: FloatArray) -> float:
    known, still = medians[np.isfinite(medians)], flat[np.isfinite(flat)]
    if not len(known):
        return np.inf
    level = float(np.percentile(known, _ENVELOPE_PERCENTILE))
    lowest = float(still.min()) if len(still) else level
    return lowest if lowest < level - _CLEARLY_BELOW_N else level


def find_touches(grip: FloatArray, threshold: float, rate_hz: float) -> list[tuple[int, int]]:
    """Return spans above half the threshold that somewhere exceed it, bounces merged."""
    merged: list[tuple[int, int]] = []
    bounce = _BOUNCE_S * rate_hz
    for start, stop in runs(grip > 0.5 * threshold):
        if merged and start - merged[-1][1] < bounce:
            merged[-1] = (merged[-1][0], stop)
        else:
            merged.append((start, stop))
    return [(a, b) for a, b in merged if float(grip[a:b].max()) > threshold]


def _quiet_spans(
    touches: list[tuple[int, int]], valid: BoolArray, rate_hz: float
) -> list[tuple[int, int]]:
    quiet = valid.copy()
    margin = round(_MARGIN_S * rate_hz)
    for start, stop in touches:
        quiet[max(0, start - margin) : stop + margin] = False
    shortest = max(1, round(_SHORTEST_QUIET_S * rate_hz))
    longest = max(shortest, round(_KNOT_SPACING_S * rate_hz))
    spans = []
    for start, stop in runs(quiet):
        pieces = max(1, (stop - start) // longest)
        edges = np.linspace(start, stop, pieces + 1).astype(int)
        spans += [(int(a), int(b)) for a, b in itertools.pairwise(edges)]
    return [(a, b) for a, b in spans if b - a >= shortest]


def _zero_line(values: FloatArray, quiet: list[tuple[int, int]]) -> FloatArray:
    centres = [0.5 * (a + b - 1) for a, b in quiet]
    return np.interp(np.arange(len(values)), centres, medians_of(values, quiet))


def _noise(values: FloatArray, quiet: list[tuple[int, int]]) -> float:
    """Return the median over quiet spans of their robust standard deviation."""
    return float(np.median(spreads_of(values, quiet)))
