"""Whole sessions with a device that sends nonsense with valid checks, in simulated time."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from gripforce.device import Device
from gripforce.transport import MemoryTransport
from gripforce.wire.hello import Hello
from reliability.known_samples import DEVICE
from reliability.whole_session import whole_session
from reliability.wire_twin import WireTwin

if TYPE_CHECKING:
    from pathlib import Path

DURATION_S = 4.0
MESSAGES = (0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x55)


class NonsenseTwin(WireTwin):
    """A plain device whose messages are now and then overwritten, doubled, left out or made up."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        self.share = self.dice.choice([0.0, 0.02, 0.2, 0.6])

    def hello(self) -> bytes:
        """Return the payload of the hello, or nonsense."""
        return self.spoilt(Hello(DEVICE).encode())

    def answer(self, command: object) -> list[bytes]:
        """Return the payloads that answer a command, and nonsense."""
        return [out for payload in super().answer(command) for out in self.sent(payload)]

    def blocks(self, elapsed_s: float) -> list[bytes]:
        """Return the payloads of the blocks that are full by now, and nonsense."""
        return [out for payload in super().blocks(elapsed_s) for out in self.sent(payload)]

    def sent(self, payload: bytes) -> list[bytes]:
        """Return what is sent instead of a payload: nothing, it, another, or more."""
        if self.dice.random() >= self.share:
            return [payload]
        kind = self.dice.randrange(4)
        made_up = bytes([self.dice.choice(MESSAGES)]) + self.dice.randbytes(self.dice.randrange(60))
        return [[], [payload, payload], [self.spoilt(payload)], [payload, made_up]][kind]

    def spoilt(self, payload: bytes) -> bytes:
        """Return a payload, or one with some bytes overwritten or cut off."""
        if self.dice.random() >= self.share:
            return payload
        out = bytearray(payload)
        for _ in range(self.dice.randrange(1, 4)):
            out[self.dice.randrange(1, len(out))] = self.dice.choice([0, 1, 255, 127, 128, 13])
        return bytes(out[: self.dice.choice([len(out), len(out), len(out) - 1])])


async def session_of(seed: int, path: Path) -> str:
    """Run one session in simulated time; return what it was: refused, or how it ended."""
    device = Device(MemoryTransport(NonsenseTwin(seed), paced=False), patience_s=2.0)
    ended, _ = await whole_session(device, path, DURATION_S)
    path.unlink(missing_ok=True)  # noqa: ASYNC240 - nothing else runs in this loop
    return ended
