"""Episodes: from a reach to the hand being off again, laid one after another into a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import signal

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person import noise
from gripforce.sim.scene import Piece, Scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gripforce.model import FloatArray
    from gripforce.sim.scene import TrialTruth

BASELINE_S: Final = 1.5
"""From the first sample to the first reach: the object is at rest."""
SHORT_REST_S: Final = (1.0, 1.6)
_DIGIT_SHARE: Final = 0.03
"""Spread of the difference between thumb and index, as a share (design choice)."""
_TWITCH_N: Final = (0.05, 0.3)
_TWITCH_RISE_S: Final = 0.040
_TWITCH_DECAY_S: Final = 0.080
_CONTACT_N: Final = 0.3


@dataclass(frozen=True, eq=False, slots=True)
class Episode:
    """Forces from second 0, the beginning of a reach, and the trials that happen meanwhile."""

    t: FloatArray
    grip_n: FloatArray
    """Mean of the digits."""
    load_n: FloatArray
    """Sum of the digits."""
    accel_m_s2: FloatArray
    """Vertical acceleration of the object, without gravity."""
    truths: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Rests:
    """Rests before and between episodes: the first, and the shortest and longest of the others."""

    first_s: float = BASELINE_S
    between_s: tuple[float, float] = SHORT_REST_S

    def at_least(self, shortest_s: float) -> Rests:
        """Return rests of which none between episodes is shorter than was asked for."""
        low_s, high_s = self.between_s
        return Rests(self.first_s, (max(shortest_s, low_s), max(shortest_s, high_s)))


def compose(
    episodes: Iterable[Episode],
    count: int,
    facts: Mapping[str, Any],
    seed: int,
    rate_hz: float,
    *,
    rests: Rests = Rests(),
    fasciculations_hz: float = 0.0,
) -> Scene:
    """Lay ``count`` episodes one after another, rests between, and share forces among the digits.

    ``fasciculations_hz`` twitches of single motor units a second come on top of the grip.
    """
    parts = list(unfold(episodes, count, seed, rate_hz, rests))
    t, forces, accel = (
        np.concatenate([part[k] for part in parts]) for k in range(len(Piece._fields) - 1)
    )
    known = dict(facts)
    if fasciculations_hz > 0:
        grip = forces[:, :2].mean(axis=1)
        twitches, known["fasciculations"] = _twitches(grip, fasciculations_hz, seed, rate_hz)
        forces[:, :2] += twitches[:, None]
    return Scene(t, forces, accel, tuple(truth for part in parts for truth in part.trials), known)


def unfold(
    episodes: Iterable[Episode], count: int, seed: int, rate_hz: float, rests: Rests
) -> Iterator[Piece]:
    """Yield the first rest, then each of ``count`` episodes with the rest after it."""
    rng = np.random.default_rng([seed, 3])
    pauses_s = [rests.first_s, *rng.uniform(*rests.between_s, count)]
    digits = _Digits(rate_hz, rng)
    at = round(pauses_s[0] * rate_hz)
    none = np.zeros(at)
    yield digits.piece(0, none, none, none, ())
    for episode, rest_s in zip(episodes, pauses_s[1:], strict=True):
        rest = np.zeros(round(rest_s * rate_hz))
        trials = tuple(_moved(truth, at / rate_hz) for truth in episode.truths)
        grip, load, accel = (
            np.concatenate([part, rest])
            for part in (episode.grip_n, episode.load_n, episode.accel_m_s2)
        )
        yield digits.piece(at, grip, load, accel, trials)
        at += len(grip)


class _Digits:
    """Shares forces between thumb and index, the mean grip and the sum of loads unchanged."""

    def __init__(self, rate_hz: float, rng: np.random.Generator) -> None:
        self._rate_hz = rate_hz
        self._grip_bias, self._load_bias = rng.normal(0.0, _DIGIT_SHARE, 2)
        self._drift = noise.SlowNoise(rate_hz, rng, corner_hz=0.5)

    def piece(
        self,
        at: int,
        grip: FloatArray,
        load: FloatArray,
        accel: FloatArray,
        trials: tuple[TrialTruth, ...],
    ) -> Piece:
        """Return the piece that begins with sample ``at`` of the scene."""
        drift = 0.01 * self._drift.next(len(grip))
        uneven = grip * (self._grip_bias + drift)
        thumb = 0.5 + self._load_bias + drift
        forces = np.column_stack([grip + uneven, grip - uneven, load * thumb, load * (1 - thumb)])
        motion = np.zeros((len(grip), 3))
        motion[:, 2] = STANDARD_GRAVITY + accel
        return Piece(np.arange(at, at + len(grip)) / self._rate_hz, forces, motion, trials)


def _moved(truth: dict[str, Any], by_s: float) -> dict[str, Any]:
    """Return a trial's truth with its times on the scene's clock."""
    return {
        key: value + by_s if key.startswith("t_") and value is not None else value
        for key, value in truth.items()
    }


def _twitches(
    grip: FloatArray, per_second: float, seed: int, rate_hz: float
) -> tuple[FloatArray, int]:
    """Return twitches at random times while gripping, newtons, and how many."""
    rng = np.random.default_rng([seed, 5])
    count = rng.poisson(per_second * len(grip) / rate_hz)
    at = rng.integers(0, len(grip), count)
    heights = rng.uniform(*_TWITCH_N, count)
    gripping = grip[at] > _CONTACT_N
    impulses = np.zeros(len(grip))
    np.add.at(impulses, at[gripping], heights[gripping])
    t = np.arange(round((_TWITCH_RISE_S + 8 * _TWITCH_DECAY_S) * rate_hz)) / rate_hz
    rise = np.sin(np.pi / 2 * np.minimum(t / _TWITCH_RISE_S, 1.0)) ** 2
    shape = rise * np.exp(-np.maximum(t - _TWITCH_RISE_S, 0.0) / _TWITCH_DECAY_S)
    pushed = signal.oaconvolve(impulses, shape)[: len(grip)]
    return np.where(grip > _CONTACT_N, pushed, 0.0), int(gripping.sum())
