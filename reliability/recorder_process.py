"""A process that records at 1 kHz × 4 in real time and says what it has handed over, until killed.

``python -m reliability.recorder_process FILE``: for each block a line ``counter seconds`` goes
to standard output right after the recorder has it, the seconds on this machine's monotonic clock.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.recording import Recorder
from reliability.known_samples import block, received, status, stream_items

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_ROOT: Final = Path(__file__).parents[1]


def start(path: Path) -> subprocess.Popen[bytes]:
    """Start the process; its first line says that it records."""
    return subprocess.Popen(
        [sys.executable, "-m", "reliability.recorder_process", str(path)],
        cwd=_ROOT,
        bufsize=0,  # what a first readline() would read ahead, communicate() would not return
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def handed_over(output: bytes) -> FloatArray:
    """Return the counters handed over and when, shape ``(n, 2)``, of the whole lines that came."""
    lines = output.decode().splitlines(keepends=True)
    pairs = [line.split() for line in lines if line.endswith("\n")]
    return np.array([(int(counter), float(at)) for counter, at in pairs]).reshape(-1, 2)


def main(path: str) -> None:
    """Record until killed."""
    with Recorder(path, least_free_bytes=0) as recorder:
        for item in stream_items([])[:-1]:
            recorder.write(item)
        begin, first = time.monotonic(), 0
        while True:
            message = block(first)
            first += message.n
            time.sleep(max(0.0, begin + first / 1000 - time.monotonic()))
            recorder.write(received([message], begin_s=time.monotonic())[0])
            os.write(1, f"{first} {time.monotonic():.6f}\n".encode())
            if first % 1008 == 0:
                recorder.write(received([status({0: first})], begin_s=time.monotonic())[0])


if __name__ == "__main__":
    main(sys.argv[1])
