"""Grip by what drives it: the load, a squeeze of the hand's own, a habit, or the position.

The load-driven part is a forward prediction of the load that passes through a muscle. Its delay is
the mean of its whole impulse response: the command is sent two time constants ahead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tests.independent.mechanics import (
    FINE_HZ,
    GRAVITY,
    Arm,
    carry,
    reach,
    slow_noise,
    tremor,
    twitch,
)

if TYPE_CHECKING:
    from tests.independent.mechanics import Array, Carried

_MUSCLE_S = 0.010  # by how much grip is smoother than load; both come from muscles
LEAD_S = 1.3
"""Quiet time before a load begins [s]."""


@dataclass(frozen=True)
class Habits:
    """What stays the same over a hand's trials; forces in N, times in s."""

    object_kg: float
    arm: Arm
    gain: float
    squeeze: float
    preload: float
    loading: float
    height: float = 0.05
    noise: float = 0.025
    """The standard deviation of grip over its mean."""
    tremor_hz: float = 9.0
    tremor: float = 0.004
    """The root mean square of the tremor over mean grip."""
    creep: float = 0.0
    """The change of the squeeze in a second, as a share."""


@dataclass(frozen=True)
class Trial:
    """One trial without the errors of any cell, at ``FINE_HZ``."""

    grip: Array
    load: Array
    steady_grip: Array
    """Grip without its noise."""
    onset: int
    """The sample at which load leaves 1 % of the weight."""
    carried: Carried
    delay: float | None = None


def shifted(force: Array, delay: float) -> Array:
    """Return a force that comes ``delay`` seconds later."""
    k = np.arange(len(force), dtype=np.float64)
    return np.interp(k - delay * FINE_HZ, k, force)


def load_driven(load: Array, delay: float) -> Array:
    """Return the response of grip to load, of unit gain and a mean delay [s]."""
    return twitch(shifted(load, delay - 2 * _MUSCLE_S), _MUSCLE_S)


def squeezed(count: int, start: float, over: float, end: float) -> Array:
    """Return a squeeze from ``start``, at 95 % after ``over``, let go at ``end`` [s]."""
    t = np.arange(count) / FINE_HZ
    rise = twitch((t >= start).astype(float), over / 4.74)
    return np.asarray(rise * (1 - twitch((t >= end).astype(float), 0.03)))


def pulse(count: int, start: float, end: float, speed_s: float) -> Array:
    """Return the same overshooting grip each time, of unit plateau, whatever the load does."""
    t = np.arange(count) / FINE_HZ - start
    x = np.maximum(t, 0) / (3 * speed_s)
    return np.asarray(squeezed(count, start, 4.74 * speed_s, end) + 0.35 * x * np.exp(1 - x))


def lift(rng: np.random.Generator, hand: Habits) -> tuple[Carried, Array]:
    """Return what one lift does to the object, and its load with the arm's own trembling."""
    loading = hand.loading * float(np.exp(rng.normal(0, 0.1)))
    stretch = hand.object_kg * GRAVITY / hand.arm.stiffness
    down = LEAD_S + loading + 0.5 + rng.uniform(2.9, 3.6)
    t = np.arange(int((down + 2.2) * FINE_HZ)) / FINE_HZ
    pull = stretch * rng.uniform(1.03, 1.10) * reach(t, LEAD_S, 1.15 * loading)
    pull *= 1 - reach(t, down + 0.5, rng.uniform(0.3, 0.5))
    rise = hand.height * reach(t, LEAD_S + 0.8 * loading, rng.uniform(0.35, 0.55))
    fall = hand.height * reach(t, down, 0.55)
    carried = carry(twitch(pull + rise - fall, 0.012), hand.arm, hand.object_kg)
    return carried, trembling(rng, carried, hand.object_kg)


def trembling(rng: np.random.Generator, carried: Carried, object_kg: float) -> Array:
    """Return the load with 0.03 m/s^2 of physiological arm tremor while it is in the air."""
    shake = 0.03 * object_kg * tremor(rng, len(carried.load), float(rng.uniform(8, 11)))
    airborne = np.zeros(len(carried.load))
    airborne[carried.liftoff : carried.touchdown] = 1
    return np.asarray(carried.load + shake * airborne)


def with_noise(rng: np.random.Generator, hand: Habits, steady: Array) -> Array:
    """Add noise in proportion to the signal (Jones 2002, 10.1152/jn.2002.88.3.1533)."""
    noise = hand.noise * slow_noise(rng, len(steady), 1.5)
    shake = hand.tremor * tremor(rng, len(steady), hand.tremor_hz)
    return np.maximum(steady * (1 + noise + shake), 0)


