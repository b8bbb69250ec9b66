"""How late the rest of the laboratory is: an LSL inlet, and an output raised at an event."""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from bench.processes import GRIPFORCE, simulator
from gripforce.cli.measure.beside import Beside
from gripforce.device import open_device
from gripforce.model import Flag, Health, Marker, Received
from gripforce.recording import read_recording
from gripforce.recording.parsing.raw_records import read_contents
from gripforce.recording.records import MESSAGE_HEAD
from gripforce.wire.messages import BLOCK_HEAD
from reliability.lsl_alone import lsl_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.bridge.triggers import RuleFired
    from gripforce.device import Device
    from gripforce.model import FloatArray, StreamItem

INLET_S, LEAST_BLOCKS = 13.0, 600
SETTLED = 1 / 5
"""Share of it in which the fit of the clocks is coarse."""
DEVICES = 2
"""At once, each with a program of its own: four and their simulators want more than two cores, and
then commands stay without an answer."""
EVENTS_A_SECOND = 0.7
"""At least, of all devices together."""
EVENTS_S, MANY_EVENTS_S = 32.0, 290.0
RULES = ("load_onset -> ttl0 5ms", "lift_off -> ttl1 5ms", "slip -> ttl0 5ms")
INLET = """
import sys, time
import pylsl
(info,) = pylsl.resolve_byprop("name", "gripforce force", 1, 30)
inlet = pylsl.StreamInlet(info)
inlet.open_stream(30)
until_s = time.monotonic() + float(sys.argv[1])
pulled = []
while time.monotonic() < until_s:
    values, stamp = inlet.pull_sample(1.0)
    pulled.append((pylsl.local_clock(), stamp, values))
for arrival, stamp, values in pulled:
    if stamp is not None:
        print(arrival, stamp, *values)
"""
"""A foreign client: the arrival, stamp and values of each sample, printed at the end."""
DELAY_MS = 0.75
"""Of the simulated converter: a stamp is when the force acted, its tick comes so much later."""


def late() -> Iterator[Figure]:
    """Measure both."""
    with simulator("--task", "still") as link:  # it has nothing else to compute
        yield from _inlet(link)
    yield _outputs(EVENTS_S)


def outputs() -> Iterator[Figure]:
    """Measure the outputs at so many events that the slowest of a hundred is not one alone."""
    yield _outputs(MANY_EVENTS_S)


def _inlet(link: Path) -> Iterator[Figure]:
    """Measure the way of each block's newest sample to a foreign client."""
    with tempfile.TemporaryDirectory() as folder:
        env, path = lsl_environment(Path(folder)), Path(folder) / "a.grip"
        words = [*GRIPFORCE, "record", f"serial:{link}", "--lsl", "-o", str(path)]
        recorder = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL)
        try:
            inlet = [sys.executable, "-c", INLET, str(INLET_S)]
            done = subprocess.run(inlet, env=env, check=True, stdout=subprocess.PIPE, text=True)
        finally:
            recorder.terminate()
            recorder.wait()
        pulled = np.array([line.split() for line in done.stdout.splitlines()], np.float64)
        by_tick_ms, by_arrival_ms = _ages_ms(pulled, path)
    doubt = "" if len(by_tick_ms) > LEAST_BLOCKS else f"{len(by_tick_ms)} blocks arrived"
    for what, ages_ms in (
        ("newest sample's tick to an LSL inlet over a pty, p99", by_tick_ms),
        ("the same, from the arrival of its block at this computer, p99", by_arrival_ms),
    ):
        yield Figure.of_stretches(what, 5, ages_ms.tolist(), "ms", doubt=doubt)


