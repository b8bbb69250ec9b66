"""Held objects written down as formulas: picked up, something happens, set down.

``Held`` is the frame: untouched, lifted within a second, held, set down, untouched. What
happens while it is held comes as functions of time: more load, other grip.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from gripforce.model import Kind
from tests.analysis.analytic_lifts import (
    G,
    min_jerk,
    min_jerk_acceleration,
    noise,
    recording,
    stream,
)

NOTHING = np.zeros_like


@dataclass(frozen=True)
class Held:
    """``grip_n`` and ``extra_load_n`` are functions of seconds since the record began."""

    duration_s: float = 10.0
    mass_g: float = 400.0
    grip_n: object = field(default=lambda t: np.full_like(t, 5.0))
    extra_load_n: object = NOTHING
    slips_s: float = np.inf
    begin_s: float = 1.0

    @property
    def weight_n(self):
        return self.mass_g * 1e-3 * G

    @property
    def end_s(self):
        return self.begin_s + self.duration_s

    def load(self, t):
        up = min_jerk((t - self.begin_s) / 0.4)
        down = min_jerk((self.end_s - t) / 0.3)
        gone = np.where(t >= self.slips_s, 0.0, 1.0)
        return (self.weight_n + self.extra_load_n(t)) * np.minimum(up, down) * gone

    def grip(self, t):
        up = min_jerk((t - self.begin_s + 0.1) / 0.4)
        down = min_jerk((self.end_s + 0.2 - t) / 0.3)
        return self.grip_n(t) * np.minimum(up, down)


def held_recording(held, *, rate_hz=1000.0, noise_n=0.002, seed=1, markers=(), **metadata):
    """Return grip and load of one or several ``Held``, one after the other."""
    helds = held if isinstance(held, list) else [held]
    t = np.arange(round((helds[-1].end_s + 1.0) * rate_hz)) / rate_hz
    grip = sum(h.grip(t) for h in helds) + noise(t, seed, noise_n)
    load = sum(h.load(t) for h in helds) + noise(t, seed + 1, noise_n)
    made = recording(
        stream([Kind.GRIP, Kind.LOAD], t, [grip, load], rate_hz=rate_hz),
        **({"mass_g": helds[0].mass_g} | metadata),
    )
    return replace(made, markers=tuple(markers))


def movements(starts_s, directions, *, distance_m=0.3, time_s=0.5, mass_kg=0.4):
    """Return load beyond the weight of minimum-jerk movements up (+1) and down (-1)."""

    def load(t):
        total = np.zeros_like(t)
        for start_s, sign in zip(starts_s, directions, strict=True):
            accel = min_jerk_acceleration((t - start_s) / time_s)
            total += sign * mass_kg * distance_m / time_s**2 * accel
        return total

    return load
