"""An object that slides between the fingers, is caught again, or falls.

Fingers hold while the load is within ``2 k grip^n``. Beyond it the object slides under kinetic
friction, ``m dv/dt = load - 0.85 * 2 k grip^n`` with ``v`` its speed past the fingers, until the
speed is nothing again, or the plates have left the fingers: then it falls to the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim import filters
from gripforce.sim.physics.slip import KINETIC

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.physics.object import Surface

_PLATE_M: Final = 0.020
"""A finger in the middle of a 35 mm plate has left it after about this distance (design choice)."""
_PAD_S: Final = 0.005
"""Time constant in which the pads' forces change when fingers begin or end to slide (choice)."""
_LANDING_S: Final = 0.008


@dataclass(frozen=True, eq=False, slots=True)
class Motion:
    """Forces and acceleration of an object in a hand, on an even grid."""

    t: FloatArray
    grip_n: FloatArray
    load_n: FloatArray
    accel_m_s2: FloatArray


@dataclass(frozen=True, eq=False, slots=True)
class Slide:
    """What became of the object."""

    motion: Motion
    slips: tuple[tuple[float, float], ...]
    """Begin and end of each slip, seconds; the last one may end in a fall."""
    t_lost_s: float | None
    """When the plates left the fingers."""

    def first_slip_s(self, begin_s: float, end_s: float) -> float | None:
        """Return when the first slip of a span begins."""
        return next((a for a, _ in self.slips if begin_s <= a < end_s), None)

    def slip_ms(self, begin_s: float, end_s: float) -> float:
        """Return how long it slid within a span."""
        inside = (min(b, end_s) - max(a, begin_s) for a, b in self.slips)
        return 1000 * sum(max(0.0, seconds) for seconds in inside)


def simulate_sliding(
    motion: Motion,
    mass_kg: float,
    surface: Surface,
    span_s: tuple[float, float],
    above_m: FloatArray,
    *,
    held_m: float = 0.0,
) -> Slide:
    """Return the motion with every slip in a span; ``motion.load_n`` is what holding takes.

    The object falls from ``above_m`` over the height above the table at which it is held.
    """
    new_load, slips, lost, speed = _slipping(motion, mass_kg, surface, span_s)
    slid = _yielding(motion, new_load, mass_kg)
    if lost is None:
        return Slide(slid, slips, None)
    fallen = _fallen(slid, lost, speed, held_m + float(above_m[lost]))
    return Slide(fallen, slips, float(motion.t[lost]))


def _slipping(
    motion: Motion, mass_kg: float, surface: Surface, span_s: tuple[float, float]
) -> tuple[FloatArray, tuple[tuple[float, float], ...], int | None, float]:
    """Return the load, each slip, which sample was lost, and with what speed."""
    t, load = motion.t, motion.load_n
    dt = float(t[1] - t[0])
    holds = 2 * surface.k * motion.grip_n**surface.n
    start, stop = (int(i) for i in np.searchsorted(t, span_s))
    new_load = load.copy()
    slips: list[tuple[float, float]] = []
    path_m = speed = 0.0
    while path_m < _PLATE_M and (over := np.flatnonzero(load[start:stop] > holds[start:stop])).size:
        begin = start + int(over[0])
        missing = (load[begin:stop] - KINETIC * holds[begin:stop]) / mass_kg
        slid_m, speed = _slide_path(missing * dt, dt, _PLATE_M - path_m)
        path_m += slid_m[-1] if slid_m else 0.0
        start = begin + max(1, len(slid_m))
        here = slice(begin, start)
        new_load[here] = KINETIC * holds[here]
        slips.append((float(t[begin]), float(t[min(start, len(t) - 1)])))
    return new_load, tuple(slips), None if path_m < _PLATE_M else start, speed


def _yielding(motion: Motion, load: FloatArray, mass_kg: float) -> Motion:
    """Return the motion with another load, each change of it as soft as the pads make it."""
    missing = motion.load_n - load
    if not missing.any():
        return motion
    pole = float(np.exp(-(motion.t[1] - motion.t[0]) / _PAD_S))
    soft, _ = filters.lfilter([1 - pole], [1, -pole], missing)
    accel = motion.accel_m_s2 - soft / mass_kg
    return Motion(motion.t, motion.grip_n, motion.load_n - soft, accel)


def _slide_path(gains: FloatArray, dt: float, room_m: float) -> tuple[list[float], float]:
    """Return the distance slid after each sample, until it stands or the room is used up."""
    slid_m: list[float] = []
    speed = at = 0.0
    for gain in gains.tolist():
        speed += gain
        if speed <= 0:
            break
        at += speed * dt
        slid_m.append(at)
        if at >= room_m:
            break
    return slid_m, speed


def _fallen(motion: Motion, lost: int, speed: float, height_m: float) -> Motion:
    """Return the motion from which the object falls from a height to the table and stays."""
    t = motion.t
    since = t[lost:] - t[lost]
    landing = sqrt(speed**2 + 2 * STANDARD_GRAVITY * max(height_m, 0.0))
    fall_s = (landing - speed) / STANDARD_GRAVITY
    stop = landing / _LANDING_S * np.exp(-np.maximum(since - fall_s, 0.0) / _LANDING_S)
    grip, load, accel = motion.grip_n.copy(), motion.load_n.copy(), motion.accel_m_s2.copy()
    gone = np.exp(-since / _PAD_S)
    grip[lost:] *= gone
    load[lost:] *= gone
    accel[lost:] = np.where(since < fall_s, -STANDARD_GRAVITY, stop)
    return Motion(t, grip, load, accel)
