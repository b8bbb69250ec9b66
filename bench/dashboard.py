"""What the dashboard costs: a real one on a pty, 1 kHz × 4, the simulated device in its process."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.figure import STRETCHES
from bench.terminal import Terminal, memory_mb

if TYPE_CHECKING:
    from collections.abc import Sequence


SOURCE = "sim:lift?profile=als&seed=3"


@dataclass(frozen=True, slots=True)
class DashboardCost:
    """Measured in several stretches of some seconds, one value each."""

    frames_per_s: tuple[float, ...]
    cpu_share: tuple[float, ...]
    """Of one core: the dashboard and the simulated device behind it, decoding included."""
    start_s: float
    """From the command to the first picture."""
    memory_mb: float

    @property
    def cpu_ms(self) -> list[float]:
        """Processor time of a picture."""
        pairs = zip(self.cpu_share, self.frames_per_s, strict=True)
        return [1e3 * share / frames if frames else float("inf") for share, frames in pairs]


def measure_dashboard(
    stretch_s: float = 2.0,
    *,
    columns: int = 120,
    rows: int = 40,
    settle_s: float = 10.5,
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
        frames, shares = zip(
            *(_stretch(terminal, stretch_s) for _ in range(STRETCHES)), strict=True
        )
        return DashboardCost(frames, shares, start_s, memory_mb(terminal.pid))


def _stretch(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """Return pictures a second and the share of a core over some seconds."""
    cpu_s, now_s, frames = terminal.cpu_s, time.monotonic(), terminal.frames
    terminal.read(seconds)
    elapsed_s = time.monotonic() - now_s
    return (terminal.frames - frames) / elapsed_s, (terminal.cpu_s - cpu_s) / elapsed_s


if __name__ == "__main__":
    print(measure_dashboard(float(sys.argv[1]) if len(sys.argv) > 1 else 2.0))
