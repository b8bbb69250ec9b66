"""The interface of all transports: a pipe of bytes to a device, read with times of arrival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping


class Chunk(NamedTuple):
    """Bytes, and the host's monotonic seconds of their arrival."""

    data: bytes
    arrival_s: float
    ended: bool = False
    """Whether this is the last chunk."""


class Transport(Protocol):
    """Bytes to and from one device.

    ``open`` may be called again after the link was lost: it finds the same device again, or
    raises ``TransportError``. ``read`` may be cancelled without loss. Every error of the port,
    network or radio is raised as a ``TransportError``.
    """

    url: str
    paced: bool
    """Whether it runs in real time; a fast simulation waits for its reader instead."""

    async def open(self) -> None:
        """Open the link, or open it again."""

    async def read(self) -> Chunk:
        """Wait for bytes; a fast simulation may return an empty chunk."""

    async def write(self, data: bytes) -> None:
        """Send bytes."""

    async def close(self) -> None:
        """Close the link; without effect where it is closed."""

    def now(self) -> float:
        """Return host monotonic seconds, on the clock that arrivals are stamped with."""


@runtime_checkable
class Collecting(Protocol):
    """A transport whose chunks can gather, for a reader who needs them only now and then."""

    collecting: bool
    """Whether they gather; ``read`` then need not be called."""

    def collected(self) -> list[Chunk]:
        """Return what arrived since the last call; ``TransportError`` where the link is lost."""


@runtime_checkable
class Scripted(Protocol):
    """A transport to a simulation, which knows the task that is performed."""

    design: Mapping[str, Any]
    """Metadata for a recording of it: task, object, target."""


def source_metadata(transport: Transport) -> dict[str, Any]:
    """Return a transport's metadata for a recording: its URL, and a simulation's design."""
    design = transport.design if isinstance(transport, Scripted) else {}
    return {"source": transport.url, **design}
