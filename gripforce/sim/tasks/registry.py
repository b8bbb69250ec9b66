"""The tasks that can be simulated, each a function that makes a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import UsageError
from gripforce.sim.option_table import CALIBRATE, UNATTENDED, SimOptions
from gripforce.sim.scene import STILL_S, Scene, UnfoldingScene, still_pieces
from gripforce.sim.tasks import p2p, pinch
from gripforce.sim.tasks.calibrate import bench_facts, bench_pieces
from gripforce.sim.tasks.cyclic import perform_cyclic
from gripforce.sim.tasks.drop import perform_drop, releaser
from gripforce.sim.tasks.episode import Episode, Rests, Twitches, compose, unfold
from gripforce.sim.tasks.request import TaskRequest
from gripforce.sim.tasks.series import lifts, surface_series, weight_series
from gripforce.sim.tasks.slip import perform_slip
from gripforce.sim.tasks.step import perform_step
from gripforce.sim.tasks.tracking import FIRST_REST_S, perform_tracking, target_knots

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gripforce.sim.scene import AnyScene, Piece, Through, TrialTruth

SCENE_RATE_HZ: Final = 2000.0
"""Grid of a scene: finer than any converter's reading of it needs."""


def _no_more_facts(_: Sequence[TrialTruth]) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Performance:
    """Episodes of a task and what is true of all of them."""

    episodes: Iterable[Episode]
    """They are performed while they are read."""
    count: int
    facts: dict[str, Any]
    rests: Rests = Rests()  # noqa: RUF009 - it is frozen
    of_trials: Callable[[Sequence[TrialTruth]], dict[str, Any]] = _no_more_facts
    """Facts that follow from the trials on the scene's clock."""
    foretold: bool = False
    """Whether a recording's metadata says what happens in each trial."""


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
    if task in UNATTENDED:
        pieces, facts = _unattended(task, options, rate_hz)
        return Scene.of(pieces(), facts)
    request, done = _ask(task, options, rate_hz)
    scene = compose(
        done.episodes,
        done.count,
        _facts(task, options, request, done),
        options.seed,
        rate_hz,
        rests=done.rests.at_least(options.rest_s),
        fasciculations_hz=options.fasciculations_hz,
    )
    return replace(scene, facts={**scene.facts, **done.of_trials(scene.trials)})


def perform_live(
    task: str, options: SimOptions, rate_hz: float = SCENE_RATE_HZ, *, through: Through = iter
) -> AnyScene:
    """Return the same scene, performed while it is read."""
    if task in UNATTENDED:
        return UnfoldingScene(*_unattended(task, options, rate_hz), through=through)
    request, done = _ask(task, options, rate_hz)
    twitches = Twitches(0.0, options.seed, rate_hz)

    def again() -> Iterator[Piece]:
        nonlocal twitches
        _, anew = _ask(task, options, rate_hz)
        rests = anew.rests.at_least(options.rest_s)
        twitches = Twitches(options.fasciculations_hz, options.seed, rate_hz)
        return unfold(
            anew.episodes, anew.count, options.seed, rate_hz, rests=rests, twitches=twitches
        )

    def of_trials(trials: Sequence[TrialTruth]) -> dict[str, Any]:
        return done.of_trials(trials) | twitches.facts

    return UnfoldingScene(
        again,
        _facts(task, options, request, done),
        through=through,
        of_trials=of_trials,
        foretold=done.foretold,
    )


def _unattended(
    task: str, options: SimOptions, rate_hz: float
) -> tuple[Callable[[], Iterator[Piece]], dict[str, Any]]:
    """Return what performs a scene without a participant, and its facts."""
    if task == CALIBRATE:
        return partial(bench_pieces, rate_hz), bench_facts()
    return partial(still_pieces, STILL_S * options.trials), {}


def _ask(task: str, options: SimOptions, rate_hz: float) -> tuple[TaskRequest, Performance]:
    request = TaskRequest.of(options, rate_hz)
    return request, _PERFORM[task](request)


def _facts(
    task: str, options: SimOptions, request: TaskRequest, done: Performance
) -> dict[str, Any]:
    return {"task": task, "mass_g": options.mass_g} | request.facts | done.facts


def _lift(ask: TaskRequest) -> Performance:
    series = [(ask.mass_kg, ask.surface)] * ask.trials
    return Performance(lifts(series, ask.hand, ask.rng, ask.rate_hz), len(series), {})


def _weights(ask: TaskRequest) -> Performance:
    series = weight_series(ask.mass_kg, ask.surface, ask.trials, ask.order)
    facts = {
        "masses_g": [round(mass_kg * 1000, 6) for mass_kg, _ in series],
        "memory": ask.hand.memory,
    }
    made = lifts(series, ask.hand, ask.rng, ask.rate_hz, prepared=ask.prepared)
    return Performance(made, len(series), facts)


def _surfaces(ask: TaskRequest) -> Performance:
    series = surface_series(ask.mass_kg, ask.surface.name, ask.hand.friction, ask.trials, ask.order)
    facts = {
        "surfaces": [plates.name for _, plates in series],
        "memory": ask.hand.memory,
        "friction_ms": ask.hand.friction_ms,
    }
    made = lifts(series, ask.hand, ask.rng, ask.rate_hz, friction_known=False)
    return Performance(made, len(series), facts, foretold=True)


def _slip(ask: TaskRequest) -> Performance:
    made = (perform_slip(ask.object, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers)
    return Performance(made, ask.trials, {"slip_force_n": ask.object.slip_force_n})


def _p2p(ask: TaskRequest) -> Performance:
    holds = p2p.holds(ask.trials)
    made = (
        p2p.perform_p2p(
            ask.object, ask.hand, numbers, ask.rng(numbers[0]), ask.rate_hz, beat_s=ask.beat_s
        )
        for numbers in holds
    )
    facts = {"direction": ask.hand.direction, "distance_m": p2p.DISTANCE_M}
    return Performance(made, len(holds), facts)


def _cyclic(ask: TaskRequest) -> Performance:
    made = (
        perform_cyclic(ask.object, ask.hand, n, ask.rng(n), ask.rate_hz, beat_s=ask.beat_s)
        for n in ask.numbers
    )
    return Performance(made, ask.trials, {})


def _pinch(ask: TaskRequest) -> Performance:
    made = (pinch.perform_pinch(ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers)
    rests = Rests(between_s=pinch.REST_S)
    return Performance(made, ask.trials, {"mvc_n": ask.hand.mvc_n}, rests)


def _drop(ask: TaskRequest) -> Performance:
    made = (
        perform_drop(
            ask.object, ask.hand, n, ask.rng(n), ask.rate_hz, by=releaser(ask.dropped_by, n)
        )
        for n in ask.numbers
    )
    facts = {"anticipation": ask.hand.anticipation}
    return Performance(made, ask.trials, facts, foretold=True)


def _step(ask: TaskRequest) -> Performance:
    made = (perform_step(ask.object, ask.hand, n, ask.rng(n), ask.rate_hz) for n in ask.numbers)
    return Performance(made, ask.trials, {"reactive_ms": ask.hand.reactive_ms})


def _tracking(ask: TaskRequest) -> Performance:
    made = (perform_tracking(ask.hand, n, ask.rng(n), ask.rate_hz, ask.target) for n in ask.numbers)
    rests = Rests() if ask.target is None else Rests(FIRST_REST_S)
    facts = {"mvc_n": ask.hand.mvc_n}
    return Performance(made, ask.trials, facts, rests, target_knots, foretold=True)


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
