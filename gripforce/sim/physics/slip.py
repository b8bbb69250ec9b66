"""What happens where grip is too weak for the load: slips, the reflex that ends them, failure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.sim.physics.object import minimum_jerk

if TYPE_CHECKING:
    from gripforce.model import FloatArray
    from gripforce.sim.person.profiles import Profile
    from gripforce.sim.physics.object import Surface

KINETIC: Final = 0.85
"""Friction of a sliding finger beside that of a resting one (design choice)."""
_SMALLEST_LOAD_N: Final = 0.3
_UPGRADE: Final = 1.3
"""A slip raises grip by what was missing and this much more, for the rest of the lift."""
_RISE_S: Final = 0.08
_UPGRADES: Final = 3
_FAILED_SHARE: Final = 0.5


def slipping(force: FloatArray, load: FloatArray, surface: Surface) -> FloatArray:
    """Return by how many newtons the grip is too weak, 0 where the fingers hold."""
    missing = surface.slip_force_n(load) - force
    return np.where(load > _SMALLEST_LOAD_N, np.maximum(missing, 0.0), 0.0)


def with_upgrades(
    t: FloatArray, force: FloatArray, missing: FloatArray, profile: Profile, until_s: float
) -> FloatArray:
    """Return the grip with a reflex rise one latency after each slip, newtons, ``(n,)``."""
    if profile.reactive_ms is None:
        return force
    after_s = 0.0
    for _ in range(_UPGRADES):
        late = np.where((t >= after_s) & (t < until_s), missing, 0.0)
        if not late.any():
            break
        start_s = float(t[np.argmax(late > 0)]) + profile.reactive_ms / 1000
        wanted = _UPGRADE * float(late.max()) * minimum_jerk((t - start_s) / _RISE_S)
        fade = np.clip(force / max(float(force.max()), 1e-9), 0.0, 1.0)  # lets go with the rest
        upgraded = np.minimum(force + wanted * fade, profile.mvc_n)
        missing = np.maximum(missing - (upgraded - force), 0.0)
        force, after_s = np.asarray(upgraded), start_s + _RISE_S
    return force


def is_too_weak(missing: FloatArray, t: FloatArray, begin_s: float, end_s: float) -> bool:
    """Whether the fingers slide most of the time in which they should hold."""
    holding = (t >= begin_s) & (t < end_s)
    return bool(np.mean(missing[holding] > 0) > _FAILED_SHARE)


def sliding_load(force: FloatArray, load: FloatArray, surface: Surface) -> FloatArray:
    """Return the load that fingers can take up while they slide over an object that stays."""
    return np.minimum(load, 2 * KINETIC * surface.k * force**surface.n)
