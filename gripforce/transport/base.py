"""What every way to a device looks like: a pipe of bytes, each read with its time of arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping


class Chunk(NamedTuple):
    """Bytes, and the host's monotonic seconds when they came in."""

    data: bytes
    arrival_s: float
    ended: bool = False
    """There will be no more."""


class Transport(Protocol):
    """Bytes to and from one device.

    ``open`` may be called again after the link was lost: it finds the same device again, or
    raises ``TransportError``. ``read`` may be cancelled without loss. Every failure of the world
    below is a ``TransportError``.
    """

    url: str
    paced: bool
    """Whether its time is the world's; a fast simulation's runs ahead, so readers must keep up."""

    async def open(self) -> None:
        """Open the link, or open it again."""

    async def read(self) -> Chunk:
        """Wait for bytes; a fast simulation returns an empty chunk rather than run on."""

    async def write(self, data: bytes) -> None:
        """Send bytes."""

    async def close(self) -> None:
        """Let go of the link; harmless when it is closed."""

    def now(self) -> float:
        """Return host monotonic seconds, on the clock that arrivals are stamped with."""


@runtime_checkable
class Scripted(Protocol):
    """A transport that knows what is done at its other end: a simulation's."""

    design: Mapping[str, Any]
    """What a recording should say of it, as its metadata: task, object, target."""


def told(transport: Transport) -> dict[str, Any]:
    """Return what a transport says of itself: its URL, and a simulation's design."""
    design = transport.design if isinstance(transport, Scripted) else {}
    return {"source": transport.url, **design}
