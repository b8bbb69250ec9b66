"""Devices that lie, each kind in its own way, in simulated time."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.device import Device
from gripforce.recording import summary
from gripforce.transport import MemoryTransport
from gripforce.wire import commands
from gripforce.wire.framing import MAX_PAYLOAD, encode_frame
from gripforce.wire.messages import Ack, Nak, NakReason, TimeReply, Trigger
from reliability.attacks import LONGEST_S, Outcome
from reliability.known_samples import DEVICE, FORCE, true_counts
from reliability.whole_session import whole_session
from reliability.wire_twin import WireTwin

if TYPE_CHECKING:
    from pathlib import Path

    from gripforce.model import StreamInfo

DURATION_S: Final = 5.0
SELDOM: Final = 0.1


class Liar(WireTwin):
    """Its dice are its seed's."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice = dice


class ChangingHello(Liar):
    """Each time it is asked, it has another name, boot count or order of streams."""

    def hello(self) -> bytes:
        """Return the payload of the hello of the moment."""
        streams = self.dice.choice([DEVICE.streams, DEVICE.streams[::-1], DEVICE.streams[:1]])
        board = self.dice.choice(["board", "Grüß", "b" * 150, "\u202eboard", "\x1b[2J", ""])
        self.device = replace(DEVICE, streams=streams, board=board, boot=self.dice.randrange(3))
        return super().hello()


class GrownMessages(Liar):
    """Its messages are as long as a frame may be: of a later version, or padded to the limit."""

    def hello(self) -> bytes:
        """Return a hello that goes on to the limit of a frame."""
        return super().hello().ljust(self.dice.choice([250, 251, MAX_PAYLOAD]), b"\xff")

    def status(self, *, streaming: bool = True) -> bytes:
        """Return a status with bytes of a later version, or with one stream too many."""
        payload = super().status(streaming=streaming)
        return payload.ljust(self.dice.randrange(len(payload), MAX_PAYLOAD + 1), b"\xff")


