"""The slip test: the grip on a lifted object is released slowly until the object slips."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.physics.hold import HoldModel, SimObject, mean_between

if TYPE_CHECKING:
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.tasks.episode import Episode

_HOLD_S: Final = (0.8, 1.4)
_RATE_N_PER_S: Final = (0.5, 1.5)
"""Rate of the release (quoted from memory)."""
_SKIN_SD: Final = 0.02
"""Spread of friction from one release to the next, of its logarithm (design choice)."""


def perform_slip(
    obj: SimObject, profile: Profile, number: int, rng: np.random.Generator, rate_hz: float
) -> Episode:
    """Return one slow release; second 0 is the beginning of the reach."""
    skin = float(np.exp(rng.normal(0.0, _SKIN_SD)))
    surface = replace(obj.surface, k=obj.surface.k * skin)
    obj = SimObject(obj.mass_kg, surface)
    rate = float(rng.uniform(*_RATE_N_PER_S))
    hold_s = float(rng.uniform(*_HOLD_S))
    strongest = min(profile.mvc_n, obj.slip_force_n * (1 + profile.safety_margin) * 3)
    hold = HoldModel(obj, profile, rng, rate_hz, hold_s + strongest / rate)
    opening_s = hold.timing.begin_s + hold_s
    intended = min(hold.static_n, profile.mvc_n)
    # From the strength that is there: what is intended beyond it cannot be let go of.
    beyond = np.maximum(hold.static_n - intended, 0.0) * (hold.t >= opening_s)
    less = -rate * np.maximum(hold.t - opening_s, 0.0) - beyond
    force = hold.grip().force(hold.draw_lag_s(), less)
    slide = hold.finish(force)
    truth = hold.truth(number, lifted=slide is not None) | {
        "mu": round(surface.friction(obj.weight_n), 6),
        "release_rate_n_per_s": rate,
        "t_release_begin_s": opening_s,
    }
    if slide is None:
        motion = hold.stuck(force)
        measured: dict[str, Any] = dict.fromkeys(("gf_static_n", "t_slip_s", "t_drop_s"))
    else:
        motion = slide.motion
        measured = {
            "gf_static_n": mean_between(motion, force, hold.timing.begin_s, opening_s),
            "t_slip_s": slide.first_slip_s(opening_s, np.inf),
            "t_drop_s": slide.t_lost_s,
        }
    return hold.episode(motion, measured["t_drop_s"], truth | measured)
