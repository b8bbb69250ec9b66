"""A client that begins a recording or joins one, and prints counters until it is killed."""

import os
from pathlib import Path

from gripforce.model import Samples
from gripforce.recorder import RecorderClient, RecordingRequest


async def main(folder, file):
    recorder = RecorderClient(Path(folder))
    await recorder.open()
    if not recorder.file:
        await recorder.begin(RecordingRequest("sim:lift?trials=100", file))
    async for item in recorder.items():
        if isinstance(item, Samples) and item.stream.name == "force":
            os.write(1, f"{item.counter[-1]}\n".encode())
