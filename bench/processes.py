"""Whole commands: how fast they start, what a recording costs, how late its data are."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bench.figure import Figure
from gripforce.device import open_device
from gripforce.model import Health, Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

GRIPFORCE = [sys.executable, "-m", "gripforce"]
SHORT_S, LONG_S = 5, 25
LATENCY_S = 20.0


def _median_seconds(command: list[str], runs: int = 7) -> float:
    times_s = []
    for _ in range(runs):
        begin_s = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times_s.append(time.perf_counter() - begin_s)
    return float(np.median(times_s))


def start_up() -> Iterator[Figure]:
    """Measure what a newcomer waits for."""
    yield Figure("gripforce --help", 0.25, _median_seconds([*GRIPFORCE, "--help"]), "s")
    bare_s = _median_seconds([sys.executable, "-c", "pass"])
    import_s = _median_seconds([sys.executable, "-c", "import gripforce"])
    yield Figure("import gripforce (beyond Python itself)", 0.15, import_s - bare_s, "s")


@contextlib.contextmanager
def simulator() -> Iterator[Path]:
    """Run a simulated device on a pty, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "grip"
        process = subprocess.Popen(
            [*GRIPFORCE, "simulate", "--trials", "100", "--link", str(link)],
            stderr=subprocess.PIPE,
        )
        try:
            if process.stderr is not None:
                process.stderr.readline()  # it says when it is there
            yield link
        finally:
            process.terminate()
            process.wait()


def _recording_cpu_s(link: Path, seconds: int) -> float:
    command = [*GRIPFORCE, "record", f"serial:{link}", "-o", str(link.parent / f"{seconds}.grip")]
    process = subprocess.Popen([*command, "--duration", str(seconds)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError("the recording failed")
    return usage.ru_utime + usage.ru_stime


def record_cost() -> Iterator[Figure]:
    """Measure a recording's share of a core, without its start and end."""
    with simulator() as link:
        extra_s = _recording_cpu_s(link, LONG_S) - _recording_cpu_s(link, SHORT_S)
    share = 100 * extra_s / (LONG_S - SHORT_S)
    yield Figure("record 1 kHz x 4 and an IMU from a pty, of one core", 6, share, "%")


def latency() -> Iterator[Figure]:
    """Measure a sample's way from its tick into the hands of whoever draws it."""
    with simulator() as link:
        late_ms = asyncio.run(_latencies_ms(f"serial:{link}"))
    p99 = float(np.percentile(late_ms, 99))
    yield Figure("newest sample's tick to the dashboard's data over a pty, p99", 20, p99, "ms")


async def _latencies_ms(url: str) -> list[float]:
    arrivals: list[tuple[float, float]] = []
    fits: list[tuple[float, float]] = []
    async with open_device(url) as device:
        async for item in device.stream(duration_s=LATENCY_S):
            match item:
                case Samples() if item.stream.name == "force":
                    arrivals.append((float(item.t[-1]), time.monotonic()))
                case Health():
                    fits.append((item.t, item.host_s))
                case _:
                    pass
    offset_s = float(np.median([host_s - t for t, host_s in fits[len(fits) // 2 :]]))
    return [(now_s - t - offset_s) * 1000 for t, now_s in arrivals]
