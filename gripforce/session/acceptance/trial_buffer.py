"""Buffer of a timed trial's samples and those shortly before it, as a recording."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.model import EndReason, Integrity, Recording
from gripforce.model.concat import concat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import DeviceInfo, Samples

BEFORE_S: Final = 10.0
"""Kept from before a trial: its analysis needs the unloaded baseline."""


class TrialBuffer:
    """Collects the samples of all streams; those long before ``keep_from_s`` are dropped."""

    def __init__(self, device: DeviceInfo, metadata: Mapping[str, Any]) -> None:
        self._device = device
        self._metadata = metadata
        self._blocks: dict[str, deque[Samples]] = {}

    def add(self, samples: Samples, keep_from_s: float) -> None:
        """Add samples, the newest or late ones; keep from ``keep_from_s`` less ``BEFORE_S``."""
        if not len(samples):
            return
        blocks = self._blocks.setdefault(samples.stream.name, deque())
        blocks.append(samples)
        while blocks[0].t[-1] < keep_from_s - BEFORE_S:
            blocks.popleft()

    @property
    def samples(self) -> dict[str, list[Samples]]:
        """What is kept, by stream."""
        return {name: list(blocks) for name, blocks in self._blocks.items()}

    def recording(self, stop_s: float) -> Recording:
        """Return what is kept up to ``stop_s`` [s] as a recording for the offline analysis."""
        streams = {name: _until(concat(blocks), stop_s) for name, blocks in self.samples.items()}
        return Recording(
            path="",
            device=self._device,
            metadata=self._metadata,
            streams=streams,
            gaps=(),
            markers=(),
            integrity=Integrity(EndReason.STOPPED, False, 0, 0, ()),
        )


def _until(samples: Samples, stop_s: float) -> Samples:
    kept = slice(int(np.searchsorted(samples.t, stop_s)))
    return replace(
        samples,
        counter=samples.counter[kept],
        t=samples.t[kept],
        counts=samples.counts[kept],
        flags=samples.flags[kept],
    )
