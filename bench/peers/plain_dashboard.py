"""A dashboard as textual-plot makes it in an afternoon: both forces, ten seconds. A peer, alone."""

from __future__ import annotations

import sys
from collections import deque
from typing import TYPE_CHECKING

import numpy as np
from textual.app import App
from textual_plot import HiResMode, PlotWidget

from gripforce.device import open_device
from gripforce.model import Samples

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from gripforce.model import FloatArray

SHOWN_S = 10.0
PICTURES_HZ = 16.0
POINTS = 400
"""Of each trace: more than the dots of a line on 120 columns."""


class PlainDashboard(App[None]):
    """Draws grip and load force of a device; ``q`` ends it."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012 - as Textual has it

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source
        self._parts: deque[tuple[FloatArray, FloatArray]] = deque()

    def compose(self) -> ComposeResult:
        """Lay out one plot a force."""
        yield PlotWidget(id="grip")
        yield PlotWidget(id="load")

    def on_mount(self) -> None:
        """Begin to follow the device, and to draw."""
        self.run_worker(self._follow())
        self.set_interval(1 / PICTURES_HZ, self._draw)

    async def _follow(self) -> None:
        async with open_device(self._source) as device:
            async for item in device.stream():
                if isinstance(item, Samples) and item.stream.name == "force":
                    self._parts.append((item.t, item.values))
                    while self._parts[0][0][-1] < item.t[-1] - SHOWN_S:
                        self._parts.popleft()

    def _draw(self) -> None:
        if not self._parts:
            return
        t, values = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        step = max(1, len(t) // POINTS)
        forces = {"#grip": values[:, :2].mean(axis=1), "#load": values[:, 2:].sum(axis=1)}
        for name, force in forces.items():
            plot = self.query_one(name, PlotWidget)
            plot.clear()
            plot.plot(t[::step], force[::step], hires_mode=HiResMode.BRAILLE)


if __name__ == "__main__":
    PlainDashboard(sys.argv[1]).run()