def lifted(rng: np.random.Generator, hand: Habits, kind: str, delay: float) -> Trial:
    """Return one lift whose grip is driven as ``kind`` says, ``delay`` seconds after its cause."""
    hand = replace(hand, squeeze=hand.squeeze * float(np.exp(rng.normal(0, 0.1))))
    carried, load = lift(rng, hand)
    weight = hand.object_kg * GRAVITY
    onset = int(np.argmax(carried.load > 0.01 * weight))
    unloaded = int(np.flatnonzero(carried.load > 0.01 * weight)[-1])
    start, end = onset / FINE_HZ, unloaded / FINE_HZ + 0.05 + max(delay, 0)
    steady = _GRIPS[kind](carried, hand, start, end, delay)
    grip = with_noise(rng, hand, np.maximum(steady, 0))
    return Trial(grip, load, steady, onset, carried, delay)


def _coupled(carried: Carried, hand: Habits, start: float, end: float, delay: float) -> Array:
    count = len(carried.load)
    creep = 1 + hand.creep * np.maximum(np.arange(count) / FINE_HZ - start, 0)
    squeeze = hand.squeeze * creep * squeezed(count, start - hand.preload, hand.preload, end)
    return np.asarray(squeeze + hand.gain * load_driven(carried.load, delay))


def _constant(carried: Carried, hand: Habits, start: float, end: float, _: float) -> Array:
    level = hand.squeeze + hand.gain * hand.object_kg * GRAVITY
    return np.asarray(level * squeezed(len(carried.load), start - 0.7, 0.2, end))


def _pulse(carried: Carried, hand: Habits, start: float, end: float, delay: float) -> Array:
    level = hand.squeeze + hand.gain * hand.object_kg * GRAVITY
    return np.asarray(level * pulse(len(carried.load), start + delay, end, 0.045))


def _anti_phase(carried: Carried, hand: Habits, start: float, end: float, delay: float) -> Array:
    level = hand.squeeze + 1.3 * hand.gain * hand.object_kg * GRAVITY
    squeeze = level * squeezed(len(carried.load), start - 0.7, 0.3, end)
    return np.asarray(squeeze - hand.gain * load_driven(carried.load, delay))


def _position(carried: Carried, hand: Habits, start: float, end: float, delay: float) -> Array:
    squeeze = squeezed(len(carried.load), start - hand.preload, hand.preload, end)
    per_metre = hand.gain * hand.object_kg * GRAVITY / hand.height
    driven = per_metre * load_driven(carried.height, delay)
    return np.asarray(hand.squeeze * squeeze + driven)


_GRIPS = {
    "coupled": _coupled,
    "constant": _constant,
    "pulse": _pulse,
    "anti_phase": _anti_phase,
    "position": _position,
}


def moved(rng: np.random.Generator, hand: Habits, path: Array, kind: str, delay: float) -> Trial:
    """Return one long carry along a path [m] whose grip is driven as ``kind`` says."""
    t = np.arange(len(path)) / FINE_HZ
    stretch = 1.05 * hand.object_kg * GRAVITY / hand.arm.stiffness
    last = t[-1] - 1.6
    pull = stretch * reach(t, LEAD_S, hand.loading) * (1 - reach(t, last, 0.45))
    carried = carry(twitch(pull + path, 0.012), hand.arm, hand.object_kg)
    load = trembling(rng, carried, hand.object_kg)
    weight = hand.object_kg * GRAVITY
    onset = int(np.argmax(carried.load > 0.01 * weight))
    start, end = onset / FINE_HZ - hand.preload, last + 0.5
    reserve = 1.0 if kind == "coupled" else 2.2
    held = (hand.squeeze + reserve * hand.gain * weight) * squeezed(len(t), start, 0.2, end)
    steady = held + hand.gain * _variation(rng, carried, weight, kind, delay) * (held > 0)
    return Trial(with_noise(rng, hand, np.maximum(steady, 0)), load, steady, onset, carried, delay)


def _variation(
    rng: np.random.Generator, carried: Carried, weight: float, kind: str, delay: float
) -> Array:
    """Return what drives grip about its level, in N of load."""
    airborne = np.zeros(len(carried.load))
    airborne[carried.liftoff + FINE_HZ // 2 : carried.touchdown - FINE_HZ // 2] = 1
    change = (carried.load - weight) * airborne
    if kind == "anti_phase":
        change = -change
    elif kind == "constant":
        change = 0 * change
    elif kind == "position":
        height = carried.height * airborne
        change = weight * 0.5 * height / height.max()
    elif kind == "unselective":
        change = np.abs(change)
    elif kind == "wandering":
        size = 0.7 * np.abs(change).max()
        change = size * airborne * tremor(rng, len(change), float(rng.uniform(0.7, 1.6)))
    return load_driven(change, delay)
