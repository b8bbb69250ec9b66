"""Whole sessions over TCP, in real time, with a device that sends nonsense with valid checks."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.device import open_device
from reliability.attacks import Outcome
from reliability.nonsense import NonsenseTwin
from reliability.whole_session import whole_session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

STEP_S = 0.02
DURATION_S = 0.6
PATIENCE_S = 1.0
TOGETHER = 40
LONGEST_S = 45.0
"""Real time after which a session counts as hung: handshakes are repeated some times."""


@dataclass(frozen=True, slots=True)
class Session:
    """How one session ended."""

    ended: str
    real_s: float


@contextlib.asynccontextmanager
async def nonsense_device(seed: int) -> AsyncIterator[int]:
    """Serve a device on a loopback port; yield the port."""
    tasks: set[asyncio.Task[Any] | None] = set()

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(asyncio.current_task())
        twin, begin_s = NonsenseTwin(seed), time.monotonic()
        with contextlib.suppress(OSError, asyncio.CancelledError):
            while True:
                with contextlib.suppress(TimeoutError):
                    data = await asyncio.wait_for(reader.read(1 << 16), STEP_S)
                    if not data:
                        break
                    twin.receive(data)
                writer.write(twin.advance(time.monotonic() - begin_s))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(client, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
        for task in tasks:
            if task is not None:
                task.cancel()


async def tcp_session(seed: int, path: Path) -> Session:
    """Record one session, read its file and remove it; what is no sentence is raised."""
    begin_s = time.monotonic()
    async with asyncio.timeout(LONGEST_S), nonsense_device(seed) as port:
        device = open_device(f"tcp:127.0.0.1:{port}", patience_s=PATIENCE_S)
        ended, _ = await whole_session(device, path, DURATION_S)
    await asyncio.to_thread(path.unlink, missing_ok=True)
    return Session(ended, time.monotonic() - begin_s)


def tcp_nonsense(folder: Path, n: int, seed: int) -> Outcome:
    """Run whole sessions over TCP with a device that sends nonsense with valid checks."""
    outcome = Outcome(unit="s of real time")

    async def run() -> None:
        async for done in tcp_sessions(folder, range(seed, seed + n), TOGETHER):
            outcome.tried += 1
            if isinstance(done, Session):
                outcome.survived += 1
                outcome.refused += done.ended.startswith("refused")
                outcome.worst = max(outcome.worst, done.real_s)
            else:
                outcome.failures.append(f"{type(done).__name__}: {done}")

    asyncio.run(run())
    return outcome


async def tcp_sessions(folder: Path, seeds: range, together: int) -> AsyncIterator[Any]:
    """Yield how each session ended, or what it raised, several at a time."""
    slots = asyncio.Semaphore(together)

    async def one(seed: int) -> Session | Exception:
        async with slots:
            try:
                return await tcp_session(seed, folder / f"tcp-{seed}.grip")
            except Exception as error:  # noqa: BLE001 - this is what is counted
                return error

    for done in asyncio.as_completed([asyncio.ensure_future(one(seed)) for seed in seeds]):
        yield await done
