"""What a station is asked for, and by whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from gripforce.model import StreamItem


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """Record this source to this file."""

    url: str
    file: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


class RecorderApi(Protocol):
    """A station, in this process or another."""

    @property
    def file(self) -> str:
        """What is being recorded, "" while nothing is."""

    async def begin(self, order: RecordingRequest) -> None:
        """Begin to record; return when the stream has begun, raise where it cannot."""

    async def stop(self) -> None:
        """Ask the recording to end: its ``Ended`` comes in the stream."""

    async def mark(self, kind: str, text: str) -> None:
        """Put a marker into the stream and the file, now."""

    async def annotate(self, content: Mapping[str, Any], *, verdict: bool = False) -> None:
        """Write a note or a verdict into the file."""

    def items(self) -> AsyncIterator[StreamItem]:
        """Yield the streams of all recordings, one sentence after the other."""

    async def close(self) -> None:
        """End a recording that still runs, and let go."""
