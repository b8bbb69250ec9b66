"""Vertical movements from point to point with holds between: up, down, up, ..."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.person import noise
from gripforce.sim.physics.hold import HoldModel, SimObject, mean_between
from gripforce.sim.physics.object import minimum_jerk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.sliding import Slide
    from gripforce.sim.tasks.episode import Episode

MOST_MOVEMENTS: Final = 20
"""In one hold; more are done after setting the object down."""
DISTANCE_M: Final = 0.30
_MOVEMENT_S: Final = 0.5
"""Of a hand that lifts within 0.6 s; slower ones take longer, as the root of that (choice)."""
_USUAL_LIFT_S: Final = 0.6
_HOLD_S: Final = (1.5, 2.0)
_ASYNCHRONY_S: Final = 0.02
"""Largest distance of a movement's onset from its beat (design choice)."""
_STATIC_S: Final = 0.5
_EXTREMUM: Final = 0.2113
"""Share of a minimum-jerk movement at which its acceleration is largest: (1 - 1/√3) / 2."""
_SETTLED_S: Final = 0.2
_VARIABILITY_HZ: Final = (1.5, 6.0)


@dataclass(frozen=True, slots=True)
class _Movement:
    number: int
    begin_s: float
    duration_s: float
    sign: int
    """1 up, -1 down."""

    @property
    def end_s(self) -> float:
        return self.begin_s + self.duration_s

    @property
    def extremum_s(self) -> float:
        return self.begin_s + _EXTREMUM * self.duration_s


def perform_p2p(
    obj: SimObject,
    profile: Profile,
    numbers: range,
    rng: np.random.Generator,
    rate_hz: float,
    *,
    beat_s: float | None = None,
) -> Episode:
    """Return one hold with the movements of these numbers; the first goes up.

    With a metronome (``beat_s``, seconds) each movement begins at a beat.
    """
    hold, moves = _hold(obj, profile, numbers, rng, rate_hz, beat_s=beat_s)
    accel = _accel(hold.t, moves)
    more = obj.mass_kg * accel
    hold.prepare_for(obj.weight_n + float(more.max()))
    meant, lags_s = _grip(hold, moves, more, rng)
    force = hold.without_slips(meant, more)
    slide = hold.finish(force, more, accel, _height(hold.t, moves))
    if slide is None:
        truths = tuple(_not_done(hold, move) for move in moves)
        return hold.episode(hold.stuck(force), None, *truths)
    done = [m for m in moves if slide.t_lost_s is None or m.begin_s < slide.t_lost_s]
    truths = tuple(
        _truth(hold, move, slide, last=move is done[-1]) | {"lag_ms": round(float(lag) * 1000, 3)}
        for move, lag in zip(done, lags_s, strict=False)
    )
    return hold.episode(slide.motion, slide.t_lost_s, *truths)


