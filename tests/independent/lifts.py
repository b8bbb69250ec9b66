"""Hands that lift: coupled, uncoupled, reactive, mixed, tremulous, with a dead cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tests.independent.cells import draw_cells
from tests.independent.grip import Trial, lifted
from tests.independent.mechanics import FINE_HZ
from tests.independent.truth import Hand, Kind, LiftTruth, draw_habits, joined, needed_friction_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.independent.mechanics import Array

LIFTS = 11

LIFT_KINDS: Mapping[str, Kind] = {
    "coupled": Kind("coupled", (-20, 30)),
    "delayed": Kind("coupled", (-20, 120), (3, 8)),
    "early": Kind("coupled", (-110, -90)),
    "reactive": Kind("coupled", (80, 150)),
    "mixed": Kind("coupled", (80, 150)),
    "tremulous": Kind("coupled", (-20, 30)),
    "one_sided": Kind("coupled", (-20, 30)),
    "jittered": Kind("coupled", (0, 0), (60, 60)),
    "pulse": Kind("pulse", (-200, 100), (0, 0)),
    "constant": Kind("constant", (0, 0)),
    "anti_phase": Kind("anti_phase", (-20, 30)),
    "position": Kind("position", (-20, 30)),
}
UNCOUPLED_LIFTS = ("pulse", "jittered", "constant", "anti_phase", "position")


@dataclass(frozen=True)
class Planted:
    """What is set in a hand instead of drawn: delay [ms], squeeze [N], preload, loading [s]."""

    delay_ms: float
    squeeze: float
    preload: float
    loading: float


def lift_hand(kind: str, seed: int, part: int = 0, planted: Planted | None = None) -> Hand:
    """Return a hand that lifts an object eleven times; ``part``: once more, with other lifts."""
    rng = np.random.default_rng([seed, 11])
    habits, cells = draw_habits(rng), draw_cells(rng)
    if planted is not None:
        habits = replace(habits, squeeze=planted.squeeze, preload=planted.preload,
                         loading=planted.loading)  # fmt: skip
    if kind == "tremulous":
        habits = replace(
            habits, tremor_hz=float(rng.uniform(6, 10)), tremor=float(rng.uniform(0.02, 0.06))
        )
    if kind == "one_sided":
        cells = replace(cells, digits=True, dead=str(rng.choice(["load_thumb_n", "load_index_n"])))
    spec = LIFT_KINDS[kind]
    delay = float(rng.uniform(*spec.delay_ms)) if planted is None else planted.delay_ms
    jitter = float(rng.uniform(*spec.jitter_ms))
    rng = np.random.default_rng([seed, 12, part])
    trials = [
        lifted(rng, habits, spec.grip, _delay_ms(rng, kind, delay, jitter) / 1e3)
        for _ in range(LIFTS)
    ]
    return Hand(
        kind,
        "lift",
        seed,
        (joined(trials, cells, rng, {"task": "lift", "mass_g": 1e3 * habits.object_kg}),),
        habits.object_kg,
        cells,
        habits,
        lifts=_lift_truths(trials, cells.noise_n),
        delay_ms=delay if spec.grip == "coupled" and kind != "mixed" else None,
        delay_sd_ms=jitter,
        needed_friction=max(needed_friction_of(trial) for trial in trials),
    )


def _delay_ms(rng: np.random.Generator, kind: str, delay: float, jitter: float) -> float:
    if kind == "pulse":
        return float(rng.uniform(-200, 100))
    if kind == "mixed" and rng.uniform() < 0.5:
        delay = float(rng.uniform(-10, 20))
    return float(rng.normal(delay, jitter))


def _lift_truths(trials: list[Trial], noise: float) -> tuple[LiftTruth, ...]:
    starts = np.cumsum([0, *(len(trial.load) for trial in trials)])
    return tuple(
        _lift_truth(trial, int(at), noise) for trial, at in zip(trials, starts[:-1], strict=True)
    )


def _lift_truth(trial: Trial, at: int, noise: float) -> LiftTruth:
    carried, load = trial.carried, trial.carried.load
    up, down = carried.liftoff, carried.touchdown
    first = up + int(1.5 * FINE_HZ)
    hold = slice(first, min(first + 2 * FINE_HZ, down - FINE_HZ // 5))
    return LiftTruth(
        contact=_beginning(trial.steady_grip, at, noise),
        load_onset=_beginning(load, at, noise),
        liftoff=(at + up) / FINE_HZ,
        replace=(at + down) / FINE_HZ,
        delay_ms=None if trial.delay is None else 1e3 * trial.delay,
        gf_static=float(trial.grip[hold].mean()),
        lf_static=float(trial.load[hold].mean()),
    )


def _beginning(force: Array, at: int, noise: float) -> tuple[float, float]:
    first, clear = int(np.argmax(force > 0.002)), int(np.argmax(force > 0.1 + 3 * noise))
    return (at + first) / FINE_HZ, (at + clear) / FINE_HZ
