"""Detect that the object was released, cheaply: when to look for finished trials."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from gripforce.analysis.signal.baseline import TOUCH_N
from gripforce.model.forces import NewestForces

if TYPE_CHECKING:
    from gripforce.model import Samples

RELEASED_S: Final = 0.5
"""The object is released after so long without contact."""
LOOK_S: Final = 30.0
"""Longest time without a look, where the zero drifts or nothing is ever released."""
_STEP_S: Final = 0.1
_ZERO_S: Final = 60.0


class ReleaseWatch:
    """Follows a stream; the zero is the lowest grip force of the last minute."""

    def __init__(self) -> None:
        self._forces = NewestForces()
        self._lowest: deque[tuple[float, float]] = deque()
        """``(t, grip_n)`` each tenth of a second: rising forces of the last minute."""
        self._step_t = -float("inf")
        self._looked_t: float | None = None
        self._contact_t: float | None = None

    def released(self, samples: Samples) -> bool:
        """Return whether this block shows a release, or it is time to look in any case."""
        self._forces.add(samples)
        t, grip_n = self._forces.t, self._forces.grip_n
        if grip_n is None or t - self._step_t < _STEP_S:
            return False
        self._step_t = t
        self._looked_t = t if self._looked_t is None else self._looked_t
        while self._lowest and self._lowest[-1][1] >= grip_n:
            self._lowest.pop()
        self._lowest.append((t, grip_n))
        while self._lowest[0][0] < t - _ZERO_S:
            self._lowest.popleft()
        if grip_n > self._lowest[0][1] + TOUCH_N:
            self._contact_t = t
        over = self._contact_t is not None and t - self._contact_t >= RELEASED_S
        if not over and t - self._looked_t < LOOK_S:
            return False
        self._contact_t = None if over else self._contact_t
        self._looked_t = t
        return True
