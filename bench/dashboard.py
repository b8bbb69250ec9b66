"""What the dashboard costs: a real one on a pty, 1 kHz × 4, the simulated device in its process."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.terminal import Terminal, memory_mb

if TYPE_CHECKING:
    from collections.abc import Sequence


SOURCE = "sim:lift?profile=als&seed=3"


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

    @property
    def cpu_ms(self) -> float:
        """Processor time of a picture."""
        return 1e3 * self.cpu_share / self.frames_per_s if self.frames_per_s else float("inf")


def measure_dashboard(
    seconds: float = 12.0,
    *,
    columns: int = 120,
    rows: int = 40,
    settle_s: float = 12.0,
    words: Sequence[str] = ("-m", "gripforce", "monitor", SOURCE),
    begin: bytes = b"",
    leave: bytes = b"q",
) -> DashboardCost:
    """Run a dashboard on a pty; the first seconds, until the traces are full, count not.

    ``begin`` and ``leave`` are keys, pressed one after another. Linux only: CPU time is read from
    ``/proc``.
    """
    began_s = time.monotonic()
    with Terminal(words, columns=columns, rows=rows, leave=leave) as terminal:
        terminal.read_until_shown()
        start_s = time.monotonic() - began_s
        terminal.press_in_turn(begin)
        terminal.read(settle_s)
        cpu_s, now_s = terminal.cpu_s, time.monotonic()
        frames, written = terminal.frames, terminal.written
        terminal.read(seconds)
        elapsed_s = time.monotonic() - now_s
        return DashboardCost(
            frames_per_s=(terminal.frames - frames) / elapsed_s,
            cpu_share=(terminal.cpu_s - cpu_s) / elapsed_s,
            bytes_per_s=(terminal.written - written) / elapsed_s,
            start_s=start_s,
            memory_mb=memory_mb(terminal.pid),
        )


if __name__ == "__main__":
    print(measure_dashboard(float(sys.argv[1]) if len(sys.argv) > 1 else 12.0))
