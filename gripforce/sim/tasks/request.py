"""What a simulated task is asked for: by whom, with what, how often."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person.profiles import profile as find_profile
from gripforce.sim.physics.hold import SimObject
from gripforce.sim.physics.object import surface as find_surface
from gripforce.sim.tasks.drop import TURNS
from gripforce.sim.tasks.tracking import Target

if TYPE_CHECKING:
    from gripforce.sim.option_table import SimOptions
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """Who does a task, with what, and how often."""

    hand: Profile
    surface: Surface
    mass_kg: float
    trials: int
    seed: int
    rate_hz: float
    beat_s: float | None
    """Period of the metronome; None where there is none."""
    order: str = ""
    """Masses [g] or surfaces of the trials, where they were asked for."""
    prepared: tuple[str, ...] = ()
    """What precedes each lift, in turn."""
    dropped_by: str = TURNS
    target: Target | None = None
    """Of tracking; None for the task's own."""

    @classmethod
    def of(cls, options: SimOptions, rate_hz: float) -> TaskRequest:
        """Return the request that checked options make."""
        named = options.profile
        hand = find_profile(named) if isinstance(named, str) else named
        return cls(
            hand=hand,
            surface=find_surface(options.surface, hand.friction),
            mass_kg=options.mass_g / 1000,
            trials=options.trials,
            seed=options.seed,
            rate_hz=rate_hz,
            beat_s=options.beat_s or None,
            order=options.order,
            prepared=tuple(options.prepared.split(",")) if options.prepared else (),
            dropped_by=options.dropped_by,
            target=Target.parse(options.target) if options.target else None,
        )

    @property
    def object(self) -> SimObject:
        """The object and the fingers' hold on it."""
        return SimObject(self.mass_kg, self.surface)

    @property
    def facts(self) -> dict[str, Any]:
        """What is true of the whole run, whatever the task."""
        return {
            "seed": self.seed,
            "profile": self.hand.name,
            "surface": self.surface.name,
            "mu": round(self.surface.friction(self.mass_kg * STANDARD_GRAVITY), 6),
        }

    @property
    def numbers(self) -> range:
        """The trials, from 1."""
        return range(1, self.trials + 1)

    def rng(self, number: int) -> np.random.Generator:
        """Return the trial's own randomness: one trial more does not change the others."""
        return np.random.default_rng([self.seed, 2, number])
