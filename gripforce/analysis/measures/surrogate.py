"""Trial-shuffled surrogate test of grip coupled to the load of its own trial.

Strategy: lifts are alike, so grip correlates with the load of any other lift of the same person
once both are aligned. Coupling adds that grip follows the load of *this* trial. Grip of trial i is
therefore correlated with the load of each trial j, aligned at contact and at one common lag; own
pairs are then compared with pairs that are shuffled among the trials.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from gripforce.model import FloatArray

SHUFFLES = 1000
SEED = 1979
FEWEST_TRIALS = 4
_LARGEST_R = 0.99999


@dataclass(frozen=True, slots=True)
class SurrogateTest:
    """Own pairs of grip and load against shuffled ones; ``r`` by Fisher's z."""

    r: float
    """Mean correlation of grip with its own trial's load."""
    r_shuffled: float
    """Mean correlation with the load of another trial."""
    p: float
    """Share of shuffles with at least the correlation of own pairs (one-sided)."""
    trials: int


def trial_shuffled(grip: FloatArray, load: FloatArray) -> SurrogateTest | None:
    """Return the test for ``(trials, samples)`` of grip and load rates at one common lag.

    None with fewer than four trials, or where a trial is constant.
    """
    n = len(grip)
    if n < FEWEST_TRIALS:
        return None
    z = _cross_z(grip, load)
    if not np.isfinite(z).all():
        return None
    own = float(np.diag(z).mean())
    rng = np.random.default_rng([SEED, n])
    # Any order counts, those that leave a trial in its place as well: leaving them out would
    # make unrelated trials "significant" twice as often as the test says.
    order = rng.permuted(np.tile(np.arange(n), (SHUFFLES, 1)), axis=1)
    shuffled = z[np.arange(n), order].mean(axis=1)
    p = (1 + int((shuffled >= own).sum())) / (1 + SHUFFLES)
    others = float(z[~np.eye(n, dtype=bool)].mean())
    return SurrogateTest(float(np.tanh(own)), float(np.tanh(others)), p, n)


def fisher_mean(r: FloatArray) -> float:
    """Return the mean of correlations by Fisher's z, which averaging r itself would bias."""
    return float(np.tanh(np.arctanh(np.clip(r, -_LARGEST_R, _LARGEST_R)).mean()))


def _cross_z(grip: FloatArray, load: FloatArray) -> FloatArray:
    """Return Fisher's z of grip i with load j."""
    centred = [values - values.mean(axis=1, keepdims=True) for values in (grip, load)]
    with np.errstate(invalid="ignore", divide="ignore"):
        g, f = (c / np.linalg.norm(c, axis=1, keepdims=True) for c in centred)
        return np.asarray(np.arctanh(np.clip(g @ f.T, -_LARGEST_R, _LARGEST_R)))
