"""The simulated bench at a pace that the test sets, and an app of one screen."""

import asyncio

from textual.app import App

from gripforce.constants import CALIBRATION_MASSES_G, STANDARD_GRAVITY
from gripforce.dashboard.app import THEME
from gripforce.dashboard.screens.calibrate import Calibrate
from gripforce.dashboard.session.app import SessionApp
from gripforce.device import Device
from gripforce.model import Samples
from gripforce.transport import make_transport

URL = "sim:calibrate?speed=max&frontend=entry"
LOADS = 2 * len(CALIBRATION_MASSES_G) - 1
CELLS = 4
PATIENCE_S = 60


class Gated(Device):
    """The simulated bench, whose time goes on only as far as it is told to."""

    def __init__(self, url=URL):
        super().__init__(make_transport(url))
        self.until_s = 0.0
        self._told = asyncio.Event()

    def go_on(self, until_s):
        self.until_s = until_s
        self._told.set()

    def stop(self):
        self.go_on(float("inf"))
        super().stop()

    async def stream(self, **options):
        async for item in super().stream(**options):
            while isinstance(item, Samples) and item.t[0] > self.until_s:
                self._told.clear()
                await self._told.wait()
            yield item


class Alone(App):
    """A screen that looks as in a session; ``told`` is what it was dismissed with."""

    CSS_PATH = SessionApp.CSS_PATH
    told = None

    def __init__(self, screen):
        super().__init__()
        self._first = screen

    def on_mount(self):
        self.register_theme(THEME)
        self.theme = THEME.name
        self.push_screen(self._first, self._take)

    def _take(self, told):
        self.told = told
        self.exit()


async def until(pilot, condition):
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await pilot.pause()


async def at(pilot, bench, t):
    """Let the bench's time go on, and wait until the screen has seen all of it."""
    bench.go_on(t)
    await until(
        pilot, lambda: pilot.app._first._guide and pilot.app._first._guide.readings.now_s > t - 0.05
    )


def said(app):
    return app._first._said


def by_hand(bench, **options):
    return Calibrate(lambda: bench, CALIBRATION_MASSES_G, gravity_m_s2=STANDARD_GRAVITY, **options)
