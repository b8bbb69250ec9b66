"""Stream a device: transport, wire, clock and calibration as one async iterator of stream items.

Strategy: one task reads the open link, matches answers, feeds the run and requests missing
samples. Exchanges that wait for an answer (stop, time probe, identity after a silence) run in a
background task, one at a time. A device that was lost is found again by its unique id; where it
restarted, a new segment begins.
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
from gripforce.transport.base import source_metadata
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
"""A stream sends something every 100 ms; after this long without, the link is checked."""
START_PATIENCE_S = 2.0
"""A second start command would begin the stream again, so a late acknowledgement is waited for."""
PROBE_S = 0.984
"""Interval of time probes: not a round number, so that it does not keep step with other work."""
REOPEN_S, REOPEN_MOST_S = 0.25, 2.0
"""Pause between attempts to find a lost device: doubled each time, up to the second value."""


class Device:
    """One device, opened: ``async with open_device(url) as device``."""

    def __init__(self, transport: Transport, *, patience_s: float = float("inf")) -> None:
        self._link = DeviceLink(transport)
        self._patience_s = patience_s
        """How long to wait for a device that was lost in mid-stream."""
        self._identity: Identity | None = None
        self._hello: Hello | ForeignHello | None = None
        self._status: Status | None = None
        self._run: DeviceRun | None = None
        self._pump_task: asyncio.Task[None] | None = None
        self._background_task: asyncio.Task[None] | None = None
        self._next_probe_s = 0.0

    @property
    def info(self) -> DeviceInfo:
        """Identity and streams of the device."""
        return self._known.device

    @property
    def calibration(self) -> Calibration | None:
        """The calibration stored in the device, or else this computer's copy."""
        return self._known.calibration

    @property
    def status(self) -> Status | None:
        """The newest status received; ``AskStatus`` requests one."""
        return self._status

    @property
    def corrupt(self) -> int:
        """Number of frames that failed their check."""
        return self._link.corrupt

    async def __aenter__(self) -> Self:
        await self._link.open()
        self._pump_task = asyncio.create_task(self._pump())
        try:
            self._identity = await identify(self._link, lambda: self._hello)
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
        if self._run is not None and self._run.begun and not self._run.ended:
            with contextlib.suppress(TransportError):
                await self._link.send(commands.Stop())
        for task in (self._background_task, self._pump_task):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, TransportError):
                    await task
        await self._link.close()

    async def send(self, command: Command) -> Reply:
        """Send a command and return its reply; raises ``DeviceError`` if refused or unanswered."""
        return await self._link.ask(command)

    def mark(self, kind: str, text: str = "") -> Marker | None:
        """Insert a marker into the stream at the present time; None where no stream runs."""
        if self._run is None or self._run.ended:
            return None
        return self._run.mark(kind, text, self._link.transport.now())

    def stop(self) -> None:
        """Ask the stream to end; it does so when everything buffered was received."""
        if self._run is not None:
            self._run.stop(EndReason.STOPPED)

    async def stream(
        self, *, duration_s: float = float("inf"), metadata: Mapping[str, Any] | None = None
    ) -> AsyncIterator[StreamItem]:
        """Start the device and yield its stream items, from ``Started`` to ``Ended``.

        Back-filled samples come late and are marked. ``metadata`` is added to that of ``Started``.
        Raises ``DeviceError`` where the device refuses, or has streamed before.
        """
        if self._run is not None:
            raise DeviceError("This device has streamed already.", "Open it again.")
        run = self._run = DeviceRun(self._known, duration_s)
        await self._link.ask(commands.Start(), patience_s=START_PATIENCE_S)
        utc = datetime.now(UTC).isoformat(timespec="milliseconds")
        source = source_metadata(self._link.transport)
        header = {**source, **self._known.header, **(metadata or {})}
        yield Started(self.info, self._known.scalings, utc, header)
        while not run.exhausted:
            yield await run.next_item()

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
                self._dispatch(messages, arrival_s)
                await self._link.send_overdue(arrival_s)
                await self._advance()
            except TransportError as error:
                self._link.fail_requests(error)
                if not await self._find_again():
                    if self._run is not None:
                        self._run.lost_for_good(str(error))
                    return

    def _dispatch(self, messages: list[tuple[bytes, Message]], arrival_s: float) -> None:
        """Pass messages on to whom they concern, in their order."""
        batch: list[tuple[bytes, Message]] = []
        for payload, message in messages:
            self._link.match_answer(message, arrival_s)
            if isinstance(message, Hello | ForeignHello):
                self._hello = message
            elif isinstance(message, Status):
                self._status = message
            if self._run is None:
                continue
            if isinstance(message, Ack | Nak) and self._run.owns(message.request):
                self._run.feed([*batch, (payload, message)], arrival_s)
                self._run.accept_answer(message)
                batch = []
                continue
            if _acknowledges_start(message):
                # Blocks before the ack belong to an earlier stream.
                self._run.begin_segment()
                batch = []
            batch.append((payload, message))
        if self._run is not None and batch:
            self._run.feed(batch, arrival_s)

    async def _advance(self) -> None:
        """Do what is due: request samples, probe the time, notice silence, stop, end."""
        run, now_s = self._run, self._link.transport.now()
        if run is None or not run.begun or run.ended:
            return
        if (command := run.next_resend(now_s)) is not None:
            await self._link.send(command)
        if self._link.ended:
            run.stop(EndReason.FINISHED)
        if self._background_task is not None and self._background_task.done():
            done, self._background_task = self._background_task, None
            done.result()
        if self._background_task is None and (work := self._next_exchange(run, now_s)) is not None:
            self._background_task = asyncio.create_task(work)
        run.settle(now_s)
        if not self._link.transport.paced:
            await run.wait_for_reader()

    def _next_exchange(self, run: DeviceRun, now_s: float) -> Coroutine[Any, Any, None] | None:
        if run.stop_reason is not None:
            return None if run.stop_sent else self._stop(run)
        if self._restarted:
            return self._restart(run)
        if now_s - self._link.last_arrival_s > SILENCE_S and not self._link.ended:
            return self._check_alive(run)
        if now_s >= self._next_probe_s:
            self._next_probe_s = now_s + PROBE_S
            return self._probe_time(run)
        return None

    @property
    def _restarted(self) -> bool:
        return isinstance(self._hello, Hello) and self._hello.device.boot != self.info.boot

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
            if isinstance(answer := reply.answer, TimeReply):
                run.learn_time(reply.sent_s, answer.received_us, answer.sent_us, reply.received_s)

    async def _check_alive(self, run: DeviceRun) -> None:
        """Ask the device for its hello; restart it where it lost its stream.

        Raises ``TransportError`` where it does not answer, or another device does.
        """
        try:
            device = await ask_hello(self._link, lambda: self._hello, tries=2)
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
        """Start a device again that has lost its stream."""
        run.mark("link", "device restarted", self._link.transport.now())
        if isinstance(self._hello, Hello):
            self._identity = Identity(self._hello.device, self._known.calibration)
        with contextlib.suppress(DeviceError):  # tried again after the next silence
            await self._link.ask(commands.Start(), patience_s=START_PATIENCE_S)

    async def _find_again(self) -> bool:
        """Open the link again until the device is back; False when the patience is over."""
        run = self._run
        if run is None or not run.begun or run.ended or run.stop_reason is not None:
            return False
        run.link_lost(self._link.transport.now())
        await self._cancel_background_task()
        loop = asyncio.get_running_loop()
        until_s = loop.time() + self._patience_s
        pause_s = REOPEN_S
        while run.stop_reason is None and loop.time() < until_s:
            with contextlib.suppress(TransportError):
                await self._link.open()
                self._background_task = asyncio.create_task(self._resume(run))
                return True
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, REOPEN_MOST_S)
        return False

    async def _resume(self, run: DeviceRun) -> None:
        await self._check_alive(run)
        run.link_restored(self._link.transport.now())

    async def _cancel_background_task(self) -> None:
        task, self._background_task = self._background_task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, TransportError):
                await task


def _acknowledges_start(message: Message) -> bool:
    """Whether the device began to stream: it says so once for each start command it receives."""
    return isinstance(message, Ack) and message.command == commands.Start.TYPE
