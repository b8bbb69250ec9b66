"""Make the pictures of the README: ``python docs/images``."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from gripforce import open_device
from gripforce.dashboard import Dashboard
from gripforce.model import Ended, Marker, Received, StreamItem

HERE = Path(__file__).parent
SOURCE = "sim:lift?profile=als&seed=3"
SIZE = (120, 40)
SPAN_S = 52.5
"""Lifts in the table, and one in the air."""
FONT_FACES = re.compile(r"@font-face\s*{.*?}\s*", re.DOTALL)
"""Textual names a font on the web; a picture should need nothing but itself."""


class UntilNow:
    """A simulated patient's first seconds, as fast as they can be had."""

    def __init__(self) -> None:
        self.told = asyncio.Event()

    async def items(self) -> AsyncIterator[StreamItem]:
        """Yield the stream up to now, and then nothing."""
        about = {"task": "lift", "subject": "p01", "hand": "right", "mass_g": 400}
        async with open_device(f"{SOURCE}&speed=max") as device:
            async for item in device.stream(duration_s=SPAN_S, metadata=about):
                # Going this fast, the link says nothing that belongs into the picture.
                if not isinstance(item, Ended | Marker | Received):
                    yield item
        self.told.set()
        await asyncio.Event().wait()


async def dashboard() -> str:
    """Return the dashboard as SVG text."""
    source = UntilNow()
    app = Dashboard(source.items(), title=SOURCE, clock=lambda: 0.0)
    async with app.run_test(size=SIZE) as pilot:
        await source.told.wait()
        app.screen_stack[1].paint()
        await pilot.pause()
        return FONT_FACES.sub("", app.export_screenshot(title="gripforce demo"))


def main() -> None:
    """Write the pictures beside this file."""
    (HERE / "dashboard.svg").write_text(asyncio.run(dashboard()))


if __name__ == "__main__":
    main()
