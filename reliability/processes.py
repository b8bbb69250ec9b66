"""Attacks on a recorder in a process of its own."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.model import EndReason
from gripforce.recording import read_recording
from gripforce.recording.records import MAGIC
from reliability.attacks import Outcome
from reliability.failing_disk import FAILS, FailingDisk
from reliability.wall_clock import WallClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gripforce.model import Recording

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TIMEOUT_S: Final = 60.0
_NICE: Final = 10


def _record(
    source: str,
    path: Path,
    *,
    duration_s: float = 60.0,
    limit_bytes: int | None = None,
    env: dict[str, str] | None = None,
    nice: int = 0,
) -> subprocess.Popen[bytes]:
    """Start ``gripforce record``; its file may grow to ``limit_bytes``."""

    def limit() -> None:
        os.nice(nice)
        if limit_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    command = [sys.executable, "-m", "gripforce", "record", source, "-o", str(path)]
    return subprocess.Popen(
        [*command, "--duration", str(duration_s)], env=env,
        stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        preexec_fn=limit,  # noqa: PLW1509 - no thread runs here
    )  # fmt: skip


def _until_begun(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until the recording has a header."""
    limit_s = time.monotonic() + _TIMEOUT_S
    while process.poll() is None and time.monotonic() < limit_s:
        if path.exists() and path.read_bytes()[len(MAGIC) :].strip(b"\0"):
            return
        time.sleep(0.01)


def signals(folder: Path, n: int, seed: int) -> Outcome:
    """End recorders by one to three signals: the file ends properly, nothing is a traceback."""
    outcome, dice = Outcome(unit="s until the end"), random.Random(seed)

    def run(number: int) -> float:
        path = folder / f"signal-{number}.grip"
        with _record("sim:lift", path) as process:
            _until_begun(path, process)
            time.sleep(dice.uniform(0.3, 2.0))
            begin_s = time.monotonic()
            for _ in range(dice.randrange(1, 4)):
                process.send_signal(dice.choice(_SIGNALS))
                time.sleep(dice.choice([0.0, 0.02]))
            said = process.communicate(timeout=_TIMEOUT_S)[1].decode()
        if "Traceback" in said:
            raise AssertionError(said[-300:])
        ended = read_recording(path).integrity.ended
        if ended is not EndReason.STOPPED:
            raise AssertionError(f"it ended as {ended}")
        return time.monotonic() - begin_s

    return outcome.all(n, run)


def full_disk(folder: Path, n: int, seed: int) -> Outcome:
    """Let the file reach a limit of the system: an error that says so, and a valid file."""
    outcome, dice = Outcome(unit="s until it was said"), random.Random(seed)

    def run(number: int) -> float:
        path, begin_s = folder / f"limit-{number}.grip", time.monotonic()
        with _record("sim:lift", path, limit_bytes=dice.randrange(200_000, 400_000)) as process:
            said = process.communicate(timeout=_TIMEOUT_S)[1].decode()
        _require_loud_and_valid(process, said, path)
        return time.monotonic() - begin_s

    return outcome.all(n, run)


def failing_disk(folder: Path, n: int, seed: int) -> Outcome:
    """Let the disk answer EIO to what is written, or to fsync: said at once, and a valid file."""
    outcome, dice = Outcome(unit="s until it was said"), random.Random(seed)
    disk = FailingDisk(folder)

    def run(number: int) -> float:
        path = folder / f"disk-{number}.grip"
        disk.work()
        with _record("sim:lift", path, env=disk.environment) as process:
            _until_begun(path, process)
            time.sleep(dice.uniform(0.5, 2.0))
            disk.fail(FAILS[number % len(FAILS)])
            begin_s = time.monotonic()
            said = process.communicate(timeout=_TIMEOUT_S)[1].decode()
        _require_loud_and_valid(process, said, path)
        return time.monotonic() - begin_s

    return outcome.all(n, run)


def _require_loud_and_valid(process: subprocess.Popen[bytes], said: str, path: Path) -> None:
    """Require of a recorder whose disk failed a sentence, an error, and a file with samples."""
    if "Traceback" in said or not process.returncode:
        raise AssertionError(said[-300:] or "it ended as if all were well")
    if not read_recording(path).streams["force"].counter.size:
        raise AssertionError("no sample is in the file")


def load(folder: Path, n: int, seed: int) -> Outcome:
    """Record a device on a pty while twice as many programs compute as there are processors.

    They and the recorder have the same low priority; the device would be a computer of its own.
    """
    outcome, dice = Outcome(unit="samples lost"), random.Random(seed)

    def run(number: int) -> float:
        path, link = folder / f"load-{number}.grip", folder / f"device-{number}"
        with _busy(2 * (os.cpu_count() or 1)), _simulator(link, dice.randrange(1000)):
            process = _record(f"serial:{link}", path, duration_s=dice.uniform(4.0, 8.0), nice=_NICE)
            said = process.communicate(timeout=5 * _TIMEOUT_S)[1].decode()
        recording = _whole(path, said)
        return float(recording.integrity.lost)

    return outcome.all(n, run)


def clock(folder: Path, n: int, seed: int) -> Outcome:
    """Set the clock of the computer back by hours and on by months while it records."""
    outcome, dice = Outcome(unit="µs off the sampling interval"), random.Random(seed)
    wall = WallClock(folder)

    def run(number: int) -> float:
        path, begun = folder / f"clock-{number}.grip", datetime.now(UTC)
        wall.set(0.0)
        process = _record("sim:lift", path, duration_s=6.0, env=wall.environment)
        _until_begun(path, process)
        for hours in (-dice.uniform(1, 5), dice.uniform(100, 9000)):
            time.sleep(dice.uniform(0.5, 2.0))
            wall.set(3600 * hours)
        recording = _whole(path, process.communicate(timeout=_TIMEOUT_S)[1].decode())
        dated = datetime.fromisoformat(recording.metadata["utc"])
        if not 0 <= (dated - begun).total_seconds() < _TIMEOUT_S:
            raise AssertionError(f"it is dated {dated}, and began after {begun}")
        force = recording.streams["force"]
        off_s = np.max(np.abs(np.diff(force.t) - 1 / force.stream.rate_hz))
        return round(1e6 * float(off_s), 3)

    return outcome.all(n, run)


def _whole(path: Path, said: str) -> Recording:
    """Return a recording that ended properly, or says that it did not; whatever else is raised."""
    if "Traceback" in said:
        raise AssertionError(said[-300:])
    recording = read_recording(path)
    integrity = recording.integrity
    if integrity.ended is not EndReason.FINISHED:
        raise AssertionError(f"it ended as {integrity.ended}: {said}")
    return recording


@contextlib.contextmanager
def _busy(programs: int) -> Iterator[None]:
    """Let programs compute meanwhile."""
    endless = [sys.executable, "-c", f"import os\nos.nice({_NICE})\nwhile True: pass"]
    running = [subprocess.Popen(endless) for _ in range(programs)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


@contextlib.contextmanager
def _simulator(link: Path, seed: int) -> Iterator[None]:
    """Simulate a device on a pty meanwhile."""
    command = [sys.executable, "-m", "gripforce", "simulate", "--link", str(link)]
    process = subprocess.Popen([*command, "--seed", str(seed)], stderr=subprocess.DEVNULL)
    try:
        limit_s = time.monotonic() + _TIMEOUT_S
        while not link.exists() and time.monotonic() < limit_s:
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait()
