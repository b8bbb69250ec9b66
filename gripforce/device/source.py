"""Whatever utters a stream, by its URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

from gripforce.device.device import Device
from gripforce.device.replay import Replay
from gripforce.transport import SourceUrl, make_transport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from gripforce.model import DeviceInfo, Marker, StreamItem


class StreamSource(Protocol):
    """A device or a file, opened."""

    @property
    def info(self) -> DeviceInfo:
        """Who the device is, or was."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def stop(self) -> None:
        """Ask the stream to end."""

    def mark(self, kind: str, text: str = "") -> Marker | None:
        """Put a marker into the stream, now."""

    def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Yield the stream, from ``Started`` to ``Ended``."""


def open_source(url: str, *, patience_s: float = float("inf")) -> StreamSource:
    """Return the device or the file that a URL names, to be entered with ``async with``."""
    source = SourceUrl.parse(url)
    if source.scheme == "replay":
        return Replay(source)
    return open_device(url, patience_s=patience_s)


def open_device(url: str, *, patience_s: float = float("inf")) -> Device:
    """Return the device that a URL names, to be entered with ``async with``."""
    return Device(make_transport(url), patience_s=patience_s)
