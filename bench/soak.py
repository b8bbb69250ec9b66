"""An hour of it: does memory or any queue grow? ``python -m bench soak``.

Two paths run as fast as they can on a simulated device's time. The third is bound to real time,
since its socket would overflow otherwise: a session's screen on a pty, its recorder and the
simulated device in processes of their own, for ten minutes. Growth is the slope once caches have
filled.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from bench.processes import simulator
from bench.session import BEGIN
from bench.terminal import Terminal, memory_mb
from gripforce.dashboard.session.app import SessionApp
from gripforce.device import Device
from gripforce.model import Ended, Samples, Started
from gripforce.protocol.parse import require_protocol
from gripforce.recorder import RecorderService
from gripforce.recorder.server import ADDRESS
from gripforce.recording import Recorder
from gripforce.session import Journal, SessionState
from gripforce.session.controller import SessionContext, SessionController
from gripforce.session.state import OVER
from gripforce.session.storage import create_session, restore_session
from gripforce.sim.device.device import SimDevice
from gripforce.sim.device.faults import FaultPlan
from gripforce.sim.device.frontend import frontend
from gripforce.sim.tasks.registry import make_scene
from gripforce.transport.memory import MemoryTransport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gripforce.model import StreamItem

HOUR_S = 3600.0
REAL_S = 600.0
EACH_S = 30.0
LIFTS_AN_HOUR = 460
GRID_HZ = 500.0
"""Coarse, so that an hour's scene takes 100 MB and not 500."""
BLOCKS, LIFTS = 8, 55
MANY = 200
SETTLES, SETTLES_REAL = 1 / 6, 0.6
"""Share of a run that is left out: in ten minutes caches and arenas fill for six."""
MOST_MB_AN_HOUR = 5.0
MOST_WAITING = 2000
MOST_BYTES = 1 << 20
BLOCK = '[[block]]\ntask = "lift"\ntitle = "Lifts"\ninstruction = "Lift."\nmass_g = 300\n'
TITLE = 'title = "Lifts"\n'
ANSWERS = {"subject": "p01", "first_hand": "right"}


@dataclass
class Growth:
    """Samples of something over the stream's (or the world's) seconds."""

    settles: float = SETTLES
    t: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)

    def add(self, t: float, value: float) -> None:
        """Take a sample."""
        self.t.append(t)
        self.values.append(value)

    @property
    def an_hour(self) -> float:
        """Slope after settling, per hour."""
        t, values = np.array(self.t), np.array(self.values)
        later = t > t[0] + self.settles * (t[-1] - t[0])
        return float(np.polyfit(t[later], values[later], 1)[0] * HOUR_S)

    @property
    def most(self) -> float:
        """The largest value."""
        return max(self.values)


def soak() -> Iterator[Figure]:
    """Measure growth on the three paths."""
    with tempfile.TemporaryDirectory() as folder:
        memory = asyncio.run(_record(Path(folder) / "hour.grip"))
    yield Figure("record an hour: memory, growth an hour", MOST_MB_AN_HOUR, memory.an_hour, "MB")
    with tempfile.TemporaryDirectory() as folder:
        memory, waiting = asyncio.run(_session(Path(folder)))
    hours = memory.t[-1] / HOUR_S
    what = f"session's screen, {hours:.1f} h of stream: "
    yield Figure(f"{what}memory, growth an hour", MOST_MB_AN_HOUR, memory.an_hour, "MB")
    yield Figure(f"{what}longest queue", MOST_WAITING, waiting.most, "items")
    with tempfile.TemporaryDirectory() as folder:
        screen, recorder, unread = _processes(Path(folder))
    what = "ten minutes in real time: "
    yield Figure(f"{what}screen, growth an hour", 2 * MOST_MB_AN_HOUR, screen.an_hour, "MB")
    yield Figure(f"{what}recorder, growth an hour", 2 * MOST_MB_AN_HOUR, recorder.an_hour, "MB")
    yield Figure(f"{what}most unread between them", MOST_BYTES, unread.most, "bytes")


async def _record(path: Path) -> Growth:
    """Record an hour of one device; the scene is made before anything is measured."""
    scene = make_scene("lift", trials=LIFTS_AN_HOUR, rate_hz=GRID_HZ)
    twin = SimDevice(scene, frontend=frontend("research", None), faults=FaultPlan(), seed=1)
    memory, next_s = Growth(), 0.0
    with Recorder(path, {"task": "lift", "mass_g": 400.0}) as recorder:
        async with Device(MemoryTransport(twin, paced=False)) as device:
            async for item in recorder.through(device.stream(duration_s=HOUR_S)):
                if isinstance(item, Samples) and len(item) and item.t[-1] >= next_s:
                    next_s = float(item.t[-1]) + EACH_S
                    gc.collect()
                    memory.add(float(item.t[-1]), memory_mb())
    return memory


