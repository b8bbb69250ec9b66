"""Turn Ctrl-C, SIGTERM and a hang-up into a graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_HANG_UP = getattr(signal, "SIGHUP", None)
"""The terminal was closed; Windows has none."""
_STOPS = [signal.SIGINT, signal.SIGTERM, *([_HANG_UP] if _HANG_UP else [])]


@contextlib.contextmanager
def on_interrupt(stop: Callable[[], bool], *, keep_running: bool = False) -> Iterator[None]:
    """Call ``stop`` at the first Ctrl-C, SIGTERM or hang-up; the next one cancels the task.

    ``stop`` returns False where there is nothing to stop yet: then the task is cancelled at once.
    With ``keep_running`` a hang-up is ignored. On Windows the first Ctrl-C ends the program.
    """
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    stopped = False

    def interrupted() -> None:
        nonlocal stopped
        if not stopped and stop():
            stopped = True
        elif task is not None:
            task.cancel()

    def hung_up() -> None:
        leave_terminal()
        if not keep_running and not stopped:
            interrupted()

    try:
        for name in _STOPS:
            loop.add_signal_handler(name, hung_up if name == _HANG_UP else interrupted)
    except NotImplementedError:  # Windows; the recording is valid nevertheless
        yield
        return
    try:
        yield
    finally:
        for name in _STOPS:
            loop.remove_signal_handler(name)


def leave_terminal() -> None:
    """Write to a terminal that was closed no more; output into files and pipes stays."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            if stream.isatty() or os.isatty(stream.fileno()):
                os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
