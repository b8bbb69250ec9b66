"""What a hand does while it only holds: the grip's own wandering and tremor, as a predictor.

Strategy: a held grip is not still, and not white either: it wanders slowly and trembles, in
proportion to its force. An autoregressive model of tenth order, fitted to quiet holds of the same
recording, predicts each sample from those before it; what it cannot predict is white, and there
an event stands out as far as it can (the whitening half of a matched filter).
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
"""Spacing of what is predicted: muscles make nothing above some 20 Hz."""
BAND = LowPass(30.0)
"""Applied before samples are taken this far apart."""
ORDER = 10
"""Reaches back 0.1 s: the wandering's corner and tremor from 3.5 Hz on. 8 to 20 do alike on
development seeds (71000 to 71003)."""
_FEWEST_ROWS = 4 * ORDER
_SHAPE = 0.001
"""Error of any model of a rise, as a share of the grip; a bare sensor's noise is about as much."""


@dataclass(frozen=True, eq=False, slots=True)
class BackgroundForce:
    """A predictor of a held grip, in shares of its level, one step of ``SAMPLE_S`` ahead."""

    weights: FloatArray
    """Of the last samples, the newest first."""
    surprise: float
    """Standard deviation of what is left."""

    def whiten(self, values: FloatArray) -> FloatArray:
        """Return what the first axis does that was not to be expected, in units of surprise.

        The first ``ORDER`` samples are only looked back upon.
        """
        left = np.array(values[ORDER:], dtype=np.float64)
        for back, weight in enumerate(self.weights, 1):
            left -= weight * values[ORDER - back : len(values) - back]
        return left / self.surprise


def fit_background(
    grip: FloatArray, spans: Sequence[tuple[int, int]], stride: int
) -> BackgroundForce | None:
    """Return the predictor of quiet holds (index spans); None where they are too short.

    ``grip`` is in ``BAND``; samples are ``stride`` indices apart. Least squares over all spans.
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
    surprise = float(np.sqrt(variance + _SHAPE**2 * (1 + weights @ weights)))
    return BackgroundForce(weights, surprise) if surprise > 0 else None
