"""Dashboards on streams that have said all they will say, at a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator, Iterable

from gripforce.dashboard import Dashboard
from gripforce.model import Health, Marker, StreamItem, Unit
from tests.live.patients import recorded, sentence

LOST_S = 2.4
PATIENCE_S = 60
"""A dashboard that died would be waited for until the end of days."""
HEALTH = Health(
    t=1.0, taken={}, buffered={}, overflows=0, adc_errors=0, battery_v=3.9, skew_ppm=20.0
)


class Told:
    """A stream that utters some items and is then silent; ``done`` is set between the two."""

    def __init__(self, items: Iterable[StreamItem]) -> None:
        self._items = items
        self.done = asyncio.Event()

    def __aiter__(self) -> AsyncIterator[StreamItem]:
        return self._utter()

    async def _utter(self) -> AsyncIterator[StreamItem]:
        for item in self._items:
            yield item
        self.done.set()
        await asyncio.Event().wait()


def scene(name: str) -> list[StreamItem]:
    """Return what a stream has said until the picture is taken."""
    told = {
        "end": None,
        "size": 100,
        "subject": "p01",
        "task": "lift",
        "hand": "right",
        "mass_g": 400,
    }
    match name:
        case "live":
            items = sentence(recorded(10.4), **told)
        case "gap":
            items = sentence(recorded(10.4), gap=(8600, 9100), **told)
        case "lost":
            items = [*sentence(recorded(10.4), **told), Marker(10.4, "link", "lost")]
        case "saturated":
            items = sentence(recorded(10.4), saturated=(9000, 9128), **told)
        case "uncalibrated":
            items = sentence(recorded(10.4, unit=Unit.COUNT), **told)
        case _:
            raise ValueError(name)
    return [*items, HEALTH]


def dashboard(name: str, **options: object) -> Dashboard:
    told = Told(scene(name))

    def clock() -> float:
        return LOST_S if name == "lost" and told.done.is_set() else 0.0

    return Dashboard(told, title="sim:lift?profile=als&seed=3", clock=clock, **options)


async def settle(pilot) -> None:
    """Wait until the stream has been followed and its last frame is painted."""
    await asyncio.wait_for(pilot.app._stream.done.wait(), PATIENCE_S)
    pilot.app.screen_stack[1].paint()
    await pilot.pause()
