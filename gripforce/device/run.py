"""Assemble one stream from start to end: fill gaps, and reconcile the sample counts at the end."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING

from gripforce.assembly import Assembler, Backfill
from gripforce.model import Corrupt, Counted, Ended, EndReason, Gap, Health, Marker, Samples
from gripforce.wire.hello import Capability
from gripforce.wire.messages import Ack, DeviceFlag, SampleBlock, Status

if TYPE_CHECKING:
    from gripforce.device.identity import Identity
    from gripforce.model import StreamItem
    from gripforce.wire.commands import Resend
    from gripforce.wire.connection import Arrived
    from gripforce.wire.messages import Nak

LOST_ADVICE = "Check its cable, its supply and the distance."
MOST_SEGMENTS = 1000
"""A reader takes 1024: a device that restarts this often has to be mended first."""
FELL_SILENT = " ".join(("The device fell silent before the end.", LOST_ADVICE))
CLOCK_STOOD = "The device's clock did not reach the end in time. Restart the device."
SETTLE_S = 12.0
"""Longest back-fill after stop: a ring buffer of 8 s is read out over a slow radio."""
AHEAD_ITEMS = 256
"""Number of items that a fast simulation may run ahead of their reader."""
OVERTIME_S, OVERTIME_SHARE = 15.0, 0.02
"""A device's seconds may end this much later than the host's: a full ring buffer and a ceramic
resonator."""
LATE_S = 0.5
"""A status may be this far ahead of samples that wait for a full block, or to be sent again."""


class DeviceRun:
    """One stream: its assembler and back-fill, and the queue of its items."""

    def __init__(self, identity: Identity, duration_s: float, *, decodes: bool = True) -> None:
        self._items: asyncio.Queue[StreamItem] = asyncio.Queue()
        self._room = asyncio.Event()
        self.begun = False
        """The device has acknowledged the start."""
        self.ended = False
        self.stop_reason: EndReason | None = None
        self.stop_sent = False
        self._stop_text = ""
        self._duration_s = duration_s
        self._assembler = Assembler(identity.device, identity.scalings, decodes=decodes)
        self.deadline_s = math.inf
        """Host time after which a device that is silent or lost is not waited for."""
        self.overtime_s = math.inf
        """Host time after which a device whose ticks never reach the duration is not waited for."""
        self.last_word_s = -math.inf
        """Host time of the newest block, or of a status that says that the device streams."""
        self._notes: set[str] = set()
        self._can_resend = bool(identity.device.capabilities & Capability.RESEND)
        self._backfill = Backfill(self._assembler, enabled=self._can_resend)
        self._settle_until_s: float | None = None
        self._last_status: Status | None = None
        self._reset = False
        self._link_up = True

    @property
    def final_status(self) -> Status | None:
        """The status that the device sent after it had stopped."""
        status = self._last_status
        return None if status is None or status.flags & DeviceFlag.STREAMING else status

    @property
    def is_astray(self) -> bool:
        """Whether what the device sends has no place any more in this segment."""
        return self._assembler.is_astray

    @property
    def ring_buffer_s(self) -> float:
        """Seconds for which the device keeps samples that may be asked for again."""
        return self._assembler.ring_buffer_s

    @property
    def exhausted(self) -> bool:
        """Whether the stream has ended and all its items were read."""
        return self.ended and self._items.empty()

    async def next_item(self) -> StreamItem:
        """Wait for the next item and return it."""
        item = await self._items.get()
        if self._items.qsize() <= AHEAD_ITEMS:
            self._room.set()
        return item

    async def wait_for_reader(self) -> None:
        """Wait until few enough items are unread."""
        if self._items.qsize() > AHEAD_ITEMS:
            self._room.clear()
            await self._room.wait()

    def begin(self, now_s: float) -> None:
        """Begin the first segment: the device has acknowledged the start."""
        self.begun = True
        self.deadline_s = now_s + self._duration_s + LATE_S
        self.overtime_s = self.deadline_s + OVERTIME_S + OVERTIME_SHARE * self._duration_s
        self.begin_segment(now_s)

    def begin_segment(self, now_s: float) -> None:
        """Begin a segment: what arrives from now on is of another run of the device."""
        self._reset = self._reset or self._assembler.placed or self._assembler.jumped
        self.last_word_s = now_s
        self._last_status = None
        self._put(*self._assembler.begin_segment())
        if self._assembler.segment >= MOST_SEGMENTS:
            self.stop(
                EndReason.DEVICE_LOST,
                f"The device restarted {MOST_SEGMENTS} times. Check its supply and its cable.",
            )
        self._backfill = Backfill(self._assembler, enabled=self._can_resend)

    def feed(self, messages: list[Arrived]) -> None:
        """Process messages in the order of their arrival."""
        if not self.begun or self.ended:
            return
        for _, message, arrival_s in messages:
            if isinstance(message, Status):
                self._last_status = message
            if isinstance(message, SampleBlock) or (
                isinstance(message, Status) and message.flags & DeviceFlag.STREAMING
            ):
                self.last_word_s = arrival_s
        self._put(*self._assembler.feed(messages))

    def corrupted(self, frames: int, arrival_s: float) -> None:
        """Count frames that failed their check."""
        if self.begun and not self.ended:
            self._put(Corrupt(arrival_s, frames))

    def owns(self, request: int) -> bool:
        """Whether a request id belongs to the back-fill."""
        return self._backfill.owns(request)

    def accept_answer(self, reply: Ack | Nak) -> None:
        """Process the answer to a resend, after the blocks that came before it."""
        self._put(*self._backfill.accept_answer(reply))

    def next_resend(self, now_s: float) -> Resend | None:
        """Return the resend command to send now, if any."""
        command, gaps = self._backfill.next_command(now_s)
        self._put(*gaps)
        return command

    def stop(self, reason: EndReason, text: str = "") -> None:
        """Request the end of the stream; the first reason is kept."""
        if self.stop_reason is None:
            self.stop_reason, self._stop_text = reason, text

    def stopped(self, now_s: float) -> None:
        """Begin the last back-fill: the device has stopped, missing samples may still arrive."""
        self._settle_until_s = now_s + SETTLE_S

    def settle(self, now_s: float) -> None:
        """End the stream when nothing is missing any more, or the last back-fill is over."""
        if self._settle_until_s is None or self.ended or self.stop_reason is None:
            return
        if self._backfill.done or now_s >= self._settle_until_s:
            self._put(*self._assembler.give_up_all())
            status = self.final_status
            agrees = status is not None and self._assembler.reconciles(status)
            sound = agrees and not self._reset and not self._assembler.jumped
            self._end(self.stop_reason, reconciled=sound, text=self._stop_text)

    def lost_for_good(self, text: str) -> None:
        """End the stream of a device that was not found again."""
        if not self.ended:
            try:
                self._put(*self._assembler.give_up_all())
            finally:
                self._end(EndReason.DEVICE_LOST, reconciled=False, text=text)

    def link_lost(self, now_s: float) -> None:
        """Insert a marker that the link was lost, once, and cancel open requests."""
        self._backfill.link_lost()
        if self._link_up:
            self._link_up = False
            self.mark("link", "lost", now_s)

    def link_restored(self, now_s: float) -> None:
        """Insert a marker that the link works again."""
        self._link_up = True
        self.mark("link", "restored", now_s)

    def note_once(self, kind: str, text: str, now_s: float) -> None:
        """Insert a marker into the stream, once for each text."""
        if text not in self._notes:
            self._notes.add(text)
            self.mark(kind, text, now_s)

    def mark(self, kind: str, text: str, now_s: float) -> Marker:
        """Insert a marker into the stream at a host time."""
        marker = Marker(self._assembler.now(now_s), kind, text, now_s)
        self._put(marker)
        return marker

    def learn_time(
        self, sent_s: float, received_us: int, answered_us: int, received_s: float
    ) -> None:
        """Update the clock fit by a time probe."""
        self._assembler.learn_time(sent_s, received_us, answered_us, received_s)

    def _put(self, *items: Gap | StreamItem) -> None:
        for item in items:
            self._items.put_nowait(item)
            if self._is_past_the_end(item):
                self.stop(EndReason.FINISHED)

    def _is_past_the_end(self, item: Gap | StreamItem) -> bool:
        match item:
            case Samples() | Counted():
                return item.last_t + item.stream.delay_s >= self._duration_s
            case Health():  # silent converters must not keep the stream open for ever
                return item.t >= self._duration_s + LATE_S
            case _:
                return False

    def _end(self, reason: EndReason, *, reconciled: bool, text: str = "") -> None:
        self.ended = True
        self._items.put_nowait(Ended(reason, reconciled, text))
