"""A scene: the forces on an object over time, and the truth of what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from gripforce.model import FloatArray

STILL_S: Final = 30.0
"""Duration of one trial of an object at rest."""

TrialTruth: TypeAlias = Mapping[str, Any]
"""Event times in seconds on the scene's clock, and the figures of the ground truth."""


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """What the object feels, on an even grid from second 0; beyond the last it is at rest."""

    t: FloatArray
    """Seconds, shape ``(n,)``."""
    forces: FloatArray
    """Newtons, shape ``(n, 4)``: normal of thumb and index, tangential of thumb and index."""
    accel: FloatArray
    """Specific force in m/s², shape ``(n, 3)``; z is up and reads 1 g at rest."""
    trials: tuple[TrialTruth, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Truth of the whole run: ``seed, profile, task, mass_g, mu`` and more."""

    @property
    def duration_s(self) -> float:
        """Seconds from the first sample to the last."""
        return float(self.t[-1])


def still_scene(duration_s: float = 1.0, rate_hz: float = 1000.0) -> Scene:
    """Return the scene of an object at rest; duration in seconds, rate in hertz."""
    t = np.arange(round(duration_s * rate_hz) + 1) / rate_hz
    accel = np.zeros((len(t), 3))
    accel[:, 2] = STANDARD_GRAVITY
    return Scene(t, np.zeros((len(t), 4)), accel, ())