class _Clock:
    """Passes with the samples of whichever recording runs."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._zero_s = 0.0

    def __call__(self) -> float:
        return self.now_s

    def follow(self, item: StreamItem) -> None:
        """Go on to the item's time."""
        if isinstance(item, Started):
            self._zero_s = self.now_s
        elif isinstance(item, Samples) and len(item):
            self.now_s = max(self.now_s, self._zero_s + float(item.t[-1]))


class _Watched(RecorderService):
    """A recorder in this process whose queue and memory are measured while it streams."""

    def __init__(self, clock: _Clock) -> None:
        super().__init__()
        self._clock = clock
        self.memory, self.queued = Growth(), Growth()
        self._longest, self._next_s = 0, 0.0

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield what is recorded, with a clock that follows."""
        async for item in super().items():
            yield item
            self._clock.follow(item)
            self._longest = max(self._longest, self.waiting)
            if isinstance(item, Samples) and self._clock.now_s >= self._next_s:
                self._next_s = self._clock.now_s + EACH_S
                self.queued.add(self._clock.now_s, float(self._longest))
            if isinstance(item, Ended):  # between blocks, when no buffer is half full
                gc.collect()
                self.memory.add(self._clock.now_s, memory_mb())


async def _session(root: Path) -> tuple[Growth, Growth]:
    """Run blocks of lifts with a screen that nobody sees."""
    source = "sim:lift?profile=als&speed=max"
    protocol = require_protocol("lifts", TITLE + BLOCKS * f"{BLOCK}trials = {LIFTS}\n", "lifts")
    folder = create_session(root, protocol, {**ANSWERS, "source": source})
    session, _ = restore_session(folder)
    clock = _Clock()
    recorder = _Watched(clock)
    with Journal(folder.journal) as journal:
        context = SessionContext(folder, source, clock, lambda: None)
        app = SessionApp(SessionController(session, journal, recorder, context))
        async with app.run_test(size=(120, 40)) as pilot:
            while session.state not in OVER:
                await pilot.pause(0.05)
                if session.state is SessionState.READY:
                    await pilot.press("enter")
            await pilot.pause()
            await app.workers.wait_for_complete()  # the summary, as anybody would wait for it
        await recorder.close()
    return recorder.memory, recorder.queued


def _processes(root: Path) -> tuple[Growth, Growth, Growth]:
    """Run a session on a pty in real time, and look at both processes and the way between them.

    The simulated device is a third process, so that its memory is neither's.
    """
    protocol = require_protocol("lifts", f"{TITLE}{BLOCK}trials = {MANY}\n", "lifts")
    with simulator("--trials", str(MANY), "--profile", "als", "--mass-g", "300") as link:
        folder = create_session(root, protocol, {**ANSWERS, "source": f"serial:{link}"})
        words = ("-m", "gripforce", "session", "--subject", "p01", "-d", str(root))
        with Terminal(words, columns=120, rows=40, leave=b"q2") as terminal:
            terminal.read_until_shown()
            terminal.press_in_turn(BEGIN)
            return _watched(terminal, folder.path / ADDRESS)


def _watched(terminal: Terminal, address: Path) -> tuple[Growth, Growth, Growth]:
    """Return memory of screen and recorder, and what is unread between them."""
    screen, recorder, unread = (Growth(SETTLES_REAL) for _ in range(3))
    began_s = time.monotonic()
    while (now_s := time.monotonic() - began_s) < REAL_S:
        terminal.read(5.0)
        told = json.loads(address.read_text(encoding="utf-8"))
        screen.add(now_s, memory_mb(terminal.pid))
        recorder.add(now_s, memory_mb(told["pid"]))
        unread.add(now_s, float(_unread(int(told["port"]))))
    return screen, recorder, unread


def _unread(port: int) -> int:
    """Return the bytes that wait in the kernel on either side of a loopback port."""
    total = 0
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        ends = {int(end.rpartition(":")[2], 16) for end in fields[1:3]}
        if port in ends:
            total += sum(int(part, 16) for part in fields[4].split(":"))
    return total
