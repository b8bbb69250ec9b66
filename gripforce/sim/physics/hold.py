"""An object picked up, held in the air while a task goes on, and set down again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person.hand import Grip, GripPlan
from gripforce.sim.person.timing import (
    HEIGHT_M,
    LIFTOFF_SHARE,
    LONGEST_LAG_S,
    LOWERING_S,
    PRESSED_SHARE,
    TAIL_S,
    UNLOADING_S,
    draw_approach,
    draw_release,
)
from gripforce.sim.physics import slip
from gripforce.sim.physics.object import ARM_STIFFNESS_N_PER_M, lift_object, minimum_jerk
from gripforce.sim.physics.sliding import Motion, Slide, simulate_sliding
from gripforce.sim.tasks.episode import Episode

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import LoadTrace, Surface

_STEADY_S: Final = 1.2
"""From the end of the arm's movement until the task begins: overshoot and arm have settled."""
_PAUSE_S: Final = 0.7
_AFTER_FALL_S: Final = 1.0
"""What is shown of an object that has fallen."""
_SAFE: Final = 1.1
_SAFE_SIGMAS: Final = 3.0
"""Least grip for a movement beside its slip force, and how many SDs of the force variability come
on top: people who move what they hold do not drop it (0 % in healthy cyclic movements,
[Augurelle2003])."""


