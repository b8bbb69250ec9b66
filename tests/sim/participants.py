"""Simulated participants and objects that the tests of all tasks share."""

from dataclasses import replace

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person.profiles import profile
from gripforce.sim.physics.hold import SimObject
from gripforce.sim.physics.object import Surface, surface
from gripforce.sim.tasks.registry import make_scene

RATE_HZ = 2000.0
MASS_KG = 0.4
WEIGHT_N = MASS_KG * STANDARD_GRAVITY
OBJECT = SimObject(MASS_KG, surface("sandpaper"))
COULOMB = SimObject(MASS_KG, Surface("constant", 0.8, 1.0))
FEW = {"cyclic": 1}


def steady(name="healthy", **changes):
    """Return a hand without noise, spread or overshoot."""
    quiet = {"slow_cv": 0.0, "tremor": 0.0, "decorrelation": 0.0, "trial_sd": 0.0}
    exact = {"lag_ms": 0.0, "lag_sd_ms": 0.0, "overshoot": 0.0}
    return replace(profile(name), **(quiet | exact | changes))


def rng(seed=5):
    return np.random.default_rng(seed)


def scene(task, name="healthy", **options):
    return make_scene(task, profile=name, **({"seed": 3, "trials": FEW.get(task, 3)} | options))


def forces(made):
    return made.forces[:, :2].mean(axis=1), made.forces[:, 2:].sum(axis=1)
