"""The progress of a recording: a line on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
import time
from typing import Self

from gripforce.assembly.rate_watch import RateWatch
from gripforce.assembly.signal_watch import SignalWatch
from gripforce.cli.output import OUTPUT
from gripforce.model import Counted, Gap, Marker, Received, Samples, StreamItem

EVERY_S = 0.2


class Progress:
    """One line on standard error, rewritten five times a second.

    ``duration_s`` is the planned length; None: until interrupted.
    """

    def __init__(self, duration_s: float | None) -> None:
        self._duration_s = duration_s
        self._terminal = OUTPUT.shows_progress
        self._samples = self._lost = 0
        self._t = 0.0
        self._link = ""
        self._next_s = 0.0
        self._rates = RateWatch()
        self._signals = SignalWatch()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._terminal:
            print(file=sys.stderr)

    def _say(self, text: str) -> None:
        """Print a line that stays, on a terminal and in a log."""
        if self._terminal:
            print(file=sys.stderr)
        OUTPUT.say(f"gripforce: {text}", always=True)

    def show(self, item: StreamItem) -> None:
        """Count an item; say what is wrong with it; redraw the line when it is time."""
        if isinstance(item, Received):  # most are, and none of them is counted
            return
        rate = self._rates.add(item)
        for doubt in [*([rate] if rate else []), *self._signals.add(item)]:
            self._say(f"DOUBTFUL: {doubt}")
        match item:
            case Samples() | Counted():
                self._samples += len(item)
                self._t = max(self._t, item.last_t)
            case Gap():
                self._lost += item.lost
            case Marker(kind="link"):
                self._link = "" if item.text == "restored" else f"  link {item.text}"
                self._say(f"link {item.text} at {item.t:.1f} s")
            case Marker(kind="file" | "device"):
                self._say(item.text)
            case _:
                return
        now_s = time.monotonic()
        if self._terminal and now_s >= self._next_s:
            self._next_s = now_s + EVERY_S
            line = f"{self._t:8.1f}{self._left} s  {self._samples} samples  {self._lost} lost"
            print(f"\r{line + self._link:<76}", end="", file=sys.stderr, flush=True)

    @property
    def _left(self) -> str:
        """The planned length, and what is left of it."""
        if not self._duration_s:
            return ""
        return f" of {self._duration_s:g} s, {max(0.0, self._duration_s - self._t):.0f} s left;"
