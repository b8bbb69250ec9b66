"""When grip force answers, or foresees, something that happens to the load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.onsets import first_reaching, onset_position

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_SIGMAS = 4.0
_SMALLEST_N = 0.05
_ANCHOR = 0.25
"""Share of its height at which a rise is surely under way; its beginning is sought backward."""
_LEVEL_FROM_RISE = 0.15


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

    The rise counts above ``max(0.05 N, 4 SD of the level)``; its onset is where ``onsets``
    extrapolates it to have left the level. None where there is no such rise.
    """
    rest = grip[slice(*level)]
    before = float(np.median(rest))
    spread = float(np.std(np.diff(_thinned(rest)))) / np.sqrt(2) if len(rest) > 1 else 0.0
    above = grip - before
    peak = search[0] + int(np.argmax(above[slice(*search)]))
    rise = float(above[peak])
    threshold = max(_SMALLEST_N, _SIGMAS * spread)
    if rise < 2 * threshold:
        return None
    anchor = first_reaching(above, max(_ANCHOR * rise, threshold), search[0], peak + 1)
    if anchor is None:
        return None
    threshold = min(threshold, _LEVEL_FROM_RISE * rise)
    onset = onset_position(above, threshold, level[0], anchor, rate_hz)
    return None if onset is None else Response(onset, peak, before, before + rise)


def _thinned(values: FloatArray) -> FloatArray:
    """Return about thirty values: the spread of their steps is noise, not slow drift."""
    return values[:: max(1, len(values) // 30)]
