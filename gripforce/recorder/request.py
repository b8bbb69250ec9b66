"""The interface of a recorder service, and a request to record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from gripforce.model import StreamItem


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """A request to record a source to a file."""

    url: str
    file: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


class RecorderApi(Protocol):
    """A recorder service, in this process or another."""

    @property
    def file(self) -> str:
        """The file that is being recorded, "" without one."""

    @property
    def connected(self) -> bool:
        """Whether requests reach it."""

    async def begin(self, request: RecordingRequest) -> None:
        """Begin to record, and return when the stream has begun.

        Raises a ``GripforceError`` where the source or the file cannot be opened.
        """

    async def stop(self) -> None:
        """Ask the recording to end; ``Ended`` then comes in the stream."""

    async def mark(self, kind: str, text: str, ago_s: float = 0.0) -> None:
        """Insert a marker into stream and file, ``ago_s`` before now."""

    async def annotate(
        self, content: Mapping[str, Any], *, verdict: bool = False, file: str = ""
    ) -> None:
        """Write a note or a verdict into a file, by default the one that is being recorded."""

    async def show(self, content: Mapping[str, Any]) -> None:
        """Show something on the screens of the other clients; it is not recorded."""

    def items(self) -> AsyncIterator[StreamItem]:
        """Yield the stream items of all recordings, one stream after the other."""

    async def close(self) -> None:
        """End a running recording, and close the service."""
