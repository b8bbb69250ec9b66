"""Devices that misbehave: a plain one in simulated time, of which a test changes one thing."""

import struct

from gripforce.device import Device
from gripforce.errors import TransportError
from gripforce.model import Gap, Marker, Samples
from gripforce.transport import MemoryTransport
from gripforce.wire import commands
from gripforce.wire.connection import decode_message
from gripforce.wire.framing import FrameReader, encode_frame
from gripforce.wire.hello import Hello
from gripforce.wire.messages import (
    Ack,
    DeviceFlag,
    Nak,
    NakReason,
    Status,
    StreamStatus,
    TimeReply,
)
from tests.recording.recorded import DEVICE, block

STATUS_S = 1.0


class WireTwin:
    """Speaks the wire protocol as ``docs/protocol.md`` says; every part may be overridden."""

    finished = False
    device = DEVICE

    def __init__(self):
        self.reader = FrameReader()
        self.now_s = 0.0
        self.boot = self.device.boot
        self.booted_s = 0.0
        self.started_s = None
        self.taken = {}
        self.next_status_s = 0.0
        self.replies = b""

    def receive(self, data):
        for payload in self.reader.feed(data):
            command = decode_message(payload)
            self.replies += b"".join(map(encode_frame, self.answer(command)))

    def hello(self):
        return Hello(self.device).encode()

    def tick_us(self, now_s):
        return round((now_s - self.booted_s) * 1e6) % (1 << 32)

    def answer(self, command):
        answers = []
        match command:
            case commands.AskHello():
                answers = [self.hello()]
            case commands.Start():
                self.started_s = self.next_status_s = self.now_s
                self.taken = {stream.id: 0 for stream in self.device.streams}
            case commands.Stop():
                answers = [self.status(streaming=False)]
                self.started_s = None
            case commands.AskStatus():
                answers = [self.status(streaming=self.started_s is not None)]
            case commands.ProbeTime():
                tick = self.tick_us(self.now_s)
                answers = [TimeReply(command.request, tick, tick).encode()]
            case commands.ReadCalibration():
                return [Nak(command.request, command.TYPE, NakReason.STORAGE).encode()]
            case _:
                return [Nak(command.request, command.TYPE, NakReason.UNSUPPORTED).encode()]
        return [*answers, Ack(command.request, command.TYPE).encode()]

    def status(self, *, streaming=True):
        flags = DeviceFlag.STREAMING if streaming else DeviceFlag(0)
        rows = tuple(StreamStatus(i, n, 0, 0) for i, n in self.taken.items())
        return Status(self.tick_us(self.now_s), flags, 0, 0, 0, 0, 0, rows).encode()

    def advance(self, until_s):
        self.now_s = until_s
        payloads = []
        if self.started_s is not None:
            payloads = self.blocks(until_s - self.started_s)
            if until_s >= self.next_status_s + STATUS_S:
                self.next_status_s += STATUS_S
                payloads.append(self.status())
        replies, self.replies = self.replies, b""
        return replies + b"".join(map(encode_frame, payloads))

    def blocks(self, elapsed_s):
        """Return the payloads of the blocks that are full by now."""
        out = []
        origin_us = self.tick_us(self.started_s)
        for stream in self.device.streams:
            n = max(stream.block_samples, 1)
            while (self.taken[stream.id] + n) / stream.rate_hz <= elapsed_s:
                out.append(self.block(self.taken[stream.id], n, stream, origin_us))
                self.taken[stream.id] += n
        return out

    def block(self, first, n, stream, origin_us):
        return block(first, n, stream, origin_us=origin_us).encode()


class DyingTransport(MemoryTransport):
    """The link breaks at a time, and nothing answers there again."""

    def __init__(self, twin, dies_s):
        super().__init__(twin, paced=False)
        self.dies_s = dies_s

    async def open(self):
        if self._elapsed_s >= self.dies_s:
            raise TransportError("Nothing answers there.")
        await super().open()

    async def read(self):
        chunk = await super().read()
        if self._elapsed_s >= self.dies_s:
            raise TransportError("The link was lost.")
        return chunk


def device_of(twin, **options):
    return Device(MemoryTransport(twin, paced=False), **options)


async def heard(device, **options):
    """All items of a stream."""
    async with device:
        return [item async for item in device.stream(**options)]


def only(items, kind):
    return [item for item in items if isinstance(item, kind)]


def lost(items):
    return sum(gap.lost for gap in only(items, Gap))


def samples(items):
    return sum(len(s) for s in only(items, Samples))


def texts(items):
    return [marker.text for marker in only(items, Marker)]


def repacked(payload, offset, layout, *values):
    """Return a payload with fields overwritten: what no encoder of ours would send."""
    changed = bytearray(payload)
    struct.pack_into(layout, changed, offset, *values)
    return bytes(changed)
