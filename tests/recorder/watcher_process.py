"""A dashboard without a screen: begins a recording or joins it, tells counters until killed."""

import os
from pathlib import Path

from gripforce.model import Samples
from gripforce.recorder import RecorderClient, RecordingRequest


async def main(folder, file):
    desk = RecorderClient(Path(folder))
    await desk.open()
    if not desk.file:
        await desk.begin(RecordingRequest("sim:lift?trials=100", file))
    async for item in desk.items():
        if isinstance(item, Samples) and item.stream.name == "force":
            os.write(1, f"{item.counter[-1]}\n".encode())
