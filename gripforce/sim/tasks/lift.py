"""Grasp, lift, hold, replace: several trials with the hand off the object between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person import noise
from gripforce.sim.person.hand import CORRECTION_AFTER_S, Grip, GripPlan, correction, reaction
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
from gripforce.sim.physics.object import (
    ARM_STIFFNESS_N_PER_M,
    LoadTrace,
    lift_object,
    minimum_jerk,
)
from gripforce.sim.tasks.episode import Episode

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface

_HOLD_S: Final = (3.9, 4.4)
"""From lift-off to lowering."""
_SETTLED_S: Final = 1.5
"""Grip and load are static this long after lift-off."""
_RIPPLE_HZ: Final = (2.0, 7.0)
_RIPPLE: Final = 0.15
"""Irregularity of the arm's speed: brings r from .92 nearer to the .81±.1 of [RajKumar2019]."""
_FIRST_LIFT_EXCESS: Final = 0.29
_FIRST_LIFT_DECAY: Final = 0.7
"""Grip of the first lifts beyond the later ones, recomputed from [RajKumar2019]."""
_CORRECTED_S: Final = 0.3
"""Before lowering, a corrected grip has become the grip of the true mass."""
_PROBING_M_PER_S: Final = 0.1
_LOADING_SHARE: Final = 0.6
"""Duration of a programmed loading as a share of the arm's movement."""
_EARLY: Final = 1.3
"""Exponent by which a programmed loading runs ahead (design choice)."""
_BEYOND: Final = 1.05
"""A programmed loading goes this far beyond the expected weight."""
_PROBING_SHARE: Final = 0.6
"""Rate at which a programmed loading goes on where the object is heavier, of its mean rate."""
_PROBING_RISE_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class PlannedLift:
    """One lift as it is asked for: the object, what the hand expects, and what it has learnt."""

    mass_kg: float
    expected_kg: float
    surface: Surface
    number: int
    """From 1."""
    expected_slip_n: float | None = None
    """Slip force of the expected mass on the surface that the hand expects, if another one."""
    programmed: bool = False
    """Whether the arm loads the object at a rate programmed for the expected weight, and lifts it
    only then: in a series of weights [JohanssonWestling1988Weight]."""


def perform_lift(
    lift: PlannedLift, profile: Profile, rng: np.random.Generator, rate_hz: float
) -> Episode:
    """Return one lift; second 0 is the beginning of the reach."""
    timing = _Timing.draw(profile, rng)
    t = np.arange(round(timing.end_s * rate_hz)) / rate_hz
    load, expected = _loads(t, lift, timing, rng, rate_hz)
    plan = _grip_plan(lift, profile, timing, expected, rng)
    grip = Grip(t, plan, profile, expected.load_n, rng)
    scale, extra = _corrections(t, lift, profile, plan, (load, expected))

    intended = grip.force(timing.lag_s, extra, scale)
    missing = slip.slipping(intended, load.load_n, lift.surface)
    force = slip.with_upgrades(t, intended, missing, profile, timing.unloading_s)
    final, truth = _finish(t, lift, timing, force, load)
    truth["coupling_delay_ms"] = round((timing.lag_s + grip.stepping_s) * 1000, 3)
    return Episode(t, force, final.load_n, final.accel_m_s2, (truth,))


def plan_lift(
    lift: PlannedLift, profile: Profile, rng: np.random.Generator, rate_hz: float
) -> tuple[FloatArray, GripPlan, FloatArray, FloatArray]:
    """Return a lift before its grip is drawn: time, plan, the load and the load expected."""
    timing = _Timing.draw(profile, rng)
    t = np.arange(round(timing.end_s * rate_hz)) / rate_hz
    load, expected = _loads(t, lift, timing, rng, rate_hz)
    plan = _grip_plan(lift, profile, timing, expected, rng)
    return t, plan, load.load_n, expected.load_n


@dataclass(frozen=True, slots=True)
class _Timing:
    contact_s: float
    load_onset_s: float
    lift_s: float
    lowering_s: float
    unloading_s: float
    release_s: float
    lag_s: float

    @property
    def end_s(self) -> float:
        return self.release_s + TAIL_S

    @classmethod
    def draw(cls, profile: Profile, rng: np.random.Generator) -> _Timing:
        contact_s, onset_s = draw_approach(profile, rng)
        lift_s = profile.lift_s * float(np.exp(rng.normal(0.0, 0.08)))
        lowering_s = onset_s + LIFTOFF_SHARE * lift_s + rng.uniform(*_HOLD_S)
        unloading_s, release_s = draw_release(lowering_s, rng)
        lag_s = rng.normal(profile.lag_ms, profile.lag_sd_ms) / 1000
        lag_s = float(np.clip(lag_s, -LONGEST_LAG_S, LONGEST_LAG_S))
        return cls(contact_s, onset_s, lift_s, lowering_s, unloading_s, release_s, lag_s)


