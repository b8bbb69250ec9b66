"""How late a lift's figures are: from the release of the object to its row on the screen."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from bench.figure import Figure
from gripforce.dashboard import Dashboard
from gripforce.dashboard.widgets.lifts import LiftTable
from gripforce.device import open_device
from gripforce.model import Samples

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from gripforce.device import Device
    from gripforce.model import StreamItem

SOURCE: Final = "sim:lift?profile=als&seed=3&trials=3"
LIFTS: Final = 3
PATIENCE_S: Final = 120.0
LOOK_EVERY_S: Final = 0.01
HEADING_ROWS: Final = 2


class _Watched:
    """A device's stream, with the host's time of each moment of it."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self.ahead_s = 0.0
        """Of the host's clock before the stream's."""

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield the stream."""
        async for item in self._device.stream(metadata={"task": "lift", "mass_g": 400}):
            if isinstance(item, Samples) and item.host_s is not None and len(item):
                self.ahead_s = float(item.host_s[-1] - item.t[-1])
            yield item


async def _delays() -> list[float]:
    """Return the seconds from each release to the lift's row, in real time at 120 × 40."""
    delays_s: list[float] = []
    async with open_device(SOURCE) as device:
        source = _Watched(device)
        app = Dashboard(source.items(), title=SOURCE)
        async with app.run_test(size=(120, 40)) as pilot, asyncio.timeout(PATIENCE_S):
            while len(delays_s) < LIFTS:
                await pilot.pause(LOOK_EVERY_S)
                shown_s = time.monotonic()
                number = str(len(delays_s) + 1)
                if _numbers(app).count(number):
                    release_s = app.next_frame().lifts[len(delays_s)].phases.release_s
                    delays_s.append(shown_s - float(release_s or 0.0) - source.ahead_s)
    return delays_s


def _numbers(app: Dashboard) -> list[str]:
    """Return the numbers of the lifts whose rows are painted."""
    table = app.screen.query_one(LiftTable)
    rows = [table.render_line(y).text.split() for y in range(HEADING_ROWS, table.size.height)]
    return [row[0] for row in rows if len(row) > HEADING_ROWS]


def release() -> Iterator[Figure]:
    """Measure the delay of a lift's figures, the simulated device in the same process."""
    yield Figure.of_runs(
        "release of the object to the lift's row on the screen, 120 x 40", 0.5,
        asyncio.run(_delays()), "s",
    )  # fmt: skip
