"""A calibration bench: masses applied to one cell after the other, up and down, at fixed times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.constants import CALIBRATION_MASSES_G, STANDARD_GRAVITY
from gripforce.sim.scene import Piece, at_rest, times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gripforce.model import FloatArray

STEP_S: Final = 6.0
"""Seconds that a load hangs: what ``gripforce calibrate --every 6`` expects."""
_CHANGE_S: Final = 1.0
"""Seconds at the beginning of a step in which the load is changed (design choice)."""


def up_and_down(masses: Sequence[float]) -> list[float]:
    """Return masses rising and then falling again, the largest once."""
    rising = sorted(masses)
    return [*rising, *rising[-2::-1]]


def bench_facts() -> dict[str, Any]:
    """Return what is true of the whole calibration."""
    return {"task": "calibrate", "masses_g": list(CALIBRATION_MASSES_G), "step_s": STEP_S}


def bench_pieces(rate_hz: float) -> Iterator[Piece]:
    """Yield pure loads on each of the four cells in turn, the others empty."""
    masses_g = up_and_down(CALIBRATION_MASSES_G)
    steps = np.zeros((4 * len(masses_g), 4))
    for cell in range(4):
        rows = slice(cell * len(masses_g), (cell + 1) * len(masses_g))
        steps[rows, cell] = np.array(masses_g) / 1000 * STANDARD_GRAVITY
    for t in times(round(len(steps) * STEP_S * rate_hz), rate_hz):
        yield Piece(t, _changed_smoothly(steps, t), at_rest(len(t)), ())


def _changed_smoothly(steps: FloatArray, t: FloatArray) -> FloatArray:
    index = np.minimum((t / STEP_S).astype(int), len(steps) - 1)
    before = steps[np.maximum(index - 1, 0)]
    tau = np.clip((t - index * STEP_S) / _CHANGE_S, 0.0, 1.0)[:, None]
    return np.asarray(before + (steps[index] - before) * (3 * tau**2 - 2 * tau**3))
