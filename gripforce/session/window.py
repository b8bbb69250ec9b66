"""The forces of a trial that is a span of time, gathered as they come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from gripforce.live import Series
    from gripforce.model import FloatArray

MEAN_S: Final = 0.05
"""Peaks are those of means over so long: one noisy sample is no effort."""


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """What a span of time held; NaN where the device does not measure it."""

    start_s: float
    stop_s: float
    samples: int
    grip_peak_n: float = np.nan
    grip_mean_n: float = np.nan
    grip_range_n: float = 0.0
    load_range_n: float = np.nan
    saturated: bool = False


class ForceWindow:
    """Collects one span; memory grows by twenty means a second."""

    def __init__(self, start_s: float) -> None:
        self.start_s = start_s
        self.read_to_s = start_s
        self._grip: dict[int, list[float]] = {}
        self._load: dict[int, list[float]] = {}
        self._samples = 0
        self._saturated = False

    def add(self, series: Series) -> None:
        """Take samples that were not there before."""
        new = series.t >= self.read_to_s
        if not new.any():
            return
        t = series.t[new]
        self.read_to_s = float(np.nextafter(t[-1], np.inf))
        self._samples += len(t)
        self._saturated |= bool(series.saturated[new].any())
        slot = ((t - self.start_s) / MEAN_S).astype(np.int64)
        for values, into in ((series.gf[new], self._grip), (series.lf[new], self._load)):
            known = ~np.isnan(values)
            for k in np.unique(slot[known]).tolist():
                here = values[known & (slot == k)]
                total = into.setdefault(k, [0.0, 0.0])
                total[0] += float(here.sum())
                total[1] += len(here)

    def figures(self, stop_s: float) -> WindowFigures:
        """Return what it held until then."""
        grip, load = _means(self._grip), _means(self._load)
        return WindowFigures(
            self.start_s,
            stop_s,
            self._samples,
            grip_peak_n=float(grip.max()) if len(grip) else np.nan,
            grip_mean_n=float(grip.mean()) if len(grip) else np.nan,
            grip_range_n=float(np.ptp(grip)) if len(grip) else 0.0,
            load_range_n=float(np.ptp(load)) if len(load) else np.nan,
            saturated=self._saturated,
        )


def _means(slots: dict[int, list[float]]) -> FloatArray:
    return np.array([total / count for total, count in slots.values() if count])
