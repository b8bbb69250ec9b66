"""Hands that lift, and then loosen their grip until the object slips."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from tests.independent.cells import tabulate
from tests.independent.grip import Habits, lifted
from tests.independent.lifts import lift_hand
from tests.independent.mechanics import FINE_HZ, GRAVITY, Skin, slow_noise
from tests.independent.truth import Hand, SlipTruth

if TYPE_CHECKING:
    from tests.independent.mechanics import Array
_SCATTER = 0.05  # of friction between one release and the next


def slip_hand(kind: str, seed: int) -> Hand:
    """Return a coupled hand that lifts, and then lets the object slip on purpose."""
    rng = np.random.default_rng([seed, 22])
    hand = lift_hand("one_sided" if kind.endswith("one_sided") else "coupled", seed)
    again = lift_hand("coupled", seed, part=1).tables if kind == "slipping_twice" else ()
    weight = hand.object_kg * GRAVITY
    level = float(np.median([lift.gf_static for lift in hand.lifts]))
    over = float(rng.choice([rng.uniform(0.05, 0.5), rng.uniform(1.2, 3.0)]))
    friction = weight * (1 + over) / (2 * level)
    skin = Skin(friction, friction * float(rng.uniform(0.70, 0.87)))
    slips, pieces = [], []
    at = 0.0
    for _ in range(int(rng.integers(4, 7))):
        now = replace(skin, static=skin.static * float(np.exp(rng.normal(0, _SCATTER))))
        grip, load, slipped = _release(rng, hand.habits, now, level)
        slips.append(SlipTruth(at + slipped, now.slip_force(weight)))
        pieces.append((grip, load))
        at += len(grip) / FINE_HZ
    table = tabulate(
        np.concatenate([grip for grip, _ in pieces]),
        np.concatenate([load for _, load in pieces]),
        hand.cells,
        rng,
        {"subject": "p1", "surface": "suede", "task": "slip", "mass_g": 1e3 * hand.object_kg},
    )
    return replace(
        hand,
        kind=kind,
        tables=(*hand.tables, *again, table),
        slips=tuple(slips),
        slip_force=skin.slip_force(weight),
    )


def _release(
    rng: np.random.Generator, habits: Habits, skin: Skin, level: float
) -> tuple[Array, Array, float]:
    """Return grip and load of one grasp that is loosened until the object slips, and when."""
    trial = lifted(rng, replace(habits, creep=0.0), "coupled", 0.01)
    begin = trial.carried.liftoff + int(1.5 * FINE_HZ)
    slip_force = skin.slip_force(habits.object_kg * GRAVITY)
    rate = float(rng.uniform(0.3, 0.9)) * max(slip_force, 0.5)
    before = trial.grip[:begin]
    start = float(rng.uniform(1.5, 2.0)) * slip_force + 0.2
    lead_in = np.linspace(before[-1], start, FINE_HZ)
    falling = np.maximum(start - rate * np.arange(8 * FINE_HZ) / FINE_HZ, 0.0)
    falling *= 1 + 0.004 * (slow_noise(rng, len(falling), 0.5))
    gives_way = int(np.argmax(falling < slip_force))
    if rng.integers(2):
        falling = _caught(rng, falling, gives_way, start)
    end = gives_way + int(1.0 * FINE_HZ)
    loads, _ = skin.hold(falling[:end], habits.object_kg, habits.height)
    off = np.exp(-np.arange(FINE_HZ) / (0.05 * FINE_HZ))
    grip = np.concatenate([before, lead_in, falling[:end], falling[end - 1] * off])
    held = np.full(len(lead_in), habits.object_kg * GRAVITY)
    load = np.concatenate([trial.load[:begin], held, np.maximum(loads, 0), loads[-1] * off])
    return grip, load, (begin + len(lead_in) + gives_way) / FINE_HZ


def _caught(rng: np.random.Generator, falling: Array, slipped: int, level: float) -> Array:
    """Return a falling grip that is tightened again some 150 ms after friction gives way."""
    after = slipped + int(rng.uniform(0.12, 0.18) * FINE_HZ)
    t = np.arange(len(falling) - after) / FINE_HZ
    caught = falling.copy()
    caught[after:] = falling[after] + (1.2 * level - falling[after]) * (
        1 - (1 + t / 0.03) * np.exp(-t / 0.03)
    )
    return caught
