"""Force tracking: grip follows a target that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import UsageError
from gripforce.sim.person import noise
from gripforce.sim.person.hand import motor_noise
from gripforce.sim.physics.object import minimum_jerk
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
_REACH_S: Final = 0.5
_GRIPS_S: Final = 0.3
"""How long the hand takes to grip as strongly as the first target asks, and to let go."""
_NOTICED_N: Final = 0.1
"""Grip that a session takes for contact: there the target's clock begins."""
FIRST_REST_S: Final = 5.0
"""Before the first grip at a target that begins with a force: the cue comes first."""
_DELAY_MS: Final = 120.0
"""Visuomotor delay behind a ramp that is known beforehand, beside the profile's lag (design
choice)."""
_VISION_HZ: Final = 2.0
_VARIABILITY_HZ: Final = (0.3, 1.5)
_VARIABILITY: Final = 0.15
"""Share of a hand's decorrelation that shows in slow tracking (design choice)."""
_SETTLE_S: Final = 0.5
_PULL: Final = 0.01
_APART_S: Final = 1e-3


@dataclass(frozen=True, eq=False, slots=True)
class Target:
    """A target force over one trial."""

    at_s: FloatArray
    """Knots, from the trial's beginning, between which the target is linear …"""
    force_n: FloatArray
    """… and its force there."""

    @classmethod
    def of_strength(cls, mvc_n: float) -> Target:
        """Return a ramp, hold and release for a hand of that strength [N]."""
        level = LEVEL * mvc_n
        return cls(np.cumsum([0.0, RAMP_S, HOLD_S, RAMP_S]), np.array([0.0, level, level, 0.0]))

    @classmethod
    def parse(cls, text: str) -> Target:
        """Return the target of ``seconds:newtons`` in order; ``UsageError`` where it is none."""
        try:
            knots = np.array([[float(x) for x in knot.split(":")] for knot in text.split(",")])
        except ValueError:
            knots = np.zeros((0, 2))
        if knots.ndim != 2 or knots.shape[1] != 2 or len(knots) < 2 or not np.isfinite(knots).all():  # noqa: PLR2004
            raise UsageError(f"'{text}' is no target.", "Give knots, such as target=1:1,3:4,6:1.")
        if (np.diff(knots[:, 0]) <= 0).any() or (knots < 0).any():
            raise UsageError(f"The knots of the target '{text}' are not in order, or negative.")
        return cls(knots[:, 0], knots[:, 1])

    def shifted(self, by_s: float) -> Target:
        """Return the target that much later."""
        return Target(self.at_s + by_s, self.force_n)

    def force(self, t: FloatArray) -> FloatArray:
        """Return the target [N] at times, beyond its ends as at its ends."""
        return np.asarray(np.interp(t, self.at_s, self.force_n))

    def delays(self, t: FloatArray, rising_s: float, falling_s: float) -> FloatArray:
        """Return how late a hand is [s]: differently where the target rises and where it falls."""
        times, values = [], []
        for k, rise in enumerate(np.diff(self.force_n)):
            if rise != 0:
                times += [self.at_s[k], self.at_s[k + 1]]
                values += [rising_s if rise > 0 else falling_s] * 2
        return np.asarray(np.interp(t, times, values)) if times else np.full_like(t, rising_s)


