"""Detect touches live, on means of grip force over 10 ms.

Strategy: the offline functions find the untouched level and the spans above it. Means are continued
with what has come; only samples that came late make them begin anew. The level is found anew twice
a second, and holds until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.baseline import TOUCH_N, find_touches, low_envelope
from gripforce.online.series import force_series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray
    from gripforce.online.sample_buffer import SampleBuffer

LEVEL_S = 0.5
"""How soon a new untouched level is noticed."""
_COARSE_HZ = 100.0
_FEWEST_COARSE = 10


@dataclass(frozen=True, eq=False, slots=True)
class _Means:
    """Means of grip force [N] over 10 ms each."""

    t: FloatArray
    gf: FloatArray
    until_t: float
    """Time of the last sample in them."""

    def followed_by(self, later: _Means) -> _Means:
        """Return these and the later ones."""
        return _Means(
            np.concatenate([self.t, later.t]),
            np.concatenate([self.gf, later.gf]),
            max(self.until_t, later.until_t),
        )

    def since(self, first_t: float) -> _Means:
        """Return those from a time on."""
        first = int(np.searchsorted(self.t, first_t))
        return _Means(self.t[first:], self.gf[first:], self.until_t) if first else self


_NOTHING = _Means(np.empty(0), np.empty(0), -np.inf)


def _means(buffers: Sequence[SampleBuffer], after_t: float, step: int) -> _Means:
    """Return the means of ``step`` samples each, of those known after a time."""
    series = force_series(buffers, float(np.nextafter(after_t, np.inf)), np.inf)
    known = ~np.isnan(series.gf)
    t, gf = series.t[known], series.gf[known]
    blocks = len(t) // step
    if not blocks:
        return _NOTHING
    first = 0 if np.isfinite(after_t) else len(t) - blocks * step
    part = slice(first, first + blocks * step)
    t, gf = t[part].reshape(blocks, step), gf[part].reshape(blocks, step)
    return _Means(t.mean(axis=1), gf.mean(axis=1), float(t[-1, -1]))


class TouchWatch:
    """Detects touches in the buffers of a device's streams."""

    def __init__(self) -> None:
        self._means = _NOTHING
        self._late = 0
        self._zero = np.zeros(1), np.zeros(1)
        self._leveled_t = -np.inf

    def look(
        self, buffers: Sequence[SampleBuffer], newest_t: float, *, anew: bool = False
    ) -> tuple[list[tuple[float, float]], float]:
        """Return spans of touch in seconds, and until when grip force is known at all."""
        force = [buffer for buffer in buffers if buffer.carries_force]
        rate_hz = max((buffer.stream.rate_hz for buffer in force), default=0.0)
        step = max(1, round(rate_hz / _COARSE_HZ))
        self._continue(force, step, anew=anew)
        t, gf = self._means.t, self._means.gf
        if len(t) < _FEWEST_COARSE:
            return [], -np.inf
        if anew or newest_t - self._leveled_t >= LEVEL_S:
            self._leveled_t = newest_t
            self._zero = t, low_envelope(gf, rate_hz / step)
        spans = find_touches(gf - np.interp(t, *self._zero), TOUCH_N, rate_hz / step)
        return [(float(t[a]), float(t[b - 1])) for a, b in spans], float(t[-1])

    def _continue(self, force: Sequence[SampleBuffer], step: int, *, anew: bool) -> None:
        """Take the means of what has come, and let go those of what has left the buffers."""
        late = sum(buffer.late for buffer in force)
        if anew or late != self._late:
            self._late, self._means = late, _NOTHING
        oldest_t = max((buffer.oldest_t or -np.inf for buffer in force), default=-np.inf)
        later = _means(force, self._means.until_t, step)
        self._means = self._means.since(oldest_t).followed_by(later)
