"""One stream while it streams: which sample is ready when, and the blocks that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.model import Flag
from gripforce.wire.messages import SampleBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.sim.device.cells import Converter
    from gripforce.sim.device.frontend import StreamPlan

_PART: Final = 1024
"""Samples computed at once: so many seconds of a slow stream take little memory too."""
_DRAWS: Final = 256
"""Delays of ticks drawn at once."""


@dataclass(frozen=True, slots=True)
class SampleClock:
    """When a stream's samples are ready, in seconds of the device's clock since power-on."""

    first_s: float
    period_s: float
    scene_offset_s: float
    """Device time at which the forces of the scene's second 0 are ready on this stream."""
    device_per_true: float
    """1 + skew."""

    def ready_s(self, k: int) -> float:
        """Return when sample ``k`` is ready."""
        return self.first_s + k * self.period_s


class StreamSampler:
    """Cuts one stream into blocks; the same samples whatever the order of asking."""

    def __init__(
        self, plan: StreamPlan, clock: SampleClock, converter: Converter, jitter_seed: int
    ) -> None:
        self.plan = plan
        self.clock = clock
        self.closed = 0
        """Samples that stand in blocks; more may have been taken."""
        self.saturated = 0
        """Samples at full scale in those blocks."""
        self._converter = converter
        self._late_us = _late_us(jitter_seed, plan.tick_jitter_us)
        self._part = -1
        self._bytes = self._clipped = b""
        channels = plan.info.channels
        self._full_scale = np.array([channel.full_scale_counts for channel in channels])
        self._sample_bytes = len(channels) * plan.info.width_bits // 8
        self._begin_block()

    def _begin_block(self) -> None:
        self._room = self._block_room()
        self.block_ready_s = self.clock.ready_s(self.closed + self._room - 1)
        """When the block in progress will be full."""

    def _block_room(self) -> int:
        """Return the samples of the next block: each fourth is one short, as the firmware's are."""
        full = self.plan.info.block_samples
        cycle = 4 * full - 1
        return min(full, cycle - self.closed % cycle)

    def taken(self, now_s: float) -> int:
        """Return the samples taken up to ``now_s``."""
        clock = self.clock
        if now_s < clock.first_s:
            return 0
        k = round((now_s - clock.first_s) / clock.period_s)
        return k + 1 if clock.ready_s(k) <= now_s else k

    def close_block(self, now_s: float, power_on_tick: int) -> SampleBlock | None:
        """Return the samples taken since the last block, or None where there are none."""
        n = min(self.taken(now_s) - self.closed, self._room)
        if n <= 0:
            return None
        first, self.closed = self.closed, self.closed + n
        self._begin_block()
        data, clipped = self._samples(first, n)
        self.saturated += clipped
        tick = round(self.clock.ready_s(first) * 1e6) + next(self._late_us) + power_on_tick
        flags = Flag.SATURATED if clipped else Flag.NONE
        wrap = 0xFFFFFFFF
        return SampleBlock(self.plan.info.id, first & wrap, tick & wrap, int(flags), n, data)

    def _samples(self, first: int, n: int) -> tuple[bytes, int]:
        """Return samples as they lie in a block, and how many are at full scale."""
        data, clipped = b"", 0
        while n:
            part, at = divmod(first, _PART)
            if part != self._part:
                self._compute(part)
            m = min(n, _PART - at)
            data += self._bytes[at * self._sample_bytes : (at + m) * self._sample_bytes]
            clipped += self._clipped.count(True, at, at + m)
            first, n = first + m, n - m
        return data, clipped

    def _compute(self, part: int) -> None:
        clock, first = self.clock, part * _PART
        k = np.arange(first, first + _PART)
        ready = clock.first_s + k * clock.period_s
        at = np.asarray((ready - clock.scene_offset_s) / clock.device_per_true, dtype=np.float64)
        width = clock.period_s / clock.device_per_true
        counts = self._converter.counts(at, width, first)
        is_clipped = (counts >= self._full_scale) | (counts < -self._full_scale)
        self._clipped = np.any(is_clipped, axis=1).tobytes()
        packed = counts.astype("<i4").view(np.uint8).reshape(*counts.shape, 4)
        self._bytes = packed[:, :, : self.plan.info.width_bits // 8].tobytes()
        self._part = part


def _late_us(seed: int, largest_us: int) -> Iterator[int]:
    """Yield by how much each block's tick is late."""
    rng = np.random.default_rng(seed)
    while True:
        yield from rng.integers(0, largest_us, _DRAWS, endpoint=True).tolist()
