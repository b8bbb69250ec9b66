"""Replay a recording as a stream, in real time or as fast as possible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from gripforce.errors import UsageError
from gripforce.model import Ended, EndReason, Marker, Samples, Started
from gripforce.recording import read_recording, replay

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from gripforce.model import DeviceInfo, StreamItem
    from gripforce.transport import SourceUrl


class Replay:
    """Streams a ``.grip`` file: ``replay:FILE.grip``, without waiting with ``?speed=max``."""

    def __init__(self, url: SourceUrl) -> None:
        speed = url.only(("speed",)).get("speed", "1")
        if speed not in {"1", "max"}:
            raise UsageError(f"'{speed}' is not a speed.", "Try speed=1 (real time) or speed=max.")
        self._speed = 1.0 if speed == "1" else float("inf")
        self._path = url.target
        self._stopping = False
        self._info = read_recording(self._path).device

    @property
    def info(self) -> DeviceInfo:
        """Identity and streams of the recorded device."""
        return self._info

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping = True

    def stop(self) -> None:
        """Ask the stream to end."""
        self._stopping = True

    def mark(self, kind: str, text: str = "", ago_s: float = 0.0) -> Marker | None:
        """Return None: a recording that is replayed takes no markers."""

    async def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Yield the recorded stream again, from ``Started`` to ``Ended``."""
        async for item in replay(self._path, self._speed):
            match item:
                case Started():
                    header = {**item.metadata, **(metadata or {})}
                    yield replace(item, metadata=header)
                case Samples() if item.t[-1] >= duration_s:
                    yield item
                    yield Ended(EndReason.FINISHED, reconciled=None)
                    return
                case _:
                    yield item
            if self._stopping and not isinstance(item, Ended):
                yield Ended(EndReason.STOPPED, reconciled=None)
                return
