"""What the faults did, counted where they were done: the truth for a host's own count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.wire.messages import SampleBlock

SAMPLE_CAUSES: Final = ("dropped", "corrupted", "link_lost", "overflowed", "reset")
"""Why samples are missing, each counted as ``samples_<cause>``."""

FRAME_CAUSES: Final = ("dropped", "corrupted", "duplicated", "reordered", "link_lost")
"""What became of frames, each counted as ``frames_<cause>``."""


@dataclass(slots=True)
class LossTruth:
    """Samples by cause of loss until they are delivered; frames by what was done to them."""

    frames: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FRAME_CAUSES, 0))
    frames_sent: int = 0
    host_frames_lost: int = 0
    resets: int = 0
    backfilled: int = 0
    """Samples that were lost once and then delivered on request."""
    _missing: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)
    _settled: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SAMPLE_CAUSES, 0))
    """Losses of earlier segments, which nothing can mend any more."""
    _delivered_to: dict[int, int] = field(default_factory=dict)

    def lose(self, block: SampleBlock, cause: str) -> None:
        """Note that a block has not arrived; the first cause stays its cause."""
        self._missing.setdefault((block.stream, block.first), (block.n, cause))

    def deliver(self, block: SampleBlock) -> None:
        """Note that a block has arrived whole."""
        lost = self._missing.pop((block.stream, block.first), None)
        if lost:
            self.backfilled += block.n
        end = block.first + block.n
        self._delivered_to[block.stream] = max(end, self._delivered_to.get(block.stream, 0))

    def forget_samples(self) -> None:
        """Begin a new session: a start that no reset brought about."""
        self._missing.clear()
        self._delivered_to.clear()
        self._settled = dict.fromkeys(SAMPLE_CAUSES, 0)
        self.backfilled = 0

    def settle_reset(self, taken: Mapping[int, int]) -> None:
        """Close a segment: what comes after its last delivered sample no host can know of."""
        for stream, total in taken.items():
            self._settled["reset"] += total - self._delivered_to.get(stream, 0)
        for (stream, first), (n, cause) in self._missing.items():
            if first < self._delivered_to.get(stream, 0):
                self._settled[cause] += n
        self._missing.clear()
        self._delivered_to.clear()
        self.resets += 1

    def samples(self) -> dict[str, int]:
        """Return the samples missing now, by cause."""
        missing = dict(self._settled)
        for n, cause in self._missing.values():
            missing[cause] += n
        return missing

    def account(self) -> dict[str, int]:
        """Return every count by the key that it has in a truth file."""
        samples = self.samples()
        return {
            "frames_sent": self.frames_sent,
            **{f"frames_{cause}": n for cause, n in self.frames.items()},
            "host_frames_lost": self.host_frames_lost,
            **{f"samples_{cause}": n for cause, n in samples.items()},
            "samples_lost": sum(samples.values()) - samples["reset"],
            "samples_backfilled": self.backfilled,
            "resets": self.resets,
        }
