"""Ramp, hold and release: grip follows a target that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.person import noise
from gripforce.sim.person.hand import motor_noise
from gripforce.sim.tasks.episode import Episode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.scene import TrialTruth

LEVEL: Final = 0.15
"""Height of the target as a share of the maximal force (5-25 % are usual)."""
RAMP_S: Final = 3.0
HOLD_S: Final = 4.0
_LEAD_S: Final = 1.0
_TAIL_S: Final = 1.0
_DELAY_MS: Final = 120.0
"""Visuomotor delay behind a ramp that is known beforehand, beside the profile's lag (design
choice)."""
_VISION_HZ: Final = 2.0
_VARIABILITY_HZ: Final = (0.3, 1.5)
_VARIABILITY: Final = 0.15
"""Share of a hand's decorrelation that shows in slow tracking (design choice)."""
_SETTLE_S: Final = 0.5
_PULL: Final = 0.01


def perform_tracking(
    profile: Profile, number: int, rng: np.random.Generator, rate_hz: float
) -> Episode:
    """Return one ramp, hold and release; second 0 is a second before the ramp."""
    edges = _LEAD_S + np.cumsum([0.0, RAMP_S, HOLD_S, RAMP_S])
    t = np.arange(round((edges[-1] + _TAIL_S) * rate_hz)) / rate_hz
    level = LEVEL * profile.mvc_n
    delay_s = max(0.0, _DELAY_MS + rng.normal(profile.lag_ms, profile.lag_sd_ms / 3)) / 1000
    release_s = delay_s * profile.release_delay
    late = np.interp(t, edges[1:3], [delay_s, release_s])
    target = _target(t, edges, level)
    wanted = noise.smoothed(_target(t - late, edges, level), rate_hz, _VISION_HZ)
    slow = noise.band(len(t), rate_hz, rng, *_VARIABILITY_HZ)
    variation = _VARIABILITY * profile.decorrelation * slow
    force = np.maximum(wanted, 0.0) * (1 + variation + motor_noise(t, profile, rng))
    force = np.clip(force, 0.0, profile.mvc_n)
    truth = {
        "trial": number,
        "t_start_s": float(edges[0]),
        "t_hold_start_s": float(edges[1]),
        "t_fall_s": float(edges[2]),
        "t_stop_s": float(edges[3]),
        "t_end_s": float(edges[3]) + _TAIL_S,
        "target_n": level,
        "delay_ms": round(1000 * delay_s, 3),
        "release_delay_ms": round(1000 * release_s, 3),
        **_errors(t, force - target, edges),
    }
    return Episode(t, force, _PULL * force, np.zeros_like(t), (truth,))


def target_knots(trials: Sequence[TrialTruth]) -> dict[str, Any]:
    """Return the target of a run, on the clock of its trials, as metadata of a recording."""
    knots = []
    for trial in trials:
        corners = [trial[key] for key in ("t_start_s", "t_hold_start_s", "t_fall_s", "t_stop_s")]
        heights = [0.0, trial["target_n"], trial["target_n"], 0.0]
        knots += [[at_s, height] for at_s, height in zip(corners, heights, strict=True)]
    return {"target": {"force": "gf", "knots": knots}}


def _target(t: FloatArray, edges: FloatArray, level: float) -> FloatArray:
    return np.asarray(np.interp(t, edges, [0.0, level, level, 0.0]))


def _errors(t: FloatArray, error: FloatArray, edges: FloatArray) -> dict[str, float]:
    """Return the root of the mean squared error where the target rises, stands and falls."""
    begins = (edges[0], edges[1] + _SETTLE_S, edges[2])
    names = ("rmse_generation_n", "rmse_hold_n", "rmse_release_n")
    spans = zip(names, begins, edges[1:], strict=True)
    return {
        name: float(np.sqrt(np.mean(error[(t >= begin) & (t < end)] ** 2)))
        for name, begin, end in spans
    }
