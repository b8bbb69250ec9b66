"""What the dashboard costs: a real one on a pty, 1 kHz × 4, the simulated device in its process."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN_FRAME = b"\x1b[?2026h"
ASKS_FOR_FRAMES = b"\x1b[?2026$p"
YES_FRAMES = b"\x1b[?2026;2$y"
"""A terminal's word that it takes pictures whole; the dashboard then marks where each begins."""


@dataclass(frozen=True, slots=True)
class DashboardCost:
    """Measured over some seconds after the start."""

    frames_per_s: float
    cpu_share: float
    """Of one core: the dashboard and the simulated device behind it, decoding included."""
    bytes_per_s: float
    """To the terminal."""
    start_s: float
    """From the command to the first picture."""
    memory_mb: float


def measure_dashboard(
    seconds: float = 20.0,
    *,
    columns: int = 120,
    rows: int = 40,
    settle_s: float = 12.0,
    words: Sequence[str] = ("monitor", "sim:lift?profile=als&seed=3"),
    begin: bytes = b"",
    leave: bytes = b"q",
) -> DashboardCost:
    """Run a dashboard on a pty; the first seconds, until the traces are full, count not.

    ``begin`` and ``leave`` are keys. Linux only: CPU time is read from ``/proc``.
    """
    command = [sys.executable, "-m", "gripforce", *words]
    began_s = time.monotonic()
    child, master = pty.fork()
    if child == 0:
        os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
        os.execv(command[0], command)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        start_s = _read_until(master, began_s + 60.0, first=True)[2] - began_s
        os.write(master, begin)
        _read_until(master, time.monotonic() + settle_s)
        cpu_s, now_s = _cpu_s(child), time.monotonic()
        frames, written, _ = _read_until(master, now_s + seconds)
        elapsed_s = time.monotonic() - now_s
        return DashboardCost(
            frames_per_s=frames / elapsed_s,
            cpu_share=(_cpu_s(child) - cpu_s) / elapsed_s,
            bytes_per_s=written / elapsed_s,
            start_s=start_s,
            memory_mb=_memory_mb(child),
        )
    finally:
        for key in leave:
            os.write(master, bytes([key]))
            _read_until(master, time.monotonic() + 0.5)
        _read_until(master, time.monotonic() + 5.0)
        os.close(master)
        os.waitpid(child, 0)


def _read_until(master: int, until_s: float, *, first: bool = False) -> tuple[int, int, float]:
    """Be the terminal; return pictures, bytes and the time of the end (or of the first picture)."""
    frames = written = 0
    while (left_s := until_s - time.monotonic()) > 0:
        if not select.select([master], [], [], left_s)[0]:
            break
        try:
            data = os.read(master, 1 << 16)
        except OSError:  # Linux's word that nobody has the other end open any more
            break
        written += len(data)
        frames += data.count(BEGIN_FRAME)
        if ASKS_FOR_FRAMES in data:
            os.write(master, YES_FRAMES)
        if first and frames:
            break
    return frames, written, time.monotonic()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    print(measure_dashboard(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
