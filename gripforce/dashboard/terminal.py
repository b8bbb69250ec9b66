"""Check that there is a terminal to draw on, and that it keeps up.

Textual draws on standard error through a thread with a short queue, and waits when that is full:
a terminal that stops reading (a slow ssh, ctrl-S) would stop the stream too. So a frame is drawn
only while the terminal reads.
"""

from __future__ import annotations

import os
import select
import sys

from gripforce.errors import UsageError


def in_browser() -> bool:
    """Return whether textual-serve shows this in a browser: its driver replaces the terminal."""
    return "TEXTUAL_DRIVER" in os.environ


def require_terminal() -> None:
    """Raise ``UsageError`` where the output is a pipe or a file."""
    if in_browser():
        return
    streams = (sys.stdin, sys.stdout, sys.__stderr__)
    if not all(stream is not None and stream.isatty() for stream in streams):
        raise UsageError("The dashboard needs a terminal.", "Use `gripforce record` without one.")


def keeps_up() -> bool:
    """Return whether the terminal has read what was drawn; True where this is unknown."""
    screen = sys.__stderr__
    if sys.platform == "win32" or screen is None or not screen.isatty():
        return True
    return bool(select.select([], [screen], [], 0)[1])
