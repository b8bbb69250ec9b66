"""The delay of load-coupled grip: against planted delays, and in real people."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.assessment.person import summarize_person
from gripforce.analysis.tasks.registry import analyze_task
from gripforce.sim.person.profiles import PROFILES
from gripforce.sim.tasks.registry import make_scene
from validation.chain import analyze_simulated
from validation.real_lifts import import_file, read_rows
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gripforce.analysis.results import TaskResult
    from validation.section import Cell, Settings

FIRST_SEED = 9_300_000
LIFTS = 12
LARGEST_BIAS_MS = 5.0
SIMULATED_NOTE = (
    "Planted: how much later than the load the following part of a simulated person's grip comes. "
    "An offset that rises during the lift, an overshoot, motor noise and stepwise force stand "
    "beside it, so this is a harder case than a squeeze in the preload; profiles without "
    "anticipation are refused or miss it. Hands by other formulas than the simulator's are in a "
    "section of their own."
)
REAL_NOTE = (
    "All files of a person together. Health and age are not stated. Files without a usable lift "
    "are counted, and give nothing."
)


def measure(settings: Settings) -> Iterator[Table]:
    """Yield errors of the delay by profile."""
    lifts = settings.count(LIFTS, 8)
    rows = [_row(name, FIRST_SEED + k, lifts) for k, name in enumerate(PROFILES)]
    yield Table("coupling_delay_ms, simulated people", "lifts", tuple(rows), SIMULATED_NOTE)


def _row(name: str, seed: int, lifts: int) -> Row:
    truth = make_scene("lift", profile=name, seed=seed, trials=lifts).trials
    result = analyze_simulated("lift", profile=name, seed=seed, trials=lifts, frontend="research")
    pairs = [
        (found.values["coupling_delay_ms"], found.values["xcorr_lag_ms"], true["delay_ms"])
        for found, true in zip(result.trials, truth, strict=False)
    ]
    delays = np.array([d - true for d, _, true in pairs if isinstance(d, float)])
    lags = np.array([lag - true for _, lag, true in pairs if isinstance(lag, float)])
    measured: dict[str, Cell] = {
        "told": len(delays),
        "bias (ms)": float(np.median(delays)) if len(delays) else None,
        "SD (ms)": float(delays.std()) if len(delays) else None,
        "best correlation, bias (ms)": float(np.median(lags)) if len(lags) else None,
    }
    asked = (Target("bias (ms)", LARGEST_BIAS_MS),)
    return Row(name, measured, len(pairs), seed, asked)


def measure_real(settings: Settings) -> Iterator[Table]:
    """Yield delay, spread of lags and decision of each real person."""
    if settings.real is None:
        return
    people = _people(settings.real)
    rows = []
    for person, results in people.items():
        analysis = summarize_person(results)
        cells: dict[str, Cell] = {
            f"{name} (ms)": analysis.summary[column].value if column in analysis.summary else None
            for name, column in (
                ("delay", "coupling_delay_ms"),
                ("lag", "xcorr_lag_ms"),
                ("spread of lags", "lag_spread_ms"),
                ("spread of delays", "delay_spread_ms"),
            )
        }
        cells["coupled"] = str(analysis.verdicts["anticipatory_coupling"].answer)
        rows.append(Row(f"participant {person}", cells, len(results)))
    yield Table("real people", "files", tuple(rows), REAL_NOTE)
    single = [summarize_person([r]).verdicts["anticipatory_coupling"].answer
              for results in people.values() for r in results]  # fmt: skip
    shares: dict[str, Cell] = {
        word: sum(str(answer) == word for answer in single) for word in ("yes", "no", "cannot tell")
    }
    yield Table("decision, each file alone", "files", (Row("coupled", shares, len(single)),))


def _people(folder: Path) -> dict[str, list[TaskResult]]:
    people: dict[str, list[TaskResult]] = defaultdict(list)
    for row in read_rows(folder, "files.csv"):
        people[row["subject"]].append(analyze_task(import_file(folder, row)))
    return people
