"""The tasks that can be simulated, each a function that makes a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import UsageError
from gripforce.sim.person.profiles import profile as find_profile
from gripforce.sim.physics.hold import Load
from gripforce.sim.physics.object import surface as find_surface
from gripforce.sim.tasks import p2p, pinch
from gripforce.sim.tasks.calibrate import bench_scene
from gripforce.sim.tasks.cyclic import FREQUENCY_HZ, perform_cyclic
from gripforce.sim.tasks.drop import perform_drop
from gripforce.sim.tasks.episode import SHORT_REST_S, Episode, compose
from gripforce.sim.tasks.series import lifts, surface_series, weight_series
from gripforce.sim.tasks.slip import perform_slip
from gripforce.sim.tasks.step import perform_step
from gripforce.sim.tasks.tracking import perform_tracking, target_knots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface
    from gripforce.sim.scene import Scene, TrialTruth

SCENE_RATE_HZ: Final = 2000.0
"""Grid of a scene: finer than any converter's reading of it needs."""
MASS_LIMITS_G: Final = (20.0, 2000.0)
MOST_TRIALS: Final = 1000
MOST_TWITCHES_HZ: Final = 10.0
LONGEST_REST_S: Final = 600.0
BEATS_S: Final = (0.4, 3.0)


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """Who does a task, with what, and how often."""

    hand: Profile
    surface: Surface
    mass_kg: float
    trials: int
    seed: int
    rate_hz: float
    beat_s: float

    @property
    def held(self) -> Load:
        """The object and the fingers' hold on it."""
        return Load(self.mass_kg, self.surface)

    @property
    def facts(self) -> dict[str, Any]:
        """What is true of the whole run, whatever the task."""
        return {
            "seed": self.seed,
            "profile": self.hand.name,
            "surface": self.surface.name,
            "mu": round(self.surface.friction(self.mass_kg * STANDARD_GRAVITY), 6),
        }

    @property
    def numbers(self) -> range:
        """The trials, from 1."""
        return range(1, self.trials + 1)

    def rng(self, number: int) -> np.random.Generator:
        """Return the trial's own randomness: one trial more does not change the others."""
        return np.random.default_rng([self.seed, 2, number])


