"""Received bytes to messages: the one stateful object of the wire, for either side of it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final, TypeAlias

from gripforce.wire import commands
from gripforce.wire.framing import FrameReader, encode_frame
from gripforce.wire.hello import ForeignHello, Hello
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
)

if TYPE_CHECKING:
    from gripforce.wire.commands import Command

Message: TypeAlias = (
    Hello
    | ForeignHello
    | Status
    | SampleBlock
    | Trigger
    | Ack
    | Nak
    | TimeReply
    | CalibrationBlock
    | SelfTestReply
)

_KINDS: Final = {BLOCK_TYPE: SampleBlock} | {
    kind.TYPE: kind
    for kind in (
        Hello, Status, Trigger, Ack, Nak, TimeReply, CalibrationBlock, SelfTestReply,
        commands.AskHello, commands.Start, commands.Stop, commands.SetRate,
        commands.ReadCalibration, commands.WriteCalibration, commands.AskStatus,
        commands.ProbeTime, commands.Resend, commands.DigitalOut, commands.SelfTest,
    )
}  # fmt: skip


def decode_message(payload: bytes) -> Message | Command | None:
    """Return the message in a payload, or None where its type is unknown or its shape wrong."""
    kind = _KINDS.get(payload[0]) if payload else None
    if kind is None:
        return None
    try:
        return kind.decode(payload)
    except (struct.error, ValueError, IndexError):
        return None


class Connection:
    """Bytes in, messages out; counts what it cannot read and never raises for it."""

    def __init__(self) -> None:
        self._frames = FrameReader()
        self.unreadable = 0
        """Sound frames whose type is unknown or whose shape is wrong."""

    @property
    def corrupt(self) -> int:
        """Frames and scraps that failed their check."""
        return self._frames.corrupt

    def receive(self, data: bytes) -> list[tuple[bytes, Message | Command]]:
        """Return each message completed by ``data``, with the payload that it came in."""
        pairs = [(payload, decode_message(payload)) for payload in self._frames.feed(data)]
        known = [(payload, message) for payload, message in pairs if message is not None]
        self.unreadable += len(pairs) - len(known)
        return known

    @staticmethod
    def send(message: Message | Command) -> bytes:
        """Return the bytes that carry a message or command."""
        if isinstance(message, ForeignHello):
            raise TypeError("a foreign hello can only be received")
        return encode_frame(message.encode())
