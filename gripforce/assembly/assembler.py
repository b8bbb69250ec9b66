"""Messages to stream items: the pure heart of a device, live and simulated alike.

Strategy: blocks of one arrival are booked one by one and unpacked together. A segment's first
blocks are held until every stream has spoken (or half a second has passed), because second 0 is
the earliest first sample of any stream. A missing span is not a gap yet: it may be sent again,
and then comes as back-filled samples; only what is given up becomes a ``Gap``.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from gripforce.assembly.loss_ledger import Span
from gripforce.assembly.stream_assembler import StreamAssembler
from gripforce.clock import ClockFit, Probe, Unwrapper
from gripforce.model import Gap, Health, Marker, Received, Samples, Segment
from gripforce.model.counters import WRAP, nearest
from gripforce.wire.messages import DeviceFlag, SampleBlock, Status, Trigger

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import DeviceInfo, Scaling, StreamItem
    from gripforce.wire.connection import Message

HOLD_S = 0.5
"""A stream that says nothing for so long does not hold up the others."""


class Assembler:
    """One stream from start to end, over as many segments as the device has resets."""

    def __init__(self, device: DeviceInfo, scalings: Mapping[int, Scaling]) -> None:
        self._device = device
        self._scalings = scalings
        self.misfits = 0
        """Blocks whose length or place cannot be right."""
        self.triggers_lost = 0
        self._zero_host_s: float | None = None
        self._end_t = 0.0
        self._before: dict[int, StreamAssembler] = {}
        self._begin(0)

    @property
    def tracks(self) -> Mapping[int, StreamAssembler]:
        """The streams of the present segment, by id."""
        return self._tracks

    @property
    def segment(self) -> int:
        """Index of the present segment."""
        return self._index

    @property
    def placed(self) -> bool:
        """Whether anything of the present segment was received and placed in time."""
        return self._origin_us is not None

    @property
    def ring_s(self) -> float:
        """How long the device holds a block, by its hello; infinite where that says nothing."""
        streams, blocks = self._device.streams, self._device.ring_blocks
        per_second = sum(stream.rate_hz / stream.block_samples for stream in streams)
        return blocks / per_second if blocks else math.inf

    def begin_segment(self) -> list[StreamItem]:
        """Follow the device, which started anew: what the old segment still misses is lost.

        What it missed at its end becomes part of the outage, told with the new segment's samples.
        """
        ends = {track.stream.name: track.ledger.expected for track in self._tracks.values()}
        gaps = [gap for gap in self.give_up_all() if gap.first + gap.lost < ends[gap.stream]]
        if self._origin_us is not None:
            self._before = {i: track for i, track in self._tracks.items() if track.last is not None}
            self._begin(self._index + 1)
        else:
            self._begin(self._index)
        return list(gaps)

    def feed(self, messages: Sequence[tuple[bytes, Message]], arrival_s: float) -> list[StreamItem]:
        """Return what these messages, each with its payload, amount to."""
        items: list[StreamItem] = []
        blocks: list[tuple[bytes, SampleBlock]] = []
        for payload, message in messages:
            items.append(Received(arrival_s, payload, self._index))
            if isinstance(message, SampleBlock):
                blocks.append((payload, message))
        items += self._blocks(blocks, arrival_s)
        for _, message in messages:
            match message:
                case Status():
                    items += self._status(message, arrival_s)
                case Trigger():
                    items += self._trigger(message, arrival_s)
        return items

    def give_up(self, stream_id: int, span: Span) -> list[Gap]:
        """Write off what is still missing of a span."""
        track = self._tracks[stream_id]
        spans = track.ledger.give_up(span)
        return [
            Gap(track.stream.name, self._t(track.time_us(gone.first)), gone.first, gone.samples,
                self._index)
            for gone in spans
        ]  # fmt: skip

    def give_up_all(self) -> list[Gap]:
        """Write off everything that is still missing."""
        everything = Span(0, 1 << 62)
        return [gap for i in self._tracks for gap in self.give_up(i, everything)]

    def reconciles(self, status: Status) -> bool:
        """Whether the status of the stopped device agrees with the books of every stream."""
        taken = {stream.id: stream.taken for stream in status.streams}
        return set(taken) >= set(self._tracks) and all(
            track.ledger.balances(taken[i]) for i, track in self._tracks.items()
        )

    def now(self, host_s: float) -> float:
        """Return the recording's time at a host time, for a marker that the host sets."""
        if self._origin_us is None or not self.clock.ready:
            return self._end_t
        return self._t(self.clock.to_device_us(host_s))

    def learn_time(
        self, sent_s: float, received_us: int, answered_us: int, received_s: float
    ) -> None:
        """Learn from a time probe: two host times, and the device's two ticks between them."""
        if self._origin_us is not None:
            ticks = [self._unwrapper.feed(tick, received_s) for tick in (received_us, answered_us)]
            self.clock.add_probe(Probe(sent_s, ticks[0], ticks[1], received_s))

    def _begin(self, index: int) -> None:
        self._index = index
        self._origin_us: int | None = None
        self._start_t = 0.0
        self._held: list[tuple[bytes, SampleBlock]] = []
        self._held_since_s = 0.0
        self._triggers: int | None = None
        self._unwrapper = Unwrapper()
        self.clock = ClockFit()
        self._tracks = {
            stream.id: StreamAssembler(stream, self._scalings[stream.id])
            for stream in self._device.streams
        }

    def _t(self, device_us: float) -> float:
        return self._start_t + (device_us - (self._origin_us or 0)) * 1e-6

    def _blocks(
        self, blocks: list[tuple[bytes, SampleBlock]], arrival_s: float
    ) -> list[StreamItem]:
        known = [pair for pair in blocks if pair[1].stream in self._tracks]
        fit = [(p, b) for p, b in known if self._tracks[b.stream].fits(p, b, arrival_s)]
        self.misfits += len(blocks) - len(fit)
        if self._origin_us is not None:
            return self._samples(fit, arrival_s)
        if fit and not self._held:
            self._held_since_s = arrival_s
        self._held += fit
        spoken = {block.stream for _, block in self._held}
        waited = self._held and arrival_s - self._held_since_s >= HOLD_S
        if not waited and spoken != set(self._tracks):
            return []
        held, self._held = self._held, []
        return [self._place(held), *self._samples(held, arrival_s)]

    def _place(self, blocks: Sequence[tuple[bytes, SampleBlock]]) -> Segment:
        """Find second 0 of the segment, and its place after those before it."""
        earliest = blocks[0][1]
        near = earliest.tick_us
        # Of each stream its first block alone: a period that is off by a tenth adds up over more.
        firsts = {block.stream: block for _, block in reversed(blocks)}.values()
        begins = [
            nearest(block.tick_us, near) - self._tracks[block.stream].offset_us(block.first)
            for block in firsts
        ]
        origin_us = round(min(begins))
        self._unwrapper.feed(origin_us)
        self._origin_us = origin_us
        lasted_us = self._tracks[earliest.stream].offset_us(earliest.n - 1)
        sent_us = self._unwrapper.feed(near) + lasted_us
        host_s = self._held_since_s - (sent_us - origin_us) * 1e-6
        if self._zero_host_s is None:
            self._zero_host_s = host_s
        else:
            self._start_t = max(host_s - self._zero_host_s, self._end_t + 1e-6)
        return Segment(self._index, origin_us % WRAP, self._start_t)

    def _samples(
        self, blocks: Sequence[tuple[bytes, SampleBlock]], arrival_s: float
    ) -> list[StreamItem]:
        by_stream: defaultdict[int, list[tuple[bytes, SampleBlock, int]]] = defaultdict(list)
        for payload, block in blocks:
            device_us = self._unwrapper.feed(block.tick_us, arrival_s)
            by_stream[block.stream].append((payload, block, device_us))
        items: list[StreamItem] = []
        for stream_id, entries in by_stream.items():
            track = self._tracks[stream_id]
            for samples in track.take(entries, self._t, self._index, arrival_s):
                items += self._outage(stream_id, samples)
                items.append(samples)
                self._learn(track, samples, arrival_s)
        return items

    def _outage(self, stream_id: int, samples: Samples) -> list[Gap]:
        """Return what the stream would have had between the last segment and its first samples."""
        before = self._before.pop(stream_id, None)
        if before is None or before.last is None:
            return []
        counter, t = before.last
        lost = round((float(samples.t[0]) - t) * before.stream.rate_hz) - 1
        at = t + 1 / before.stream.rate_hz
        return [Gap(before.stream.name, at, counter + 1, lost, self._index - 1)] if lost > 0 else []

    def _learn(self, track: StreamAssembler, samples: Samples, arrival_s: float) -> None:
        if not samples.backfilled:
            self.clock.add_arrival(round(track.time_us(track.ledger.expected - 1)), arrival_s)
            self._end_t = max(self._end_t, float(samples.t[-1]))

    def _status(self, status: Status, arrival_s: float) -> list[StreamItem]:
        if self._origin_us is None:
            return []
        device_us = self._unwrapper.feed(status.tick_us, arrival_s)
        rows = [(self._tracks[s.id], s) for s in status.streams if s.id in self._tracks]
        for track, row in rows:
            # Blocks come in order, so what was taken and is no longer buffered is here or missing;
            # a stopped device has sent everything before its last status.
            ledger = track.ledger
            buffered = row.buffered if status.flags & DeviceFlag.STREAMING else 0
            sent = nearest(row.taken, ledger.expected) - buffered
            if track.plausible(sent):
                ledger.expect(sent)
        return [
            Health(
                t=self._t(device_us),
                taken={track.stream.name: row.taken for track, row in rows},
                buffered={track.stream.name: row.buffered for track, row in rows},
                overflows=sum(row.overflows for _, row in rows),
                adc_errors=status.adc_errors,
                flags=DeviceFlag(status.flags),
                battery_v=status.battery_mv / 1000 if status.battery_mv else None,
                resets=status.resets,
                host_s=self.clock.to_host_s(device_us) if self.clock.ready else arrival_s,
                skew_ppm=self.clock.skew_ppm if self.clock.ready else 0.0,
                clock_residual_s=self.clock.residual_s,
            )
        ]

    def _trigger(self, trigger: Trigger, arrival_s: float) -> list[StreamItem]:
        if self._origin_us is None:
            return []
        expected = 0 if self._triggers is None else self._triggers + 1
        self.triggers_lost += (trigger.index - expected) % (1 << 16)
        self._triggers = trigger.index
        edge = "rising" if trigger.rising else "falling"
        t = self._t(self._unwrapper.feed(trigger.tick_us, arrival_s))
        return [Marker(t, "trigger", f"line {trigger.line} {edge}")]
