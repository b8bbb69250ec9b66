"""Guided calibration: which mass to apply to which cell, whether it rests, and the certificate.

The screen opens the device for itself; nothing is saved before the operator confirms it.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Static

from gripforce.calibration import Guide, cell_groups, require_passed
from gripforce.dashboard.screens.certificate import Certificate
from gripforce.dashboard.widgets.calibration_text import (
    cell_readings,
    load_instruction,
    step_progress,
    stillness_bar,
)
from gripforce.dashboard.widgets.key_bar import KeyBar
from gripforce.device import save_everywhere
from gripforce.errors import CalibrationError, GripforceError
from gripforce.language import translate
from gripforce.model import Ended, Marker, Samples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from gripforce.calibration import Calibration
    from gripforce.device import Device
    from gripforce.model import StreamItem

PAINTS_PER_S: Final = 8
YIELD_EVERY_ITEMS: Final = 64


class Calibrate(Screen[str]):
    """Goes through the loads one by one; dismissed with the outcome in words for the journal.

    ``device`` opens the device; ``masses_g`` are the known masses, ``cells`` the cells to
    calibrate, "" for all; ``every_s`` is the period [s] of a bench that applies its loads by
    itself, None where a person does; ``new_cell`` accepts a gain far from the last one.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        ("enter,space", "read", "Read this load"),
        ("b", "back", "Repeat the last load"),
        ("escape,q", "leave", "Cancel, save nothing"),
    ]

    def __init__(
        self,
        device: Callable[[], Device],
        masses_g: Sequence[float],
        *,
        cells: str = "",
        gravity_m_s2: float,
        every_s: float | None = None,
        new_cell: bool = False,
    ) -> None:
        super().__init__()
        self._open = device
        self._masses_g, self._cells, self._gravity_m_s2 = masses_g, cells, gravity_m_s2
        self._every_s, self._new_cell = every_s, new_cell
        self._guide: Guide | None = None
        self._title_text = "Opening the device …"
        self.message = ""
        """Why the last key was refused, or what went wrong; "" while all is well."""
        self._stop: Callable[[], None] = lambda: None
        self._failed = False
        self._result: Calibration | None = None

    @property
    def loads_read(self) -> int:
        """How many loads have been read and not taken back."""
        return self._guide.done if self._guide is not None else 0

    @property
    def stream_s(self) -> float:
        """Time of the newest sample on the device's axis [s]; 0 before the first."""
        return self._guide.readings.now_s if self._guide is not None else 0.0

    def compose(self) -> ComposeResult:
        """Lay out the lines."""
        with Vertical():
            yield Static(self._title_text, id="device", markup=False)
            yield Static("", id="mass", markup=False)
            yield Static("", id="instruction", markup=False)
            yield Static("", id="steps", markup=False)
            yield Static("", id="stillness", markup=False)
            yield Static("", id="cells", markup=False)
            yield Static("", id="message", markup=False)
        yield KeyBar(show_command_palette=False)

    def on_mount(self) -> None:
        """Open the device and begin to paint."""
        self.run_worker(self._run_calibration(), name="calibrate")
        self.set_interval(1 / PAINTS_PER_S, self.paint)

    def paint(self) -> None:
        """Show the load to apply and what the cells read."""
        if not self.query("#device"):  # the screen is being closed, and samples still come
            return
        self.query_one("#device", Static).update(translate(self._title_text))
        self.query_one("#message", Static).update(translate(self.message))
        guide = self._guide
        if guide is None or guide.step is None:
            return
        mass, text = load_instruction(guide, self._every_s)
        for name, lines in (
            ("mass", mass), ("instruction", text), ("steps", step_progress(guide)),
            ("stillness", stillness_bar(guide, self._every_s)), ("cells", cell_readings(guide)),
        ):  # fmt: skip
            self.query_one(f"#{name}", Static).update(lines)

    def action_read(self) -> None:
        """Read the present load, or say why it cannot be read."""
        guide = self._guide
        if guide is None or guide.step is None or self._failed or self._every_s is not None:
            return
        readings = [guide.readings.reading(cell) for cell in guide.step.group]
        if not all(reading is not None and reading.rests for reading in readings):
            self._show("Not at rest yet: hands off, and wait until the bar is full.")
            return
        self._accept_load(guide)

    def action_back(self) -> None:
        """Take the last reading back."""
        if self._guide is not None and self._every_s is None:
            self._guide.back()
            self._show("")

    def action_leave(self) -> None:
        """Cancel; nothing was saved."""
        self.dismiss("calibration cancelled; nothing saved")

    def _show(self, text: str) -> None:
        self.message = f"! {text}" if text else ""
        self.paint()

    def _accept_load(self, guide: Guide, until_s: float | None = None) -> bool:
        try:
            guide.accept(until_s)
            self._show("")
            if guide.step is None:
                self._result = guide.result(datetime.now(UTC).isoformat(timespec="seconds"))
                self._stop()
        except CalibrationError as refused:
            if guide.step is None:
                guide.back()
            self._show(str(refused))
            return False
        return True

    async def _run_calibration(self) -> None:
        """Open the device, go through the loads, show the certificate, save it if confirmed."""
        try:
            async with self._open() as device:
                info = device.info
                self._title_text = f"Calibration of {info.board}, {info.uid}"
                groups = cell_groups(info, self._cells)
                self._guide = Guide(
                    groups,
                    self._masses_g,
                    self._gravity_m_s2,
                    device.calibration,
                    new_cell=self._new_cell,
                )
                self._stop = device.stop
                await self._follow(device, self._guide)
                if self._result is not None:
                    await self._ask_to_save(device, self._result)
        except GripforceError as error:
            self._failed = True
            self._show(f"{error} Nothing was saved.")

    async def _follow(self, device: Device, guide: Guide) -> None:
        """Follow the stream until all loads are read, or it ends."""
        count = 0
        async for item in device.stream():
            self._accept_item(item, guide)
            count += 1
            if count % YIELD_EVERY_ITEMS == 0:
                await asyncio.sleep(0)

    def _accept_item(self, item: StreamItem, guide: Guide) -> None:
        match item:
            case Samples():
                guide.readings.add(item)
                while (due_s := self._due_s(guide)) is not None and guide.readings.now_s >= due_s:
                    self._failed = not self._accept_load(guide, due_s)
            case Marker(kind="link"):
                self._show(f"Link: {item.text}.")
            case Ended() if self._result is None:
                self._failed = True
                self._show(f"The stream ended: {item.reason}. {item.text} Nothing was saved.")
            case _:
                pass

    def _due_s(self, guide: Guide) -> float | None:
        """Return when an automatic bench is to be read [s]; None where a person reads."""
        if self._every_s is None or self._failed or guide.step is None:
            return None
        return (guide.done + 1) * self._every_s

    async def _ask_to_save(self, device: Device, calibration: Calibration) -> None:
        """Show the certificate, and save the calibration if the operator confirms it."""
        screen = Certificate(calibration, device.calibration)
        if not await self.app.push_screen_wait(screen):
            self.dismiss("certificate shown; nothing saved")
            return
        require_passed(calibration)
        saved = await save_everywhere(device, calibration)
        self.notify(translate(f"Calibration {saved}."), timeout=8)
        self.dismiss(f"passed, {saved}")
