"""Cyclic vertical movements of a lifted object: one bout in each hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.person import noise
from gripforce.sim.physics.hold import HoldModel, SimObject, mean_between
from gripforce.sim.physics.object import minimum_jerk

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.sliding import Slide
    from gripforce.sim.tasks.episode import Episode

BOUT_S: Final = 30.0
FREQUENCY_HZ: Final = 1.2
AMPLITUDE_M: Final = 0.10
_JITTER: Final = 0.03
"""Spread of the frequency from bout to bout."""
_PHASE_WALK: Final = 0.12
"""Radians by which the phase drifts in a second, growing as the root of time."""
_WALK_HZ: Final = 0.5
_EDGE_CYCLES: Final = 1.0
"""The movement grows and ends over this many cycles."""
_BEFORE_S: Final = 0.8
_VARIABILITY_HZ: Final = (0.3, 4.0)
_BETWEEN_BOUTS: Final = 0.4
"""Share of a lag's spread that is between bouts; over a bout it averages out (design choice)."""
_EXCLUDED_CYCLES: Final = (2.5, 1.5)
"""Cycles at beginning and end that the truth leaves out, as an analysis does."""


@dataclass(frozen=True, eq=False, slots=True)
class _Rhythm:
    begin_s: float
    end_s: float
    frequency_hz: float
    height_m: FloatArray
    accel_m_s2: FloatArray

    @property
    def inner_s(self) -> tuple[float, float]:
        first, last = (cycles / self.frequency_hz for cycles in _EXCLUDED_CYCLES)
        return self.begin_s + first, self.end_s - last


def perform_cyclic(
    obj: SimObject,
    profile: Profile,
    number: int,
    rng: np.random.Generator,
    rate_hz: float,
    *,
    beat_s: float | None = None,
) -> Episode:
    """Return one bout, a cycle a beat; second 0 is the beginning of the reach.

    Without a metronome (``beat_s``, seconds) the hand moves at its usual ``FREQUENCY_HZ``.
    """
    hold = HoldModel(obj, profile, rng, rate_hz, BOUT_S + 2 * _BEFORE_S)
    usual_hz = 1 / beat_s if beat_s else FREQUENCY_HZ
    rhythm = _rhythm(hold.t, hold.timing.begin_s + _BEFORE_S, usual_hz, rng)
    more = obj.mass_kg * rhythm.accel_m_s2
    hold.prepare_for(obj.weight_n + float(more.max()))
    meant, lag_s = _grip(hold, rhythm, more, rng)
    force = hold.without_slips(meant, more)
    slide = hold.finish(force, more, rhythm.accel_m_s2, rhythm.height_m)
    motion = hold.stuck(force) if slide is None else slide.motion
    dropped_s = None if slide is None else slide.t_lost_s
    truth = hold.truth(number, lifted=slide is not None) | {
        "t_start_s": rhythm.begin_s,
        "t_stop_s": rhythm.end_s,
        "frequency_hz": rhythm.frequency_hz,
        "t_drop_s": dropped_s,
    }
    if slide is None or dropped_s is not None:
        figures: dict[str, Any] = dict.fromkeys(("lag_ms", "gain", "gf_mean_n"))
    else:
        figures = {"lag_ms": round(lag_s * 1000, 3)}
        figures |= _gain(hold, force, more, rhythm) | _held(slide, rhythm)
    return hold.episode(motion, dropped_s, truth | figures)


def _grip(
    hold: HoldModel, rhythm: _Rhythm, more: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, float]:
    """Return the grip without reflexes, newtons, and how late it is, seconds."""
    grip = hold.grip(_anticipated_load(hold, rhythm, more, rng))
    lag_s = hold.draw_lag_s(_BETWEEN_BOUTS)
    return grip.force(lag_s), lag_s


def _held(slide: Slide, rhythm: _Rhythm) -> dict[str, float]:
    """Return the mean grip, newtons, and the time of slips, ms."""
    motion = slide.motion
    return {
        "gf_mean_n": mean_between(motion, motion.grip_n, *rhythm.inner_s),
        "slip_ms": round(slide.slip_ms(rhythm.begin_s, rhythm.end_s), 3),
    }


def _anticipated_load(
    hold: HoldModel, rhythm: _Rhythm, more: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Return the load that grip follows, newtons: its change partly uncoupled."""
    t, d = hold.t, hold.profile.decorrelation
    variation = noise.band(len(t), 1 / (t[1] - t[0]), rng, *_VARIABILITY_HZ) * _window(t, rhythm)
    swing = float(np.std(more[(t > rhythm.begin_s) & (t < rhythm.end_s)]))
    return np.asarray(hold.base.load_n + (np.sqrt(1 - d**2) * more + d * swing * variation))


def _rhythm(t: FloatArray, begin_s: float, usual_hz: float, rng: np.random.Generator) -> _Rhythm:
    frequency = usual_hz * float(np.exp(rng.normal(0.0, _JITTER)))
    phase = _phase(t, begin_s, frequency, rng)
    end_s = begin_s + BOUT_S
    mean_hz = float(np.ptp(np.interp([begin_s, end_s], t, phase))) / (2 * np.pi * BOUT_S)
    since, edge_s = np.clip(t - begin_s, 0.0, BOUT_S), _EDGE_CYCLES / frequency
    swell = minimum_jerk(since / edge_s) * minimum_jerk((BOUT_S - since) / edge_s)
    height = AMPLITUDE_M * swell * np.sin(phase)
    del phase, since, swell  # before what takes the most
    accel = np.gradient(np.gradient(height, t), t)
    return _Rhythm(begin_s, end_s, mean_hz, height, accel)


def _phase(
    t: FloatArray, begin_s: float, frequency_hz: float, rng: np.random.Generator
) -> FloatArray:
    """Return the phase, radians: even but for a random walk that begins with the movement."""
    rate_hz = 1 / (t[1] - t[0])
    steps = _PHASE_WALK / np.sqrt(rate_hz) * rng.standard_normal(len(t))
    walk = noise.smoothed(np.cumsum(steps), rate_hz, _WALK_HZ)
    since = np.clip(t - begin_s, 0.0, BOUT_S)
    return np.asarray(2 * np.pi * frequency_hz * since + walk - np.interp(begin_s, t, walk))


def _window(t: FloatArray, rhythm: _Rhythm) -> FloatArray:
    edge_s = _EDGE_CYCLES / rhythm.frequency_hz
    begin = minimum_jerk((t - rhythm.begin_s) / edge_s)
    return np.asarray(begin * minimum_jerk((rhythm.end_s - t) / edge_s))


def _gain(hold: HoldModel, grip: FloatArray, more: FloatArray, rhythm: _Rhythm) -> dict[str, float]:
    """Return the least-squares gain and offset of the true forces [N]."""
    begin_s, end_s = rhythm.inner_s
    inside = (hold.t >= begin_s) & (hold.t < end_s)
    force, pulled = grip[inside], hold.base.load_n[inside] + more[inside]
    gain, offset = np.polyfit(pulled, force, 1)
    return {
        "gain": float(gain),
        "offset_n": float(offset),
        "modulation_n": float(np.ptp(pulled)),
    }
