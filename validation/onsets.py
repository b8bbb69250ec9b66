"""Onsets of grip at load steps, falling weights and friction changes, against the ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.person.profiles import PROFILES
from gripforce.sim.tasks.registry import make_scene
from validation.chain import FRONTENDS, analyze_simulated, ground_truth
from validation.section import Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gripforce.analysis.results import MeasuredTrial
    from validation.section import Cell, Settings

FIRST_SEED: Final = 7_430_000
FRICTION_SEED: Final = 7_630_000
SEEDS: Final = 3
TRIALS: Final = {"step": 16, "drop": 16, "surfaces": 28}
_NEAR_S: Final = 0.1

Pair = tuple["Mapping[str, Any]", "MeasuredTrial | None"]


def measure(settings: Settings) -> Iterator[Table]:
    """Yield load steps by device, falling weights, and friction changes."""
    seeds = settings.count(SEEDS, 1)
    for frontend, words in FRONTENDS.items():
        rows = [_steps(name, frontend, seeds) for name in PROFILES]
        yield Table(f"load steps, {words}", "steps", tuple(rows), STEPS_NOTE)
    rows = [row for name in PROFILES for row in _drops(name, seeds)]
    yield Table("falling weights", "impacts", tuple(rows), DROPS_NOTE)
    rows = [_friction(name, seeds) for name in PROFILES]
    yield Table("friction changes", "series", tuple(rows), FRICTION_NOTE)


STEPS_NOTE: Final = (
    "Steps of 0.2 and 0.4 of the weight at 2 to 32 N/s. Error: reported latency minus ground "
    "truth; steps without a reported latency carry a flag. The deafferented profile does not "
    "respond."
)
DROPS_NOTE: Final = (
    "Self: released by the participant; other: by the experimenter. Neither: the interval of the "
    "onset crosses a limit, or no onset is reported. At 80 samples/s impacts are not timed."
)
FRICTION_NOTE: Final = (
    "Three series of 28 lifts with unannounced changes. None: the interval was too wide or "
    "touched an end of the search, or the permutation test did not reach p < .05."
)


def pairs(task: str, profile: str, seed: int, frontend: str, event: str) -> Iterator[Pair]:
    """Yield each simulated trial that came to its event, with what was found at that time."""
    options: dict[str, Any] = {"profile": profile, "seed": seed, "trials": TRIALS[task]}
    found = analyze_simulated(task, frontend=frontend, **options).trials
    for truth in ground_truth(task, **options):
        if truth[event] is None:
            continue
        near = [t for t in found if abs((t.events[event] or 0.0) - truth[event]) < _NEAR_S]
        yield truth, near[0] if near else None


def errors_of(trials: Sequence[Pair], column: str) -> list[float]:
    """Return reported minus true values, of trials that have both."""
    both = [(trial.values[column], truth[column]) for truth, trial in trials if trial is not None]
    return [seen - true for seen, true in both if isinstance(seen, float) and true is not None]


def spread(errors: Sequence[float]) -> dict[str, Cell]:
    """Return bias, SD and the 90th percentile of the absolute error."""
    off = np.array(errors)
    if not len(off):
        return {"bias (ms)": None, "SD (ms)": None, "90 % within (ms)": None}
    return {
        "bias (ms)": float(np.median(off)),
        "SD (ms)": float(off.std()),
        "90 % within (ms)": float(np.percentile(np.abs(off), 90)),
    }


def _steps(profile: str, frontend: str, seeds: int) -> Row:
    found = [
        pair
        for k in range(seeds)
        for pair in pairs("step", profile, FIRST_SEED + k, frontend, "t_step_s")
    ]
    rows = [trial for _, trial in found if trial is not None]
    reported = sum(isinstance(trial.values["latency_ms"], float) for trial in rows)
    counts: dict[str, Cell] = {"detected": len(rows), "latency reported": reported}
    measured = counts | spread(errors_of(found, "latency_ms"))
    return Row(profile, measured, len(found), FIRST_SEED)


def _drops(profile: str, seeds: int) -> Iterator[Row]:
    found = [
        pair
        for k in range(seeds)
        for pair in pairs("drop", profile, FIRST_SEED + k, "research", "t_impact_s")
        if pair[1] is not None
    ]
    for by, word in (("self", "self"), ("experimenter", "other")):
        mine = [pair for pair in found if pair[0]["dropped_by"] == by]
        modes = [trial.values["mode"] for _, trial in mine if trial is not None]
        predictive, reactive = (modes.count(mode) for mode in ("predictive", "reactive"))
        counts: dict[str, Cell] = {
            "predictive": predictive,
            "reactive": reactive,
            "neither": len(mine) - predictive - reactive,
        }
        measured = counts | spread(errors_of(mine, "gf_onset_ms"))
        yield Row(f"{profile}, {word}", measured, len(mine), FIRST_SEED)


def _friction(profile: str, seeds: int) -> Row:
    found = []
    for k in range(seeds):
        result = analyze_simulated(
            "surfaces", profile=profile, seed=FRICTION_SEED + k, trials=TRIALS["surfaces"],
            frontend="research",
        )  # fmt: skip
        latency = result.summary.get("friction_update_ms")
        found.append("none" if latency is None else f"{latency.value:.0f}")
    true = make_scene("surfaces", profile=profile, trials=1).facts["friction_ms"]
    measured: dict[str, Cell] = {"true (ms)": true or "never", "reported (ms)": ", ".join(found)}
    return Row(profile, measured, seeds, FRICTION_SEED)
