"""Simulated people whose habits are changed one by one, as tables of their true forces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_recording import table_recording
from gripforce.sim.physics.object import surface
from gripforce.sim.tasks.lift import PlannedLift, perform_lift

if TYPE_CHECKING:
    from gripforce.model import Recording
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.scene import TrialTruth

HABITS: Final[dict[str, dict[str, Any]]] = {
    "as they are": {},
    "no overshoot": {"overshoot": 0.0},
    "no stepwise rise": {"force_steps": 0},
    "grip as fast as load": {"bandwidth_hz": 50.0},
    "no variability": {"slow_cv": 0.0, "tremor": 0.0, "decorrelation": 0.0},
}
HABITS["none of these"] = {key: value for one in HABITS.values() for key, value in one.items()}
_RATE_HZ: Final = 500.0
_MASS_KG: Final = 0.4
_NOISE_N: Final = 0.002


def lifting_hand(profile: Profile, seed: int, lifts: int) -> tuple[Recording, list[TrialTruth]]:
    """Return lifts one after the other, and what is true of each."""
    rng = np.random.default_rng(seed)
    skin = surface("sandpaper", profile.friction)
    done = [
        perform_lift(PlannedLift(_MASS_KG, _MASS_KG, skin, number), profile, rng, _RATE_HZ)
        for number in range(1, lifts + 1)
    ]
    rest = np.zeros(round(_RATE_HZ))
    grip = np.concatenate([rest, *(part for one in done for part in (one.grip_n, rest))])
    load = np.concatenate([rest, *(part for one in done for part in (one.load_n, rest))])
    columns = {
        "grip_n": grip + rng.normal(0, _NOISE_N, len(grip)),
        "load_n": load + rng.normal(0, _NOISE_N, len(load)),
    }
    facts = {"task": "lift", "mass_g": 1e3 * _MASS_KG}
    table = ImportedTable(np.arange(len(grip)) / _RATE_HZ, columns, _RATE_HZ, facts)
    return table_recording(table, f"{profile.name}-{seed}"), [one.truths[0] for one in done]
