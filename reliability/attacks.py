"""The attacks: each yields one outcome a try, and raises nothing."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import GripforceError
from gripforce.recording import Recorder, read_recording
from reliability.known_samples import assert_true, session, stream_items
from reliability.nonsense import session_of
from reliability.recorder_process import handed_over, start

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LONGEST_S = 60.0
"""Real time after which a session counts as hung."""
MEBIBYTE_KB = 1024
PAGE = 4096


@dataclass
class Outcome:
    """What became of all tries of one attack; ``worst`` in ``unit``."""

    tried: int = 0
    survived: int = 0
    refused: int = 0
    """Ended by a sentence instead of data; they count as survived."""
    worst: float = 0.0
    unit: str = ""
    failures: list[str] = field(default_factory=list)

    def add(self, run: Callable[[], float]) -> None:
        """Count one try; ``run`` returns how bad it was, and raises where it was not survived."""
        self.tried += 1
        try:
            self.worst = max(self.worst, run())
        except GripforceError:
            self.refused += 1
        except (AssertionError, Exception) as error:  # noqa: BLE001 - this is what is counted
            self.failures.append(f"{type(error).__name__}: {error}")
            return
        self.survived += 1

    def all(self, n: int, run: Callable[[int], float]) -> Outcome:
        """Count ``n`` tries of what takes their number; return this outcome."""
        for number in range(n):
            self.add(partial(run, number))
        return self


def small_file(folder: Path, seconds: float) -> Path:
    """Write a recording whose every sample is a function of its counter."""
    path = folder / f"whole-{time.monotonic_ns()}.grip"
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items(session(seconds)):
            recorder.write(item)
    return path


def lost_samples(path: Path, whole: bytes, total: int) -> float:
    """Write a damaged file, check every sample that it still has, and return how many it lacks."""
    path.write_bytes(whole)
    force = read_recording(path).streams["force"]
    assert_true(force)
    return total - len(force)


def none_wrong(path: Path, whole: bytes) -> float:
    """Write a damaged file and check every sample that it still has: a wrong one is raised."""
    lost_samples(path, whole, 0)
    return 0.0


def cut(folder: Path, n: int, seed: int) -> Outcome:
    """Cut a file at any byte: all samples that are read are right."""
    whole, dice = small_file(folder, 1.0).read_bytes(), random.Random(seed)
    outcome, path = Outcome(unit="wrong samples"), folder / "cut.grip"
    for place in dice.sample(range(len(whole)), min(n, len(whole))):
        outcome.add(partial(none_wrong, path, whole[:place]))
    return outcome


def flip(folder: Path, n: int, seed: int) -> Outcome:
    """Flip one bit anywhere."""
    source, dice = small_file(folder, 1.0).read_bytes(), random.Random(seed)
    outcome, path = Outcome(unit="samples lost"), folder / "flip.grip"
    for _ in range(n):
        damaged = bytearray(source)
        damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        outcome.add(partial(lost_samples, path, bytes(damaged), 1008))
    return outcome


def damage(folder: Path, n: int, seed: int) -> Outcome:
    """Damage a file harshly: zeroed pages, random bytes, swapped, inserted and removed pieces."""
    source, dice = small_file(folder, 8.0).read_bytes(), random.Random(seed)
    outcome, path = Outcome(unit="wrong samples"), folder / "damage.grip"
    for _ in range(n):
        damaged = harshly_damaged(source, dice)
        outcome.add(partial(none_wrong, path, damaged))
    return outcome


def harshly_damaged(source: bytes, dice: random.Random) -> bytes:
    """Return a file with one piece overwritten, swapped, inserted or removed."""
    out = bytearray(source)
    a, b = sorted(dice.sample(range(len(out) - PAGE), 2))
    match dice.choice(["zero", "random", "copy", "insert", "remove"]):
        case "zero":
            out[a : a + PAGE] = bytes(PAGE)
        case "random":
            for _ in range(100):
                out[dice.randrange(len(out))] = dice.randrange(256)
        case "copy":
            out[a : a + PAGE] = source[b : b + PAGE]
        case "insert":
            out[a:a] = dice.randbytes(999)
        case _:
            del out[a:b]
    return bytes(out)


def nonsense(folder: Path, n: int, seed: int) -> Outcome:
    """Run whole sessions with a device that sends nonsense with valid checks."""
    outcome = Outcome(unit="s of real time")

    def run(number: int) -> float:
        begin_s = time.monotonic()
        limited = asyncio.wait_for(session_of(number, folder / f"{number}.grip"), LONGEST_S)
        ended = asyncio.run(limited)
        outcome.refused += ended.startswith("refused")
        return time.monotonic() - begin_s

    for number in range(seed, seed + n):
        outcome.add(partial(run, number))
    return outcome


def kill(folder: Path, n: int, seed: int) -> Outcome:
    """Kill a recorder with signal 9 at a random moment; its worst is the oldest missing block."""
    outcome, dice = Outcome(unit="ms since the oldest missing block"), random.Random(seed)

    def run(number: int) -> float:
        path = folder / f"kill-{number}.grip"
        process = start(path)
        assert process.stdout is not None
        process.stdout.readline()  # it records
        time.sleep(dice.uniform(0.0, 1.0))
        killed_s = time.monotonic()
        process.send_signal(signal.SIGKILL)
        said = handed_over(process.communicate()[0])
        force = read_recording(path).streams["force"]
        assert_true(force)
        missing = said[said[:, 0] > len(force)]
        age_ms = 1e3 * float(np.max(killed_s - missing[:, 1], initial=0.0))
        return max(0.0, age_ms)

    for number in range(n):
        outcome.add(partial(run, number))
    return outcome


def memory_mb() -> float:
    """Return the largest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEBIBYTE_KB
