"""Open any source of a stream by its URL: a device, a simulation or a recording."""

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
    """An open device or recording."""

    @property
    def info(self) -> DeviceInfo:
        """Identity and streams of the device."""

    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def stop(self) -> None:
        """Ask the stream to end."""

    def mark(self, kind: str, text: str = "", ago_s: float = 0.0) -> Marker | None:
        """Insert a marker into the stream, ``ago_s`` before now; None where that is impossible."""

    def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Yield the stream items, from ``Started`` to ``Ended``."""


def open_source(url: str, *, patience_s: float = float("inf"), live: bool = True) -> StreamSource:
    """Return the device or recording that a URL names, to be entered with ``async with``.

    ``patience_s`` is how long to wait for a device that is lost in mid-stream; ``live=False`` is
    for a recorder, which needs no sample decoded (``Counted``) and can wait 50 ms. Raises
    ``UsageError`` where the URL is not valid.
    """
    source = SourceUrl.parse(url)
    if source.scheme == "replay":
        return Replay(source)
    return open_device(url, patience_s=patience_s, live=live)


def open_device(url: str, *, patience_s: float = float("inf"), live: bool = True) -> Device:
    """Return the device that a URL names, to be entered with ``async with``.

    ``patience_s`` and ``live`` are those of ``open_source``. Raises ``UsageError`` where the URL
    is not valid.
    """
    return Device(make_transport(url), patience_s=patience_s, live=live)
