"""Ctrl-C, or a polite kill, as a wish and not as a blow."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def on_interrupt(wish: Callable[[], None]) -> Iterator[None]:
    """Call ``wish`` at the first Ctrl-C; a second one interrupts as ever."""
    loop = asyncio.get_running_loop()

    def once() -> None:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
        wish()

    try:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, once)
    except NotImplementedError:  # Windows: there Ctrl-C ends the program; the file is valid
        yield
        return
    try:
        yield
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)
