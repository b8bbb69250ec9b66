"""Hands that move an object up and down, between rests or in cycles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tests.independent.cells import draw_cells
from tests.independent.grip import LEAD_S, moved
from tests.independent.mechanics import FINE_HZ, reach, slow_noise
from tests.independent.truth import Hand, Kind, draw_habits, joined, needed_friction_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.independent.mechanics import Array

_MOVE_KINDS: Mapping[str, Kind] = {
    "coupled": Kind("coupled", (-20, 30)),
    "reactive": Kind("coupled", (80, 150)),
    "constant": Kind("constant", (0, 0)),
    "anti_phase": Kind("anti_phase", (-20, 30)),
    "position": Kind("position", (-20, 30)),
    "unselective": Kind("unselective", (-20, 30)),
    "wandering": Kind("wandering", (0, 0)),
}
UNCOUPLED_MOVES = ("constant", "anti_phase", "position", "wandering")


def move_hand(kind: str, seed: int) -> Hand:
    """Return a hand that moves an object up and down between rests (p2p) or in cycles."""
    task, grip = kind.split(":")
    rng = np.random.default_rng([seed, 33])
    habits = replace(draw_habits(rng), loading=0.3)
    habits = replace(habits, object_kg=float(rng.uniform(0.2, 0.8)))
    cells = draw_cells(rng)
    spec = _MOVE_KINDS[grip]
    delay = float(rng.uniform(*spec.delay_ms))
    path = _stops(rng) if task == "p2p" else _cycles(rng)
    trial = moved(rng, habits, path, spec.grip, delay / 1e3)
    metadata: dict[str, object] = {"task": task, "mass_g": 1e3 * habits.object_kg}
    return Hand(
        kind,
        task,
        seed,
        (joined([trial], cells, rng, metadata),),
        habits.object_kg,
        cells,
        habits,
        delay_ms=delay if spec.grip == "coupled" else None,
        needed_friction=needed_friction_of(trial),
    )


def _stops(rng: np.random.Generator) -> Array:
    """Return a path of ten ways up and ten down, with rests."""
    starts, at = [], LEAD_S + 2.5
    for _ in range(20):
        starts.append(at)
        at += rng.uniform(1.9, 2.6)
    t = np.arange(int((at + 4.0) * FINE_HZ)) / FINE_HZ
    path = 0.05 * (reach(t, LEAD_S + 0.3, 0.5) - reach(t, at, 0.6))
    distance = rng.uniform(0.2, 0.3)
    for k, start in enumerate(starts):
        duration = rng.uniform(0.55, 0.8)
        path += (1 if k % 2 == 0 else -1) * distance * reach(t, start, duration)
    return np.asarray(path)


def _cycles(rng: np.random.Generator) -> Array:
    """Return a path of some 25 cycles whose rate wanders."""
    rate, size, bout = rng.uniform(0.9, 1.4), rng.uniform(0.16, 0.24), 22.0
    t = np.arange(int((LEAD_S + 2.5 + bout + 5.0) * FINE_HZ)) / FINE_HZ
    begin = LEAD_S + 2.5
    paces = rate * (1 + 0.03 * slow_noise(rng, len(t), 0.2))
    phase = 2 * np.pi * np.cumsum(paces) / FINE_HZ
    phase -= phase[int(begin * FINE_HZ)]
    going = reach(t, begin, 1.0) - reach(t, begin + bout, 1.0)
    path = 0.05 * (reach(t, LEAD_S + 0.3, 0.5) - reach(t, begin + bout + 1.4, 0.6))
    return np.asarray(path + going * size * 0.5 * (1 - np.cos(phase)))
