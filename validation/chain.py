"""From a simulated person to a result: device, bytes, recording file and analysis."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.tasks.registry import analyze_task
from gripforce.device import open_source
from gripforce.recording import Recorder, read_recording
from gripforce.sim.tasks.registry import make_scene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.results import TaskResult
    from gripforce.model import FloatArray

FRONTENDS = {
    "research": "1 kHz × 4, simultaneous",
    "entry": "80 samples/s × 4, free-running",
}
"""The two simulated devices, in words."""


def analyze_simulated(
    task: str, *, profile: str, seed: int, trials: int, frontend: str
) -> TaskResult:
    """Return what the analysis finds in a task that a simulated device was recorded at."""
    url = f"sim:{task}?profile={profile}&seed={seed}&trials={trials}&frontend={frontend}&speed=max"

    async def record(path: Path) -> None:
        with Recorder(path) as recorder:
            async with open_source(url) as device:
                async for _ in recorder.through(device.stream()):
                    pass

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.grip"
        asyncio.run(record(path))
        return analyze_task(read_recording(path))


def ground_truth(
    task: str, *, profile: str, seed: int, trials: int
) -> tuple[Mapping[str, Any], ...]:
    """Return the simulated ground truth of the same trials."""
    return tuple(make_scene(task, profile=profile, seed=seed, trials=trials).trials)


def column(rows: Sequence[Any], key: str) -> FloatArray:
    """Return one figure of every trial, NaN where there is none."""
    cells = [row.get(key) for row in rows]
    return np.array([np.nan if cell is None else float(cell) for cell in cells])


def found_column(result: TaskResult, key: str) -> FloatArray:
    """Return one column of a result, metrics and events alike, NaN where a cell is empty."""
    return column([{**trial.events, **trial.values} for trial in result.trials], key)


def robust_sd(errors: FloatArray) -> float:
    """Return 1.4826 times the median absolute deviation, the SD of a normal distribution."""
    return 1.4826 * float(np.median(np.abs(errors - np.median(errors))))
