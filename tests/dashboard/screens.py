"""Dashboards on streams that are silent after their last item, at a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

from gripforce.dashboard import Dashboard
from gripforce.model import Health, Marker, StreamItem, Unit
from tests.online.patients import recorded, sentence

LOST_S = 2.4
PATIENCE_S = 60
"""Longest wait for a dashboard, should it have died."""
HEALTH = Health(
    t=1.0, taken={}, buffered={}, overflows=0, adc_errors=0, battery_v=3.9, skew_ppm=20.0
)


class FixedStream:
    """A stream of some items that is then silent; ``done`` is set between the two."""

    def __init__(self, items: Iterable[StreamItem]) -> None:
        self._items = items
        self.done = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[StreamItem]:
        return self._yield()

    async def _yield(self) -> AsyncIterator[StreamItem]:
        for item in self._items:
            yield item
        self.done.set()
        await asyncio.Event().wait()


def scene(name: str) -> list[StreamItem]:
    """Return the items of a stream until the picture is taken."""
    metadata = {
        "end": None,
        "size": 100,
        "subject": "p01",
        "task": "lift",
        "hand": "right",
        "mass_g": 400,
    }
    match name:
        case "live":
            items = sentence(recorded(10.4), **metadata)
        case "gap":
            items = sentence(recorded(10.4), gap=(8600, 9100), **metadata)
        case "lost":
            items = [*sentence(recorded(10.4), **metadata), Marker(10.4, "link", "lost")]
        case "saturated":
            items = sentence(recorded(10.4), saturated=(9000, 9128), **metadata)
        case "uncalibrated":
            items = sentence(recorded(10.4, unit=Unit.COUNT), **metadata)
        case _:
            raise ValueError(name)
    return [*items, HEALTH]


class FixedDashboard(Dashboard):
    """A dashboard on a ``FixedStream``."""

    def __init__(self, items: Iterable[StreamItem], **options: Any) -> None:
        self.source = FixedStream(items)
        super().__init__(self.source, **options)


def dashboard(name: str, **options: object) -> FixedDashboard:
    def clock() -> float:
        return LOST_S if name == "lost" and app.source.done.is_set() else 0.0

    title = "sim:lift?profile=als&seed=3"
    app = FixedDashboard(scene(name), title=title, clock=clock, **options)
    return app


async def settle(pilot) -> None:
    """Wait until the stream has been followed and its last frame is painted."""
    await asyncio.wait_for(pilot.app.source.done.wait(), PATIENCE_S)
    pilot.app.screen_stack[1].paint()
    await pilot.pause()


async def resize(pilot, size) -> None:
    """Give the terminal another size, and wait until the screen is painted in it."""
    await pilot.resize_terminal(*size)
    pilot.app.screen.paint()
    await pilot.pause()


def text_of(widget) -> list[str]:
    """Return the lines of a widget as they are painted."""
    return [widget.render_line(y).text for y in range(widget.size.height)]