def perform_tracking(
    profile: Profile,
    number: int,
    rng: np.random.Generator,
    rate_hz: float,
    given: Target | None = None,
) -> Episode:
    """Return one trial of tracking a target, without one a ramp, hold and release.

    A target that begins with a force finds a hand that grips already.
    """
    target = Target.of_strength(profile.mvc_n) if given is None else given
    first_n, last_n = float(target.force_n[0]), float(target.force_n[-1])
    target = target.shifted(_begin_s(first_n))
    t = np.arange(round((target.at_s[-1] + _TAIL_S + _GRIPS_S * (last_n > 0)) * rate_hz)) / rate_hz
    delay_s = max(0.0, _DELAY_MS + rng.normal(profile.lag_ms, profile.lag_sd_ms / 3)) / 1000
    release_s = delay_s * profile.release_delay
    late = target.delays(t, delay_s, release_s)
    wanted = noise.smoothed(target.force(t - late), rate_hz, _VISION_HZ)
    if first_n:
        wanted = wanted * minimum_jerk((t - _REACH_S) / _GRIPS_S)
    if last_n:
        wanted = wanted * (1 - minimum_jerk((t - target.at_s[-1] - _TAIL_S) / _GRIPS_S))
    slow = noise.band(len(t), rate_hz, rng, *_VARIABILITY_HZ)
    variation = _VARIABILITY * profile.decorrelation * slow
    force = np.maximum(wanted, 0.0) * (1 + variation + motor_noise(t, profile, rng))
    force = np.clip(force, 0.0, profile.mvc_n)
    truth = _times(target) | {
        "trial": number,
        "delay_ms": round(1000 * delay_s, 3),
        "release_delay_ms": round(1000 * release_s, 3),
        **_errors(t, force - target.force(t), target),
    }
    return Episode(t, force, _PULL * force, np.zeros_like(t), (truth,))


def _begin_s(first_n: float) -> float:
    """Return when the target's own clock begins, from the beginning of the reach."""
    if not first_n:
        return _LEAD_S
    t = np.arange(0.0, _GRIPS_S, 0.001)
    grip = first_n * minimum_jerk(t / _GRIPS_S)
    return _REACH_S + float(t[int(np.argmax(grip > _NOTICED_N))])


def _times(target: Target) -> dict[str, Any]:
    """Return the target's times, height and knots, these in seconds from the first one."""
    top = np.flatnonzero(target.force_n == target.force_n.max())
    start_s = float(target.at_s[0])
    return {
        "t_start_s": start_s,
        "t_hold_start_s": float(target.at_s[top[0]]),
        "t_fall_s": float(target.at_s[top[-1]]),
        "t_stop_s": float(target.at_s[-1]),
        "t_end_s": float(target.at_s[-1]) + _TAIL_S,
        "target_n": float(target.force_n.max()),
        "knots": [
            [float(at_s) - start_s, float(n)]
            for at_s, n in zip(target.at_s, target.force_n, strict=True)
        ],
    }


def target_knots(trials: Sequence[TrialTruth]) -> dict[str, Any]:
    """Return the target of a run, on the clock of its trials, as metadata of a recording.

    Between trials whose target does not begin at 0 there is none: a force of None.
    """
    knots: list[list[float | None]] = []
    for trial in trials:
        own = [[trial["t_start_s"] + at_s, force_n] for at_s, force_n in trial["knots"]]
        if knots and (knots[-1][1] or own[0][1]):
            last_s = knots[-1][0] or 0.0
            knots += [[last_s + _APART_S, None], [own[0][0] - _APART_S, None]]
        knots += own
    return {"target": {"force": "gf", "knots": knots}}


def _errors(t: FloatArray, error: FloatArray, target: Target) -> dict[str, float | None]:
    """Return the root of the mean squared error where the target rises, stands and falls."""
    squares: dict[str, list[FloatArray]] = {"generation": [], "hold": [], "release": []}
    rises = np.diff(target.force_n)
    for k, rise in enumerate(rises):
        kind = "generation" if rise > 0 else "release" if rise < 0 else "hold"
        begin_s = target.at_s[k] + (_SETTLE_S if rise == 0 else 0.0)
        squares[kind].append(error[(t >= begin_s) & (t < target.at_s[k + 1])] ** 2)
    joined = {kind: np.concatenate(parts) for kind, parts in squares.items() if parts}
    return {
        f"rmse_{kind}_n": float(np.sqrt(joined[kind].mean())) if kind in joined else None
        for kind in squares
    }
