"""A pty with a Python module on it: the bench is the terminal and the person at its keys."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BEGIN_FRAME = b"\x1b[?2026h"
ASKS_FOR_FRAMES = b"\x1b[?2026$p"
YES_FRAMES = b"\x1b[?2026;2$y"
"""A terminal's word that it takes pictures whole; the dashboard then marks where each begins."""
STARTS_WITHIN_S = 60.0
KEPT = 1 << 16


class Terminal:
    """Runs Python, with these arguments, until left; ``frames`` and ``written`` count what it drew.

    Linux only.
    """

    def __init__(self, words: Sequence[str], *, columns: int, rows: int, leave: bytes) -> None:
        command = [sys.executable, *words]
        self._leave = leave
        self.frames = self.written = 0
        self.exit_code: int | None = None
        self.beginning = b""
        """The first of what it drew, at most ``KEPT`` bytes and a picture."""
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
            os.execv(command[0], command)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.press_in_turn(self._leave, 0.5)
        self.read(5.0)
        os.close(self._master)
        self.exit_code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def press_in_turn(self, keys: bytes, pause_s: float = 3.0) -> None:
        """Press keys one after another, each when the next screen is there."""
        for key in keys:
            self.press(bytes([key]))
            self.read(pause_s)

    def press_until(self, key: bytes, done: Callable[[], object], again_s: float = 10.0) -> None:
        """Press a key, again where nothing came of it, until something is done.

        Raises ``TimeoutError`` where it is not done within a minute.
        """
        until_s = time.monotonic() + STARTS_WITHIN_S
        next_s = 0.0
        while not done():
            if time.monotonic() > until_s:
                raise TimeoutError(f"{key!r} did nothing")
            if time.monotonic() > next_s:
                self.press(key)
                next_s = time.monotonic() + again_s
            self.read(0.1)

    def read_until_shown(self) -> None:
        """Take what is drawn until the first picture is there."""
        until_s = time.monotonic() + STARTS_WITHIN_S
        while not self.frames and self._take(until_s):
            pass

    def read(self, seconds: float) -> None:
        """Take what is drawn for some seconds, or until nobody draws any more."""
        until_s = time.monotonic() + seconds
        while self._take(until_s):
            pass

    @property
    def cpu_s(self) -> float:
        """Processor time so far."""
        return cpu_s(self.pid)

    def _take(self, until_s: float) -> bool:
        left_s = until_s - time.monotonic()
        if left_s <= 0 or not select.select([self._master], [], [], left_s)[0]:
            return False
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # Linux's word that nobody has the other end open any more
            return False
        self.written += len(data)
        if len(self.beginning) < KEPT:
            self.beginning += data
        self.frames += data.count(BEGIN_FRAME)
        if ASKS_FOR_FRAMES in data:
            self.press(YES_FRAMES)
        return True


def cpu_s(pid: int) -> float:
    """Return the processor time of a process so far, to the nanosecond: /proc counts in 10 ms.

    Raises ``OSError`` where it has ended. Source: clock_getcpuclockid(3), for Linux.
    """
    return time.clock_gettime((~pid << 3) | 2)


def memory_mb(pid: int | str = "self") -> float:
    """Return what a process keeps in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def most_memory_mb(pid: int) -> float:
    """Return the most that a process had in memory up to now."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
