"""A hand: what is drawn for it, its tables, and what is true of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.independent.cells import Cells, Table, tabulate
from tests.independent.grip import Habits, Trial
from tests.independent.mechanics import Arm


@dataclass(frozen=True)
class LiftTruth:
    """What happened in one lift; seconds on the table's axis, forces in N."""

    contact: tuple[float, float]
    """When grip began (2 mN), and when it stood clear of the noise (0.1 N and three SD)."""
    load_onset: tuple[float, float]
    """The same of load."""
    liftoff: float
    replace: float
    delay_ms: float | None
    gf_static: float
    lf_static: float


@dataclass(frozen=True)
class SlipTruth:
    """One slip: the time at which friction gave way [s], and grip then [N]."""

    at: float
    force: float


@dataclass(frozen=True)
class Hand:
    """One hand's recordings as tables, and what is true of it."""

    kind: str
    task: str
    seed: int
    tables: tuple[Table, ...]
    object_kg: float
    cells: Cells
    habits: Habits
    lifts: tuple[LiftTruth, ...] = ()
    slips: tuple[SlipTruth, ...] = ()
    delay_ms: float | None = None
    """The planted delay; trials scatter about it."""
    delay_sd_ms: float = 0.0
    slip_force: float | None = None
    """The skin's [N]; single slips scatter about it."""
    needed_friction: float | None = None
    """The friction below which this hand would have dropped the object."""


def draw_habits(rng: np.random.Generator) -> Habits:
    """Draw a hand over the ranges that it is to be judged on."""
    mass = float(rng.uniform(0.1, 0.8))
    return Habits(
        object_kg=mass,
        arm=Arm(float(rng.uniform(350, 800)), float(rng.uniform(0.6, 0.9)), rng.uniform(0.6, 1.2)),
        gain=float(rng.uniform(0.5, 1.5)),
        squeeze=float(np.exp(rng.uniform(np.log(0.2), np.log(3.0)))),
        preload=float(rng.uniform(0.02, 0.25)),
        loading=float(np.exp(rng.uniform(np.log(0.08), np.log(0.5)))),
        height=float(rng.uniform(0.03, 0.07)),
        noise=float(rng.uniform(0.015, 0.035)),
        tremor_hz=float(rng.uniform(8, 10)),
        creep=float(rng.uniform(-0.05, 0.05)),
    )


@dataclass(frozen=True)
class Kind:
    grip: str
    delay_ms: tuple[float, float]
    jitter_ms: tuple[float, float] = (4, 12)


def needed_friction_of(trial: Trial) -> float:
    air = slice(trial.carried.liftoff, trial.carried.touchdown)
    return float(np.max(trial.load[air] / (2 * np.maximum(trial.grip[air], 1e-3))))


def joined(
    trials: list[Trial], cells: Cells, rng: np.random.Generator, metadata: dict[str, object]
) -> Table:
    grip = np.concatenate([trial.grip for trial in trials])
    load = np.concatenate([trial.load for trial in trials])
    return tabulate(grip, load, cells, rng, {"subject": "p1", "surface": "suede", **metadata})
