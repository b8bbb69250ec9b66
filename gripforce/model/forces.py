"""Grip and load force of the digits: the mean of the normal forces, the sum of the tangential."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, TypeVar

from gripforce.model.device import Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model.device import FloatArray
    from gripforce.model.stream import Samples

Force = TypeVar("Force", float, "FloatArray")


def grip_force(digits: Sequence[Force]) -> Force:
    """Return grip force [N], the mean of the digits' normal forces; there must be one."""
    return functools.reduce(operator.add, digits) / len(digits)


def load_force(digits: Sequence[Force]) -> Force:
    """Return load force [N], the sum of the digits' tangential forces; there must be one."""
    return functools.reduce(operator.add, digits)


class NewestForces:
    """The newest value of each force channel [N]; samples that were sent again are old."""

    def __init__(self) -> None:
        self.t = -float("inf")
        """Time of the newest sample [s]; minus infinity before the first."""
        self.columns: dict[str, float] = {}
        """By column, such as ``grip_thumb_n``."""
        self._grip: dict[tuple[int, int], float] = {}
        self._load: dict[tuple[int, int], float] = {}

    def add(self, samples: Samples) -> None:
        """Take the newest values of a block; those that are not newtons are no forces yet."""
        if samples.backfilled or not len(samples):
            return
        for k, channel in enumerate(samples.stream.channels):
            if channel.kind.is_force and samples.scaling.units[k] is Unit.NEWTON:
                forces = self._grip if channel.kind.is_grip else self._load
                value = forces[samples.stream.id, k] = float(samples.values[-1, k])
                self.columns[samples.columns[k]] = value
                self.t = max(self.t, samples.last_t)

    @property
    def grip_n(self) -> float | None:
        """Grip force [N]; None before the first sample of one."""
        return grip_force(list(self._grip.values())) if self._grip else None

    @property
    def load_n(self) -> float | None:
        """Load force [N]; None before the first sample of one."""
        return load_force(list(self._load.values())) if self._load else None

    def of_others(self, stream_id: int, *, grip: bool) -> list[float]:
        """Return the newest grip or load forces [N] of all streams but one."""
        forces = self._grip if grip else self._load
        return [value for (stream, _), value in forces.items() if stream != stream_id]
