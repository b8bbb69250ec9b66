"""Arm, object and support: the load force of a carried object, and how it slips.

A reach has the lognormal speed of the kinematic theory (Plamondon 1995, 10.1007/BF00202785). It
moves the equilibrium point of an arm with mass, stiffness and damping (Hogan 1985,
10.1115/1.3140702). The object stands on a rigid support until the arm pulls its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign, exp
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import signal, special

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FINE_HZ = 4000
STEP_S = 1 / FINE_HZ
GRAVITY = 9.80665
_SKEW = 0.3  # the spread of log time in a lognormal reach
_ELASTIC = 0.97  # share of break-away force up to which pads only bend
_TAIL = 2.0537  # standard deviations that leave 2 % in a tail


def reach(t: Array, start: float, duration: float) -> Array:
    """Return the share of a reach that is done; 2 % at ``start``, 98 % ``duration`` later [s]."""
    first = exp(-2 * _TAIL * _SKEW)
    x = first + (1 - first) * (t - start) / duration
    share = special.ndtr((np.log(np.maximum(x, 1e-9)) + _TAIL * _SKEW) / _SKEW)
    return np.asarray(share, dtype=np.float64)


def twitch(command: Array, time_constant_s: float) -> Array:
    """Filter a command by a critically damped muscle (Fuglevand 1993, 10.1152/jn.1993.70.6.2470).

    The mean of its impulse response is twice the time constant.
    """
    pole = exp(-STEP_S / time_constant_s)
    once, state = [1 - pole], np.array([pole * command[0]])
    for _ in range(2):
        command, _ = signal.lfilter(once, [1.0, -pole], command, zi=state)
    return np.asarray(command, dtype=np.float64)


@dataclass(frozen=True)
class Arm:
    """The arm at the hand: stiffness [N/m], damping ratio, effective mass [kg]."""

    stiffness: float
    damping_ratio: float
    mass: float

    def damping(self, carried_kg: float) -> float:
        """Return the damping [N s/m] with an object in the hand."""
        return float(2 * self.damping_ratio * np.sqrt(self.stiffness * (self.mass + carried_kg)))


@dataclass(frozen=True)
class Carried:
    """What an object did: load force [N], height [m], samples of lift-off and touch-down."""

    load: Array
    height: Array
    liftoff: int
    touchdown: int


def carry(equilibrium: Array, arm: Arm, object_kg: float) -> Carried:
    """Return the load and height of one object that is lifted, moved and set down again.

    ``equilibrium`` is the arm's equilibrium height [m] at ``FINE_HZ``, 0 at the support.
    """
    weight = object_kg * GRAVITY
    damping = arm.damping(object_kg)
    pull = arm.stiffness * equilibrium + damping * np.gradient(equilibrium, STEP_S)
    up = int(np.argmax(pull >= weight))
    mass = arm.mass + object_kg
    response = signal.bilinear([1.0], [mass, damping, arm.stiffness], FINE_HZ)
    height = np.zeros_like(pull)
    height[up:] = signal.lfilter(*response, pull[up:] - weight)
    highest = up + int(np.argmax(height[up:] > 0.5 * height.max()))
    down = highest + int(np.argmax(height[highest:] <= 0))
    height[down:] = 0
    speed = np.gradient(height, STEP_S)
    acceleration = (pull - weight - damping * speed - arm.stiffness * height) / mass
    load = np.maximum(pull, 0)
    load[up:down] = object_kg * (GRAVITY + acceleration[up:down])
    return Carried(load, height, up, down)


@dataclass(frozen=True)
class Skin:
    """Finger pads on a surface: friction before and in a slip, and the pads' stiffness.

    The pads are bristles whose force is a share of grip, elastic up to break-away (Dupont 2002,
    10.1109/TAC.2002.1000274), with friction that falls with speed.
    """

    static: float
    kinetic: float
    give_m: float = 0.0015
    fall_m_per_s: float = 0.005

    def slip_force(self, load: float) -> float:
        """Return the grip [N] at which two opposed pads no longer carry a load [N]."""
        return load / (2 * self.static)

    def hold(self, grip: Array, object_kg: float, height: float) -> tuple[Array, Array]:
        """Return load [N] and height [m] of an object in a still hand, from rest in the grip."""
        bristles, viscous = self.static / self.give_m, 6.0
        bend = object_kg * GRAVITY / (2 * grip[0] * bristles)
        speed, loads, heights = 0.0, np.empty_like(grip), np.empty_like(grip)
        for k, force in enumerate(grip.tolist()):
            slide = -speed
            limit = self.kinetic + (self.static - self.kinetic) * exp(
                -((slide / self.fall_m_per_s) ** 2)
            )
            strain = copysign(bristles, slide) * bend / limit
            yielding = min(max((strain - _ELASTIC) / (1 - _ELASTIC), 0.0), 1.0)
            rate = slide * (1 - yielding * strain)
            bend += rate * STEP_S
            load = 2 * force * (bristles * bend + viscous * rate)
            speed += (load / object_kg - GRAVITY) * STEP_S
            height += speed * STEP_S
            if height <= 0 and speed < 0:
                height, speed = 0.0, 0.0
            loads[k], heights[k] = load, height
        return loads, heights


def slow_noise(rng: np.random.Generator, count: int, corner_hz: float) -> Array:
    """Return noise of unit variance below a corner (an Ornstein-Uhlenbeck process)."""
    pole = exp(-2 * np.pi * corner_hz * STEP_S)
    white: Any = rng.standard_normal(count) * np.sqrt(1 - pole**2)
    start = np.array([pole * rng.standard_normal()])
    return np.asarray(signal.lfilter([1.0], [1.0, -pole], white, zi=start)[0])


def tremor(rng: np.random.Generator, count: int, frequency_hz: float) -> Array:
    """Return a narrow-band oscillation of unit variance about a frequency (+- 0.6 Hz)."""
    low_i, low_q = slow_noise(rng, count, 0.3), slow_noise(rng, count, 0.3)
    angle = 2 * np.pi * frequency_hz * STEP_S * np.arange(count)
    return np.asarray(low_i * np.cos(angle) + low_q * np.sin(angle))
