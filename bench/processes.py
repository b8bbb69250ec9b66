"""Whole commands: how fast they start, what a recording costs, how late its data are."""

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
from bench.terminal import cpu_s
from gripforce.device import open_device
from gripforce.model import Health, Samples

if TYPE_CHECKING:
    from collections.abc import Iterator

GRIPFORCE = [sys.executable, "-m", "gripforce"]
RUNS = 3
SETTLES_S, MEASURED_S = 5.0, 10.0
"""Left out while it starts, and measured then."""
RUNS_S = 17
LEAST_RATE_HZ, LEAST_FRAMES = 1100, 60
"""A second, of samples and frames: the device sends 1209 and 90."""
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


def _share_pct(command: list[str]) -> tuple[float, str]:
    """Return what a process costs of a core once it runs, and what it printed at its end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    time.sleep(SETTLES_S)
    begin_cpu_s, begin_s = cpu_s(process.pid), time.monotonic()
    time.sleep(MEASURED_S)
    share = 100 * (cpu_s(process.pid) - begin_cpu_s) / (time.monotonic() - begin_s)
    printed, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed")
    return share, printed


def record_cost() -> Iterator[Figure]:
    """Measure a recording's share of a core, beside a bare loop that checks and writes."""
    ours, bare, doubt = [], [], ""
    with simulator() as link:
        for run in range(RUNS):
            tail = ["-o", str(link.parent / f"{run}.grip"), "--duration", str(RUNS_S), "--json"]
            share, printed = _share_pct([*GRIPFORCE, "record", f"serial:{link}", *tail])
            ours.append(share)
            samples = json.loads(printed)["samples"]
            words = [str(link), str(RUNS_S), str(link.parent / f"{run}.bytes")]
            share, printed = _share_pct([sys.executable, "-m", "bench.bare_serial", *words])
            bare.append(share)
            frames, unsound = map(int, printed.split())
            if samples < RUNS_S * LEAST_RATE_HZ or frames < RUNS_S * LEAST_FRAMES or unsound:
                doubt = f"{samples} samples, {frames} frames, {unsound} unsound"
    yield Figure.of_runs(
        "record 1 kHz x 4 and an IMU from a pty, of one core", 4, ours, "%", doubt=doubt
    )
    what = "the same, over a bare loop that checks each CRC and writes each byte"
    yield Figure.beside(what, 2.5, ours, bare, doubt)


def latency() -> Iterator[Figure]:
    """Measure a sample's way from its tick into the hands of whoever draws it."""
    with simulator() as link:
        late_ms = asyncio.run(_latencies_ms(f"serial:{link}"))
    p99 = float(np.percentile(late_ms, 99))
    doubt = "" if len(late_ms) > LATENCY_S * LEAST_FRAMES / 2 else f"{len(late_ms)} blocks arrived"
    what = "newest sample's tick to the dashboard's data over a pty, p99"
    yield Figure(what, 20, p99, "ms", doubt=doubt)


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
