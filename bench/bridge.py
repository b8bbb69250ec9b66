"""How late the rest of the laboratory is: an LSL inlet, and an output raised at an event."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from bench.processes import GRIPFORCE, simulator
from gripforce.bridge.triggers import Triggers, parse_rule
from gripforce.cli.measure.beside import Beside
from gripforce.device import open_device
from gripforce.model import Health, Marker, Received
from reliability.lsl_alone import lsl_environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gripforce.model import StreamItem

INLET_S, LEAST_BLOCKS = 20.0, 600
EVENTS_S, LEAST_FIRED = 100.0, 24
RULES = ("load_onset -> ttl0 5ms", "lift_off -> ttl1 5ms")
INLET = """
import sys, time
import pylsl
(info,) = pylsl.resolve_byprop("name", "gripforce force", 1, 30)
inlet = pylsl.StreamInlet(info)
inlet.open_stream(30)
until_s = time.monotonic() + float(sys.argv[1])
while time.monotonic() < until_s:
    _, stamp = inlet.pull_sample(1.0)
    _, more = inlet.pull_chunk(0.0, 4096)
    print(1e3 * (pylsl.local_clock() - (more[-1] if more else stamp)))
"""
DELAY_MS = 0.75
"""Of the simulated converter: a stamp is when the force acted, its tick comes so much later."""


def late() -> Iterator[Figure]:
    """Measure both."""
    with simulator() as link:
        yield _inlet(link)
    with simulator() as link:
        yield _outputs(link)


def _inlet(link: Path) -> Figure:
    """Measure the way of each block's newest sample, from its tick to a foreign client."""
    with tempfile.TemporaryDirectory() as folder:
        env = lsl_environment(Path(folder))
        words = [*GRIPFORCE, "record", f"serial:{link}", "--lsl", "-o", f"{folder}/a.grip"]
        recorder = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL)
        try:
            inlet = [sys.executable, "-c", INLET, str(INLET_S)]
            done = subprocess.run(inlet, env=env, check=True, stdout=subprocess.PIPE, text=True)
        finally:
            recorder.terminate()
            recorder.wait()
    age_ms = np.array([float(line) for line in done.stdout.split()])
    settled = age_ms[len(age_ms) // 4 :] - DELAY_MS  # the clock's fit is coarse at first
    doubt = "" if len(settled) > LEAST_BLOCKS else f"{len(settled)} blocks arrived"
    p99 = float(np.percentile(settled, 99))
    return Figure("newest sample's tick to an LSL inlet over a pty, p99", 5, p99, "ms", doubt=doubt)


def _outputs(link: Path) -> Figure:
    """Measure from the arrival of the block that shows an event to the rise of its output."""
    items = asyncio.run(_raised(f"serial:{link}"))
    fits = [(item.t, item.host_s) for _, item in items if isinstance(item, Health)]
    offset_s = float(np.median([host_s - t for t, host_s in fits[len(fits) // 2 :]]))
    again = Triggers([parse_rule(rule) for rule in RULES])
    fired = [(one.rule.line, arrival_s) for arrival_s, item in items for one in again.feed(item)]
    rises = {
        line: [
            item.t + offset_s
            for _, item in items
            if isinstance(item, Marker) and item.text == f"line {line} rising"
        ]
        for line, _ in fired
    }
    taken_ms = [
        1e3 * (min((rise for rise in rises[line] if rise > at_s - 0.01), default=np.inf) - at_s)
        for line, at_s in fired
    ]
    raised = sum(map(len, rises.values()))
    doubt = "" if len(fired) == raised >= LEAST_FIRED else f"{len(fired)} events, {raised} pulses"
    p99 = float(np.percentile(taken_ms, 99)) if taken_ms else float("inf")
    what = f"block that shows an event to the TTL output over a pty, p99 of {len(fired)}"
    return Figure(what, 20, p99, "ms", doubt=doubt)


async def _raised(url: str) -> list[tuple[float, StreamItem]]:
    """Raise outputs as ``record --trigger`` does; return each item with its time of arrival [s]."""
    items: list[tuple[float, StreamItem]] = []
    arrival_s = time.monotonic()
    async with open_device(url) as device:
        with Beside(device, triggers=RULES) as beside:
            async for item in device.stream(duration_s=EVENTS_S, metadata={"mass_g": 400}):
                beside.put(item)
                if isinstance(item, Received):
                    arrival_s = item.arrival_s
                items.append((arrival_s, item))
    return items
