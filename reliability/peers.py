"""The same attacks on what others write: python-can's loggers, and LabRecorder's XDF by pyxdf."""

from __future__ import annotations

import logging
import random
import signal
import subprocess
import sys
import time
import warnings
from functools import partial
from typing import TYPE_CHECKING, Final

import numpy as np

from reliability.attacks import Outcome
from reliability.lsl_alone import lab_recorder, lsl_environment

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gripforce.model import FloatArray

_FRAME_S: Final = 0.001
_WAIT_S: Final = 60.0
_CAN: Final = """
import sys, time
import can
writer = can.Logger(sys.argv[1])
begin = time.monotonic()
for k in range(10**9):
    while time.monotonic() < begin + k * 0.001:
        time.sleep(0.0002)
    writer.on_message_received(can.Message(arbitration_id=k % 2048, data=k.to_bytes(8, "little"),
                                           is_extended_id=False, timestamp=1e9 + k * 0.001))
    print(k, time.monotonic(), flush=True)
"""
_OUTLET: Final = """
import time
import pylsl
outlet = pylsl.StreamOutlet(pylsl.StreamInfo("Counter", "Force", 1, 1000, "double64", "counter"))
outlet.wait_for_consumers(60)
begin = time.monotonic()
for k in range(10**9):
    while time.monotonic() < begin + k * 0.001:
        time.sleep(0.0002)
    outlet.push_sample([float(k)])
    print(k, time.monotonic(), flush=True)
"""


def _python(
    script: str, *arguments: str, env: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    return _started([sys.executable, "-c", script, *arguments], env)


def _started(command: list[str], env: dict[str, str] | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env
    )


def _kill_within(
    victim: subprocess.Popen[bytes], source: subprocess.Popen[bytes], wait_s: float
) -> int:
    """Kill a recorder some seconds after its source's first sample; return how many it was given.

    The source prints a line ``number seconds`` for each sample, on the monotonic clock.
    """
    if source.stdout is None or not source.stdout.readline():
        raise AssertionError("the peer does not start")
    time.sleep(wait_s)
    killed_s = time.monotonic()
    victim.send_signal(signal.SIGKILL)
    source.kill()
    whole = [line for line in source.stdout.read().splitlines(keepends=True) if b"\n" in line]
    source.wait()
    victim.communicate()
    return 1 + sum(float(line.split()[1]) <= killed_s for line in whole)


def python_can(ending: str) -> Callable[[Path, int, int], Outcome]:
    """Return the attack of signal 9 on python-can's writer of a format."""

    def attack(folder: Path, n: int, seed: int) -> Outcome:
        outcome, dice = Outcome(unit="ms missing"), random.Random(seed)

        def run(number: int) -> float:
            path = folder / f"peer-{number}{ending}"
            writer = _python(_CAN, str(path))
            given = _kill_within(writer, writer, dice.uniform(1.0, 3.0))
            return _missing_ms(outcome, given, partial(_messages, path))

        return outcome.all(n, run)

    return attack


def _missing_ms(outcome: Outcome, given: int, read: Callable[[], int]) -> float:
    """Return what is missing of a peer's file; all of it where its own reader cannot read it."""
    try:
        return 1e3 * _FRAME_S * max(0, given - read())
    except Exception:
        outcome.worst = max(outcome.worst, 1e3 * _FRAME_S * given)
        raise


def _messages(path: Path) -> int:
    import can  # noqa: PLC0415 - of developers

    with can.LogReader(str(path)) as reader:
        return sum(1 for _ in reader)


def lab_recorder_killed(folder: Path, n: int, seed: int) -> Outcome:
    """Kill LabRecorder with signal 9 at a random moment; pyxdf reads what it wrote."""
    outcome, dice = Outcome(unit="ms missing"), random.Random(seed)

    def run(number: int) -> float:
        path = folder / f"lab-{number}.xdf"
        given = _lab_recording(path, dice.uniform(1.0, 3.0))
        return _missing_ms(outcome, given, lambda: len(_values(path)))

    return outcome.all(n, run)


def _lab_recording(path: Path, wait_s: float) -> int:
    """Record a counter with LabRecorder and kill that; return how many samples it was given."""
    environment = lsl_environment(path.parent)
    source = _python(_OUTLET, env=environment)
    recorder = _started(lab_recorder(path, "name='Counter'"), environment)
    return _kill_within(recorder, source, wait_s)


def xdf_cut(folder: Path, n: int, seed: int) -> Outcome:
    """Cut LabRecorder's file at any byte."""
    return _damaged(folder, n, seed, lambda whole, dice: whole[: dice.randrange(len(whole))])


def xdf_flipped(folder: Path, n: int, seed: int) -> Outcome:
    """Flip one bit anywhere in LabRecorder's file."""

    def flipped(whole: bytes, dice: random.Random) -> bytes:
        damaged = bytearray(whole)
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        return bytes(damaged)

    return _damaged(folder, n, seed, flipped)


def _damaged(
    folder: Path, n: int, seed: int, damage: Callable[[bytes, random.Random], bytes]
) -> Outcome:
    outcome, dice = Outcome(unit="wrong samples"), random.Random(seed)
    source, path = folder / f"whole-{seed}-{n}.xdf", folder / "damaged.xdf"
    _lab_recording(source, 2.0)
    whole, given = source.read_bytes(), _values(source)

    def run(_: int) -> float:
        path.write_bytes(damage(whole, dice))
        wrong = _wrong(_values(path), len(given))
        outcome.worst = max(outcome.worst, wrong)
        if wrong:
            raise AssertionError(f"{wrong} samples are wrong, and nothing says so")
        return 0.0

    return outcome.all(n, run)


def _wrong(values: FloatArray, given: int) -> int:
    """Return how many values of a rising counter cannot be right; a missing one is not wrong."""
    impossible = (values != np.rint(values)) | (values < 0) | (values > values.size + given)
    return int(np.count_nonzero(impossible) + np.count_nonzero(np.diff(values) <= 0))


def _values(path: Path) -> FloatArray:
    import pyxdf  # type: ignore[import-untyped]  # noqa: PLC0415 - of developers

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.getLogger("pyxdf.pyxdf").disabled = True  # it sets its own level
        streams, _ = pyxdf.load_xdf(
            str(path), synchronize_clocks=False, dejitter_timestamps=False, verbose=False
        )
    if not streams:
        return np.empty(0)
    return np.asarray(streams[0]["time_series"], np.float64).reshape(-1)
