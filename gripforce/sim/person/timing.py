"""Timing of picking an object up and setting it down, shared by all tasks that lift one.

Design choices, in seconds and metres, where nothing else is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np

    from gripforce.sim.person.profiles import Profile

HEIGHT_M: Final = 0.04
"""Height to which an object is lifted."""
LOWERING_S: Final = 0.9
"""Duration of the arm's movement down."""
PRESSED_SHARE: Final = 0.6
"""Share of the weight that the hand still carries when it has set the object down."""
UNLOADING_S: Final = 0.28
TAIL_S: Final = 0.3
"""Simulated after the fingers have left."""
LONGEST_LAG_S: Final = 0.110
"""Largest lag of grip behind load that is drawn, either way."""
LIFTOFF_SHARE: Final = 0.35
"""Share of the arm's movement after which lift-off is expected, where the load never reaches the
weight."""
_REACH_S: Final = 0.5
_SHORTEST_PRELOAD_S: Final = 0.012
_DELAY_S: Final = 0.12
_RELEASE_AFTER_S: Final = 0.05


def draw_approach(profile: Profile, rng: np.random.Generator) -> tuple[float, float]:
    """Draw the times of contact and of load onset, seconds from the beginning of the reach."""
    contact_s = _REACH_S * rng.uniform(0.9, 1.3)
    preload_s = rng.normal(profile.preload_ms, profile.preload_sd_ms) / 1000
    return contact_s, contact_s + max(preload_s, _SHORTEST_PRELOAD_S)


def draw_release(lowering_s: float, rng: np.random.Generator) -> tuple[float, float]:
    """Draw when unloading begins and when the fingers leave, from the time of lowering."""
    unloading_s = lowering_s + LOWERING_S + _DELAY_S * rng.uniform(0.7, 1.6)
    return unloading_s, unloading_s + UNLOADING_S + _RELEASE_AFTER_S * rng.uniform(0.5, 2.0)