class BackwardStatus(Liar):
    """The counters of its status run backwards, or to the largest number."""

    def status(self, *, streaming: bool = True) -> bytes:
        """Return a status whose counters are wrong."""
        taken = dict(self.taken)
        for stream in self.taken:
            wrong = (taken[stream] // 2, -taken[stream] % (1 << 32), (1 << 32) - 1, 0)
            self.taken[stream] = self.dice.choice(wrong)
        payload = super().status(streaming=streaming)
        self.taken = taken
        return payload


class WrongTime(Liar):
    """It answers time probes late, twice, for others, and with ticks before or after."""

    def answer(self, command: object) -> list[bytes]:
        """Return the payloads that answer a command; a time that was not asked for."""
        if not isinstance(command, commands.ProbeTime):
            return super().answer(command)
        off_us = self.dice.choice([0, 1, 1 << 31, 5_000_000, 40_000_000])
        tick = (self.tick_us(self.now_s) + self.dice.choice([-1, 1]) * off_us) % (1 << 32)
        request = (command.request + self.dice.randrange(2)) % 256
        replies = [TimeReply(request, tick, self.dice.randrange(1 << 32)).encode()]
        replies *= self.dice.randrange(3)
        return [*replies, Ack(command.request, command.TYPE).encode(), *replies]


class StrangeBlocks(Liar):
    """Between its blocks come some from the future, some from the past, and some twice."""

    def blocks(self, elapsed_s: float) -> list[bytes]:
        """Return the payloads of the blocks that are full, and of others."""
        out = []
        for payload in super().blocks(elapsed_s):
            out.append(payload)
            if self.dice.random() < SELDOM:
                out += self._others()
        return out

    def _others(self) -> list[bytes]:
        newest, by = self.taken[0], self.dice.choice([1, 40, 5000, 29_000, 10**6, 1 << 31])
        first = max(0, newest + self.dice.choice([-1, 1]) * by) // 16 * 16
        origin_us = self.tick_us(self.started_s or 0.0)
        runs = range(first, first + 16 * self.dice.randrange(1, 4), 16)
        return [self.block(k % (1 << 32), 16, FORCE, origin_us) for k in runs]


class Jumping(Liar):
    """The counter of its forces jumps, again and again, and its status may follow or not."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(dice)
        self.every = dice.choice([500, 1000, 3000])
        self.by = dice.choice([-1, 1]) * dice.choice([800, 2500, 28_000, 10**7, 1 << 31])

    def block(self, first: int, n: int, stream: StreamInfo, origin_us: int) -> bytes:
        """Return the payload of a block, whose counter has jumped."""
        payload = super().block(first, n, stream, origin_us)
        if stream is not FORCE:
            return payload
        counter = (first + first // self.every * self.by) % (1 << 32)
        return payload[:2] + counter.to_bytes(4, "little") + payload[6:]


class WrongTicks(Liar):
    """Its ticks stand still, go back, or are made up."""

    def tick_us(self, now_s: float) -> int:
        """Return a tick that is wrong now and then."""
        right = super().tick_us(now_s)
        if now_s < 1.0 or self.dice.random() >= SELDOM:
            return right
        return self.dice.choice([0, right // 2, (right + (1 << 31)) % (1 << 32), 0xFFFFFFFF])


class Restarting(Liar):
    """It restarts each second or so, with or without a word."""

    def advance(self, until_s: float) -> bytes:
        """Return what it sends; after a restart nothing but a hello."""
        if (
            self.started_s is not None
            and until_s > self.started_s + 1.0
            and self.dice.random() < SELDOM
        ):
            self.device = replace(self.device, boot=self.device.boot + 1)
            self.started_s, self.booted_s = None, until_s
            self.replies += encode_frame(self.hello()) * self.dice.randrange(2)
        return super().advance(until_s)


class Talkative(Liar):
    """It sends acknowledgements, triggers and hellos that nobody asked for, in thousands."""

    def blocks(self, elapsed_s: float) -> list[bytes]:
        """Return the payloads of the blocks that are full, and much else."""
        request, command = self.dice.randrange(256), self.dice.randrange(0x81, 0x8C)
        more = self.dice.choice([
            Ack(request, command, 7).encode(),
            Nak(request, command, NakReason.GONE, 0).encode(),
            Trigger(3, True, self.tick_us(self.now_s), request).encode(),
            self.status(),
            bytes([self.dice.randrange(10, 128)]) * MAX_PAYLOAD,
        ])  # fmt: skip
        return [*super().blocks(elapsed_s), *[more] * self.dice.choice([0, 1, 200])]


class Dribbling(Liar):
    """Its bytes come in drops, with silence and noise between."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__(dice)
        self.held = b""

    def advance(self, until_s: float) -> bytes:
        """Return a part of what it has to send, or noise."""
        self.held += super().advance(until_s)
        size = self.dice.choice([1, 7, 500, 1 << 20])
        out, self.held = self.held[:size], self.held[size:]
        noise = self.dice.choice(
            [b"", b"", b"", b"\0" * 99, b"\x05" * 9999, self.dice.randbytes(50)]
        )
        return out + noise


KINDS: Final[tuple[type[Liar], ...]] = (
    ChangingHello, GrownMessages, BackwardStatus, WrongTime, StrangeBlocks, Jumping, WrongTicks,
    Restarting, Talkative, Dribbling,
)  # fmt: skip


async def record_liar(kind: type[Liar], seed: int, path: Path) -> str:
    """Run one session; return how it ended, or that it was refused.

    A sample whose counts are not its counter's is raised.
    """
    twin = kind(random.Random(seed))
    device = Device(MemoryTransport(twin, paced=False), patience_s=2.0)
    ended, recording = await whole_session(device, path, DURATION_S)
    if recording is not None:
        summary(recording)
        for samples in recording.streams.values():
            assert np.array_equal(samples.counts, true_counts(samples.counter, samples.stream))
    path.unlink(missing_ok=True)  # noqa: ASYNC240 - nothing else runs in this loop
    return ended


def malicious(folder: Path, n: int, seed: int) -> Outcome:
    """Record devices that lie, of each kind in turn."""
    outcome = Outcome(unit="s of real time")

    def run(number: int) -> float:
        begin_s, kind = time.monotonic(), KINDS[number % len(KINDS)]
        session = record_liar(kind, seed + number, folder / f"liar-{number}.grip")
        ended = asyncio.run(asyncio.wait_for(session, LONGEST_S))
        outcome.refused += ended.startswith("refused")
        return time.monotonic() - begin_s

    return outcome.all(n, run)
