"""What runs beside a recording: streams out, markers in, triggers out. None can delay or end it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Self

from gripforce.cli.options import say
from gripforce.device import Device
from gripforce.errors import GripforceError, UsageError
from gripforce.model import Started
from gripforce.wire.commands import DigitalOut, Watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.bridge.lsl_outlets import LslOutlets
    from gripforce.bridge.markers_in import ForeignMarker
    from gripforce.bridge.triggers import RuleFired, TriggerRule, Triggers
    from gripforce.bridge.watches import DeviceWatch
    from gripforce.device.source import StreamSource
    from gripforce.model import StreamItem

MARKED = "mark"
"""Kind of a marker that came from another program."""
TOLERATED_PCT = 2.0
"""Difference of the cells' gains that nobody needs to know of."""


class Beside:
    """Sends items to the Lab Streaming Layer, inserts other programs' markers, raises outputs.

    Raises ``UsageError`` where a library is missing, a source of markers cannot be opened, or a
    trigger is not valid or the source has no outputs.
    """

    def __init__(
        self,
        device: StreamSource,
        *,
        lsl: bool = False,
        markers: Sequence[str] = (),
        triggers: Sequence[str] = (),
        watch: str | None = None,
    ) -> None:
        self._device = device
        self._triggers = _triggers(triggers) if triggers else None
        self._refused = False
        self._watch = None if watch is None else _watch(watch)
        self._outputs = device if isinstance(device, Device) else None
        if (triggers or watch) and self._outputs is None:
            raise UsageError("A recording that is played has no outputs.", "Give a device.")
        self._commands: set[asyncio.Task[None]] = set()
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
        if self._watch is not None:
            self._arm(self._watch, item)

    def _look(self, triggers: Triggers, item: StreamItem) -> None:
        """Raise what an item fires, or say once why nothing can."""
        for fired in triggers.feed(item):
            self._raise(fired)
        if triggers.refusal and not self._refused:
            self._refused = True
            say(f"gripforce: no event raises an output: {triggers.refusal}", always=True)

    def _raise(self, fired: RuleFired) -> None:
        """Command the output of a rule that fired, and mark that; a task waits for its delay."""
        if self._outputs is None:
            return
        rule, now_s = fired.rule, self._outputs.now()
        at_s = now_s if fired.host_s is None else fired.host_s
        self._outputs.mark(rule.kind, rule.text, now_s - at_s)
        pulse = DigitalOut(rule.line, True, rule.pulse_ms)
        self._command(self._outputs, pulse, rule, at_s + rule.delay_s)

    def _arm(self, watch: DeviceWatch, item: StreamItem) -> None:
        """Let the device watch a level by itself, again after it has fired."""
        try:
            command = watch.feed(item)
        except UsageError as error:
            say(f"gripforce: '{watch.rule.text}' has no effect: {error}", always=True)
            return
        if isinstance(item, Started) and watch.uncertain_pct > TOLERATED_PCT:
            say(
                f"gripforce: the cells' gains differ, so the device knows the level of "
                f"'{watch.rule.text}' to {watch.uncertain_pct:.0f} % of it",
                always=True,
            )
        if command is not None and self._outputs is not None:
            self._command(self._outputs, command, watch.rule, self._outputs.now())

    def _command(
        self, device: Device, command: DigitalOut | Watch, rule: TriggerRule, at_s: float
    ) -> None:
        """Send a command at a host time, in a task."""

        async def send() -> None:
            await device.wait_until(at_s)
            try:
                await device.send(command)
            except GripforceError as error:
                say(f"gripforce: '{rule.text}' has no effect: {error}", always=True)

        task = asyncio.ensure_future(send())
        self._commands.add(task)
        task.add_done_callback(self._commands.discard)

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
        for task in self._commands:
            task.cancel()
        self._stack.close()
        if self._outlets is not None:
            say_problems(self._outlets.error, self._outlets.dropped)
        if self._lost:
            say(
                f"gripforce: {self._lost} markers came while nothing was being recorded.",
                always=True,
            )

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


def _watch(rule: str) -> DeviceWatch:
    """Return the watch of a rule, imported for the same reason where it is asked for."""
    from gripforce.bridge.watches import DeviceWatch

    return DeviceWatch(rule)


def say_problems(error: str, dropped: int) -> None:
    """Say what the Lab Streaming Layer did not get."""
    if error:
        say(f"gripforce: {error}", always=True)
    if dropped:
        say(f"gripforce: {dropped} blocks were not sent: the network did not keep up.", always=True)
