"""Grip force as planned from the expected load, with background force variability and reflexes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.sim import filters
from gripforce.sim.person import noise
from gripforce.sim.physics.object import minimum_jerk

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile

_PRELOAD_SHARE: Final = 0.9
"""Share of the grip's offset that is there when the load begins: a fifth of the static grip."""
_CONTACT_EXPONENT: Final = 1.4
"""A finger that lands or leaves: force grows as this power of time. Measured on 159 real lifts
of [RajKumar2019] (14 files marked ok, from 0.05 over 0.2 to 0.8 N): median 1.33 at contact, 1.41
at release, quartiles 1.15 to 1.7; the pad stiffens as it is pressed."""
_OFFSET_RAMP: Final = 0.6
"""Duration of the offset's ramp as a share of the arm's movement."""
_OVERSHOOT_RISE_S: Final = 0.3
_OVERSHOOT_AFTER_S: Final = 0.1
_OVERSHOOT_DECAY_S: Final = 0.45
_STEP_DEPTH: Final = 0.8
"""How nearly grip stops rising between steps: 1 is a standstill."""
_VARIABILITY_HZ: Final = (1.5, 6.0)
"""Band of the grip variability that does not follow the load."""
_TREMOR_HALF_WIDTH_HZ: Final = 1.2
CORRECTION_AFTER_S: Final = 0.1
_CORRECTION_DECAY_S: Final = 0.25
_REACTIVE_THRESHOLD_N: Final = 0.15
_REACTIVE_GAIN: Final = 0.8
_REACTIVE_RISE_S: Final = 0.060
_REACTIVE_S: Final = 0.150


@dataclass(frozen=True, slots=True)
class GripPlan:
    """When one lift's grip begins, follows and ends, and how strong it means to be."""

    contact_s: float
    load_onset_s: float
    liftoff_s: float
    """As predicted from the expected mass."""
    lowering_s: float
    release_begin_s: float
    release_s: float
    static_n: float
    """Static grip for the expected mass."""
    expected_weight_n: float
    lift_s: float


class Grip:
    """One lift's grip: a part tied to contact, and a part that follows the load after a lag."""

    def __init__(
        self,
        t: FloatArray,
        plan: GripPlan,
        profile: Profile,
        expected_load: FloatArray,
        rng: np.random.Generator,
    ) -> None:
        self._t = t
        self._plan = plan
        self.stepping_s = 0.0
        """How much later than the load its part of grip comes because it rises in steps: the mean
        over the load's newtons, before any lag."""
        offset = (1 - profile.coupled) * plan.static_n
        preload = _PRELOAD_SHARE * offset
        self._following = self._follow(expected_load, offset - preload, profile, rng)
        self._multiplier = 1 + motor_noise(t, profile, rng)
        self._following += profile.overshoot * plan.static_n * _overshoot(t, plan)
        self._preload = preload * contact_rise(t, plan.contact_s, plan.load_onset_s)
        self._mvc_n = profile.mvc_n

    def _follow(
        self, expected_load: FloatArray, ramp_n: float, profile: Profile, rng: np.random.Generator
    ) -> FloatArray:
        """Return the part that follows the load, newtons, with the rest of the offset."""
        t, plan = self._t, self._plan
        warped = _stepwise(t, plan.load_onset_s, plan.lift_s, profile.force_steps)
        coupled = _low_passed(np.interp(warped, t, expected_load), t, profile.bandwidth_hz)
        self.stepping_s = _mean_delay_s(t, plan, expected_load, coupled)
        coupled *= profile.coupled * plan.static_n / plan.expected_weight_n
        uncoupled = self._uncoupled(coupled, profile, rng)
        middle = (plan.contact_s + plan.load_onset_s) / 2
        following = ramp_n * minimum_jerk((warped - middle) / (_OFFSET_RAMP * plan.lift_s))
        following += coupled
        following += uncoupled
        return following

    def force(
        self,
        shift_s: float | FloatArray,
        extra: FloatArray | None = None,
        scale: FloatArray | float = 1.0,
    ) -> FloatArray:
        """Return the mean grip of the digits, the following part ``shift_s`` later than planned.

        ``scale`` multiplies the plan, ``extra`` comes on top.
        """
        t, plan = self._t, self._plan
        grip = np.interp(t - shift_s, t, self._following)
        grip *= t >= plan.contact_s
        grip += self._preload
        grip *= scale
        if extra is not None:
            grip += extra
        np.maximum(grip, 0.0, out=grip)
        grip *= self._multiplier
        np.minimum(grip, self._mvc_n, out=grip)
        grip *= release_fall(t, plan.release_begin_s, plan.release_s)
        grip *= (t >= plan.contact_s) & (t < plan.release_s)
        return np.asarray(grip)

    def _uncoupled(
        self, coupled: FloatArray, profile: Profile, rng: np.random.Generator
    ) -> FloatArray:
        """Return variability of the rising grip that does not follow the load, newtons."""
        t, d = self._t, profile.decorrelation
        variation = noise.band(len(t), 1 / (t[1] - t[0]), rng, *_VARIABILITY_HZ)
        begin, end = self._plan.contact_s, self._plan.liftoff_s + 0.4
        window = np.sin(np.pi * np.clip((t - begin) / (end - begin), 0.0, 1.0)) ** 2
        variation *= window
        moving = window > 0
        del window
        strength = np.std(np.gradient(coupled)[moving]) / np.std(np.gradient(variation)[moving])
        variation *= d * strength
        return variation


