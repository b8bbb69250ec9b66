"""Impacts of a ball on the lifted object, released by the participant or by the experimenter."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person.hand import correction, pulse
from gripforce.sim.physics.hold import HoldModel, SimObject, mean_between
from gripforce.sim.physics.object import ARM_MASS_KG, airborne, minimum_jerk

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.sliding import Slide
    from gripforce.sim.tasks.episode import Episode

BALL_SHARE: Final = 0.12
"""Mass of the ball beside that of the object (design choice)."""
HEIGHT_M: Final = 0.10
_CONTACT_S: Final = (0.020, 0.040)
"""Duration of the impact."""
_WAIT_S: Final = (1.2, 2.4)
_AFTER_S: Final = 1.8
_LEAD_S: Final = 0.150
"""Grip begins to rise this long before an impact that is anticipated [JohanssonWestling1988] …"""
_RISE_S: Final = 0.120
_LEAD_LIMITS_S: Final = (0.03, 0.30)
_STAYS_S: Final = 0.10
_DECAY_S: Final = 0.25
_BALL_LANDS_S: Final = 0.05
_REACTIVE_GAIN: Final = 0.8
_FAST_MS: Final = 10.0
"""A reaction to a fast load comes this much sooner than the profile's usual one."""
SELF, EXPERIMENTER, TURNS = "self", "experimenter", "turns"


@dataclass(frozen=True, eq=False, slots=True)
class _Impact:
    at_s: float
    more_load: FloatArray
    more_accel: FloatArray
    rise_n: float
    """How much the load rises at the impact's peak."""
    ball_kg: float


def releaser(dropped_by: str, number: int) -> str:
    """Return who releases the ball of a trial; in turns, the participant that of odd ones."""
    if dropped_by == TURNS:
        return SELF if number % 2 else EXPERIMENTER
    return dropped_by


def perform_drop(
    obj: SimObject,
    profile: Profile,
    number: int,
    rng: np.random.Generator,
    rate_hz: float,
    *,
    by: str,
) -> Episode:
    """Return one impact of a ball that the participant or the experimenter releases."""
    wait_s = float(rng.uniform(*_WAIT_S))
    hold = HoldModel(obj, profile, rng, rate_hz, wait_s + _AFTER_S)
    hit = _impact(hold, hold.timing.begin_s + wait_s, float(rng.uniform(*_CONTACT_S)))
    lag_s = hold.draw_lag_s()
    ready = profile.anticipation * profile.coupled if by == SELF else 0.0
    prepared_s = hit.at_s - float(np.clip(_LEAD_S - lag_s, *_LEAD_LIMITS_S)) if ready else None
    response_s = None
    if profile.reactive_ms is not None:
        response_s = hit.at_s + (profile.reactive_ms - _FAST_MS) / 1000
    more = _prepared(hold.t, hit, prepared_s, ready * hold.gain * hit.rise_n)
    more = more + _response(hold, hit, response_s, ready)
    force = hold.without_slips(hold.grip().force(lag_s, more), hit.more_load)
    slide = hold.finish(force, hit.more_load, hit.more_accel)
    onset_s = prepared_s if prepared_s is not None else response_s
    truth = hold.truth(number, lifted=slide is not None) | {
        "dropped_by": by,
        "ball_g": hit.ball_kg * 1000,
        "height_m": HEIGHT_M,
        "t_drop_s": None,
    }
    if slide is None:
        return hold.episode(hold.stuck(force), None, truth | dict.fromkeys(_FIGURES))
    figures = _truth(hold, slide, hit, onset_s)
    return hold.episode(slide.motion, slide.t_lost_s, truth | figures)


_FIGURES: Final = (
    "t_impact_s", "t_gf_onset_s", "gf_onset_ms", "gf_static_n", "gf_at_impact_n", "gf_peak_n",
    "lf_peak_n",
)  # fmt: skip


def _impact(hold: HoldModel, at_s: float, contact_s: float) -> _Impact:
    """Return what the ball does: a half sine that takes its momentum, then its weight.

    The arm yields: ``LF = F + m (g + a)`` with ``(m + M) a + B v + K z = -F``.
    """
    t, mass = hold.t, hold.object.mass_kg
    ball = BALL_SHARE * mass
    momentum = ball * sqrt(2 * STANDARD_GRAVITY * HEIGHT_M)
    x = (t - at_s) / contact_s
    burst = np.where((x > 0) & (x < 1), np.sin(np.pi * x), 0.0)
    pushed = momentum * np.pi / (2 * contact_s) * burst
    weight = ball * STANDARD_GRAVITY * minimum_jerk((t - at_s) / _BALL_LANDS_S)
    _, accel = airborne(-(pushed + weight), mass + ARM_MASS_KG, float(t[1] - t[0]))
    carried = np.where(
        t < hold.timing.lowering_s, 1.0, np.clip(hold.base.load_n / hold.object.weight_n, 0, 1)
    )
    load = pushed + weight * carried + mass * accel * carried
    return _Impact(at_s, load, accel * carried, float(load.max()), ball)


def _prepared(t: FloatArray, hit: _Impact, begin_s: float | None, by_n: float) -> FloatArray:
    if begin_s is None:
        return np.zeros_like(t)
    rise = minimum_jerk((t - begin_s) / _RISE_S)
    since = np.maximum(t - hit.at_s - _STAYS_S, 0.0)
    return np.asarray(by_n * rise * np.exp(-since / _DECAY_S))


def _response(hold: HoldModel, hit: _Impact, begin_s: float | None, ready: float) -> FloatArray:
    """Return the reflex to what was not prepared for, and the grip for the ball's weight."""
    if begin_s is None:
        return np.zeros_like(hold.t)
    profile = hold.profile
    by_n = _REACTIVE_GAIN * hold.gain * hit.rise_n * (1 + profile.overshoot) * (1 - ready)
    lasting = correction(hold.t, hit.at_s, hold.gain * hit.ball_kg * STANDARD_GRAVITY)
    return by_n * pulse(hold.t - begin_s) + lasting


def _truth(hold: HoldModel, slide: Slide, hit: _Impact, onset_s: float | None) -> dict[str, Any]:
    motion = slide.motion
    near = (motion.t >= hit.at_s) & (motion.t < hit.at_s + 0.5)
    return {
        "t_impact_s": hit.at_s,
        "t_gf_onset_s": onset_s,
        "gf_onset_ms": None if onset_s is None else round(1000 * (onset_s - hit.at_s), 3),
        "gf_static_n": mean_between(motion, motion.grip_n, hit.at_s - 0.8, hit.at_s - 0.4),
        "gf_at_impact_n": float(np.interp(hit.at_s, motion.t, motion.grip_n)),
        "gf_peak_n": float(motion.grip_n[near].max()),
        "lf_peak_n": float(motion.load_n[near].max()),
        "slip_ms": round(slide.slip_ms(hit.at_s, hold.timing.lowering_s), 3),
        "t_drop_s": slide.t_lost_s,
    }