def _no_more_facts(_: Sequence[TrialTruth]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Performance:
    """Episodes of a task and what is true of all of them."""

    episodes: list[Episode]
    facts: dict[str, Any]
    rest_s: tuple[float, float] = SHORT_REST_S
    of_trials: Callable[[Sequence[TrialTruth]], dict[str, Any]] = _no_more_facts
    """Facts that only the trials in their place tell."""


def make_scene(
    task: str = "lift",
    *,
    profile: str | Profile = "healthy",
    seed: int = 1,
    trials: int = 10,
    mass_g: float = 400.0,
    surface: str = "sandpaper",
    rate_hz: float = SCENE_RATE_HZ,
    fasciculations_hz: float = 0.0,
    rest_s: float = 0.0,
    beat_s: float = 0.0,
) -> Scene:
    """Return a scene of a task; the same arguments give the same scene to the last bit.

    ``profile`` is a known hand's name, or a hand of one's own. ``rest_s`` is rested between
    trials where it is longer than the task's own rests, ``beat_s`` the period of a metronome that
    cyclic movements follow.
    """
    if task not in TASKS:
        known = ", ".join(TASKS)
        raise UsageError(f"The task {task!r} cannot be simulated.", hint=f"Known: {known}.")
    _check_limits(mass_g, trials, fasciculations_hz)
    _check_pace(rest_s, beat_s)
    if task == "calibrate":
        return bench_scene(rate_hz)
    hand = find_profile(profile) if isinstance(profile, str) else profile
    plates, beat_s = find_surface(surface, hand.friction), beat_s or 1 / FREQUENCY_HZ
    request = TaskRequest(hand, plates, mass_g / 1000, trials, seed, rate_hz, beat_s)
    done = _PERFORM[task](request)
    scene = compose(
        done.episodes,
        {"task": task, "mass_g": mass_g} | request.facts | done.facts,
        seed,
        rate_hz,
        rest_s=(max(rest_s, done.rest_s[0]), max(rest_s, done.rest_s[1])),
        fasciculations_hz=fasciculations_hz,
    )
    return replace(scene, facts={**scene.facts, **done.of_trials(scene.trials)})


def _check_limits(mass_g: float, trials: int, fasciculations_hz: float) -> None:
    low, high = MASS_LIMITS_G
    if not low <= mass_g <= high:
        raise UsageError(f"A mass of {mass_g:g} g cannot be.", hint=f"Give {low:g} to {high:g} g.")
    if not 1 <= trials <= MOST_TRIALS:
        raise UsageError(f"{trials} trials cannot be.", hint=f"Give 1 to {MOST_TRIALS}.")
    if not 0 <= fasciculations_hz <= MOST_TWITCHES_HZ:
        raise UsageError(
            f"{fasciculations_hz:g} fasciculations a second cannot be.",
            hint=f"Give 0 to {MOST_TWITCHES_HZ:g}.",
        )


def _check_pace(rest_s: float, beat_s: float) -> None:
    if not 0 <= rest_s <= LONGEST_REST_S:
        raise UsageError(
            f"A rest of {rest_s:g} s cannot be.", hint=f"Give 0 to {LONGEST_REST_S:g}."
        )
    if beat_s and not BEATS_S[0] <= beat_s <= BEATS_S[1]:
        raise UsageError(
            f"A beat of {beat_s:g} s cannot be.", hint=f"Give {BEATS_S[0]:g} to {BEATS_S[1]:g}."
        )


def _lift(ask: TaskRequest) -> Performance:
    series = [(ask.mass_kg, ask.surface)] * ask.trials
    return Performance(lifts(series, ask.hand, ask.rng, ask.rate_hz), {})


def _weights(ask: TaskRequest) -> Performance:
    series = weight_series(ask.mass_kg, ask.surface, ask.trials)
    facts = {
        "masses_g": [round(mass_kg * 1000, 6) for mass_kg, _ in series],
        "memory": ask.hand.memory,
    }
    return Performance(lifts(series, ask.hand, ask.rng, ask.rate_hz), facts)


def _surfaces(ask: TaskRequest) -> Performance:
    series = surface_series(ask.mass_kg, ask.surface.name, ask.hand.friction, ask.trials)
    facts = {
        "surfaces": [plates.name for _, plates in series],
        "memory": ask.hand.memory,
        "friction_ms": ask.hand.friction_ms,
    }
    made = lifts(series, ask.hand, ask.rng, ask.rate_hz, friction_known=False)
    return Performance(made, facts)


def _slip(ask: TaskRequest) -> Performance:
    made = [perform_slip(ask.held, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"slip_force_n": ask.held.slip_n})


def _p2p(ask: TaskRequest) -> Performance:
    made = [
        p2p.perform_p2p(ask.held, ask.hand, numbers, ask.rng(numbers[0]), ask.rate_hz)
        for numbers in p2p.holds(ask.trials)
    ]
    return Performance(made, {"direction": ask.hand.direction, "distance_m": p2p.DISTANCE_M})


def _cyclic(ask: TaskRequest) -> Performance:
    made = [
        perform_cyclic(ask.held, ask.hand, n, ask.rng(n), ask.rate_hz, beat_s=ask.beat_s)
        for n in ask.numbers
    ]
    return Performance(made, {})


def _pinch(ask: TaskRequest) -> Performance:
    made = [pinch.perform_pinch(ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"mvc_n": ask.hand.mvc_n}, pinch.REST_S)


def _drop(ask: TaskRequest) -> Performance:
    made = [perform_drop(ask.held, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"anticipation": ask.hand.anticipation})


def _step(ask: TaskRequest) -> Performance:
    made = [perform_step(ask.held, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"reactive_ms": ask.hand.reactive_ms})


def _tracking(ask: TaskRequest) -> Performance:
    made = [perform_tracking(ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"mvc_n": ask.hand.mvc_n}, of_trials=target_knots)


_PERFORM: Final[dict[str, Callable[[TaskRequest], Performance]]] = {
    "lift": _lift,
    "slip": _slip,
    "p2p": _p2p,
    "cyclic": _cyclic,
    "drop": _drop,
    "step": _step,
    "pinch": _pinch,
    "tracking": _tracking,
    "weights": _weights,
    "surfaces": _surfaces,
}
TASKS: Final = (*_PERFORM, "calibrate")