def _grip(
    hold: HoldModel, moves: list[_Movement], more: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return the grip without reflexes, newtons, and how late it is in each movement, seconds."""
    grip = hold.grip(_anticipated_load(hold, moves, more, rng))
    lags_s = np.array([hold.draw_lag_s() for _ in moves])
    return grip.force(_shift(hold.t, moves, lags_s)), lags_s


def _hold(
    obj: SimObject,
    profile: Profile,
    numbers: Sequence[int],
    rng: np.random.Generator,
    rate_hz: float,
    *,
    beat_s: float | None,
) -> tuple[HoldModel, list[_Movement]]:
    """Return a hold and its movements after their pauses, up and down in turn."""
    count = len(numbers)
    duration_s = _MOVEMENT_S * float(np.sqrt(profile.lift_s / _USUAL_LIFT_S))
    pauses_s = _pauses_s(count, duration_s, beat_s, rng)
    hold = HoldModel(obj, profile, rng, rate_hz, float(pauses_s.sum()) + count * duration_s)
    begins_s = hold.timing.begin_s + np.cumsum(pauses_s[:-1]) + np.arange(count) * duration_s
    moves = [
        _Movement(number, float(begin_s), duration_s, 1 if number % 2 else -1)
        for number, begin_s in zip(numbers, begins_s, strict=True)
    ]
    return hold, moves


def _pauses_s(
    count: int, duration_s: float, beat_s: float | None, rng: np.random.Generator
) -> FloatArray:
    """Return the pauses before each movement and after the last one, seconds, ``(count + 1,)``.

    With a metronome the first movement begins a beat after the hold does, and each other one a
    beat after the one before, but for an asynchrony that is drawn for each.
    """
    if beat_s is None:
        return rng.uniform(*_HOLD_S, count + 1)
    asynchrony_s = rng.uniform(-_ASYNCHRONY_S, _ASYNCHRONY_S, count)
    pauses_s = beat_s - duration_s + np.diff(asynchrony_s, prepend=-duration_s)
    return np.append(pauses_s, _HOLD_S[0])


def directed(change: FloatArray, direction: float) -> FloatArray:
    """Return a load's change as a hand of some direction selectivity follows it."""
    return direction * change + (1 - direction) * np.abs(change)


def minimum_jerk_accel(tau: FloatArray) -> FloatArray:
    """Return the acceleration of a smooth movement from 0 to 1 while ``tau`` goes from 0 to 1."""
    x = np.clip(tau, 0.0, 1.0)
    return np.asarray(60 * x - 180 * x**2 + 120 * x**3)


def _accel(t: FloatArray, moves: list[_Movement]) -> FloatArray:
    accel = np.zeros_like(t)
    for move in moves:
        tau = (t - move.begin_s) / move.duration_s
        accel += move.sign * DISTANCE_M / move.duration_s**2 * minimum_jerk_accel(tau)
    return accel


def _height(t: FloatArray, moves: list[_Movement]) -> FloatArray:
    height = np.zeros_like(t)
    for move in moves:
        height += move.sign * DISTANCE_M * minimum_jerk((t - move.begin_s) / move.duration_s)
    return height


def _anticipated_load(
    hold: HoldModel, moves: list[_Movement], more: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return the load that grip follows: its change by direction, and partly uncoupled."""
    t, d = hold.t, hold.profile.decorrelation
    wanted = directed(more, hold.profile.direction)
    variation = noise.band(len(t), 1 / (t[1] - t[0]), rng, *_VARIABILITY_HZ)
    followed = np.sqrt(1 - d**2) * wanted
    for move in moves:
        window = np.clip((t - move.begin_s) / move.duration_s, 0.0, 1.0)
        window = np.sin(np.pi * window) ** 2
        moving = window > 0
        strength = d * float(np.std(wanted[moving]))
        followed[moving] += strength * (variation * window)[moving]
    followed += hold.base.load_n
    return np.asarray(followed)


def _shift(t: FloatArray, moves: list[_Movement], shifts_s: FloatArray) -> FloatArray:
    """Return by how much grip is late at each moment; it changes in the holds only."""
    edges = [edge for m in moves for edge in (m.begin_s - _SETTLED_S, m.end_s + _SETTLED_S)]
    return np.asarray(np.interp(t, edges, np.repeat(shifts_s, 2)))


def _truth(hold: HoldModel, move: _Movement, slide: Slide, *, last: bool) -> dict[str, Any]:
    motion = slide.motion
    static = mean_between(motion, motion.grip_n, move.begin_s - _STATIC_S, move.begin_s)
    moving = (motion.t >= move.begin_s) & (motion.t < move.end_s)
    at_extremum = float(np.interp(move.extremum_s, motion.t, motion.grip_n))
    slip_n = hold.object.slip_force_n
    lost = last and slide.t_lost_s is not None and slide.t_lost_s < move.end_s + _HOLD_S[0]
    return {
        **_where(hold, move),
        "lifted": True,
        "gf_static_n": static,
        "static_margin_n": static - slip_n,
        "gf_peak_n": float(motion.grip_n[moving].max()),
        "lf_peak_n": float(motion.load_n[moving].max()),
        "early_gf_change_n": at_extremum - static,
        "slip_ms": round(slide.slip_ms(move.begin_s, move.end_s), 3),
        "t_drop_s": slide.t_lost_s if lost else None,
    }


def _where(hold: HoldModel, move: _Movement) -> dict[str, Any]:
    return {
        "trial": move.number,
        "direction": "up" if move.sign > 0 else "down",
        "t_onset_s": move.begin_s,
        "t_first_extremum_s": move.extremum_s,
        "t_end_s": move.end_s,
        "mass_g": hold.object.mass_kg * 1000,
        "slip_force_n": hold.object.slip_force_n,
    }


def _not_done(hold: HoldModel, move: _Movement) -> dict[str, Any]:
    keys = (
        "gf_static_n",
        "static_margin_n",
        "gf_peak_n",
        "lf_peak_n",
        "early_gf_change_n",
        "lag_ms",
    )
    return {**_where(hold, move), "lifted": False, **dict.fromkeys(keys)}


def holds(count: int) -> list[range]:
    """Return the numbers of the movements of each hold."""
    edges = [*range(1, count + 1, MOST_MOVEMENTS), count + 1]
    return [range(a, b) for a, b in pairwise(edges)]
