"""Whether there is a terminal to draw on, and whether it keeps up.

Textual draws on standard error through a thread with a short queue, and waits when that is full:
a terminal that stops taking text (a slow ssh, ctrl-S) would stop the stream too. So a picture is
made only while the terminal takes text.
"""

from __future__ import annotations

import os
import select
import sys

from gripforce.errors import UsageError


def in_browser() -> bool:
    """Whether textual-serve shows this to a browser: its driver stands in for a terminal."""
    return "TEXTUAL_DRIVER" in os.environ


def require_terminal() -> None:
    """Refuse to draw into a pipe or a file."""
    if in_browser():
        return
    streams = (sys.stdin, sys.stdout, sys.__stderr__)
    if not all(stream is not None and stream.isatty() for stream in streams):
        raise UsageError(
            "The dashboard needs a terminal.", "Use `gripforce record` where there is none."
        )


def keeps_up() -> bool:
    """Whether the terminal has taken what was drawn; taken for granted where it cannot be told."""
    screen = sys.__stderr__
    if sys.platform == "win32" or screen is None or not screen.isatty():
        return True
    return bool(select.select([], [screen], [], 0)[1])
