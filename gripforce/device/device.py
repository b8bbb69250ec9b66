"""Stream a device: transport, wire, clock and calibration as one async iterator of stream items."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from gripforce.device.identity import identify
from gripforce.device.link import DeviceLink
from gripforce.device.pump import START_PATIENCE_S, DevicePump
from gripforce.device.run import DeviceRun
from gripforce.errors import DeviceError, TransportError
from gripforce.model import EndReason, Started
from gripforce.model.local_time import OFFSET_KEY
from gripforce.transport.base import source_metadata
from gripforce.wire import commands

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from gripforce.calibration import Calibration
    from gripforce.device.requests import Reply
    from gripforce.model import DeviceInfo, Marker, StreamItem
    from gripforce.transport import Transport
    from gripforce.wire.commands import Command
    from gripforce.wire.messages import Status


LEAST_RING_S = 1.0
"""A device that keeps less is asked for missing samples at once, not in turns of 50 ms."""


class Device:
    """One device, opened: ``async with open_device(url) as device``."""

    def __init__(
        self, transport: Transport, *, patience_s: float = float("inf"), live: bool = True
    ) -> None:
        self._link = DeviceLink(transport)
        self._live = live
        self._pump = DevicePump(self._link, patience_s)
        self._pump_task: asyncio.Task[None] | None = None

    @property
    def info(self) -> DeviceInfo:
        """Identity and streams of the device."""
        return self._pump.known.device

    @property
    def calibration(self) -> Calibration | None:
        """The calibration stored in the device, or else this computer's copy."""
        return self._pump.known.calibration

    @property
    def calibration_note(self) -> str:
        """A sentence why the device's own calibration is not used, "" where it is."""
        return self._pump.known.calibration_note

    @property
    def status(self) -> Status | None:
        """The newest status received; ``AskStatus`` requests one."""
        return self._pump.status

    @property
    def corrupt(self) -> int:
        """Number of frames that failed their check."""
        return self._link.corrupt

    async def __aenter__(self) -> Self:
        await self._link.open()
        self._pump_task = asyncio.create_task(self._pump.pump())
        try:
            self._pump.identity = await identify(self._link)
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the device; a running stream is stopped first."""
        run = self._pump.run
        if run is not None and run.begun and not run.ended:
            with contextlib.suppress(TransportError):
                await self._link.send(commands.Stop())
        tasks = [task for task in (self._pump.background_task, self._pump_task) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._link.close()

    async def send(self, command: Command) -> Reply:
        """Send a command and return its reply; raises ``DeviceError`` if refused or unanswered."""
        return await self._link.ask(command)

    def now(self) -> float:
        """Return host monotonic seconds; simulated ones of a fast simulation."""
        return self._link.transport.now()

    async def wait_until(self, host_s: float) -> None:
        """Wait for a host time, also for a simulated one."""
        while (left_s := host_s - self.now()) > 0:  # noqa: ASYNC110 - time may be simulated
            await asyncio.sleep(left_s if self._link.transport.paced else 0.0)

    def mark(self, kind: str, text: str = "", ago_s: float = 0.0) -> Marker | None:
        """Insert a marker into the stream, ``ago_s`` before now; None where no stream runs."""
        run = self._pump.run
        if run is None or run.ended:
            return None
        return run.mark(kind, text, self.now() - ago_s)

    def stop(self) -> None:
        """Ask the stream to end; it does so when everything buffered was received."""
        if self._pump.run is not None:
            self._pump.run.stop(EndReason.STOPPED)

    async def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Start the device and yield its stream items, from ``Started`` to ``Ended``.

        Back-filled samples come late and are marked. ``metadata`` is added to that of ``Started``.
        Raises ``DeviceError`` where the device refuses, or has streamed before.
        """
        if self._pump.run is not None:
            raise DeviceError("This device has streamed already.", "Open it again.")
        run = self._pump.run = DeviceRun(self._pump.known, duration_s, decodes=self._live)
        await self._link.ask(commands.Start(), patience_s=START_PATIENCE_S)
        host_s, now = self._link.transport.now(), datetime.now(UTC)
        utc = now.isoformat(timespec="milliseconds")
        host_s -= now.microsecond % 1000 * 1e-6  # the text leaves them out
        source = source_metadata(self._link.transport)
        header = {
            OFFSET_KEY: _offset_min(now),
            **source,
            **self._pump.known.header,
            **(metadata or {}),
        }
        known = self._pump.known
        if not self._live and run.ring_buffer_s >= LEAST_RING_S:
            self._link.collect()
        yield Started(self.info, known.scalings, utc, header, known.hello, host_s)
        while not run.exhausted:
            yield await run.next_item()


def _offset_min(now: datetime) -> int:
    """Return how many minutes this computer's clock is ahead of UTC."""
    return round((now.astimezone().utcoffset() or timedelta()) / timedelta(minutes=1))
