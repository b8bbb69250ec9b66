"""Episodes: from a reach to the hand being off again, laid one after another into a scene."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.sim.person import noise
from gripforce.sim.scene import MOST_SAMPLES, Piece, Scene, at_rest

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
    twitches = Twitches(fasciculations_hz, seed, rate_hz)
    pieces = unfold(episodes, count, seed, rate_hz, rests=rests, twitches=twitches)
    scene = Scene.of(pieces, facts)
    return replace(scene, facts={**facts, **twitches.facts})


def unfold(
    episodes: Iterable[Episode],
    count: int,
    seed: int,
    rate_hz: float,
    *,
    rests: Rests,
    twitches: Twitches,
) -> Iterator[Piece]:
    """Yield the first rest, then each of ``count`` episodes with the rest after it."""
    rng = np.random.default_rng([seed, 3])
    pauses_s = [rests.first_s, *rng.uniform(*rests.between_s, count)]
    digits = _Digits(rate_hz, rng)
    none = np.zeros(round(pauses_s[0] * rate_hz))
    yield digits.piece(none, none, none)
    performed = iter(episodes)
    for rest_s in pauses_s[1:]:  # no name refers to an episode while the next one is performed
        rest = np.zeros(round(rest_s * rate_hz))
        yield from _laid(next(performed), rest, digits, twitches)


def _laid(
    episode: Episode, rest: FloatArray, digits: _Digits, twitches: Twitches
) -> Iterator[Piece]:
    """Yield an episode and the rest after it in pieces, the trials with the first."""
    trials = tuple(_moved(truth, digits.now_s) for truth in episode.truths)
    grip, load, accel = (
        np.concatenate([part, rest])
        for part in (episode.grip_n, episode.load_n, episode.accel_m_s2)
    )
    twitching = twitches.of(grip)
    for begin in range(0, len(grip), MOST_SAMPLES):
        part = slice(begin, begin + MOST_SAMPLES)
        piece = digits.piece(grip[part], load[part], accel[part], () if begin else trials)
        piece.forces[:, :2] += twitching[part, None]
        yield piece


class _Digits:
    """Shares forces between thumb and index, the mean grip and the sum of loads unchanged."""

    def __init__(self, rate_hz: float, rng: np.random.Generator) -> None:
        self._rate_hz = rate_hz
        self._grip_bias, self._load_bias = rng.normal(0.0, _DIGIT_SHARE, 2)
        self._drift = noise.SlowNoise(rate_hz, rng, corner_hz=0.5)
        self._at = 0

    @property
    def now_s(self) -> float:
        """Where the next piece begins, on the scene's clock."""
        return self._at / self._rate_hz

    def piece(
        self,
        grip: FloatArray,
        load: FloatArray,
        accel: FloatArray,
        trials: tuple[TrialTruth, ...] = (),
    ) -> Piece:
        """Return the next piece of the scene."""
        begin, self._at = self._at, self._at + len(grip)
        drift = 0.01 * self._drift.next(len(grip))
        uneven = grip * (self._grip_bias + drift)
        thumb = 0.5 + self._load_bias + drift
        forces = np.column_stack([grip + uneven, grip - uneven, load * thumb, load * (1 - thumb)])
        motion = at_rest(len(grip))
        motion[:, 2] += accel
        return Piece(np.arange(begin, self._at) / self._rate_hz, forces, motion, trials)


def _moved(truth: dict[str, Any], by_s: float) -> dict[str, Any]:
    """Return a trial's truth with its times on the scene's clock."""
    return {
        key: value + by_s if key.startswith("t_") and value is not None else value
        for key, value in truth.items()
    }


class Twitches:
    """Fasciculations of a hand: ``per_second`` twitches of single motor units while it grips."""

    def __init__(self, per_second: float, seed: int, rate_hz: float) -> None:
        self._per_sample = per_second / rate_hz
        self._rng = np.random.default_rng([seed, 5])
        t = np.arange(round((_TWITCH_RISE_S + 8 * _TWITCH_DECAY_S) * rate_hz)) / rate_hz
        rise = np.sin(np.pi / 2 * np.minimum(t / _TWITCH_RISE_S, 1.0)) ** 2
        self._shape = rise * np.exp(-np.maximum(t - _TWITCH_RISE_S, 0.0) / _TWITCH_DECAY_S)
        self._count = 0

    @property
    def facts(self) -> dict[str, int]:
        """How many there were up to now; nothing of a hand that has none."""
        return {"fasciculations": self._count} if self._per_sample else {}

    def of(self, grip: FloatArray) -> FloatArray:
        """Return the twitches of the next episode at random times of its grip, newtons."""
        twitches = np.zeros(len(grip))
        if not self._per_sample:
            return twitches
        at = self._rng.integers(0, len(grip), self._rng.poisson(self._per_sample * len(grip)))
        heights = self._rng.uniform(*_TWITCH_N, len(at))
        gripping = grip[at] > _CONTACT_N
        for begin, height in zip(at[gripping].tolist(), heights[gripping].tolist(), strict=True):
            room = twitches[begin : begin + len(self._shape)]
            room += height * self._shape[: len(room)]
        self._count += int(gripping.sum())
        return np.where(grip > _CONTACT_N, twitches, 0.0)
