"""The tasks that can be simulated, each a function that makes a scene."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import UsageError
from gripforce.sim import noise
from gripforce.sim.lift import BASELINE_S, Lift, LiftTrace, perform_lift
from gripforce.sim.loads import bench_scene
from gripforce.sim.object import GRAVITY
from gripforce.sim.object import surface as find_surface
from gripforce.sim.profiles import profile as find_profile
from gripforce.sim.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray
    from gripforce.sim.object import Surface
    from gripforce.sim.profiles import Profile

TASKS: Final = ("lift", "calibrate")
SCENE_RATE_HZ: Final = 2000.0
"""Grid of a scene: finer than any converter's reading of it needs."""
MASS_LIMITS_G: Final = (20.0, 2000.0)
MOST_TRIALS: Final = 1000

_REST_S: Final = (1.0, 1.6)
_DIGIT_SHARE: Final = 0.03
"""Spread of the difference between thumb and index, as a share (design choice)."""


def make_scene(
    task: str = "lift",
    *,
    profile: str | Profile = "healthy",
    seed: int = 1,
    trials: int = 10,
    mass_g: float = 400.0,
    surface: str = "sandpaper",
    rate_hz: float = SCENE_RATE_HZ,
) -> Scene:
    """Return a scene of a task; the same arguments give the same scene to the last bit.

    ``profile`` is a known hand's name, or a hand of one's own.
    """
    if task not in TASKS:
        known = ", ".join(TASKS)
        raise UsageError(f"The task {task!r} cannot be simulated.", hint=f"Known: {known}.")
    low, high = MASS_LIMITS_G
    if not low <= mass_g <= high:
        raise UsageError(f"A mass of {mass_g:g} g cannot be.", hint=f"Give {low:g} to {high:g} g.")
    if not 1 <= trials <= MOST_TRIALS:
        raise UsageError(f"{trials} trials cannot be.", hint=f"Give 1 to {MOST_TRIALS}.")
    if task == "calibrate":
        return bench_scene(rate_hz)
    hand = find_profile(profile) if isinstance(profile, str) else profile
    plates = find_surface(surface, hand.friction)
    facts = {
        "seed": seed,
        "profile": hand.name,
        "task": task,
        "mass_g": mass_g,
        "surface": plates.name,
        "mu": round(plates.friction(mass_g / 1000 * GRAVITY), 6),
    }
    masses_kg = [mass_g / 1000] * trials
    return _compose(_lifts(masses_kg, hand, plates, seed, rate_hz), facts, seed, rate_hz)


def _lifts(
    masses_kg: Sequence[float], hand: Profile, plates: Surface, seed: int, rate_hz: float
) -> list[LiftTrace]:
    """Return lifts of a series of masses; each teaches the hand what to expect of the next."""
    expected_kg = masses_kg[0]
    lifts = []
    for number, mass_kg in enumerate(masses_kg, 1):
        rng = np.random.default_rng([seed, 2, number])
        lifts.append(perform_lift(Lift(mass_kg, expected_kg, plates, number), hand, rng, rate_hz))
        expected_kg += hand.memory * (mass_kg - expected_kg)
    return lifts


def _compose(lifts: list[LiftTrace], facts: dict[str, Any], seed: int, rate_hz: float) -> Scene:
    """Lay lifts one after another, with rests between, and share their forces among the digits."""
    rng = np.random.default_rng([seed, 3])
    rests = [BASELINE_S, *rng.uniform(*_REST_S, len(lifts))]
    spans = [round(rests[0] * rate_hz)]
    for lift, rest in zip(lifts, rests[1:], strict=True):
        spans += [len(lift.t), round(rest * rate_hz)]
    grip, load, accel = (np.zeros(sum(spans)) for _ in range(3))
    trials = []
    at = spans[0]
    for lift, length, rest in zip(lifts, spans[1::2], spans[2::2], strict=True):
        here = slice(at, at + length)
        grip[here], load[here], accel[here] = lift.grip_n, lift.load_n, lift.accel_m_s2
        trials.append(_moved(lift.truth, at / rate_hz))
        at += length + rest
    t = np.arange(len(grip)) / rate_hz
    motion = np.zeros((len(t), 3))
    motion[:, 2] = GRAVITY + accel
    return Scene(t, _digits(grip, load, rate_hz, rng), motion, tuple(trials), facts)


def _moved(truth: dict[str, Any], by_s: float) -> dict[str, Any]:
    """Return a lift's truth with its times on the scene's clock."""
    return {
        key: value + by_s if key.startswith("t_") and value is not None else value
        for key, value in truth.items()
    }


def _digits(
    grip: FloatArray, load: FloatArray, rate_hz: float, rng: np.random.Generator
) -> FloatArray:
    """Share forces between thumb and index, the mean grip and the sum of loads unchanged."""
    grip_bias, load_bias = rng.normal(0.0, _DIGIT_SHARE, 2)
    wander = 0.01 * noise.slow(len(grip), rate_hz, rng, corner_hz=0.5)
    uneven = grip * (grip_bias + wander)
    thumb = 0.5 + load_bias + wander
    return np.column_stack([grip + uneven, grip - uneven, load * thumb, load * (1 - thumb)])
