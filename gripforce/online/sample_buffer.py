"""Buffer the last seconds of one stream in order of time, with back-filled samples in place."""

from __future__ import annotations

from bisect import bisect_left
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from gripforce.model import Samples, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gripforce.model import FloatArray, StreamInfo

_FASTER = 1.25
"""Reserve for converters faster than their nominal rate: RC oscillators are off by a tenth."""
_SMALLEST_ROWS = 256


class SampleBuffer:
    """Keeps at least ``span_s`` seconds of one stream.

    Strategy: rows for twice the span; when they are full the newer half moves to the front. So an
    append copies the new samples, and only now and then the whole span.
    """

    def __init__(self, first: Samples, span_s: float) -> None:
        self.stream: StreamInfo = first.stream
        self.scaling = first.scaling
        self.segment = first.segment
        channels = range(len(self.stream.channels))
        self.grip = [k for k in channels if self.stream.channels[k].kind.is_grip]
        self.load = [k for k in channels if self.stream.channels[k].kind.is_load]
        self._keep = max(_SMALLEST_ROWS, ceil(span_s * self.stream.rate_hz * _FASTER))
        width = len(channels)
        self._rows = np.empty(
            2 * self._keep,
            dtype=[
                ("t", "f8"),
                ("counter", "i8"),
                ("flags", "u1"),
                ("counts", "i4", (width,)),
                ("values", "f8", (width,)),
            ],
        )
        self._stop = 0
        self.late = 0
        """How many blocks came late, and were put in their place."""

    @property
    def carries_force(self) -> bool:
        """Whether any channel is a grip or load force."""
        return bool(self.grip or self.load)

    @property
    def calibrated(self) -> bool:
        """Whether every force channel is in newtons."""
        return all(self.scaling.units[k] is Unit.NEWTON for k in (*self.grip, *self.load))

    @property
    def newest_t(self) -> float | None:
        """Time of the newest sample."""
        return float(self._rows["t"][self._stop - 1]) if self._stop else None

    @property
    def oldest_t(self) -> float | None:
        """Time of the oldest sample that is kept."""
        return float(self._rows["t"][0]) if self._stop else None

    def add(self, samples: Samples) -> None:
        """Add a block: the newest one, or one that was back-filled."""
        if not len(samples):
            return
        rows = self._pack(samples)
        newest = self.newest_t
        if newest is not None and rows["t"][0] <= newest:
            self.late += 1
            rows = np.concatenate((self._rows[: self._stop], rows))
            rows = rows[np.argsort(rows["t"], kind="stable")][-self._keep :]
            self._stop = 0
        elif self._stop + len(rows) > len(self._rows):
            kept = self._rows[max(0, self._stop - self._keep) : self._stop].copy()
            self._rows[: len(kept)] = kept
            self._stop = len(kept)
        self._rows[self._stop : self._stop + len(rows)] = rows
        self._stop += len(rows)
        self.segment = max(self.segment, samples.segment)

    def between(self, start_s: float, stop_s: float) -> NDArray[np.void]:
        """Return rows of ``t, counter, flags, counts, values`` from ``start_s`` to ``stop_s``."""
        rows = self._rows[: self._stop]
        t = rows["t"]  # numpy would copy this column of the rows to search it
        return rows[bisect_left(t, start_s) : bisect_left(t, stop_s)]

    def samples(self, start_s: float, stop_s: float) -> Samples:
        """Return the samples from ``start_s`` to ``stop_s``."""
        rows = self.between(start_s, stop_s)
        return Samples(
            stream=self.stream,
            counter=rows["counter"].copy(),
            t=rows["t"].copy(),
            counts=rows["counts"].copy(),
            flags=rows["flags"].copy(),
            scaling=self.scaling,
            segment=self.segment,
        )

    def rate_hz(self, span_s: float) -> float | None:
        """Measure the sampling rate over the last ``span_s``, without losses; None if too short."""
        newest = self.newest_t
        if newest is None:
            return None
        rows = self.between(newest - span_s, np.inf)
        steps: FloatArray = np.diff(rows["t"])
        counted = np.diff(rows["counter"])
        onward = counted > 0  # the counter begins anew after a reset
        if not onward.any():
            return None
        return float(counted[onward].sum() / steps[onward].sum())

    def _pack(self, samples: Samples) -> NDArray[np.void]:
        last = slice(-self._keep, None)
        rows = np.empty(len(samples.t[last]), dtype=self._rows.dtype)
        rows["t"], rows["counter"] = samples.t[last], samples.counter[last]
        rows["flags"], rows["counts"] = samples.flags[last], samples.counts[last]
        rows["values"] = samples.values[last]
        return rows
