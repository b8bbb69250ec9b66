"""Attacks on a recorder in a process of its own, and the same on a peer's writers."""

from __future__ import annotations

import random
import resource
import signal
import subprocess
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from gripforce.model import EndReason
from gripforce.recording import read_recording
from reliability.attacks import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_TIMEOUT_S: Final = 60.0
_FRAME_S: Final = 0.001
_PEER: Final = """
import sys, time
import can
writer = can.Logger(sys.argv[1])
print("writes", flush=True)
begin = time.monotonic()
for k in range(10**9):
    while time.monotonic() < begin + k * 0.001:
        time.sleep(0.0002)
    writer.on_message_received(can.Message(arbitration_id=k % 2048, data=k.to_bytes(8, "little"),
                                           is_extended_id=False, timestamp=1e9 + k * 0.001))
    print(k, flush=True)
"""


def _recorder(path: Path, limit_bytes: int | None = None) -> subprocess.Popen[bytes]:
    def limit() -> None:
        if limit_bytes is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, limit_bytes))

    command = [sys.executable, "-m", "gripforce", "record", "sim:lift", "-o", str(path)]
    return subprocess.Popen(
        [*command, "--duration", "60"], stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        preexec_fn=limit,  # noqa: PLW1509 - no thread runs here
    )  # fmt: skip


def _until_written(path: Path, process: subprocess.Popen[bytes]) -> None:
    limit_s = time.monotonic() + _TIMEOUT_S
    while process.poll() is None and time.monotonic() < limit_s:
        if path.exists() and path.stat().st_size:
            return
        time.sleep(0.01)


def signals(folder: Path, n: int, seed: int) -> Outcome:
    """End recorders by one to three signals: the file ends properly, nothing is a traceback."""
    outcome, dice = Outcome(unit="s until the end"), random.Random(seed)

    def run(number: int) -> float:
        path = folder / f"signal-{number}.grip"
        with _recorder(path) as process:
            _until_written(path, process)
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

    return _all(outcome, n, run)


def full_disk(folder: Path, n: int, seed: int) -> Outcome:
    """Let the file reach a limit of the system: an error that says so, and a valid file."""
    outcome, dice = Outcome(unit="s until it was said"), random.Random(seed)

    def run(number: int) -> float:
        path, begin_s = folder / f"limit-{number}.grip", time.monotonic()
        with _recorder(path, dice.randrange(200_000, 400_000)) as process:
            said = process.communicate(timeout=_TIMEOUT_S)[1].decode()
        if "Traceback" in said or not process.returncode:
            raise AssertionError(said[-300:] or "it ended as if all were well")
        recording = read_recording(path)
        if not recording.streams["force"].counter.size:
            raise AssertionError("no sample is in the file")
        return time.monotonic() - begin_s

    return _all(outcome, n, run)


def peer(ending: str) -> Callable[[Path, int, int], Outcome]:
    """Return the attack of signal 9 on python-can's writer of a format."""

    def attack(folder: Path, n: int, seed: int) -> Outcome:
        outcome, dice = Outcome(unit="ms missing"), random.Random(seed)

        def run(number: int) -> float:
            path = folder / f"peer-{number}{ending}"
            with subprocess.Popen(
                [sys.executable, "-c", _PEER, str(path)], stdout=subprocess.PIPE
            ) as process:
                if process.stdout is None or not process.stdout.readline():
                    raise AssertionError("the peer does not start")
                time.sleep(dice.uniform(1.0, 3.0))
                process.kill()
                given = len(process.stdout.read().splitlines())
            return 1e3 * _FRAME_S * max(0, given - _messages(path))

        return _all(outcome, n, run)

    return attack


def _messages(path: Path) -> int:
    import can  # noqa: PLC0415 - of developers

    with can.LogReader(str(path)) as reader:
        return sum(1 for _ in reader)


def _all(outcome: Outcome, n: int, run: Callable[[int], float]) -> Outcome:
    for number in range(n):
        outcome.add(partial(run, number))
    return outcome
