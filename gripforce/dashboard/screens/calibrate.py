"""Guided calibration: which mass to hang where, whether it rests, and the certificate at the end.

The device is this screen's alone while it is shown; nothing is kept before somebody says so.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Footer, Static

from gripforce.calibration import Guide, cell_groups, require_passed
from gripforce.dashboard.screens.certificate import Certificate
from gripforce.dashboard.widgets.calibration_text import (
    cell_words,
    hang_words,
    rest_words,
    step_signs,
)
from gripforce.device import save_everywhere
from gripforce.errors import CalibrationError, GripforceError
from gripforce.model import Ended, Marker, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.calibration import Calibration
    from gripforce.device import Device
    from gripforce.model import StreamItem

LOOKS_PER_S: Final = 8
BREATH_ITEMS: Final = 64


class Calibrate(Screen[str]):
    """One load after the other; dismissed with what became of it, in words for the journal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "read", "Read this load"),
        ("b", "back", "Last load again"),
        ("escape,q", "leave", "Leave, keep nothing"),
    ]

    def __init__(
        self,
        device: Callable[[], Device],
        masses_g: Sequence[float],
        *,
        cells: str = "",
        gravity_m_s2: float,
        every_s: float | None = None,
    ) -> None:
        super().__init__()
        self._open = device
        self._masses_g, self._cells, self._gravity_m_s2 = masses_g, cells, gravity_m_s2
        self._every_s = every_s
        """A bench that hangs a load every so often by itself; None where a person does."""
        self._guide: Guide | None = None
        self._who = "Opening the device …"
        self._said = ""
        self._stop: Callable[[], None] = lambda: None
        self._broken = False
        self._made: Calibration | None = None

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        with Vertical():
            yield Static(self._who, id="who", markup=False)
            yield Static("", id="mass", markup=False)
            yield Static("", id="hang", markup=False)
            yield Static("", id="steps", markup=False)
            yield Static("", id="rest", markup=False)
            yield Static("", id="cells", markup=False)
            yield Static("", id="said", markup=False)
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Open the device, and look at it."""
        self.run_worker(self._work(), name="calibrate")
        self.set_interval(1 / LOOKS_PER_S, self.paint)

    def paint(self) -> None:
        """Show what there is to do and what the cells read."""
        self.query_one("#who", Static).update(self._who)
        self.query_one("#said", Static).update(self._said)
        guide = self._guide
        if guide is None or guide.step is None:
            return
        word, text = hang_words(guide, self._every_s)
        for name, lines in (
            ("mass", word), ("hang", text), ("steps", step_signs(guide)),
            ("rest", rest_words(guide, self._every_s)), ("cells", cell_words(guide)),
        ):  # fmt: skip
            self.query_one(f"#{name}", Static).update(lines)

    def action_read(self) -> None:
        """Read the load that hangs, or say why not."""
        guide = self._guide
        if guide is None or guide.step is None or self._broken or self._every_s is not None:
            return
        found = [guide.readings.reading(cell) for cell in guide.step.group]
        if not all(reading is not None and reading.rests for reading in found):
            self._say("Not still yet: hands off, and wait until the bar is full.")
            return
        self._accept(guide)

    def action_back(self) -> None:
        """Take the newest load back."""
        if self._guide is not None and self._every_s is None:
            self._guide.back()
            self._say("")

    def action_leave(self) -> None:
        """Leave; nothing was kept."""
        self.dismiss("left before its end, nothing kept")

    def _say(self, text: str) -> None:
        self._said = f"! {text}" if text else ""
        self.paint()

    def _accept(self, guide: Guide, until_s: float | None = None) -> bool:
        try:
            guide.accept(until_s)
            self._say("")
            if guide.step is None:
                self._made = guide.result(datetime.now(UTC).isoformat(timespec="seconds"))
                self._stop()
        except CalibrationError as refused:
            if guide.step is None:
                guide.back()
            self._say(str(refused))
            return False
        return True

    async def _work(self) -> None:
        """Open the device, go through the loads, show the certificate, keep it if told to."""
        try:
            async with self._open() as device:
                info = device.info
                self._who = f"Calibration of {info.board}, {info.uid}"
                groups = cell_groups(info, self._cells)
                self._guide = Guide(groups, self._masses_g, self._gravity_m_s2)
                self._stop = device.stop
                await self._listen(device, self._guide)
                if self._made is not None:
                    await self._decide(device, self._made)
        except GripforceError as error:
            self._broken = True
            self._say(f"{error} Nothing was kept.")

    async def _listen(self, device: Device, guide: Guide) -> None:
        """Follow the stream until all loads are read, or it ends."""
        count = 0
        async for item in device.stream():
            self._take(item, guide)
            count += 1
            if count % BREATH_ITEMS == 0:
                await asyncio.sleep(0)

    def _take(self, item: StreamItem, guide: Guide) -> None:
        match item:
            case Samples():
                guide.readings.add(item)
                while (due_s := self._due_s(guide)) is not None and guide.readings.now_s >= due_s:
                    self._broken = not self._accept(guide, due_s)
            case Marker(kind="link"):
                self._say(f"Link: {item.text}.")
            case Ended() if self._made is None:
                self._broken = True
                self._say(f"The stream ended: {item.reason}. {item.text} Nothing was kept.")
            case _:
                pass

    def _due_s(self, guide: Guide) -> float | None:
        """Return when a bench that works by itself is to be read."""
        if self._every_s is None or self._broken or guide.step is None:
            return None
        return (guide.done + 1) * self._every_s

    async def _decide(self, device: Device, calibration: Calibration) -> None:
        """Show the certificate, and keep the calibration where somebody says so."""
        shown = Certificate(calibration, device.calibration)
        if not await self.app.push_screen_wait(shown):
            self.dismiss("certificate shown, nothing kept")
            return
        require_passed(calibration)
        kept = await save_everywhere(device, calibration)
        self.notify(f"Calibration {kept}.", timeout=8)
        self.dismiss(f"passed, {kept}")