def _loads(
    t: FloatArray, lift: PlannedLift, timing: _Timing, rng: np.random.Generator, rate_hz: float
) -> tuple[LoadTrace, LoadTrace]:
    """Return the load that comes, and the load that the hand expects."""
    expected_m = lift.expected_kg * STANDARD_GRAVITY / ARM_STIFFNESS_N_PER_M
    actual_m = lift.mass_kg * STANDARD_GRAVITY / ARM_STIFFNESS_N_PER_M
    if lift.programmed:
        return _programmed_loads(t, lift, timing, (expected_m, actual_m))
    rise = minimum_jerk((t - timing.load_onset_s) / timing.lift_s)
    up_m = HEIGHT_M + expected_m
    late = np.maximum(t - timing.load_onset_s - 0.75 * timing.lift_s - 0.1, 0.0)
    probing = np.clip(_PROBING_M_PER_S * late, 0.0, max(actual_m - expected_m, 0.0))
    top = HEIGHT_M + max(expected_m, actual_m)
    down = (top - PRESSED_SHARE * actual_m) * minimum_jerk((t - timing.lowering_s) / LOWERING_S)
    off = PRESSED_SHARE * actual_m * minimum_jerk((t - timing.unloading_s) / UNLOADING_S)
    pulled_m = up_m * _uneven(rise, rng, rate_hz) + probing - down - off
    planned_m = up_m * rise - down - off
    actual = lift_object(t, pulled_m, lift.mass_kg, timing.lowering_s)
    expected = lift_object(t, planned_m, lift.expected_kg, timing.lowering_s)
    if lift.mass_kg != lift.expected_kg and actual.t_liftoff_s is not None:
        known = lift.expected_kg / lift.mass_kg * actual.load_n
        load = np.where(t < timing.lowering_s, expected.load_n, known)
        expected = replace(expected, load_n=load)  # what is set down has been felt
    return actual, expected


def _programmed_loads(
    t: FloatArray, lift: PlannedLift, timing: _Timing, weights_m: tuple[float, float]
) -> tuple[LoadTrace, LoadTrace]:
    """Return the same where the rate of loading is programmed for the expected weight.

    An object that is heavier is probed slowly until it comes off; one that is lighter comes off
    while the load still rises as planned. ``weights_m`` are the arm's stretches by which the
    expected and the actual weight are carried.
    """
    expected_m, actual_m = weights_m
    loading_s = _LOADING_SHARE * timing.lift_s
    loading = _BEYOND * expected_m * minimum_jerk(_early((t - timing.load_onset_s) / loading_s))
    probed_s = t - timing.load_onset_s - loading_s - CORRECTION_AFTER_S
    gained_s = np.maximum(probed_s, 0.0) ** 2 / (np.maximum(probed_s, 0.0) + _PROBING_RISE_S)
    lacking_m = max(_BEYOND * (actual_m - expected_m), 0.0)
    probing = np.minimum(_PROBING_SHARE * expected_m / loading_s * gained_s, lacking_m)
    traces = []
    for mass_kg, stretch in ((lift.mass_kg, loading + probing), (lift.expected_kg, loading)):
        weight_m = mass_kg * STANDARD_GRAVITY / ARM_STIFFNESS_N_PER_M
        carried = t[int(np.argmax(stretch >= max(weight_m, expected_m)))]
        lifted = stretch + HEIGHT_M * minimum_jerk((t - carried) / timing.lift_s)
        pressed_m = PRESSED_SHARE * min(weight_m, stretch[-1])
        down = (lifted[-1] - pressed_m) * minimum_jerk((t - timing.lowering_s) / LOWERING_S)
        off = pressed_m * minimum_jerk((t - timing.unloading_s) / UNLOADING_S)
        traces.append(lift_object(t, lifted - down - off, mass_kg, timing.lowering_s))
    actual, expected = traces
    known = lift.expected_kg / lift.mass_kg * actual.load_n  # what is set down has been felt
    load = np.where(t < timing.lowering_s, expected.load_n, known)
    return actual, replace(expected, load_n=load)


def _early(tau: FloatArray) -> FloatArray:
    """Return time from 0 to 1 that runs ahead: the rate of loading peaks before its middle."""
    return np.asarray(1 - (1 - np.clip(tau, 0.0, 1.0)) ** _EARLY)


def _uneven(rise: FloatArray, rng: np.random.Generator, rate_hz: float) -> FloatArray:
    """Return the rise with an irregular speed, from the same beginning to the same end."""
    ripple = _RIPPLE * noise.band(len(rise), rate_hz, rng, *_RIPPLE_HZ)
    steps = np.diff(rise, prepend=0.0) * np.exp(ripple)
    return np.asarray(np.cumsum(steps) / steps.sum())


