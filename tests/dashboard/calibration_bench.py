"""The simulated bench at a pace that the test sets, and an app of one screen."""

import asyncio

from textual.app import App

from gripforce.constants import CALIBRATION_MASSES_G, STANDARD_GRAVITY
from gripforce.dashboard.app import STYLE_SHEETS
from gripforce.dashboard.screens.calibrate import Calibrate
from gripforce.dashboard.theme import DEFAULTS, use_themes
from gripforce.device import Device
from gripforce.model import Samples
from gripforce.transport import make_transport
from tests.dashboard.pilot import until

URL = "sim:calibrate?speed=max&frontend=entry"
LOADS = 2 * len(CALIBRATION_MASSES_G) - 1


class SteppedBench(Device):
    """The simulated bench, whose time advances only as far as the test lets it."""

    def __init__(self, url=URL):
        super().__init__(make_transport(url))
        self.until_s = 0.0
        self._advanced = asyncio.Event()

    def advance(self, until_s):
        self.until_s = until_s
        self._advanced.set()

    def stop(self):
        self.advance(float("inf"))
        super().stop()

    async def stream(self, **options):
        async for item in super().stream(**options):
            while isinstance(item, Samples) and item.t[0] > self.until_s:
                self._advanced.clear()
                await self._advanced.wait()
            yield item


class ScreenApp(App):
    """One screen with the session's styles; ``result`` is what it was dismissed with."""

    CSS_PATH = STYLE_SHEETS
    result = None

    def __init__(self, screen):
        super().__init__()
        self.first = screen

    def get_theme_variable_defaults(self):
        return DEFAULTS

    def on_mount(self):
        use_themes(self)
        self.push_screen(self.first, self._dismissed)

    def _dismissed(self, result):
        self.result = result
        self.exit()


async def at(pilot, bench, t):
    """Let the bench's time advance, and wait until the screen has all of its samples."""
    bench.advance(t)
    await until(pilot, lambda: pilot.app.first.stream_s > t - 0.05)


def by_hand(bench, **options):
    return Calibrate(lambda: bench, CALIBRATION_MASSES_G, gravity_m_s2=STANDARD_GRAVITY, **options)
