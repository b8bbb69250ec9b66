"""The tasks that can be simulated, each a function that makes a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import UsageError
from gripforce.sim.option_table import CALIBRATE, STILL, UNATTENDED, SimOptions
from gripforce.sim.person.profiles import profile as find_profile
from gripforce.sim.physics.hold import SimObject
from gripforce.sim.physics.object import surface as find_surface
from gripforce.sim.scene import STILL_S, still_scene
from gripforce.sim.tasks import p2p, pinch
from gripforce.sim.tasks.calibrate import bench_scene
from gripforce.sim.tasks.cyclic import perform_cyclic
from gripforce.sim.tasks.drop import TURNS, perform_drop, releaser
from gripforce.sim.tasks.episode import BASELINE_S, SHORT_REST_S, Episode, compose
from gripforce.sim.tasks.series import lifts, surface_series, weight_series
from gripforce.sim.tasks.slip import perform_slip
from gripforce.sim.tasks.step import perform_step
from gripforce.sim.tasks.tracking import FIRST_REST_S, Target, perform_tracking, target_knots

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface
    from gripforce.sim.scene import Scene, TrialTruth

SCENE_RATE_HZ: Final = 2000.0
"""Grid of a scene: finer than any converter's reading of it needs."""


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """Who does a task, with what, and how often."""

    hand: Profile
    surface: Surface
    mass_kg: float
    trials: int
    seed: int
    rate_hz: float
    beat_s: float | None
    """Period of the metronome; None where there is none."""
    order: str = ""
    """Masses [g] or surfaces of the trials, where they were asked for."""
    prepared: tuple[str, ...] = ()
    """What precedes each lift, in turn."""
    dropped_by: str = TURNS
    target: Target | None = None
    """Of tracking; None for the task's own."""

    @classmethod
    def of(cls, options: SimOptions, rate_hz: float) -> TaskRequest:
        """Return the request that checked options make."""
        named = options.profile
        hand = find_profile(named) if isinstance(named, str) else named
        return cls(
            hand=hand,
            surface=find_surface(options.surface, hand.friction),
            mass_kg=options.mass_g / 1000,
            trials=options.trials,
            seed=options.seed,
            rate_hz=rate_hz,
            beat_s=options.beat_s or None,
            order=options.order,
            prepared=tuple(options.prepared.split(",")) if options.prepared else (),
            dropped_by=options.dropped_by,
            target=Target.parse(options.target) if options.target else None,
        )

    @property
    def object(self) -> SimObject:
        """The object and the fingers' hold on it."""
        return SimObject(self.mass_kg, self.surface)

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
    first_rest_s: float = BASELINE_S
    of_trials: Callable[[Sequence[TrialTruth]], dict[str, Any]] = _no_more_facts
    """Facts that follow from the trials on the scene's clock."""


def make_scene(task: str = "lift", *, rate_hz: float = SCENE_RATE_HZ, **options: Any) -> Scene:
    """Return a scene of a task; the same arguments give the same scene to the last bit.

    Parameters: the task, the grid of the scene in hertz, and the fields of :class:`SimOptions`;
    ``profile`` may also be a :class:`Profile` of one's own. Raise ``UsageError`` for a task or an
    option that is not known, or that do not go together.
    """
    require_task(task)
    return perform(task, SimOptions.of(task, options), rate_hz)


def require_task(task: str) -> None:
    """Raise ``UsageError`` where a task cannot be simulated."""
    if task not in TASKS:
        raise UsageError(
            f"The task {task!r} cannot be simulated.", hint=f"Known: {', '.join(TASKS)}."
        )


def perform(task: str, options: SimOptions, rate_hz: float = SCENE_RATE_HZ) -> Scene:
    """Return the scene of a task with checked options, on a grid of ``rate_hz``."""
    if task == STILL:
        return still_scene(STILL_S * options.trials)
    if task == CALIBRATE:
        return bench_scene(rate_hz)
    request = TaskRequest.of(options, rate_hz)
    done = _PERFORM[task](request)
    scene = compose(
        done.episodes,
        {"task": task, "mass_g": options.mass_g} | request.facts | done.facts,
        options.seed,
        rate_hz,
        rest_s=(max(options.rest_s, done.rest_s[0]), max(options.rest_s, done.rest_s[1])),
        first_rest_s=done.first_rest_s,
        fasciculations_hz=options.fasciculations_hz,
    )
    return replace(scene, facts={**scene.facts, **done.of_trials(scene.trials)})


def _lift(ask: TaskRequest) -> Performance:
    series = [(ask.mass_kg, ask.surface)] * ask.trials
    return Performance(lifts(series, ask.hand, ask.rng, ask.rate_hz), {})


def _weights(ask: TaskRequest) -> Performance:
    series = weight_series(ask.mass_kg, ask.surface, ask.trials, ask.order)
    facts = {
        "masses_g": [round(mass_kg * 1000, 6) for mass_kg, _ in series],
        "memory": ask.hand.memory,
    }
    made = lifts(series, ask.hand, ask.rng, ask.rate_hz, prepared=ask.prepared)
    return Performance(made, facts)


def _surfaces(ask: TaskRequest) -> Performance:
    series = surface_series(ask.mass_kg, ask.surface.name, ask.hand.friction, ask.trials, ask.order)
    facts = {
        "surfaces": [plates.name for _, plates in series],
        "memory": ask.hand.memory,
        "friction_ms": ask.hand.friction_ms,
    }
    made = lifts(series, ask.hand, ask.rng, ask.rate_hz, friction_known=False)
    return Performance(made, facts)


def _slip(ask: TaskRequest) -> Performance:
    made = [perform_slip(ask.object, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"slip_force_n": ask.object.slip_force_n})


def _p2p(ask: TaskRequest) -> Performance:
    made = [
        p2p.perform_p2p(
            ask.object, ask.hand, numbers, ask.rng(numbers[0]), ask.rate_hz, beat_s=ask.beat_s
        )
        for numbers in p2p.holds(ask.trials)
    ]
    return Performance(made, {"direction": ask.hand.direction, "distance_m": p2p.DISTANCE_M})


def _cyclic(ask: TaskRequest) -> Performance:
    made = [
        perform_cyclic(ask.object, ask.hand, n, ask.rng(n), ask.rate_hz, beat_s=ask.beat_s)
        for n in ask.numbers
    ]
    return Performance(made, {})


def _pinch(ask: TaskRequest) -> Performance:
    made = [pinch.perform_pinch(ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"mvc_n": ask.hand.mvc_n}, pinch.REST_S)


def _drop(ask: TaskRequest) -> Performance:
    made = [
        perform_drop(
            ask.object, ask.hand, n, ask.rng(n), ask.rate_hz, by=releaser(ask.dropped_by, n)
        )
        for n in ask.numbers
    ]
    return Performance(made, {"anticipation": ask.hand.anticipation})


def _step(ask: TaskRequest) -> Performance:
    made = [perform_step(ask.object, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers]
    return Performance(made, {"reactive_ms": ask.hand.reactive_ms})


def _tracking(ask: TaskRequest) -> Performance:
    made = [perform_tracking(ask.hand, n, ask.rng(n), ask.rate_hz, ask.target) for n in ask.numbers]
    first_rest_s = BASELINE_S if ask.target is None else FIRST_REST_S
    facts = {"mvc_n": ask.hand.mvc_n}
    return Performance(made, facts, first_rest_s=first_rest_s, of_trials=target_knots)


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
PERSON_TASKS: Final = tuple(_PERFORM)
"""The tasks that a simulated participant performs: those that analysis knows."""
TASKS: Final = (*PERSON_TASKS, *UNATTENDED)
