"""Rows and time stamps for programs that read along: in order, gaps as NaN, never backwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray, Samples, StreamInfo

MOST_MISSING_S = 60.0
"""A longer gap is one row of NaN, not one for each sample."""
LEAST_STEP_S = 1e-6
"""Least difference of two stamps, where a restarted device's clock was placed too early."""


class StampedRows(NamedTuple):
    """Rows of values, shape ``(n, channels)``, and the host time [s] of each, shape ``(n,)``."""

    values: FloatArray
    host_s: FloatArray


class StampedStream:
    """Follows one stream; samples that were sent again are left to the file: they come too late."""

    def __init__(self, stream: StreamInfo) -> None:
        self.stream = stream
        self._next = -1
        self._segment = -1
        self._last_s = -np.inf

    def begin(self) -> None:
        """Begin another recording: its counters are new, the stamps go on rising."""
        self._next = self._segment = -1

    def rows(self, samples: Samples, host_s: FloatArray) -> StampedRows:
        """Return the rows of a block, with those that are missing before it; none for an old one.

        ``host_s`` is the host time of each sample.
        """
        values = samples.values
        if samples.backfilled or not len(samples):
            return StampedRows(values[:0], host_s[:0])
        lost = int(samples.counter[0]) - self._next if samples.segment == self._segment else 0
        if lost > 0 and self._next >= 0:
            missing_s = self._missing(lost, float(host_s[0]))
            empty = np.full((len(missing_s), values.shape[1]), np.nan)
            values, host_s = np.vstack([empty, values]), np.concatenate([missing_s, host_s])
        self._next, self._segment = int(samples.counter[-1]) + 1, samples.segment
        stamps = np.maximum(host_s, self._last_s + LEAST_STEP_S * np.arange(1, len(host_s) + 1))
        self._last_s = float(stamps[-1])
        return StampedRows(values, stamps)

    def _missing(self, lost: int, until_s: float) -> FloatArray:
        """Return the stamps of samples that did not come, up to the next that did."""
        if lost > MOST_MISSING_S * self.stream.rate_hz:
            lost = 1
        return np.asarray(np.linspace(self._last_s, until_s, lost + 2)[1:-1])
