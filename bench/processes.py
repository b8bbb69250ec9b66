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
from typing import TYPE_CHECKING, Any

import numpy as np

from bench.figure import Figure, percentiles
from bench.peers.lsl_loopback import latencies_ms
from bench.terminal import cpu_s
from gripforce.device import open_device
from gripforce.errors import RecordingError
from gripforce.model import Health, Samples
from gripforce.recording.parsing.raw_records import read_contents

if TYPE_CHECKING:
    from collections.abc import Iterator

GRIPFORCE = [sys.executable, "-m", "gripforce"]
RUNS = 3
SETTLES_S, MEASURED_S = 2.0, 3.0
"""Left out while it starts, and measured then."""
RUNS_S = 5.5
LEAST_RATE_HZ, LEAST_FRAMES = 1100, 60
"""A second, of samples and frames: the device sends 1209 and 90."""
LATENCY_S = 7.0
BATTERY = ("lift", "slip", "cyclic", "step", "pinch")
BATTERY_TRIALS = 8


def _seconds(command: list[str], runs: int = 5) -> list[float]:
    times_s = []
    for _ in range(runs):
        begin_s = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times_s.append(time.perf_counter() - begin_s)
    return times_s


def start_up() -> Iterator[Figure]:
    """Measure what somebody waits for: help, the first sample on disk, the report of a battery."""
    yield Figure.of_runs("gripforce --help", 0.25, _seconds([*GRIPFORCE, "--help"]), "s")
    bare_s = float(np.median(_seconds([sys.executable, "-c", "pass"])))
    beyond_s = [one - bare_s for one in _seconds([sys.executable, "-c", "import gripforce"])]
    yield Figure.of_runs("import gripforce (beyond Python itself)", 0.15, beyond_s, "s")
    with simulator() as link:
        first_s = [_first_sample_s(link, link.parent / f"{run}.grip") for run in range(RUNS)]
    what = "gripforce record: from the command to the first sample in the file"
    yield Figure.of_runs(what, 0.6, first_s, "s")
    yield _battery()


def _first_sample_s(link: Path, path: Path) -> float:
    """Return how long after its start a recording holds a sample."""
    begin_s = time.monotonic()
    command = [*GRIPFORCE, "record", f"serial:{link}", "-o", str(path)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        shown_s = first_sample(process, path)
        process.terminate()
    return shown_s - begin_s


def first_sample(process: subprocess.Popen[Any], path: Path) -> float:
    """Wait for the first sample in the file that a process records; return the time of it."""
    while process.poll() is None:
        with contextlib.suppress(RecordingError):
            if read_contents(path).blocks:
                return time.monotonic()
        time.sleep(0.005)
    raise RuntimeError(f"{path.name}: no sample was recorded")


def _battery() -> Figure:
    """Measure how long somebody waits for the report of one hand's battery; forks work too."""
    waits_s, missing = [], set[str]()
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / f"{task}.grip") for task in BATTERY]
        _record_battery(files)
        for run in range(RUNS):
            page = Path(folder) / f"report{run}.html"
            begin_s = time.perf_counter()
            words = [*GRIPFORCE, "analyze", *files, "--report", str(page)]
            subprocess.run(words, check=True, capture_output=True)
            waits_s.append(time.perf_counter() - begin_s)
            text = page.read_text("utf-8")
            missing |= {task for task in BATTERY if f"{task}.grip" not in text}
    doubt = f"{', '.join(sorted(missing))} not in the report" if missing else ""
    what = f"report of a battery of {len(BATTERY)} tasks, {BATTERY_TRIALS} trials each: the command"
    return Figure.of_runs(what, 1.5, waits_s, "s", doubt=doubt)


def _record_battery(files: list[str]) -> None:
    """Record the tasks side by side: this is not measured."""
    recorders = []
    for task, path in zip(BATTERY, files, strict=True):
        source = f"sim:{task}?speed=max&trials={BATTERY_TRIALS}"
        words = ["record", source, "-o", path, "--subject", "p01", "--hand", "right"]
        recorders.append(subprocess.Popen([*GRIPFORCE, *words], stdout=subprocess.DEVNULL))
    if failed := [one.args for one in recorders if one.wait()]:
        raise RuntimeError(f"{failed} failed")


@contextlib.contextmanager
def simulator(*options: str) -> Iterator[Path]:
    """Run a simulated device on a pty, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "grip"
        process = subprocess.Popen(
            [*GRIPFORCE, "simulate", "--trials", "100", "--link", str(link), *options],
            stderr=subprocess.PIPE,
        )
        try:
            if process.stderr is not None:
                process.stderr.readline()  # it says when it is there
            yield link
        finally:
            process.terminate()
            process.wait()


def _shares_pct(*commands: list[str]) -> list[tuple[float, str]]:
    """Return what processes cost of a core once they run, and what each printed at its end."""
    running = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for words in commands]
    time.sleep(SETTLES_S)
    begin_cpu_s, begin_s = [cpu_s(one.pid) for one in running], time.monotonic()
    time.sleep(MEASURED_S)
    used_s = [cpu_s(one.pid) - before_s for one, before_s in zip(running, begin_cpu_s, strict=True)]
    elapsed_s = time.monotonic() - begin_s
    printed = [one.communicate()[0] for one in running]
    if failed := [one.args for one in running if one.returncode]:
        raise RuntimeError(f"{failed} failed")
    return [(100 * cost_s / elapsed_s, text) for cost_s, text in zip(used_s, printed, strict=True)]


def record_cost() -> Iterator[Figure]:
    """Measure a recording's share of a core, beside a bare loop that checks and writes.

    Both wait for all but 5 % of a core; they run at the same time, each on a device of its own.
    """
    ours, bare, doubt = [], [], ""
    with simulator() as link, simulator() as other:
        for run in range(RUNS):
            tail = ["-o", str(link.parent / f"{run}.grip"), "--duration", str(RUNS_S), "--json"]
            words = [str(other), str(RUNS_S), str(other.parent / f"{run}.bytes")]
            (share, printed), (bare_share, counted) = _shares_pct(
                [*GRIPFORCE, "record", f"serial:{link}", *tail],
                [sys.executable, "-m", "bench.peers.bare_serial", *words],
            )
            ours.append(share)
            bare.append(bare_share)
            samples = json.loads(printed)["samples"]
            frames, unsound = map(int, counted.split())
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
    doubt = "" if len(late_ms) > LATENCY_S * LEAST_FRAMES / 2 else f"{len(late_ms)} blocks arrived"
    what = "newest sample's tick to the dashboard's data over a pty, p99"
    yield Figure.of_stretches(what, 20, late_ms, "ms", doubt=doubt)
    theirs = latencies_ms(LATENCY_S)
    few = "" if len(theirs) > LATENCY_S * LEAST_FRAMES / 2 else f"{len(theirs)} blocks over LSL"
    what = "the same, over a block's way through pylsl on loopback, p99"
    yield Figure.beside(what, 10, percentiles(late_ms), percentiles(theirs), doubt or few)


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