def _grip_plan(
    lift: PlannedLift,
    profile: Profile,
    timing: _Timing,
    expected: LoadTrace,
    rng: np.random.Generator,
) -> GripPlan:
    weight = lift.expected_kg * STANDARD_GRAVITY
    early = 1 + _FIRST_LIFT_EXCESS * np.exp(-(lift.number - 1) / _FIRST_LIFT_DECAY)
    spread = np.exp(rng.normal(0.0, profile.trial_sd))
    slip = _slip_n(lift) if lift.expected_slip_n is None else lift.expected_slip_n
    return GripPlan(
        contact_s=timing.contact_s,
        load_onset_s=timing.load_onset_s,
        liftoff_s=expected.t_liftoff_s or timing.load_onset_s + LIFTOFF_SHARE * timing.lift_s,
        lowering_s=timing.lowering_s,
        release_begin_s=timing.unloading_s,
        release_s=timing.release_s,
        static_n=float(slip * (1 + profile.safety_margin) * spread * early),
        expected_weight_n=weight,
        lift_s=timing.lift_s,
    )


def _corrections(
    t: FloatArray,
    lift: PlannedLift,
    profile: Profile,
    plan: GripPlan,
    loads: tuple[LoadTrace, LoadTrace],
) -> tuple[FloatArray | float, FloatArray]:
    """Return by what a plan is multiplied, and the grip beside it, when an object is another."""
    load, expected = loads
    gain = plan.static_n / plan.expected_weight_n
    pulses = reaction(t, load.load_n, expected.load_n, profile, gain)
    by_n = gain * (lift.mass_kg - lift.expected_kg) * STANDARD_GRAVITY
    times = [at for at in (load.t_liftoff_s, plan.liftoff_s) if at is not None]
    corrected = correction(t, min(times), by_n)
    if lift.programmed and by_n > 0:  # grip follows the probing, one latency later
        more = np.interp(t - CORRECTION_AFTER_S, t, np.maximum.accumulate(load.load_n))
        pulses = np.zeros_like(t)
        corrected = np.clip(gain * more - plan.static_n, 0.0, by_n)
    if lift.expected_slip_n is not None and profile.friction_ms is not None:
        share = _slip_n(lift) / lift.expected_slip_n - 1
        felt_s = plan.contact_s + profile.friction_ms / 1000 - CORRECTION_AFTER_S
        corrected = corrected + correction(t, felt_s, share * plan.static_n)
    if not corrected.any():
        return 1.0, pulses
    # From lowering on, a corrected grip leaves with the load: in proportion, not by newtons.
    later = minimum_jerk((t - plan.lowering_s) / _CORRECTED_S + 1)
    ratio = 1 + float(np.interp(plan.lowering_s, t, corrected)) / plan.static_n
    return 1 + (ratio - 1) * later, pulses + corrected * (1 - later)


def _slip_n(lift: PlannedLift) -> float:
    """Return the slip force of the expected mass on the true surface."""
    return float(lift.surface.slip_force_n(lift.expected_kg * STANDARD_GRAVITY))


def _finish(
    t: FloatArray, lift: PlannedLift, timing: _Timing, force: FloatArray, load: LoadTrace
) -> tuple[LoadTrace, dict[str, Any]]:
    """Return the load and the truth: a grip that is too weak leaves the object standing."""
    missing = slip.slipping(force, load.load_n, lift.surface)
    settled_s = (load.t_liftoff_s or timing.load_onset_s) + _SETTLED_S
    if load.t_liftoff_s is None or slip.is_too_weak(missing, t, settled_s, timing.lowering_s):
        stuck = slip.sliding_load(force, load.load_n, lift.surface)
        load = LoadTrace(stuck, np.zeros_like(t), None, None)
    lifted = load.t_liftoff_s is not None
    holding = (t >= settled_s) & (t < timing.lowering_s)
    static = float(force[holding].mean()) if lifted else None
    slip_n = float(lift.surface.slip_force_n(lift.mass_kg * STANDARD_GRAVITY))
    truth = {
        "trial": lift.number,
        "t_contact_s": timing.contact_s,
        "t_load_onset_s": timing.load_onset_s,
        "t_liftoff_s": load.t_liftoff_s,
        "t_hold_start_s": settled_s if lifted else None,
        "t_hold_end_s": timing.lowering_s if lifted else None,
        "t_replace_s": load.t_replace_s,
        "t_release_s": timing.release_s,
        "t_end_s": timing.end_s,
        "lifted": lifted,
        "mass_g": lift.mass_kg * 1000,
        "expected_mass_g": lift.expected_kg * 1000,
        "gf_static_n": static,
        "slip_force_n": slip_n,
        "static_margin_n": None if static is None else static - slip_n,
        "slip_ms": round(float(np.count_nonzero(missing) * (t[1] - t[0]) * 1000), 3),
        "lag_ms": round(timing.lag_s * 1000, 3),
    }
    return load, truth