def correction(t: FloatArray, event_s: float, by_n: float) -> FloatArray:
    """Return the change of grip after an object turned out lighter or heavier than expected.

    Parameters: times in seconds, shape ``(n,)``; when it turned out; the final change in newtons.
    """
    since = np.maximum(t - event_s - CORRECTION_AFTER_S, 0.0)
    return np.asarray(by_n * (1 - np.exp(-since / _CORRECTION_DECAY_S)))


def reaction(
    t: FloatArray, load: FloatArray, expected: FloatArray, profile: Profile, gain: float
) -> FloatArray:
    """Return the pulses of grip in response to unexpected load, one latency later.

    Parameters: times in seconds; actual and expected load in newtons, all of shape ``(n,)``; the
    profile; ``gain``, the grip per newton of load. A faster load is answered sooner: the latency
    is that of the profile plus ``230 / rate`` ms, the rate in N/s.
    """
    if profile.reactive_ms is None:
        return np.zeros_like(t)
    dt = float(t[1] - t[0])
    surprise = np.maximum(load - expected - _REACTIVE_THRESHOLD_N, 0.0)
    growth = np.maximum(np.gradient(surprise, dt), 0.0)
    fastest = float(growth.max())
    if fastest <= 0.0:
        return np.zeros_like(t)
    delay_s = (profile.reactive_ms - 10 + min(230 / fastest, 200.0)) / 1000
    late = np.interp(t - delay_s, t, growth, left=0.0)
    shape = pulse(np.arange(0.0, _REACTIVE_S, dt))
    return np.asarray(_REACTIVE_GAIN * gain * np.convolve(late, shape)[: len(t)] * dt)


def pulse(since_s: FloatArray) -> FloatArray:
    """Return the trajectory of a reaction, 1 at its peak, by the seconds since it began."""
    down = (since_s - _REACTIVE_RISE_S) / (_REACTIVE_S - _REACTIVE_RISE_S)
    return np.asarray(minimum_jerk(since_s / _REACTIVE_RISE_S) * (1 - minimum_jerk(down)))


def contact_rise(t: FloatArray, begin_s: float, end_s: float) -> FloatArray:
    """Return a rise from 0 to 1 that begins as the force of a landing finger does."""
    return _contact((t - begin_s) / (end_s - begin_s))


def release_fall(t: FloatArray, begin_s: float, end_s: float) -> FloatArray:
    """Return a fall from 1 to 0 that ends as it began."""
    return _contact((end_s - t) / (end_s - begin_s))


def _contact(x: FloatArray) -> FloatArray:
    """Return the share of force of a finger that lands from 0 to 1, in the memory of ``x``."""
    np.clip(x, 0.0, 1.0, out=x)
    x *= np.pi / 2
    np.sin(x, out=x)
    x **= _CONTACT_EXPONENT
    return x


def _stepwise(t: FloatArray, begin_s: float, duration_s: float, steps: int) -> FloatArray:
    """Return time that hesitates ``steps`` times while grip rises."""
    if not steps:
        return t
    n = steps + 1
    x = np.clip((t - begin_s) / duration_s, 0.0, 1.0)
    return np.asarray(t - _STEP_DEPTH * duration_s / (2 * np.pi * n) * np.sin(2 * np.pi * n * x))


def _mean_delay_s(t: FloatArray, plan: GripPlan, load: FloatArray, copy: FloatArray) -> float:
    """Return the area between a load and its copy, until it is lowered, over the weight [s]."""
    held = t < plan.lowering_s
    area = float(np.sum((load - copy)[held])) * float(t[1] - t[0])
    return area / plan.expected_weight_n


def _low_passed(values: FloatArray, t: FloatArray, bandwidth_hz: float) -> FloatArray:
    """Return values through a filter without delay: the lag alone delays grip."""
    return filters.sosfiltfilt(filters.low_pass(bandwidth_hz * 2 * (t[1] - t[0])), values)


def _overshoot(t: FloatArray, plan: GripPlan) -> FloatArray:
    peak_s = plan.liftoff_s + _OVERSHOOT_AFTER_S
    rise = minimum_jerk((t - plan.load_onset_s) / _OVERSHOOT_RISE_S)
    return np.asarray(rise * np.exp(-np.maximum(t - peak_s, 0.0) / _OVERSHOOT_DECAY_S))


def motor_noise(t: FloatArray, profile: Profile, rng: np.random.Generator) -> FloatArray:
    """Return slow force variability and tremor as a share of the grip force, shape ``(n,)``."""
    rate_hz = 1 / (t[1] - t[0])
    middle, half = profile.tremor_hz, _TREMOR_HALF_WIDTH_HZ
    noises = profile.slow_cv * noise.slow(len(t), rate_hz, rng)
    noises += profile.tremor * noise.band(len(t), rate_hz, rng, middle - half, middle + half)
    return noises