@dataclass(frozen=True, slots=True)
class SimObject:
    """The object and the fingers' hold on it."""

    mass_kg: float
    surface: Surface

    @property
    def weight_n(self) -> float:
        """What holding it still takes."""
        return self.mass_kg * STANDARD_GRAVITY

    @property
    def slip_force_n(self) -> float:
        """Grip at which it begins to slip when held still."""
        return float(self.surface.slip_force_n(self.weight_n))


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds since the beginning of the reach."""

    contact_s: float
    load_onset_s: float
    lift_s: float
    begin_s: float
    """The object is held still and the task begins."""
    lowering_s: float
    unloading_s: float
    release_s: float

    @property
    def end_s(self) -> float:
        """The hand is off again."""
        return self.release_s + TAIL_S

    @classmethod
    def draw(cls, profile: Profile, rng: np.random.Generator, task_s: float) -> Timing:
        """Draw when a hand picks up and sets down, with ``task_s`` between."""
        contact_s, onset_s = draw_approach(profile, rng)
        begin_s = onset_s + profile.lift_s + _STEADY_S
        lowering_s = begin_s + task_s + _PAUSE_S
        unloading_s, release_s = draw_release(lowering_s, rng)
        return cls(contact_s, onset_s, profile.lift_s, begin_s, lowering_s, unloading_s, release_s)


class HoldModel:
    """One hold of an object: the loads that the arm makes, and the grip that means to hold it."""

    def __init__(
        self,
        obj: SimObject,
        profile: Profile,
        rng: np.random.Generator,
        rate_hz: float,
        task_s: float,
    ) -> None:
        self.object, self.profile = obj, profile
        self.timing = Timing.draw(profile, rng, task_s)
        self.t: FloatArray = np.arange(round(self.timing.end_s * rate_hz)) / rate_hz
        spread = float(np.exp(rng.normal(0.0, profile.trial_sd)))
        self.static_n = obj.slip_force_n * (1 + profile.safety_margin) * spread
        self._rng = rng
        self.base = self._base_load()
        """The load of picking up, holding and setting down, the object's mass being known."""

    def prepare_for(self, peak_n: float) -> None:
        """Grip so firmly that an anticipated peak of load does not slip, whatever was drawn."""
        share = 1 + self.profile.coupled * (peak_n / self.object.weight_n - 1)
        safe = _SAFE + _SAFE_SIGMAS * (self.profile.slow_cv + self.profile.tremor)
        needed = safe * float(self.object.surface.slip_force_n(peak_n))
        self.static_n = max(self.static_n, needed / share)

    @property
    def gain(self) -> float:
        """Grip that the hand holds for a newton of load."""
        return self.static_n / self.object.weight_n

    def _base_load(self) -> LoadTrace:
        t, timing = self.t, self.timing
        stretch_m = self.object.weight_n / ARM_STIFFNESS_N_PER_M
        top = HEIGHT_M + stretch_m
        hand_m = top * minimum_jerk((t - timing.load_onset_s) / timing.lift_s)
        pressed_m = PRESSED_SHARE * stretch_m
        hand_m -= (top - pressed_m) * minimum_jerk((t - timing.lowering_s) / LOWERING_S)
        hand_m -= pressed_m * minimum_jerk((t - timing.unloading_s) / UNLOADING_S)
        return lift_object(t, hand_m, self.object.mass_kg, timing.lowering_s)

    def grip(self, anticipated_n: FloatArray | None = None) -> Grip:
        """Return the grip that follows an anticipated load, by default that of the hold alone."""
        timing = self.timing
        load_n = self.base.load_n if anticipated_n is None else anticipated_n
        plan = GripPlan(
            contact_s=timing.contact_s,
            load_onset_s=timing.load_onset_s,
            liftoff_s=self.liftoff_s,
            lowering_s=timing.lowering_s,
            release_begin_s=timing.unloading_s,
            release_s=timing.release_s,
            static_n=self.static_n,
            expected_weight_n=self.object.weight_n,
            lift_s=timing.lift_s,
        )
        return Grip(self.t, plan, self.profile, load_n, self._rng)

    @property
    def liftoff_s(self) -> float:
        """When the load has reached the weight."""
        return (
            self.base.t_liftoff_s or self.timing.load_onset_s + LIFTOFF_SHARE * self.timing.lift_s
        )

    def without_slips(self, force: FloatArray, more_load: FloatArray | float) -> FloatArray:
        """Return the grip with a reflex rise after each slip, up to the hand's limit."""
        missing = slip.slipping(force, self.base.load_n + more_load, self.object.surface)
        return slip.with_upgrades(self.t, force, missing, self.profile, self.timing.unloading_s)

    def finish(
        self,
        force: FloatArray,
        more_load: FloatArray | float = 0.0,
        more_accel: FloatArray | float = 0.0,
        height_m: FloatArray | float = 0.0,
    ) -> Slide | None:
        """Return how it went with a grip; None where that is too weak to lift the object."""
        t, timing, base = self.t, self.timing, self.base
        missing = slip.slipping(force, base.load_n, self.object.surface)
        settled = timing.begin_s - 0.5
        if slip.is_too_weak(missing, t, settled, timing.begin_s):
            return None
        motion = Motion(t, force, base.load_n + more_load, base.accel_m_s2 + more_accel)
        span_s, above_m = (settled, timing.lowering_s), np.broadcast_to(height_m, t.shape)
        return simulate_sliding(
            motion, self.object.mass_kg, self.object.surface, span_s, above_m, held_m=HEIGHT_M
        )

    def stuck(self, force: FloatArray) -> Motion:
        """Return the motion of an object that stays on the table while fingers slide over it."""
        load = slip.sliding_load(force, self.base.load_n, self.object.surface)
        return Motion(self.t, force, load, np.zeros_like(self.t))

    def episode(self, motion: Motion, lost_s: float | None, *truths: dict[str, Any]) -> Episode:
        """Return what is to be played; it ends soon after the object has fallen."""
        if lost_s is None:
            shown = slice(None)
        else:
            end_s = min(lost_s + _AFTER_FALL_S, self.timing.end_s)
            shown = slice(int(np.searchsorted(self.t, end_s)))
            for truth in truths:
                if "t_release_s" in truth:
                    truth |= {"t_release_s": lost_s, "t_end_s": end_s}
        grip, load = motion.grip_n[shown], motion.load_n[shown]
        return Episode(self.t[shown], grip, load, motion.accel_m_s2[shown], truths)

    def draw_lag_s(self, share: float = 1.0) -> float:
        """Draw a lag of grip; ``share`` of its spread is between such draws."""
        mean, sd = self.profile.lag_ms / 1000, share * self.profile.lag_sd_ms / 1000
        return float(np.clip(self._rng.normal(mean, sd), -LONGEST_LAG_S, LONGEST_LAG_S))

    def truth(self, number: int, *, lifted: bool) -> dict[str, Any]:
        """Return what every task says of a hold; tasks lay their own on top."""
        timing = self.timing
        return {
            "trial": number,
            "t_contact_s": timing.contact_s,
            "t_load_onset_s": timing.load_onset_s,
            "t_liftoff_s": self.base.t_liftoff_s if lifted else None,
            "t_release_s": timing.release_s,
            "t_end_s": timing.end_s,
            "lifted": lifted,
            "mass_g": self.object.mass_kg * 1000,
            "slip_force_n": self.object.slip_force_n,
        }


def mean_between(motion: Motion, values: FloatArray, begin_s: float, end_s: float) -> float:
    """Return the mean of values from one time to another."""
    inside = (motion.t >= begin_s) & (motion.t < end_s)
    return float(values[inside].mean())
