"""What runs beside a recording: streams out, markers in. None of it can delay or end it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Self

from gripforce.cli.options import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.bridge.lsl_outlets import LslOutlets
    from gripforce.bridge.markers_in import ForeignMarker
    from gripforce.device.source import StreamSource
    from gripforce.model import StreamItem

MARKED = "mark"
"""Kind of a marker that came from another program."""


class Beside:
    """Sends each item to the Lab Streaming Layer, and inserts other programs' markers.

    Raises ``UsageError`` where a library is missing or a source of markers cannot be opened.
    """

    def __init__(self, device: StreamSource, *, lsl: bool, markers: Sequence[str]) -> None:
        self._device = device
        self._wants_lsl, self._urls = lsl, markers
        self._outlets: LslOutlets | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stack = contextlib.ExitStack()
        self._lost = 0

    def put(self, item: StreamItem) -> None:
        """Pass on an item that was recorded."""
        if self._outlets is not None:
            self._outlets.put(item)

    def __enter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        with self._stack:
            if self._wants_lsl:
                from gripforce.bridge.lsl_outlets import LslOutlets

                self._outlets = self._stack.enter_context(LslOutlets())
            if self._urls:
                from gripforce.bridge.markers_in import MarkerInput

                self._stack.enter_context(MarkerInput(self._urls, self._take, self._say))
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        if self._outlets is not None:
            say_problems(self._outlets.error, self._outlets.dropped)
        if self._lost:
            say(f"gripforce: {self._lost} markers came while nothing was being recorded.")

    def _take(self, marker: ForeignMarker) -> None:
        """Hand a marker to the loop that owns the device, from the thread that received it."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._mark, marker)

    def _mark(self, marker: ForeignMarker) -> None:
        import time

        inserted = self._device.mark(MARKED, marker.text, time.monotonic() - marker.host_s)
        self._lost += inserted is None

    def _say(self, text: str) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(say, f"gripforce: {text}")


def say_problems(error: str, dropped: int) -> None:
    """Say what the Lab Streaming Layer did not get."""
    if error:
        say(f"gripforce: {error}")
    if dropped:
        say(f"gripforce: {dropped} blocks were not sent: the network did not keep up.")
