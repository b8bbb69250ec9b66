"""The object: its mass and skin friction, the arm that lifts it, the table that carries it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim import filters
from gripforce.sim.physics.surfaces import FRICTION_LAWS

if TYPE_CHECKING:
    from gripforce.model import FloatArray

ARM_STIFFNESS_N_PER_M: Final = 400.0
ARM_DAMPING_NS_PER_M: Final = 25.0
ARM_MASS_KG: Final = 1.0
"""Impedance of the arm in front of its virtual position (design choice)."""

_LANDING_S: Final = 0.008
"""Time constant in which pads and table take the object up (design choice)."""
_LANDED_HEIGHT_M: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Surface:
    """Finger on plate: the largest tangential force of one finger is ``k * grip ** n``."""

    name: str
    k: float
    n: float

    def slip_force_n(self, load_n: FloatArray | float) -> FloatArray:
        """Return the grip force of each digit, newtons, at which a total load begins to slip.

        Analysis has a friction law of its own (``analysis.measures.friction``). The simulator does
        not use it: its ground truth must be able to contradict what analysis computes.
        """
        return np.asarray((np.maximum(load_n, 0.0) / (2 * self.k)) ** (1 / self.n))

    def friction(self, load_n: float) -> float:
        """Return the coefficient of friction at the slip force of a total load."""
        return float(load_n / 2 / self.slip_force_n(load_n))


def surface(name: str, skin: float = 1.0) -> Surface:
    """Return the surface of a name; ``skin`` is the skin's friction relative to a young hand's."""
    k, n = FRICTION_LAWS[name]
    return Surface(name, k * skin, n)


@dataclass(frozen=True, eq=False, slots=True)
class LoadTrace:
    """What the object feels while a hand takes it up and sets it down."""

    load_n: FloatArray
    """Total tangential force."""
    accel_m_s2: FloatArray
    """Vertical acceleration of the object, without gravity."""
    t_liftoff_s: float | None
    t_replace_s: float | None


def minimum_jerk(tau: FloatArray) -> FloatArray:
    """Return a minimum-jerk movement from 0 to 1 as ``tau`` goes from 0 to 1 [FlashHogan1985]."""
    x = np.clip(tau, 0.0, 1.0)
    rest = 10 - 15 * x
    rest += 6 * x**2
    return np.asarray(x**3 * rest)


def lift_object(t: FloatArray, hand_m: FloatArray, mass_kg: float, lowering_s: float) -> LoadTrace:
    """Return the load while the arm's virtual position goes ``hand_m`` above the table.

    Supported: ``LF = max(0, K z + B dz)`` until it reaches the weight. Airborne: the arm's
    second-order response to what it pulls beyond the weight, and ``LF = m (g + a)``; from
    ``lowering_s`` on, the table carries again what comes down to it.
    """
    dt = float(t[1] - t[0])
    weight = mass_kg * STANDARD_GRAVITY
    pull = ARM_STIFFNESS_N_PER_M * hand_m + ARM_DAMPING_NS_PER_M * np.gradient(hand_m, dt)
    load = np.maximum(pull, 0.0)
    accel = np.zeros_like(t)
    up = int(np.argmax(pull >= weight))
    if pull[up] < weight:
        return LoadTrace(load, accel, None, None)
    height, accel[up:] = airborne(pull[up:] - weight, mass_kg + ARM_MASS_KG, dt)
    landed = np.flatnonzero((t[up:] >= lowering_s) & (height <= 0.0))
    down = up + int(landed[0]) if len(landed) else len(t)
    accel[down:] = 0.0
    load[up:down] = mass_kg * (STANDARD_GRAVITY + accel[up:down])
    if down < len(t):
        _land(t, load, accel, down, float(np.diff(height[: down - up][-2:])[0]) / dt)
    crossed = t[up] - dt * (pull[up] - weight) / (pull[up] - pull[up - 1])
    replaced = float(t[down]) if down < len(t) else None
    return LoadTrace(load, accel, float(crossed), replaced)


def airborne(force: FloatArray, mass_kg: float, dt: float) -> tuple[FloatArray, FloatArray]:
    """Return height and acceleration of a mass on the arm's spring and damper, from rest."""
    arm = (mass_kg, ARM_DAMPING_NS_PER_M, ARM_STIFFNESS_N_PER_M)
    height, _ = filters.lfilter(*filters.bilinear((1.0,), arm, 1 / dt), force)
    accel, _ = filters.lfilter(*filters.bilinear((1.0, 0.0, 0.0), arm, 1 / dt), force)
    return height, accel


def _land(t: FloatArray, load: FloatArray, accel: FloatArray, down: int, speed: float) -> None:
    """Let the load pass to the table, and the speed end, within milliseconds instead of at once."""
    fade = np.exp(-(t[down:] - t[down]) / _LANDING_S)
    load[down:] += (load[down - 1] - load[down]) * fade
    accel[down:] += -speed / _LANDING_S * fade
