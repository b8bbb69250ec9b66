"""The whole chain: a simulated hand, its device's bytes, a recording, and what analysis finds."""

import asyncio

import numpy as np

from gripforce.analysis.tasks.registry import analyze_task
from gripforce.device import open_source
from gripforce.recording import Recorder, read_recording
from gripforce.sim.tasks.registry import make_scene

ENTRY = {"frontend": "entry"}
"""Four free-running converters at 80 samples a second."""


def recorded(path, task, *, metadata=None, **options):
    """Return a recording of a simulated task, taken as fast as it goes."""
    query = "&".join(f"{key}={value}" for key, value in ({"speed": "max"} | options).items())
    given = {"task": task, "mass_g": options.get("mass_g", 400.0)} | (metadata or {})

    async def run():
        with Recorder(path, given) as recorder:
            async with open_source(f"sim:{task}?{query}", live=False) as device:
                async for _ in recorder.through(device.stream()):
                    pass

    asyncio.run(run())
    return read_recording(path)


def planted(task, **options):
    """Return the truth of the same scene."""
    return make_scene(task, **{k: v for k, v in options.items() if k not in {"frontend", "faults"}})


def chain(folder, task, *, metadata=None, **options):
    """Return what analysis finds, and the truth."""
    path = folder / f"{task}-{len(list(folder.iterdir()))}.grip"
    found = analyze_task(recorded(path, task, metadata=metadata, **options))
    return found, planted(task, **options)


def column(rows, key):
    """Return one figure of every trial, NaN where there is none."""
    cells = [row.get(key) for row in rows]
    return np.array([np.nan if cell is None else float(cell) for cell in cells])


def found_column(result, key):
    return column([trial.values | trial.events for trial in result.trials], key)
