"""Autoregressive model of background force variability, to prewhiten grip force.

Strategy: a static grip varies slowly and with tremor, in proportion to its force, so its noise is
not white. An autoregressive model of tenth order, fitted to quiet holds of the same recording,
predicts each sample from those before it. The prediction error (innovation) is white, and an
event stands out most clearly in it: this is the whitening half of a matched filter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.filters import LowPass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

SAMPLE_S = 0.01
"""Sampling interval of the model: muscles produce nothing above about 20 Hz."""
BAND = LowPass(30.0)
"""Anti-alias filter for that interval."""
ORDER = 10
"""Spans 0.1 s: the slow variability's corner and tremor from 3.5 Hz up. Orders 8 to 20 perform
alike on development seeds (71000 to 71003)."""
_FEWEST_ROWS = 4 * ORDER
_SHAPE = 0.001
"""Error of any model of a rise, as a share of grip force; sensor noise is about as large."""


@dataclass(frozen=True, eq=False, slots=True)
class BackgroundForce:
    """Predicts static grip force, relative to its level, one step of ``SAMPLE_S`` ahead."""

    weights: FloatArray
    """Of the last samples, the newest first."""
    innovation_sd: float
    """Standard deviation of the prediction error."""

    def whiten(self, values: FloatArray) -> FloatArray:
        """Return the prediction errors along the first axis, in units of their SD.

        The first ``ORDER`` samples have no prediction and are left out.
        """
        left = np.array(values[ORDER:], dtype=np.float64)
        for back, weight in enumerate(self.weights, 1):
            left -= weight * values[ORDER - back : len(values) - back]
        return left / self.innovation_sd


def fit_background(
    grip: FloatArray, spans: Sequence[tuple[int, int]], stride: int
) -> BackgroundForce | None:
    """Fit the model to quiet holds (index spans) by least squares; None where they are too short.

    ``grip`` is filtered with ``BAND``; samples are taken ``stride`` indices apart.
    """
    pieces = [grip[start:stop:stride] for start, stop in spans if stop > start]
    shares = [piece / piece.mean() - 1 for piece in pieces if len(piece) and piece.mean() > 0]
    rows = [
        np.lib.stride_tricks.sliding_window_view(share, ORDER + 1)
        for share in shares
        if len(share) > ORDER
    ]
    if sum(len(part) for part in rows) < _FEWEST_ROWS:
        return None
    table = np.concatenate(rows)
    past, now = table[:, ORDER - 1 :: -1], table[:, ORDER]
    gram = past.T @ past
    weights = np.linalg.solve(gram + len(now) * _SHAPE**2 * np.eye(ORDER), past.T @ now)
    variance = np.sum((now - past @ weights) ** 2) / (len(now) - ORDER)
    innovation_sd = float(np.sqrt(variance + _SHAPE**2 * (1 + weights @ weights)))
    return BackgroundForce(weights, innovation_sd) if innovation_sd > 0 else None
