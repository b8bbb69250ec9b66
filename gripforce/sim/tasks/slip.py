"""The slip test: an object is held in the air and let go slowly until it slips and falls."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.physics.hold import Carry, Load, mean_between

if TYPE_CHECKING:
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.tasks.episode import Episode

_HOLD_S: Final = (0.8, 1.4)
_RATE_N_PER_S: Final = (0.5, 1.5)
"""How fast fingers let go (science 1.2, as remembered)."""
_SKIN_SD: Final = 0.02
"""Spread of friction from one release to the next, of its logarithm (design choice)."""


def perform_slip(
    held: Load, profile: Profile, number: int, rng: np.random.Generator, rate_hz: float
) -> Episode:
    """Return one slow release; second 0 is the beginning of the reach."""
    skin = float(np.exp(rng.normal(0.0, _SKIN_SD)))
    surface = replace(held.surface, k=held.surface.k * skin)
    held = Load(held.mass_kg, surface)
    rate = float(rng.uniform(*_RATE_N_PER_S))
    hold_s = float(rng.uniform(*_HOLD_S))
    strongest = min(profile.mvc_n, held.slip_n * (1 + profile.safety_margin) * 3)
    carry = Carry(held, profile, rng, rate_hz, hold_s + strongest / rate)
    letting_go_s = carry.timing.begin_s + hold_s
    intended = min(carry.static_n, profile.mvc_n)
    # From the strength that is there: what is intended beyond it cannot be let go of.
    beyond = np.maximum(carry.static_n - intended, 0.0) * (carry.t >= letting_go_s)
    less = -rate * np.maximum(carry.t - letting_go_s, 0.0) - beyond
    force = carry.grip().force(carry.draw_lag_s(), less)
    slide = carry.finish(force)
    truth = carry.truth(number, lifted=slide is not None) | {
        "mu": round(surface.friction(held.weight_n), 6),
        "release_rate_n_per_s": rate,
        "t_release_begin_s": letting_go_s,
    }
    if slide is None:
        motion = carry.stuck(force)
        measured: dict[str, Any] = dict.fromkeys(("gf_static_n", "t_slip_s", "t_drop_s"))
    else:
        motion = slide.motion
        measured = {
            "gf_static_n": mean_between(motion, force, carry.timing.begin_s, letting_go_s),
            "t_slip_s": slide.first_slip_s(letting_go_s, np.inf),
            "t_drop_s": slide.t_lost_s,
        }
    return carry.episode(motion, measured["t_drop_s"], truth | measured)
