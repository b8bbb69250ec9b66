"""Unexpected load steps on a lifted object, as a motor pulls at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.person.hand import pulse
from gripforce.sim.physics.hold import HoldModel, SimObject, mean_between
from gripforce.sim.physics.object import ARM_MASS_KG, airborne, minimum_jerk

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.sliding import Slide
    from gripforce.sim.tasks.episode import Episode

RATES_N_PER_S: Final = (8.0, 32.0, 2.0, 4.0)
"""After [Johansson1992] and [ReactiveGrip2010]; the order is fixed, the time of a step random."""
HEIGHTS: Final = (0.2, 0.4)
"""Of a step, as shares of the weight; every second round of rates takes the other one."""
_WAIT_S: Final = (0.8, 2.5)
_STAYS_S: Final = 2.0
_BACK_S: Final = 0.6
_AFTER_S: Final = 0.8
_FAST_MS: Final = 10.0
_SLOW_MS_N_PER_S: Final = 230.0
_LATENCY_SD: Final = 0.10
"""Spread of a latency, as a share (design choice; [ReactiveGrip2010] has .3 between people)."""
_PULSE: Final = 0.4
_SHORTEST_RISE_S: Final = 0.25


@dataclass(frozen=True, eq=False, slots=True)
class _Step:
    at_s: float
    rate_n_per_s: float
    height_n: float
    back_s: float
    load: FloatArray


def perform_step(
    obj: SimObject, profile: Profile, number: int, rng: np.random.Generator, rate_hz: float
) -> Episode:
    """Return one load step, its plateau, and its release."""
    rate = RATES_N_PER_S[(number - 1) % len(RATES_N_PER_S)]
    height = HEIGHTS[(number - 1) // len(RATES_N_PER_S) % len(HEIGHTS)] * obj.weight_n
    wait_s = float(rng.uniform(*_WAIT_S))
    task_s = wait_s + height / rate + _STAYS_S + _BACK_S + _AFTER_S
    hold = HoldModel(obj, profile, rng, rate_hz, task_s)
    step = _step(hold.t, hold.timing.begin_s + wait_s, rate, height)
    latency_s = _latency_s(profile, rate, rng)
    force = hold.grip().force(hold.draw_lag_s(), _response(hold, step, latency_s))
    force = hold.without_slips(force, step.load)
    _, pulled = airborne(-step.load, ARM_MASS_KG, 1 / rate_hz)
    slide = hold.finish(force, step.load, pulled)
    truth = hold.truth(number, lifted=slide is not None) | {
        "load_step_n": height,
        "load_rate_n_per_s": rate,
        "t_step_s": step.at_s if slide else None,
        "latency_ms": round(1000 * latency_s, 3) if slide and latency_s else None,
        "t_gf_onset_s": step.at_s + latency_s if slide and latency_s else None,
        "gf_static_n": None,
        "t_drop_s": slide.t_lost_s if slide else None,
    }
    if slide is None:
        return hold.episode(hold.stuck(force), None, truth)
    return hold.episode(slide.motion, slide.t_lost_s, truth | _truth(slide, step))


def _step(t: FloatArray, at_s: float, rate: float, height: float) -> _Step:
    """Return a straight ramp to a height, and a smooth return."""
    back_s = at_s + height / rate + _STAYS_S
    up = np.clip(rate * (t - at_s), 0.0, height)
    return _Step(at_s, rate, height, back_s, up - height * minimum_jerk((t - back_s) / _BACK_S))


def _latency_s(profile: Profile, rate: float, rng: np.random.Generator) -> float | None:
    """Return the latency of the response: 72 ms after a load of 32 N/s, 180 ms after 2 N/s."""
    spread = float(np.exp(rng.normal(0.0, _LATENCY_SD)))
    if profile.reactive_ms is None:
        return None
    return (profile.reactive_ms - _FAST_MS + _SLOW_MS_N_PER_S / rate) / 1000 * spread


def _response(hold: HoldModel, step: _Step, latency_s: float | None) -> FloatArray:
    """Return a pulse, the grip that the new load takes, and its return."""
    t = hold.t
    if latency_s is None:
        return np.zeros_like(t)
    by_n = hold.gain * step.height_n
    rise_s = max(_SHORTEST_RISE_S, step.height_n / step.rate_n_per_s)
    lasting = minimum_jerk((t - step.at_s - latency_s) / rise_s)
    less = minimum_jerk((t - step.back_s - latency_s) / (2 * _BACK_S))
    quick = _PULSE * (1 + hold.profile.overshoot) * pulse(t - step.at_s - latency_s)
    return np.asarray(by_n * (quick + lasting - less))


def _truth(slide: Slide, step: _Step) -> dict[str, Any]:
    motion = slide.motion
    before = mean_between(motion, motion.grip_n, step.at_s - 0.3, step.at_s)
    near = (motion.t >= step.at_s) & (motion.t < step.at_s + 0.8)
    peak = float(motion.grip_n[near].max())
    return {
        "gf_static_n": before,
        "gf_rise_n": peak - before,
        "slip_ms": round(slide.slip_ms(step.at_s, step.back_s), 3),
    }
