"""Convert device messages to stream items, without any input or output of its own.

Strategy: blocks of one arrival are accounted for one by one and unpacked together. The first
blocks of a segment wait until every stream has sent one (or half a second has passed), because
second 0 is the earliest first sample of any stream. A missing span is not a gap yet: it may be
sent again, and then becomes back-filled samples. Only a span that is given up becomes a ``Gap``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from gripforce.assembly.loss_ledger import Span
from gripforce.assembly.segment_time import SegmentTime
from gripforce.assembly.stream_assembler import ArrivedBlock, StreamAssembler
from gripforce.model import RESENT, Gap, Health, Marker, Received, Samples, Segment
from gripforce.model.counters import WRAP, nearest
from gripforce.wire.messages import DeviceFlag, SampleBlock, Status, Trigger, WatchFired

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import DeviceInfo, Scaling, StreamItem
    from gripforce.wire.connection import Arrived

START_WAIT_S = 0.5
"""How long the first blocks of a segment wait for streams that have sent nothing yet."""

IMPLAUSIBLE = "implausible sample counts in its status"
JUMPED = "implausible sample counters: they jumped while its clock went on"
LOW = "battery low"


class Assembler:
    """Assembles all streams of a device, over as many segments as it has resets.

    With ``decodes=False`` it does the accounting and yields ``Counted`` instead of ``Samples``.
    """

    def __init__(
        self, device: DeviceInfo, scalings: Mapping[int, Scaling], *, decodes: bool = True
    ) -> None:
        self._decodes = decodes
        self._device = device
        self._scalings = scalings
        self.misfits = 0
        """Blocks left out because their length, or their counter for their tick, is wrong."""
        self.triggers_lost = 0
        self._zero_host_s: float | None = None
        self._end_t = 0.0
        self._before: dict[int, StreamAssembler] = {}
        self._begin(0)

    @property
    def streams(self) -> Mapping[int, StreamAssembler]:
        """The streams of the present segment, by id."""
        return self._streams

    @property
    def segment(self) -> int:
        """Index of the present segment."""
        return self._index

    @property
    def placed(self) -> bool:
        """Whether the present segment has samples, and so a place in time."""
        return self._time.origin_us is not None

    @property
    def is_astray(self) -> bool:
        """Whether of a stream none of the blocks that arrive has a place any more."""
        return any(stream.is_astray for stream in self._streams.values())

    @property
    def jumped(self) -> bool:
        """Whether a counter of the present segment jumped, so that no sum can be sure."""
        return any(stream.jumps for stream in self._streams.values())

    @property
    def ring_buffer_s(self) -> float:
        """Seconds for which the device's ring buffer keeps a block; infinite if not stated."""
        streams, blocks = self._device.streams, self._device.ring_blocks
        per_second = sum(stream.rate_hz / stream.block_samples for stream in streams)
        return blocks / per_second if blocks else math.inf

    def begin_segment(self) -> list[StreamItem]:
        """Begin a segment after a restart of the device; return the gaps of the previous one.

        Samples missing at the end of the previous segment belong to the outage, whose gap comes
        with the new segment's first samples.
        """
        ends = {stream.info.name: stream.ledger.expected for stream in self._streams.values()}
        gaps = [gap for gap in self.give_up_all() if gap.first + gap.lost < ends[gap.stream]]
        if self.placed:
            self._before = {i: one for i, one in self._streams.items() if one.last is not None}
            self._begin(self._index + 1)
        else:
            self._begin(self._index)
        return list(gaps)

    def feed(self, messages: Sequence[Arrived]) -> list[StreamItem]:
        """Return the stream items of messages that are processed together."""
        items: list[StreamItem] = []
        blocks: list[ArrivedBlock] = []
        for payload, message, arrival_s in messages:
            items.append(Received(arrival_s, payload, self._index))
            if isinstance(message, SampleBlock):
                blocks.append(ArrivedBlock(payload, message, arrival_s))
        items += self._blocks(blocks)
        for _, message, arrival_s in messages:
            match message:
                case Status():
                    items += self._status(message, arrival_s)
                case Trigger():
                    items += self._trigger(message, arrival_s)
                case WatchFired():
                    items += self._marker("watch", message.raised_us, arrival_s, message.text)
        return items

    def give_up(self, stream_id: int, span: Span) -> list[Gap]:
        """Write off the missing samples of a span; return their gaps."""
        stream = self._streams[stream_id]
        return [
            Gap(stream.info.name, self._time.to_t(stream.time_us(lost.first)) - stream.info.delay_s,
                lost.first, lost.samples, self._index)
            for lost in stream.ledger.give_up(span)
        ]  # fmt: skip

    def give_up_all(self) -> list[Gap]:
        """Write off all missing samples; return their gaps."""
        everything = Span(0, 1 << 62)
        return [gap for i in self._streams for gap in self.give_up(i, everything)]

    def reconciles(self, status: Status) -> bool:
        """Whether the status of the stopped device agrees with the accounting of every stream."""
        taken = {stream.id: stream.taken for stream in status.streams}
        return set(taken) >= set(self._streams) and all(
            stream.ledger.reconciles(taken[i]) for i, stream in self._streams.items()
        )

    def now(self, host_s: float) -> float:
        """Convert a host time to seconds on the recording's axis, for a marker set by the host."""
        t = self._time.from_host(host_s)
        if t is None:
            since_s = 0.0 if self._zero_host_s is None else host_s - self._zero_host_s
            return max(self._end_t, since_s)
        return t

    def learn_time(
        self, sent_s: float, received_us: int, answered_us: int, received_s: float
    ) -> None:
        """Update the clock fit by a time probe: two host times, two device ticks between them."""
        self._time.add_probe(sent_s, received_us, answered_us, received_s)

    def _begin(self, index: int) -> None:
        self._index = index
        self._time = SegmentTime()
        self._waiting: list[ArrivedBlock] = []
        self._waiting_since_s = 0.0
        self._triggers: int | None = None
        self._said: set[str] = set()
        self._streams = {
            stream.id: StreamAssembler(stream, self._scalings[stream.id], decodes=self._decodes)
            for stream in self._device.streams
        }

    def _blocks(self, blocks: Sequence[ArrivedBlock]) -> list[StreamItem]:
        known = [one for one in blocks if one.block.stream in self._streams]
        fit = [placed for one in known if (placed := self._streams[one.block.stream].place(one))]
        self.misfits += len(blocks) - len(fit)
        if self.placed:
            items = self._samples(fit)
            return items + (self._say(self._end_t, JUMPED) if self.jumped else [])
        self._waiting += fit
        if not self._waiting:
            return []
        self._waiting_since_s = self._waiting[0].arrival_s
        present = {one.block.stream for one in self._waiting}
        waited = blocks and blocks[-1].arrival_s - self._waiting_since_s >= START_WAIT_S
        if not waited and present != set(self._streams):
            return []
        first, self._waiting = self._waiting, []
        return [self._place(first), *self._samples(first)]

    def _place(self, blocks: Sequence[ArrivedBlock]) -> Segment:
        """Find the segment's origin, and its place on the recording's axis after earlier ones."""
        earliest = blocks[0].block
        near = earliest.tick_us
        # Of each stream its first block alone: a period that is off by a tenth adds up over more.
        firsts = {one.block.stream: one.block for one in reversed(blocks)}.values()
        begins = [
            nearest(block.tick_us, near) - self._streams[block.stream].offset_us(block.first)
            for block in firsts
        ]
        origin_us = round(min(begins))
        self._time.begin(origin_us)
        lasted_us = self._streams[earliest.stream].offset_us(earliest.n - 1)
        sent_us = self._time.unwrap(near) + lasted_us
        host_s = self._waiting_since_s - (sent_us - origin_us) * 1e-6
        if self._zero_host_s is None:
            self._zero_host_s = host_s
        else:
            self._time.start_t = max(host_s - self._zero_host_s, self._end_t + 1e-6)
        return Segment(self._index, origin_us % WRAP, self._time.start_t)

    def _samples(self, blocks: Sequence[ArrivedBlock]) -> list[StreamItem]:
        by_stream: defaultdict[int, list[tuple[ArrivedBlock, int]]] = defaultdict(list)
        for one in blocks:
            device_us = self._time.unwrap(one.block.tick_us, one.arrival_s)
            by_stream[one.block.stream].append((one, device_us))
        items: list[StreamItem] = []
        for stream_id, entries in by_stream.items():
            stream = self._streams[stream_id]
            accepted = stream.accept(entries, self._time.to_t, self._index)
            self._update_clock(stream, entries)
            for part in accepted:
                items += self._outage(stream_id, part.first, part.first_t)
                self._end_t = max(self._end_t, part.last_t + stream.info.delay_s)
                if isinstance(part, Samples):
                    part = replace(part, host_s=self._time.host_s(part))  # noqa: PLW2901 - the same
                items.append(part)
        return items

    def _outage(self, stream_id: int, first: int, first_t: float) -> list[Gap]:
        """Return the gap between the previous segment and the stream's first samples in this."""
        before = self._before.pop(stream_id, None)
        return [] if before is None else before.outage(first, first_t, self._index - 1)

    def _update_clock(
        self, stream: StreamAssembler, entries: Sequence[tuple[ArrivedBlock, int]]
    ) -> None:
        """Pair the tick of a live block's last sample with the block's arrival.

        Of blocks that arrived at the same time the newest tells all: the others waited for it.
        """
        newest = {one.arrival_s: (one.block, device_us) for one, device_us in entries}
        for arrival_s, (block, device_us) in newest.items():
            if not block.flags & RESENT:
                sent_us = round(device_us + stream.offset_us(block.n - 1))
                self._time.clock.add_arrival(sent_us, arrival_s)

    def _status(self, status: Status, arrival_s: float) -> list[StreamItem]:
        if not self.placed:
            return []
        device_us = self._time.unwrap(status.tick_us, arrival_s)
        rows = [(self._streams[s.id], s) for s in status.streams if s.id in self._streams]
        streaming = bool(status.flags & DeviceFlag.STREAMING)
        sound = [stream.expect(row, device_us, streaming=streaming) for stream, row in rows]
        t = self._time.to_t(device_us)
        return [
            *([] if all(sound) else self._say(t, IMPLAUSIBLE)),
            *(self._say(t, LOW) if status.flags & DeviceFlag.BATTERY_LOW else []),
            Health(
                taken={stream.info.name: row.taken for stream, row in rows},
                buffered={stream.info.name: row.buffered for stream, row in rows},
                overflows=sum(row.overflows for _, row in rows),
                adc_errors=status.adc_errors,
                flags=DeviceFlag(status.flags),
                battery_v=status.battery_mv / 1000 if status.battery_mv else None,
                resets=status.resets,
                **self._time.health(device_us, arrival_s),
            ),
        ]

    def _say(self, t: float, text: str) -> list[StreamItem]:
        """Return a marker of the device, once in a segment for each text."""
        if text in self._said:
            return []
        self._said.add(text)
        return [Marker(t, "device", text)]

    def _trigger(self, trigger: Trigger, arrival_s: float) -> list[StreamItem]:
        if self.placed:
            expected = 0 if self._triggers is None else self._triggers + 1
            self.triggers_lost += (trigger.index - expected) % (1 << 16)
            self._triggers = trigger.index
        return self._marker("trigger", trigger.tick_us, arrival_s, trigger.text)

    def _marker(self, kind: str, tick_us: int, arrival_s: float, text: str) -> list[StreamItem]:
        if not self.placed:
            return []
        return [Marker(self._time.to_t(self._time.unwrap(tick_us, arrival_s)), kind, text)]
