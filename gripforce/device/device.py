"""Transport, connection, clock and calibration as one async iterator of stream items.

Strategy: one task reads the open link, matches answers, feeds the run, asks for what is missing.
Errands that need answers (stop, time probe, who is there after a silence) are a second, one at a
time. A device that was lost is found again by its id; where it restarted a new segment begins.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from gripforce.device.identity import Identity, ask_hello, identify
from gripforce.device.link import DeviceLink
from gripforce.device.run import DeviceRun
from gripforce.errors import DeviceError, TransportError
from gripforce.model import EndReason, Started
from gripforce.transport.base import told
from gripforce.wire import commands
from gripforce.wire.hello import ForeignHello, Hello
from gripforce.wire.messages import Ack, DeviceFlag, Nak, Status, TimeReply

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Mapping
    from types import TracebackType

    from gripforce.calibration import Calibration
    from gripforce.device.requests import Reply
    from gripforce.model import DeviceInfo, Marker, StreamItem
    from gripforce.transport import Transport
    from gripforce.wire.commands import Command
    from gripforce.wire.connection import Message

SILENCE_S = 0.9
"""A stream brings something every 100 ms; after so long without, the link is in doubt."""
START_PATIENCE_S = 2.0
"""A start that is sent twice begins anew, so a late ack is waited for rather than asked again."""
PROBE_S = 0.984
"""Between time probes: crooked, so that it cannot keep step with other periodic work."""
REOPEN_S, REOPEN_MOST_S = 0.25, 2.0
"""Between attempts to find a lost device: twice as long each time, up to the second."""


class Device:
    """One device, opened: ``async with open_device(url) as device``."""

    def __init__(self, transport: Transport, *, patience_s: float = float("inf")) -> None:
        self._link = DeviceLink(transport)
        self._patience_s = patience_s
        """How long a device that was lost in mid-stream is waited for."""
        self._identity: Identity | None = None
        self._heard: Hello | ForeignHello | None = None
        self._status: Status | None = None
        self._run: DeviceRun | None = None
        self._pump_task: asyncio.Task[None] | None = None
        self._errand: asyncio.Task[None] | None = None
        self._next_probe_s = 0.0

    @property
    def info(self) -> DeviceInfo:
        """Who the device is."""
        return self._known.device

    @property
    def calibration(self) -> Calibration | None:
        """What the device keeps."""
        return self._known.calibration

    @property
    def status(self) -> Status | None:
        """Its newest account of itself; ``AskStatus`` brings one."""
        return self._status

    @property
    def corrupt(self) -> int:
        """Frames that failed their check."""
        return self._link.corrupt

    async def __aenter__(self) -> Self:
        await self._link.open()
        self._pump_task = asyncio.create_task(self._pump())
        try:
            self._identity = await identify(self._link, lambda: self._heard)
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
        """Let go of the device; a stream that still runs is stopped."""
        if self._run is not None and self._run.begun and not self._run.ended:
            with contextlib.suppress(TransportError):
                await self._link.send(commands.Stop())
        for task in (self._errand, self._pump_task):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, TransportError):
                    await task
        await self._link.close()

    async def send(self, command: Command) -> Reply:
        """Send a command; ``DeviceError`` where it is refused or not answered."""
        return await self._link.ask(command)

    def mark(self, kind: str, text: str = "") -> Marker | None:
        """Put a marker into the stream, now; None where no stream runs."""
        if self._run is None or self._run.ended:
            return None
        return self._run.mark(kind, text, self._link.transport.now())

    def stop(self) -> None:
        """Ask the stream to end; it does when everything buffered has come."""
        if self._run is not None:
            self._run.stop(EndReason.STOPPED)

    async def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Start the device and yield its stream, from ``Started`` to ``Ended``.

        Back-filled samples come when they come, marked as such; a recording has them in order.
        """
        if self._run is not None:
            raise DeviceError("This device has streamed already.", "Open it again.")
        run = self._run = DeviceRun(self._known, duration_s)
        await self._link.ask(commands.Start(), patience_s=START_PATIENCE_S)
        utc = datetime.now(UTC).isoformat(timespec="milliseconds")
        header = {**told(self._link.transport), **self._known.header, **(metadata or {})}
        yield Started(self.info, self._known.scalings, utc, header)
        while not run.exhausted:
            yield await run.take()

    @property
    def _known(self) -> Identity:
        if self._identity is None:
            raise DeviceError("The device is not open.")
        return self._identity

    async def _pump(self) -> None:
        """Read the link until the device is closed or lost for good."""
        while True:
            try:
                corrupt = self._link.corrupt
                arrival_s, messages = await self._link.receive()
                if self._run is not None and self._link.corrupt > corrupt:
                    self._run.corrupted(self._link.corrupt - corrupt, arrival_s)
                self._take(messages, arrival_s)
                await self._link.ask_again(arrival_s)
                await self._turn()
            except TransportError as error:
                self._link.lost(error)
                if not await self._find_again():
                    if self._run is not None:
                        self._run.lost_for_good(str(error))
                    return

    def _take(self, messages: list[tuple[bytes, Message]], arrival_s: float) -> None:
        """Sort what came in, keeping its order."""
        batch: list[tuple[bytes, Message]] = []
        for payload, message in messages:
            self._link.settle(message, arrival_s)
            match message:
                case Hello() | ForeignHello():
                    self._heard = message
                case Status():
                    self._status = message
                case _:
                    pass
            if self._run is None:
                continue
            if isinstance(message, Ack | Nak) and self._run.owns(message.request):
                self._run.feed([*batch, (payload, message)], arrival_s)
                self._run.answered(message)
                batch = []
                continue
            if _acknowledges_start(message):
                # Blocks before the ack belong to a stream that nobody asked for.
                self._run.begin_segment()
                batch = []
            batch.append((payload, message))
        if self._run is not None and batch:
            self._run.feed(batch, arrival_s)

    async def _turn(self) -> None:
        """Do what is due: ask again, probe the time, notice silence, stop, settle."""
        run, now_s = self._run, self._link.transport.now()
        if run is None or not run.begun or run.ended:
            return
        if (command := run.next_resend(now_s)) is not None:
            await self._link.send(command)
        if self._link.ended:
            run.stop(EndReason.FINISHED)
        if self._errand is not None and self._errand.done():
            errand, self._errand = self._errand, None
            errand.result()
        if self._errand is None and (work := self._next_errand(run, now_s)) is not None:
            self._errand = asyncio.create_task(work)
        run.settle(now_s)
        if not self._link.transport.paced:
            await run.room()

    def _next_errand(self, run: DeviceRun, now_s: float) -> Coroutine[Any, Any, None] | None:
        if run.stop_reason is not None:
            return None if run.stop_sent else self._stop(run)
        if self._restarted:
            return self._restart(run)
        if now_s - self._link.last_arrival_s > SILENCE_S and not self._link.ended:
            return self._look_whether_alive(run)
        if now_s >= self._next_probe_s:
            self._next_probe_s = now_s + PROBE_S
            return self._probe_time(run)
        return None

    @property
    def _restarted(self) -> bool:
        return isinstance(self._heard, Hello) and self._heard.device.boot != self.info.boot

    async def _stop(self, run: DeviceRun) -> None:
        run.stop_sent = True
        with contextlib.suppress(DeviceError):  # not acknowledged: then it is not reconciled
            await self._link.ask(commands.Stop())
            if run.final_status is None:
                await self._link.ask(commands.AskStatus())
        run.stopped(self._link.transport.now())

    async def _probe_time(self, run: DeviceRun) -> None:
        with contextlib.suppress(DeviceError):  # the next one comes in a second
            reply = await self._link.ask(commands.ProbeTime(), tries=1)
            match reply.answer:
                case TimeReply(received_us=received_us, sent_us=sent_us):
                    run.learn_time(reply.sent_s, received_us, sent_us, reply.received_s)
                case _:
                    pass

    async def _look_whether_alive(self, run: DeviceRun) -> None:
        """Ask who is there; go on, start anew, or raise ``TransportError`` where nobody is."""
        try:
            device = await ask_hello(self._link, lambda: self._heard, tries=2)
            if device.uid != self.info.uid:
                raise TransportError(f"Another device answers at {self._link.transport.url}.")
            if device.boot == self.info.boot:
                await self._link.ask(commands.AskStatus())
                if self._status is not None and self._status.flags & DeviceFlag.STREAMING:
                    return
            await self._restart(run)
        except DeviceError as error:
            raise TransportError(f"The device fell silent: {error}") from error

    async def _restart(self, run: DeviceRun) -> None:
        """Start a device anew that lost its stream."""
        run.mark("link", "device restarted", self._link.transport.now())
        if isinstance(self._heard, Hello):
            self._identity = Identity(self._heard.device, self._known.calibration)
        with contextlib.suppress(DeviceError):  # asked again after the next silence
            await self._link.ask(commands.Start(), patience_s=START_PATIENCE_S)

    async def _find_again(self) -> bool:
        """Wait for the device to come back; False where nobody waits for it any more."""
        run = self._run
        if run is None or not run.begun or run.ended or run.stop_reason is not None:
            return False
        run.link_lost(self._link.transport.now())
        await self._drop_errand()
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._patience_s
        pause_s = REOPEN_S
        while run.stop_reason is None and loop.time() < until_s:
            with contextlib.suppress(TransportError):
                await self._link.open()
                self._errand = asyncio.create_task(self._resume(run))
                return True
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, REOPEN_MOST_S)
        return False

    async def _resume(self, run: DeviceRun) -> None:
        await self._look_whether_alive(run)
        run.link_restored(self._link.transport.now())

    async def _drop_errand(self) -> None:
        errand, self._errand = self._errand, None
        if errand is not None:
            errand.cancel()
            with contextlib.suppress(asyncio.CancelledError, TransportError):
                await errand


def _acknowledges_start(message: Message) -> bool:
    """Whether the device began: once for each start that reached it, should one be sent twice."""
    return isinstance(message, Ack) and message.command == commands.Start.TYPE
