"""When grip force answers, or foresees, something that happens to the load.

Strategy: a held grip wanders by more than an answer's first tenths, but slowly; so the onset is
sought in the rate of grip, not in grip: the first stretch in which the rate stays above a tenth
of its peak (and above the hand's own wandering) and that brings a quarter of the whole rise. Of a
foreseen rise with a reflex on top that is the foreseen one. Force begins smoothly, its rate about
as the square of time, so the rate passes ``h`` and ``4 h`` one and two units after the onset.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.filters import LowPass, derivative, runs
from gripforce.analysis.onsets import crossing_position, first_reaching

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_RATE_BAND = LowPass(20.0)
_SMALLEST_N = 0.08
_SIGMAS = 4.0
_SHARE_OF_PEAK = 0.1
_SHARE_OF_RISE = 0.25
_WANDER_SIGMAS = 2.5
_LONGEST_BACK_S = 0.04
_PAD_S = 0.1


@dataclass(frozen=True, slots=True)
class Response:
    """A rise of grip force: where it begins and peaks (fractional indices), and from what."""

    onset: float
    peak: int
    before_n: float
    peak_n: float


def find_response(
    grip: FloatArray, *, level: tuple[int, int], search: tuple[int, int], rate_hz: float
) -> Response | None:
    """Return the largest rise of grip in ``search`` above its level in ``level``.

    None where grip rises by less than ``max(0.08 N, 4 SD of the level)`` or its rate does not
    stand out from the level's.
    """
    rest = grip[slice(*level)]
    if len(rest) < 2 or search[1] - search[0] < 3:  # noqa: PLR2004 - nothing to compare
        return None
    before = float(np.median(rest))
    peak = search[0] + int(np.argmax(grip[slice(*search)]))
    rise = float(grip[peak]) - before
    if rise < max(_SMALLEST_N, _SIGMAS * float(np.std(rest))):
        return None
    onset = _onset(grip, level, (search[0], peak + 1), rate_hz)
    return None if onset is None else Response(onset, peak, before, before + rise)


def _onset(
    grip: FloatArray, level: tuple[int, int], search: tuple[int, int], rate_hz: float
) -> float | None:
    pad = round(_PAD_S * rate_hz)
    first = max(0, min(level[0], search[0]) - pad)
    last = min(len(grip), search[1] + pad)
    rate = derivative(_RATE_BAND.apply(grip[first:last], rate_hz), rate_hz)
    start, stop = search[0] - first, search[1] - first
    fastest = start + int(np.argmax(rate[start:stop]))
    wander = float(np.std(rate[level[0] - first : level[1] - first]))
    threshold = max(_SHARE_OF_PEAK * float(rate[fastest]), _WANDER_SIGMAS * wander)
    if threshold >= rate[fastest]:
        return None
    part = grip[first:last]
    least = _SHARE_OF_RISE * (float(part[stop - 1]) - float(np.median(grip[slice(*level)])))
    spans = [(a, b) for a, b in runs(rate > threshold) if b > start and a < stop]
    span = next(((a, b) for a, b in spans if part[min(b, stop) - 1] - part[a] >= least), None)
    if span is None or span[0] == 0:
        return None
    below = span[0] - 1
    near = crossing_position(rate, threshold, below + 1)
    index = first_reaching(rate, min(4 * threshold, 0.9 * float(rate[fastest])), below + 1, stop)
    far = near if index is None else crossing_position(rate, float(rate[index]), index)
    back = min(max(far - near, 0.0), _LONGEST_BACK_S * rate_hz)
    return first + near - back
