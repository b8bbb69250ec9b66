"""The host's clock against the axis of a recording."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

import numpy as np

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from gripforce.model.device import FloatArray


@dataclass(frozen=True, eq=False)
class HostClock:
    """Converts seconds on a recording's axis to the host's monotonic seconds and to UTC.

    The monotonic clock is Python's ``time.monotonic`` on the computer that recorded. It is what
    other programs on it use too: the local clock of a Lab Streaming Layer is the same on Linux.
    """

    t: FloatArray
    """Knots on the recording's axis [s], shape ``(n,)``, rising; straight lines between them."""
    host_s: FloatArray
    """Host monotonic seconds at the knots, shape ``(n,)``, rising."""
    uncertainty_s: float
    """Of a host time; without time probes, a constant delay of the link adds to it."""
    utc: datetime | None = None
    """Wall clock at ``utc_host_s``."""
    utc_host_s: float | None = None

    @overload
    def to_host_s(self, t: float) -> float: ...
    @overload
    def to_host_s(self, t: FloatArray) -> FloatArray: ...
    def to_host_s(self, t: float | FloatArray) -> float | FloatArray:
        """Convert seconds on the recording's axis to host monotonic seconds."""
        return _along(t, self.t, self.host_s)

    @overload
    def from_host_s(self, host_s: float) -> float: ...
    @overload
    def from_host_s(self, host_s: FloatArray) -> FloatArray: ...
    def from_host_s(self, host_s: float | FloatArray) -> float | FloatArray:
        """Convert host monotonic seconds to seconds on the recording's axis."""
        return _along(host_s, self.host_s, self.t)

    def to_utc(self, t: float | FloatArray) -> NDArray[np.datetime64]:
        """Convert seconds on the recording's axis to UTC, ``datetime64[us]`` of the shape of ``t``.

        Raises ``ValueError`` where the file does not say what the wall clock was.
        """
        if self.utc is None or self.utc_host_s is None:
            raise ValueError("the recording does not say what the wall clock was")
        since_s = np.asarray(self.to_host_s(np.asarray(t, np.float64))) - self.utc_host_s
        begin = np.datetime64(self.utc.replace(tzinfo=None), "us")
        return np.asarray(begin + np.rint(since_s * 1e6).astype("timedelta64[us]"))


def _along(x: float | FloatArray, xs: FloatArray, ys: FloatArray) -> float | FloatArray:
    """Interpolate linearly, and extrapolate with the slopes of the first and the last piece."""
    points = np.asarray(x, np.float64)
    y = np.interp(points, xs, ys)
    before, after = np.minimum(points - xs[0], 0.0), np.maximum(points - xs[-1], 0.0)
    if len(xs) > 1:
        before = before * (ys[1] - ys[0]) / (xs[1] - xs[0])
        after = after * (ys[-1] - ys[-2]) / (xs[-1] - xs[-2])
    result = y + before + after
    return result if isinstance(x, np.ndarray) else float(result)