def _ages_ms(pulled: FloatArray, path: Path) -> tuple[FloatArray, FloatArray]:
    """Return the ages [ms] of the newest sample of each block, from its tick and its arrival.

    ``pulled`` are rows of arrival, stamp and values; values tell which sample of the file it is.
    """
    force = read_recording(path).streams["force"]
    counters = {row.tobytes(): int(k) for row, k in zip(force.values, force.counter, strict=True)}
    came_s = _arrivals_s(path, force.stream.id)
    settled = pulled[round(SETTLED * len(pulled)) :]
    newest = [
        (arrival_s, stamp_s, came_s[counter])
        for arrival_s, stamp_s, *values in settled
        if (counter := counters[np.array(values).tobytes()]) in came_s
    ]
    pulled_s, stamps_s, arrived_s = np.reshape(newest, (-1, 3)).T
    return 1e3 * (pulled_s - stamps_s) - DELAY_MS, 1e3 * (pulled_s - arrived_s)


def _arrivals_s(path: Path, stream: int) -> dict[int, float]:
    """Return when each block of a stream arrived, by the counter of its newest sample.

    Of the last segment: where the machine is slow, a device is started twice.
    """
    found, blocks = {}, read_contents(path).blocks
    last = max(segment for segment, of in blocks if of == stream)
    for rows in blocks[last, stream]:
        for row, arrival_s in zip(rows.table, rows.arrival_s, strict=True):
            _, _, first, _, flags, n = BLOCK_HEAD.unpack_from(row.tobytes(), MESSAGE_HEAD.size)
            if not flags & Flag.RESENT:
                found[first + n - 1] = float(arrival_s)
    return found


def _outputs(seconds: float) -> Figure:
    """Measure from the arrival of the block that shows an event to the rise of its output."""
    with contextlib.ExitStack() as stack:
        devices = [simulator("--task", "slip", "--seed", str(k)) for k in range(DEVICES)]
        links = [stack.enter_context(device) for device in devices]
        programs = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.bridge", f"serial:{link}", str(seconds)],
                stdout=subprocess.PIPE,
            )
            for link in links
        ]
        taken_ms = [ms for program in programs for ms in json.loads(program.communicate()[0])]
    late = sum(not np.isfinite(ms) for ms in taken_ms)
    doubt = "" if len(taken_ms) >= seconds * EVENTS_A_SECOND else f"{len(taken_ms)} events"
    doubt = f"{late} events without a pulse" if late else doubt
    what = f"block that shows an event to the TTL output over a pty, p99 of {len(taken_ms)}"
    return Figure.of_stretches(what, 20, taken_ms, "ms", doubt=doubt)


def _taken_ms(url: str, seconds: float) -> list[float]:
    """Raise outputs at events; return how long each took [ms], infinite without its pulse."""
    fired, items = asyncio.run(_raised(url, seconds))
    fits = [(item.t, item.host_s) for item in items if isinstance(item, Health)]
    offset_s = float(np.median([host_s - t for t, host_s in fits[len(fits) // 2 :]]))
    rises = [
        (item.text, item.t + offset_s)
        for item in items
        if isinstance(item, Marker) and item.kind == "trigger"
    ]
    return [
        1e3 * (min((rise_s for text, rise_s in rises
                    if text == f"line {line} rising" and rise_s > at_s - 0.01),
                   default=np.inf) - at_s)
        for line, at_s in fired
    ]  # fmt: skip


class _Noted(Beside):
    """Notes which output was to be raised, and the arrival of the block that showed why [s]."""

    def __init__(self, device: Device) -> None:
        super().__init__(device, triggers=RULES)
        self.arrival_s = time.monotonic()
        self.fired: list[tuple[int, float]] = []

    def _raise(self, fired: RuleFired) -> None:
        self.fired.append((fired.rule.line, self.arrival_s))
        super()._raise(fired)


async def _raised(url: str, seconds: float) -> tuple[list[tuple[int, float]], list[StreamItem]]:
    """Raise outputs as ``record --trigger`` does; return what fired, and the items."""
    items: list[StreamItem] = []
    async with open_device(url) as device:
        with _Noted(device) as beside:
            async for item in device.stream(duration_s=seconds, metadata={"mass_g": 400}):
                if isinstance(item, Received):
                    beside.arrival_s = item.arrival_s
                beside.put(item)
                items.append(item)
    return beside.fired, items


if __name__ == "__main__":
    print(json.dumps(_taken_ms(sys.argv[1], float(sys.argv[2]))))
