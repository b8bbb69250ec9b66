"""Read one device's link, and keep its stream alive: restart it, find it again, end it in words.

Strategy: one task reads the open link, matches answers, feeds the run and requests missing
samples. Exchanges that wait for an answer (stop, time probe, identity after a silence) run in a
background task, one at a time. A device that was lost is found again by its unique id; where it
restarted, a new segment begins with the device's own word, not with an ack that may be lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gripforce.device.identity import ask_hello
from gripforce.device.run import CLOCK_STOOD, FELL_SILENT
from gripforce.errors import DeviceError, TransportError
from gripforce.model import EndReason
from gripforce.wire import commands
from gripforce.wire.hello import Hello
from gripforce.wire.messages import Ack, DeviceFlag, Nak, SampleBlock, Status, TimeReply

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from gripforce.device.identity import Identity
    from gripforce.device.link import DeviceLink
    from gripforce.device.run import DeviceRun
    from gripforce.wire.connection import Arrived, Message

SILENCE_S = 0.9
"""A stream sends something every 100 ms; after this long without, the link is checked."""
STREAM_SILENCE_S = 1.5
"""A status comes each second; a device that only answers for longer than this lost its stream."""
START_PATIENCE_S = 2.0
"""A second start command would begin the stream again, so a late acknowledgement is waited for."""
PROBE_S = 0.984
"""Interval of time probes: not a round number, so that it does not keep step with other work."""
REOPEN_S, REOPEN_MOST_S = 0.25, 2.0
"""Pause between attempts to find a lost device: doubled each time, up to the second value."""
MOST_RENEWALS = 10
"""A device whose blocks have no place is started again so many times in a recording."""
ASTRAY = "implausible sample blocks: it is started again"
REPORT = "What arrived before is recorded. Please report it with the file."


class DevicePump:
    """Serves the link of one device until it is closed, or the device is lost for good."""

    def __init__(self, link: DeviceLink, patience_s: float) -> None:
        self.link = link
        self.identity: Identity | None = None
        self.run: DeviceRun | None = None
        self.hello: Hello | None = None
        self.status: Status | None = None
        self.background_task: asyncio.Task[None] | None = None
        self._patience_s = patience_s
        """How long to wait for a device that was lost in mid-stream."""
        self._lost_since_s = 0.0
        """Host time at which the link was lost; 0 while it works."""
        self._next_probe_s = 0.0
        self._renewals = 0

    @property
    def known(self) -> Identity:
        """The identity of the device; raises ``DeviceError`` before it is known."""
        if self.identity is None:
            raise DeviceError("The device is not open.")
        return self.identity

    async def pump(self) -> None:
        """Read the link until the device is closed or lost for good; no error passes unsaid."""
        try:
            while True:
                try:
                    await self._turn()
                except TransportError as error:
                    self.link.fail_requests(error)
                    if not await self._find_again():
                        self._end_for_good(error)
                        return
        except Exception as error:  # noqa: BLE001 - whatever it is, the stream ends with a sentence
            fault = f"{type(error).__name__}: {error}"
            self._end_for_good(
                DeviceError(f"The device sent what gripforce cannot process ({fault}).", REPORT)
            )

    def _end_for_good(self, error: Exception) -> None:
        """End the stream, fail what waits for an answer, and refuse later commands."""
        self.link.fail(error)
        if self.run is not None:
            with contextlib.suppress(Exception):  # the end is written, whatever cannot be counted
                self.run.lost_for_good(str(error))

    async def _turn(self) -> None:
        corrupt = self.link.corrupt
        read_until_s, messages = await self.link.receive()
        if self.run is not None and self.link.corrupt > corrupt:
            self.run.corrupted(self.link.corrupt - corrupt, read_until_s)
        self._dispatch(messages)
        await self.link.send_overdue(read_until_s)
        await self._advance()

    def _dispatch(self, messages: list[Arrived]) -> None:
        """Pass messages on to whom they concern, in their order."""
        batch: list[Arrived] = []
        for arrived in messages:
            message, arrival_s = arrived.message, arrived.arrival_s
            if isinstance(message, SampleBlock):  # nearly all: they answer nothing
                batch.append(arrived)
                continue
            self.link.match_answer(message, arrival_s)
            if isinstance(message, Hello):
                self.hello = message
            elif isinstance(message, Status):
                self.status = message
            if self.run is None:
                continue
            if isinstance(message, Ack | Nak) and self.run.owns(message.request):
                self.run.feed([*batch, arrived])
                self.run.accept_answer(message)
                batch = []
                continue
            if _acknowledges_start(message) or self._names_a_new_boot(message):
                # What came before it belongs to an earlier run.
                self.run.feed(batch)
                self.run.begin_segment(arrival_s) if self.run.begun else self.run.begin(arrival_s)
                batch = []
            batch.append(arrived)
        if self.run is not None and batch:
            self.run.feed(batch)

    async def _advance(self) -> None:
        """Do what is due: request samples, probe the time, notice silence, stop, end."""
        run, now_s = self.run, self.link.transport.now()
        if run is None or not run.begun or run.ended:
            return
        if (command := run.next_resend(now_s)) is not None:
            await self.link.send(command)
        if self.link.ended:
            run.stop(EndReason.FINISHED)
        elif now_s > run.deadline_s and self._is_silent(run, now_s):
            run.stop(EndReason.DEVICE_LOST, FELL_SILENT)
        elif now_s > run.overtime_s:
            run.stop(EndReason.DEVICE_LOST, CLOCK_STOOD)
        if run.stop_reason is not None and not run.stop_sent:
            await self._cancel_background_task()
        if self.background_task is not None and self.background_task.done():
            done, self.background_task = self.background_task, None
            done.result()
        if self.background_task is None and (work := self._next_exchange(run, now_s)) is not None:
            self.background_task = asyncio.create_task(work)
        run.settle(now_s)
        if not self.link.transport.paced:
            await run.wait_for_reader()

    def _next_exchange(self, run: DeviceRun, now_s: float) -> Coroutine[Any, Any, None] | None:
        if run.stop_reason is not None:
            asked, run.stop_sent = run.stop_sent, True
            return None if asked else self._stop(run)
        if self._restarted:
            return self._restart(run)
        if self._is_silent(run, now_s) and not self.link.ended:
            return self._check_alive(run)
        if run.is_astray and self._renewals < MOST_RENEWALS:
            return self._renew(run, now_s)
        if now_s >= self._next_probe_s:
            self._next_probe_s = now_s + PROBE_S
            return self._probe_time(run)
        return None

    def _is_silent(self, run: DeviceRun, now_s: float) -> bool:
        """Whether nothing arrives, or only answers: a restarted device has no stream."""
        if now_s - self.link.last_arrival_s > SILENCE_S:
            return True
        silent_s = now_s - run.last_word_s - STREAM_SILENCE_S
        return silent_s > 0 and silent_s > 2 / max(s.rate_hz for s in self.known.device.streams)

    @property
    def _restarted(self) -> bool:
        return self.hello is not None and self.hello.device.boot != self.known.device.boot

    def _names_a_new_boot(self, message: Message) -> bool:
        """Whether a hello says that the device restarted: nothing more is of the run before."""
        if not isinstance(message, Hello) or self.run is None or not self.run.begun:
            return False
        return (
            message.device.uid == self.known.device.uid
            and message.device.boot != self.known.device.boot
        )

    async def _stop(self, run: DeviceRun) -> None:
        with contextlib.suppress(DeviceError):  # not acknowledged: then it is not reconciled
            await self.link.ask(commands.Stop())
            if run.final_status is None:
                await self.link.ask(commands.AskStatus())
        run.stopped(self.link.transport.now())

    async def _probe_time(self, run: DeviceRun) -> None:
        with contextlib.suppress(DeviceError):  # the next one comes in a second
            reply = await self.link.ask(commands.ProbeTime(), tries=1)
            if isinstance(answer := reply.answer, TimeReply):
                run.learn_time(reply.sent_s, answer.received_us, answer.sent_us, reply.received_s)

    async def _check_alive(self, run: DeviceRun) -> None:
        """Ask the device for its hello; restart it where it lost its stream.

        Raises ``TransportError`` where it does not answer, or another device does.
        """
        try:
            self.hello = await ask_hello(self.link, tries=2)
            if self.hello.device.boot == self.known.device.boot and self._is_same(run, self.hello):
                status = (await self.link.ask(commands.AskStatus())).answer
                if isinstance(status, Status) and status.flags & DeviceFlag.STREAMING:
                    return
            await self._restart(run)
        except DeviceError as error:
            raise TransportError(f"The device fell silent: {error}") from error

    async def _restart(self, run: DeviceRun) -> None:
        """Start a device again that has lost its stream; a segment begins, acknowledged or not.

        Raises ``TransportError`` where it is another device; ends the stream where its channels are
        others.
        """
        if self.hello is not None and not self._is_same(run, self.hello):
            return
        run.begin_segment(self.link.transport.now())
        run.mark("link", "device restarted", self.link.transport.now())
        if self.hello is not None:
            self.identity = replace(self.known, device=self.hello.device)
        with contextlib.suppress(DeviceError):  # tried again after the next silence
            await self.link.ask(commands.Start(), patience_s=START_PATIENCE_S)

    async def _renew(self, run: DeviceRun, now_s: float) -> None:
        """Start a device again whose blocks have no place; its acknowledgement begins a segment.

        Without one they still have none, so that it is started once more.
        """
        self._renewals += 1
        run.note_once("device", ASTRAY, now_s)
        with contextlib.suppress(DeviceError):
            await self.link.ask(commands.Start(), patience_s=START_PATIENCE_S)

    def _is_same(self, run: DeviceRun, hello: Hello) -> bool:
        """Whether a hello is of the device that is recorded, with the same channels.

        Raises ``TransportError`` for another device; other channels end the stream.
        """
        device, now_s = hello.device, self.link.transport.now()
        if device.uid != self.known.device.uid:
            run.note_once("link", f"another device answers: {device.uid}", now_s)
            self.hello = None
            raise TransportError(f"Another device answers at {self.link.transport.url}.")
        if device.streams == self.known.device.streams:
            return True
        run.stop(
            EndReason.DEVICE_LOST,
            "The device came back with other channels or rates, so its recording ends here. "
            "Record to a new file.",
        )
        return False

    async def _find_again(self) -> bool:
        """Open the link again until the device is back; False when the patience is over."""
        run = self.run
        if run is None or not run.begun or run.ended or run.stop_reason is not None:
            return False
        now_s = self.link.transport.now()
        run.link_lost(now_s)
        await self._cancel_background_task()
        self._lost_since_s = self._lost_since_s or now_s
        until_s = min(self._lost_since_s + self._patience_s, run.deadline_s)
        pause_s = REOPEN_S
        while run.stop_reason is None and self.link.transport.now() < until_s:
            with contextlib.suppress(TransportError):
                await self.link.open()
                self.background_task = asyncio.create_task(self._resume(run))
                return True
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, REOPEN_MOST_S)
        return False

    async def _resume(self, run: DeviceRun) -> None:
        await self._check_alive(run)
        self._lost_since_s = 0.0
        run.link_restored(self.link.transport.now())

    async def _cancel_background_task(self) -> None:
        task, self.background_task = self.background_task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, DeviceError, TransportError):
                await task


def _acknowledges_start(message: Message) -> bool:
    """Whether the device began to stream: it says so once for each start command it receives."""
    return isinstance(message, Ack) and message.command == commands.Start.TYPE
