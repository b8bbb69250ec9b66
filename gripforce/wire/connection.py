"""Decode received bytes to messages, on the host's or the device's side of the wire."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from gripforce.wire import commands
from gripforce.wire.framing import FrameReader, encode_frame
from gripforce.wire.hello import ForeignHello, Hello, InvalidHello
from gripforce.wire.messages import (
    BLOCK_TYPE,
    Ack,
    CalibrationBlock,
    Nak,
    SampleBlock,
    SelfTestReply,
    Status,
    TimeReply,
    Trigger,
    WatchFired,
)

if TYPE_CHECKING:
    from gripforce.wire.commands import Command

Message: TypeAlias = (
    Hello
    | ForeignHello
    | InvalidHello
    | Status
    | SampleBlock
    | Trigger
    | Ack
    | Nak
    | TimeReply
    | CalibrationBlock
    | SelfTestReply
    | WatchFired
)


class Arrived(NamedTuple):
    """A message with its payload and the host's monotonic seconds of its arrival."""

    payload: bytes
    message: Message
    arrival_s: float


_KINDS: Final = {BLOCK_TYPE: SampleBlock} | {
    kind.TYPE: kind
    for kind in (
        Hello, Status, Trigger, Ack, Nak, TimeReply, CalibrationBlock, SelfTestReply, WatchFired,
        commands.AskHello, commands.Start, commands.Stop, commands.SetRate,
        commands.ReadCalibration, commands.WriteCalibration, commands.AskStatus,
        commands.ProbeTime, commands.Resend, commands.DigitalOut, commands.SelfTest,
        commands.Watch,
    )
}  # fmt: skip


def decode_message(payload: bytes) -> Message | Command | None:
    """Decode a payload to a message; None where its type is unknown or its layout is wrong."""
    kind = _KINDS.get(payload[0]) if payload else None
    if kind is None:
        return None
    try:
        return kind.decode(payload)
    except (struct.error, ValueError, IndexError):
        return None


class Connection:
    """Decodes a byte stream to messages; counts what it cannot read, and never raises for it."""

    def __init__(self) -> None:
        self._frames = FrameReader()
        self.unreadable = 0
        """Valid frames whose type is unknown or whose layout is wrong."""

    @property
    def corrupt(self) -> int:
        """Number of frames and fragments that failed their check."""
        return self._frames.corrupt

    def receive(self, data: bytes) -> list[tuple[bytes, Message | Command]]:
        """Return the messages completed by ``data``, each with its payload."""
        pairs = [(payload, decode_message(payload)) for payload in self._frames.feed(data)]
        known = [(payload, message) for payload, message in pairs if message is not None]
        self.unreadable += len(pairs) - len(known)
        return known

    @staticmethod
    def send(message: Message | Command) -> bytes:
        """Encode a message or command as a frame."""
        if isinstance(message, ForeignHello | InvalidHello):
            raise TypeError("such a hello can only be received")
        return encode_frame(message.encode())
