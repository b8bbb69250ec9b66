"""What comes while a screen is being closed is left: its lines may be gone, its workers not yet."""

import pytest
from textual.app import App

from gripforce.dashboard.screens.devices import DeviceDetails, Devices
from tests.dashboard.calibration_bench import SteppedBench, by_hand


async def nobody():
    return []


async def paint(screen):
    screen.paint()


SCREENS = {
    "devices": (lambda: Devices(ports=list, radio=nobody), lambda screen: screen._listen()),
    "one device": (lambda: DeviceDetails("sim:lift"), lambda screen: screen._probe()),
    "calibration": (lambda: by_hand(SteppedBench()), paint),
}


@pytest.mark.parametrize("name", SCREENS)
async def test_a_screen_that_is_being_closed_takes_no_news(name):
    make, news = SCREENS[name]
    app = App()
    async with app.run_test(size=(80, 24)):
        screen = make()
        await app.push_screen(screen)
        app.workers.cancel_all()
        await screen.remove_children()
        await news(screen)
