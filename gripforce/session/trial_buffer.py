"""What a device sent in a trial that is a span of time, and shortly before, as a recording."""

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
"""Kept from before a trial: the untouched level that its analysis needs."""


class TrialBuffer:
    """Collects the blocks of all streams; what came long before ``keep_from_s`` is let go."""

    def __init__(self, device: DeviceInfo, metadata: Mapping[str, Any]) -> None:
        self._device = device
        self._metadata = metadata
        self._blocks: dict[str, deque[Samples]] = {}

    def add(self, samples: Samples, keep_from_s: float) -> None:
        """Take a block, the newest or one that comes late."""
        if not len(samples):
            return
        blocks = self._blocks.setdefault(samples.stream.name, deque())
        blocks.append(samples)
        while blocks[0].t[-1] < keep_from_s - BEFORE_S:
            blocks.popleft()

    @property
    def blocks(self) -> dict[str, list[Samples]]:
        """What is kept, by stream."""
        return {name: list(blocks) for name, blocks in self._blocks.items()}

    def recording(self, stop_s: float) -> Recording:
        """Return what is kept up to a time as offline functions take it."""
        streams = {name: _until(concat(blocks), stop_s) for name, blocks in self.blocks.items()}
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
