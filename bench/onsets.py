"""How well the onsets of grip come back: ``python -m bench.onsets``.

Load steps, falling weights and changed surfaces of every profile, through the simulated device,
its bytes, a recording and the analysis. Development looked at seeds 71000 to 71003 (onsets) and
71100 to 71103 (friction); the defaults are others.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.tasks.registry import analyze_task
from gripforce.device import open_source
from gripforce.recording import Recorder, read_recording
from gripforce.sim.person.profiles import PROFILES
from gripforce.sim.tasks.registry import make_scene

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gripforce.analysis.results import MeasuredTrial, TaskResult

FIRST_SEED = 7_400_000
SEEDS = 3
TRIALS = {"step": 16, "drop": 16, "surfaces": 28}
FRONTS = ("research", "entry")
_NEAR_S = 0.1

Pair = tuple["Mapping[str, Any]", "MeasuredTrial | None"]


def analysed(task: str, name: str, seed: int, front: str) -> TaskResult:
    """Return what analysis finds in a task that a simulated device was recorded at."""
    url = f"sim:{task}?profile={name}&seed={seed}&trials={TRIALS[task]}&frontend={front}&speed=max"

    async def run(path: Path) -> None:
        with Recorder(path) as recorder:
            async with open_source(url) as device:
                async for _ in recorder.through(device.stream()):
                    pass

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "task.grip"
        asyncio.run(run(path))
        return analyze_task(read_recording(path))


def pairs(task: str, name: str, seed: int, front: str, event: str) -> Iterator[Pair]:
    """Yield each planted trial that came to its event, with what was found at that time."""
    found = analysed(task, name, seed, front).trials
    for truth in make_scene(task, profile=name, seed=seed, trials=TRIALS[task]).trials:
        if truth[event] is None:
            continue
        near = [t for t in found if abs((t.events[event] or 0.0) - truth[event]) < _NEAR_S]
        yield truth, near[0] if near else None


def spread(errors: list[float]) -> str:
    """Return bias, SD and 90th percentile of the absolute error."""
    if not errors:
        return "– | – | –"
    off = np.array(errors)
    worst = np.percentile(np.abs(off), 90)
    return f"{np.median(off):+.1f} | {off.std():.1f} | {worst:.1f}"


def steps(first_seed: int, seeds: int) -> Iterator[str]:
    """Yield the table of load steps."""
    yield "| load step | steps | rows | told | bias ms | SD ms | 90 % within ms |"
    yield "|---|---|---|---|---|---|---|"
    for front in FRONTS:
        for name in PROFILES:
            all_pairs = [
                pair
                for k in range(seeds)
                for pair in pairs("step", name, first_seed + k, front, "t_step_s")
            ]
            rows = [(truth, trial) for truth, trial in all_pairs if trial is not None]
            told = [(truth["latency_ms"], trial.values["latency_ms"]) for truth, trial in rows]
            known = [(wanted, seen) for wanted, seen in told if isinstance(seen, float)]
            errors = [seen - wanted for wanted, seen in known if wanted is not None]
            counts = f"{len(all_pairs)} | {len(rows)} | {len(known)}"
            yield f"| {name}, {front} | {counts} | {spread(errors)} |"


def drops(first_seed: int, seeds: int) -> Iterator[str]:
    """Yield the table of falling weights; 80 samples/s are too few for them."""
    yield "| falling weight | impacts | predictive | reactive | neither | bias ms | SD ms | 90 % |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in PROFILES:
        found = [
            (truth, trial)
            for k in range(seeds)
            for truth, trial in pairs("drop", name, first_seed + k, FRONTS[0], "t_impact_s")
            if trial is not None
        ]
        for by in ("self", "experimenter"):
            mine = [(truth, trial) for truth, trial in found if truth["dropped_by"] == by]
            modes = [trial.values["mode"] for _, trial in mine]
            sure = [modes.count(word) for word in ("predictive", "reactive")]
            errors = [
                float(trial.values["gf_onset_ms"] or 0.0) - truth["gf_onset_ms"]
                for truth, trial in mine
                if trial.values["gf_onset_ms"] is not None and truth["gf_onset_ms"] is not None
            ]
            counts = f"{len(mine)} | {sure[0]} | {sure[1]} | {len(mine) - sum(sure)}"
            yield f"| {name}, {by} | {counts} | {spread(errors)} |"


def frictions(first_seed: int, seeds: int) -> Iterator[str]:
    """Yield the table of friction updates."""
    yield "| friction update | planted ms | found ms, a series each |"
    yield "|---|---|---|"
    for name in PROFILES:
        told = []
        for k in range(seeds):
            result = analysed("surfaces", name, first_seed + k, "research")
            one = result.summary.get("friction_update_ms")
            told.append("not told" if one is None else f"{one.median:.0f}")
        planted = make_scene("surfaces", profile=name, trials=1).facts["friction_ms"]
        yield f"| {name} | {planted or 'never'} | {', '.join(told)} |"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    options = parser.parse_args()
    for table in (steps, drops, frictions):
        for line in table(options.first_seed, options.seeds):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
