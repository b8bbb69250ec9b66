"""Average raw counts under a steady load, and detect for how long it has been steady."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.calibration.loads import LEAST_SPAN, MOST_NOISE
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.model import Channel, CountArray, Samples

READING_S: Final = 2.0
"""Seconds averaged for one point: 2000 samples at 1 kHz, 160 at 80 Hz."""
STILL_SHARE: Final = LEAST_SPAN * MOST_NOISE
"""A load is steady while its reading changes by less than this share of full scale: the smallest
accepted span times the noise accepted of it."""
_KEPT_S: Final = 4 * READING_S
_PIECE_S: Final = 0.2
"""Movement is detected between the means of pieces of this length: 16 samples at 80 Hz."""


@dataclass(frozen=True, slots=True)
class LoadReading:
    """The present reading of one channel."""

    counts: float
    still_s: float
    """Seconds for which it has been steady, at most ``READING_S``."""

    @property
    def rests(self) -> bool:
        """Whether it has been steady for as long as is averaged."""
        return self.still_s >= READING_S


class Readings:
    """Keeps the last seconds of raw samples; time is the stream's own."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._blocks: deque[Samples] = deque()

    def add(self, samples: Samples) -> None:
        """Add a block of samples."""
        self._blocks.append(samples)
        self.now_s = max(self.now_s, float(samples.t[-1]))
        while self._blocks[0].t[-1] < self.now_s - _KEPT_S:
            self._blocks.popleft()

    def average(self, label: str, until_s: float | None = None) -> tuple[float, float]:
        """Return mean and SD of a channel's counts over the ``READING_S`` before ``until_s``.

        Raises ``CalibrationError`` where there are fewer than two samples.
        """
        until_s = self.now_s if until_s is None else until_s
        counts = self._counts(label, until_s - READING_S, until_s)
        if len(counts) < 2:  # noqa: PLR2004 - no scatter otherwise
            raise CalibrationError("The device sent nothing to average.", "Try `gripforce check`.")
        return float(counts.mean()), float(counts.std(ddof=1))

    def averages(self, labels: Iterable[str], until_s: float | None = None) -> dict[str, float]:
        """Return the mean counts of those channels that sent any in the same time."""
        until_s = self.now_s if until_s is None else until_s
        found = {label: self._counts(label, until_s - READING_S, until_s) for label in labels}
        return {label: float(counts.mean()) for label, counts in found.items() if len(counts)}

    def reading(self, channel: Channel) -> LoadReading | None:
        """Return the present reading of a channel; None without recent samples."""
        pieces = round(READING_S / _PIECE_S)
        edges = [self.now_s - k * _PIECE_S for k in range(pieces + 1)]
        found = [self._counts(channel.label, low, high) for high, low in pairwise(edges)]
        if not len(found[0]):
            return None
        now = float(found[0].mean())
        band = STILL_SHARE * channel.full_scale_counts
        still = 0
        for counts in found:
            if not len(counts) or abs(float(counts.mean()) - now) > band:
                break
            still += 1
        return LoadReading(now, READING_S * still / pieces)

    def _counts(self, label: str, after_s: float, until_s: float) -> CountArray:
        parts = [self._of(block, label, after_s, until_s) for block in self._blocks]
        parts = [part for part in parts if len(part)]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)

    @staticmethod
    def _of(block: Samples, label: str, after_s: float, until_s: float) -> CountArray:
        labels = [channel.label for channel in block.stream.channels]
        if label not in labels or block.t[-1] <= after_s or block.t[0] > until_s:
            return np.zeros(0, dtype=np.int32)
        inside = (block.t > after_s) & (block.t <= until_s)
        counts: CountArray = block.counts[inside, labels.index(label)]
        return counts
