"""Episodes: from a reach to the hand being off again, laid one after another into a scene."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import signal

from gripforce.constants import STANDARD_GRAVITY
from gripforce.sim.person import noise
from gripforce.sim.scene import Scene

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.model import FloatArray

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


def compose(
    episodes: Sequence[Episode],
    facts: Mapping[str, Any],
    seed: int,
    rate_hz: float,
    *,
    rest_s: tuple[float, float] = SHORT_REST_S,
    first_rest_s: float = BASELINE_S,
    fasciculations_hz: float = 0.0,
) -> Scene:
    """Lay episodes one after another, rests between, and share their forces among the digits.

    ``fasciculations_hz`` twitches of single motor units a second come on top of the grip.
    """
    rng = np.random.default_rng([seed, 3])
    rests = [first_rest_s, *rng.uniform(*rest_s, len(episodes))]
    spans = [round(rests[0] * rate_hz)]
    for episode, rest in zip(episodes, rests[1:], strict=True):
        spans += [len(episode.t), round(rest * rate_hz)]
    grip, load, accel = (np.zeros(sum(spans)) for _ in range(3))
    trials = []
    at = spans[0]
    for episode, length, rest in zip(episodes, spans[1::2], spans[2::2], strict=True):
        here = slice(at, at + length)
        grip[here], load[here] = episode.grip_n, episode.load_n
        accel[here] = episode.accel_m_s2
        trials += [_moved(truth, at / rate_hz) for truth in episode.truths]
        at += length + rest
    t = np.arange(len(grip)) / rate_hz
    motion = np.zeros((len(t), 3))
    motion[:, 2] = STANDARD_GRAVITY + accel
    forces = _digits(grip, load, rate_hz, rng)
    known = dict(facts)
    if fasciculations_hz > 0:
        twitches, known["fasciculations"] = _twitches(grip, fasciculations_hz, seed, rate_hz)
        forces[:, :2] += twitches[:, None]
    return Scene(t, forces, motion, tuple(trials), known)


def _moved(truth: dict[str, Any], by_s: float) -> dict[str, Any]:
    """Return a trial's truth with its times on the scene's clock."""
    return {
        key: value + by_s if key.startswith("t_") and value is not None else value
        for key, value in truth.items()
    }


def _digits(
    grip: FloatArray, load: FloatArray, rate_hz: float, rng: np.random.Generator
) -> FloatArray:
    """Share forces between thumb and index, the mean grip and the sum of loads unchanged."""
    grip_bias, load_bias = rng.normal(0.0, _DIGIT_SHARE, 2)
    drift = 0.01 * noise.slow(len(grip), rate_hz, rng, corner_hz=0.5)
    uneven = grip * (grip_bias + drift)
    thumb = 0.5 + load_bias + drift
    return np.column_stack([grip + uneven, grip - uneven, load * thumb, load * (1 - thumb)])


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
