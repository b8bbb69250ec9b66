"""Replay a recording as a stream: at any speed, from any time, with jumps while it plays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from gripforce.device.playback import Playback
from gripforce.errors import GripforceError, UsageError
from gripforce.model import Ended, EndReason, Marker, Samples, Started
from gripforce.recording import read_recording
from gripforce.recording.replay import due_s, items

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from gripforce.model import DeviceInfo, Recording, StreamItem
    from gripforce.transport import SourceUrl


class Replay:
    """Streams a ``.grip`` file: ``replay:FILE.grip?speed=2&from=30``; ``speed=max``: at once.

    ``playback`` moves in the recording while it plays; after a jump back the stream begins anew
    with ``Started``, and all up to the new position comes at once.
    """

    def __init__(self, url: SourceUrl) -> None:
        options = url.only(("speed", "from"))
        speed, from_s = _speed(options.get("speed", "1")), _seconds(options.get("from", "0"))
        self._path = url.target
        self._stopping = False
        self._recording = read_recording(self._path)
        self.playback = Playback(self._recording.duration_s, speed=speed, from_s=from_s)

    @property
    def info(self) -> DeviceInfo:
        """Identity and streams of the recorded device."""
        return self._recording.device

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping = True

    def find_moments(self) -> None:
        """Let ``playback`` jump to trials and marks; it takes the time of an analysis."""
        self.playback.moments = trial_times(self._recording)

    def stop(self) -> None:
        """Ask the stream to end."""
        self._stopping = True

    def mark(self, kind: str, text: str = "", ago_s: float = 0.0) -> Marker | None:
        """Return None: a recording that is replayed takes no markers."""

    async def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Yield the recorded stream again, from ``Started`` to ``Ended``."""
        self.playback.start()
        while True:
            async for item in self._play(duration_s, metadata or {}):
                yield item
                if isinstance(item, Ended):
                    return

    async def _play(
        self, duration_s: float, metadata: Mapping[str, Any]
    ) -> AsyncIterator[StreamItem]:
        """Yield items as they are due; stop without ``Ended`` where a jump back was asked for."""
        for item in items(self._path):
            due = due_s(item)
            if isinstance(item, Ended) and self.playback.holds_at_end:
                due = float("inf") if self.playback.speed < float("inf") else due
            if due is not None and not await self.playback.wait_until(due):
                return
            match item:
                case Started():
                    header = {**item.metadata, **metadata}
                    yield replace(item, metadata=header)
                case Samples() if item.t[-1] + item.stream.delay_s >= duration_s:
                    yield item
                    yield Ended(EndReason.FINISHED, reconciled=None)
                    return
                case _:
                    yield item
            if self._stopping and not isinstance(item, Ended):
                yield Ended(EndReason.STOPPED, reconciled=None)
                return


def trial_times(recording: Recording) -> list[float]:
    """Return the times [s] of a recording's trials and marks; of marks alone without trials."""
    from gripforce.analysis.tasks.registry import analyze_task  # noqa: PLC0415 - streams need none

    marks = [marker.t for marker in recording.markers]
    try:
        return sorted([*marks, *(t.trial.start_s for t in analyze_task(recording).trials)])
    except GripforceError:
        return sorted(marks)


def _speed(text: str) -> float:
    if text == "max":
        return float("inf")
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0.01 <= speed <= 1000:  # noqa: PLR2004 - what anybody could mean
        raise UsageError(f"'{text}' is not a speed.", "Try speed=1 (real time), 2 or max.")
    return speed


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise UsageError(f"'{text}' is no time of a recording.", "Try from=30, in seconds.")
    return seconds
