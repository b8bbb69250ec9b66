"""What runs beside a recording: streams out, markers in, triggers out. None can delay or end it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Self

from gripforce.cli.options import say
from gripforce.device import Device
from gripforce.errors import GripforceError, UsageError
from gripforce.wire.commands import DigitalOut

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.bridge.lsl_outlets import LslOutlets
    from gripforce.bridge.markers_in import ForeignMarker
    from gripforce.bridge.triggers import Fired, TriggerRule, Triggers
    from gripforce.device.source import StreamSource
    from gripforce.model import StreamItem

MARKED = "mark"
"""Kind of a marker that came from another program."""


class Beside:
    """Sends items to the Lab Streaming Layer, inserts other programs' markers, raises outputs.

    Raises ``UsageError`` where a library is missing, a source of markers cannot be opened, or a
    trigger is not valid or the source has no outputs.
    """

    def __init__(
        self, device: StreamSource, *, lsl: bool, markers: Sequence[str], triggers: Sequence[str]
    ) -> None:
        self._device = device
        self._triggers = _triggers(triggers) if triggers else None
        self._refused = False
        if triggers and not isinstance(device, Device):
            raise UsageError("A recording that is played has no outputs.", "Give a device.")
        self._pulses: set[asyncio.Task[None]] = set()
        self._wants_lsl, self._urls = lsl, markers
        self._outlets: LslOutlets | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stack = contextlib.ExitStack()
        self._lost = 0

    def put(self, item: StreamItem) -> None:
        """Pass on an item that was recorded."""
        if self._outlets is not None:
            self._outlets.put(item)
        if self._triggers is not None:
            self._look(self._triggers, item)

    def _look(self, triggers: Triggers, item: StreamItem) -> None:
        """Raise what an item fires, or say once why nothing can."""
        for fired in triggers.feed(item):
            self._raise(fired)
        if triggers.refusal and not self._refused:
            self._refused = True
            say(f"gripforce: no event raises an output: {triggers.refusal}")

    def _raise(self, fired: Fired) -> None:
        """Command the output of a rule that fired, and mark that; a task waits for its delay."""
        rule, now_s = fired.rule, time.monotonic()
        ago_s = 0.0 if fired.host_s is None else now_s - fired.host_s
        self._device.mark(rule.kind, rule.text, ago_s)
        task = asyncio.ensure_future(self._pulse(rule, max(0.0, rule.delay_s - max(0.0, ago_s))))
        self._pulses.add(task)
        task.add_done_callback(self._pulses.discard)

    async def _pulse(self, rule: TriggerRule, wait_s: float) -> None:
        await asyncio.sleep(wait_s)
        if isinstance(self._device, Device):
            try:
                await self._device.send(DigitalOut(rule.line, True, rule.pulse_ms))
            except GripforceError as error:
                say(f"gripforce: ttl{rule.line} was not raised: {error}")

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
        for task in self._pulses:
            task.cancel()
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
        inserted = self._device.mark(MARKED, marker.text, time.monotonic() - marker.host_s)
        self._lost += inserted is None

    def _say(self, text: str) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(say, f"gripforce: {text}")


def _triggers(rules: Sequence[str]) -> Triggers:
    """Return triggers; only they need the analysis, which takes a second to import."""
    from gripforce.bridge.triggers import Triggers, parse_rule

    return Triggers([parse_rule(text) for text in rules])


def say_problems(error: str, dropped: int) -> None:
    """Say what the Lab Streaming Layer did not get."""
    if error:
        say(f"gripforce: {error}")
    if dropped:
        say(f"gripforce: {dropped} blocks were not sent: the network did not keep up.")
