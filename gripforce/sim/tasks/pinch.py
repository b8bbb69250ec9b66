"""Maximal pinch: as hard as the hand can, for some seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.sim.person.hand import contact_rise, motor_noise, release_fall
from gripforce.sim.tasks.episode import Episode

if TYPE_CHECKING:
    from gripforce.sim.person.profiles import Profile

REST_S: Final = (2.5, 3.5)
"""Between efforts: a real session rests for 20 to 60 s."""
_REACH_S: Final = (0.45, 0.65)
_EFFORT: Final = (0.85, 0.93)
"""Share of the maximal force that an effort reaches (design choice); noise comes on top."""
_EFFORT_S: Final = (3.5, 4.5)
_RISE_OF_LIFT: Final = 0.7
"""Duration of the rise beside that of a lift (design choice)."""
_FADE_PER_S: Final = 0.005
"""Healthy controls lose 15 % in 30 s [Sanjak2001]."""
_FALL_S: Final = 0.35
_TAIL_S: Final = 0.3
_BEST_S: Final = 0.5
_PULL: Final = 0.01
"""Load that comes with squeezing, as a share of it."""


def perform_pinch(
    profile: Profile, number: int, rng: np.random.Generator, rate_hz: float
) -> Episode:
    """Return one effort; second 0 is the beginning of the reach."""
    contact_s = float(rng.uniform(*_REACH_S))
    rise_s = _RISE_OF_LIFT * profile.lift_s
    fall_s = contact_s + rise_s + float(rng.uniform(*_EFFORT_S))
    release_s = fall_s + _FALL_S
    t = np.arange(round((release_s + _TAIL_S) * rate_hz)) / rate_hz
    effort = float(rng.uniform(*_EFFORT))
    fade = 1 - _FADE_PER_S * np.maximum(t - contact_s - rise_s, 0.0)
    wanted = effort * profile.mvc_n * fade * contact_rise(t, contact_s, contact_s + rise_s)
    capped = np.minimum(wanted * (1 + motor_noise(t, profile, rng)), profile.mvc_n)
    force = np.maximum(capped, 0.0) * release_fall(t, fall_s, release_s)
    force[(t < contact_s) | (t >= release_s)] = 0.0
    span = round(_BEST_S * rate_hz)
    sums = np.cumsum(np.pad(force, (span, 0)))
    best = (sums[span:] - sums[:-span]) / span
    truth = {
        "trial": number,
        "t_contact_s": contact_s,
        "t_fall_s": fall_s,
        "t_release_s": release_s,
        "t_end_s": release_s + _TAIL_S,
        "effort": effort,
        "mvc_n": float(best.max()),
        "gf_peak_n": float(force.max()),
    }
    return Episode(t, force, _PULL * force, np.zeros_like(t), (truth,))
