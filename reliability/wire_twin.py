"""A plain device in simulated time that speaks the wire protocol; every part may be overridden."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
from reliability.known_samples import DEVICE, block

if TYPE_CHECKING:
    from gripforce.model import DeviceInfo, StreamInfo

STATUS_S = 1.0


class WireTwin:
    """Speaks the wire protocol as ``docs/protocol.md`` says."""

    finished = False
    device: DeviceInfo = DEVICE

    def __init__(self) -> None:
        self.reader = FrameReader()
        self.now_s = 0.0
        self.boot = self.device.boot
        self.booted_s = 0.0
        self.started_s: float | None = None
        self.taken: dict[int, int] = {}
        self.next_status_s = 0.0
        self.replies = b""

    def receive(self, data: bytes) -> None:
        """Take in bytes of the host."""
        for payload in self.reader.feed(data):
            command = decode_message(payload)
            self.replies += b"".join(map(encode_frame, self.answer(command)))

    def hello(self) -> bytes:
        """Return the payload of the hello."""
        return Hello(self.device).encode()

    def tick_us(self, now_s: float) -> int:
        """Return the tick at a time."""
        return round((now_s - self.booted_s) * 1e6) % (1 << 32)

    def answer(self, command: object) -> list[bytes]:
        """Return the payloads that answer a command."""
        answers: list[bytes] = []
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
            case commands.CommandBase():
                return [Nak(command.request, command.TYPE, NakReason.UNSUPPORTED).encode()]
            case _:
                return []
        return [*answers, Ack(command.request, command.TYPE).encode()]

    def status(self, *, streaming: bool = True) -> bytes:
        """Return the payload of a status."""
        flags = DeviceFlag.STREAMING if streaming else DeviceFlag(0)
        rows = tuple(StreamStatus(i, n, 0, 0) for i, n in self.taken.items())
        return Status(self.tick_us(self.now_s), flags, 0, 0, 0, 0, 0, rows).encode()

    def advance(self, until_s: float) -> bytes:
        """Return what the device sends until a time."""
        self.now_s = until_s
        payloads: list[bytes] = []
        if self.started_s is not None:
            payloads = self.blocks(until_s - self.started_s)
            if until_s >= self.next_status_s + STATUS_S:
                self.next_status_s += STATUS_S
                payloads.append(self.status())
        replies, self.replies = self.replies, b""
        return replies + b"".join(map(encode_frame, payloads))

    def blocks(self, elapsed_s: float) -> list[bytes]:
        """Return the payloads of the blocks that are full by now."""
        out = []
        origin_us = self.tick_us(self.started_s or 0.0)
        for stream in self.device.streams:
            n = max(stream.block_samples, 1)
            while (self.taken[stream.id] + n) / stream.rate_hz <= elapsed_s:
                out.append(self.block(self.taken[stream.id], n, stream, origin_us))
                self.taken[stream.id] += n
        return out

    def block(self, first: int, n: int, stream: StreamInfo, origin_us: int) -> bytes:
        """Return the payload of a block."""
        return block(first, n, stream, origin_us=origin_us).encode()
