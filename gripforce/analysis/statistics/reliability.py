"""Reliability within a session: ICC, SEM, MDC95, and the number of trials needed for an ICC.

Variance between days is not included, so the true smallest detectable change is larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, inf, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.model import FloatArray

Z95 = float(norm.ppf(0.975))
_FEWEST_GROUPS = 2


@dataclass(frozen=True, slots=True)
class Reliability:
    """One-way random effects over groups (people, or people and conditions) of trials."""

    mean: float
    sd_between: float
    """Standard deviation between groups, trial noise removed."""
    sem: float
    """Standard error of measurement of one trial: SD within groups."""
    icc: float
    """ICC(1) of one trial; negative where groups differ less than their trials make them."""
    groups: int
    trials: int

    def icc_of_mean(self, trials: int) -> float:
        """Return the reliability of a mean of that many trials (Spearman-Brown)."""
        return trials * self.icc / (1 + (trials - 1) * self.icc)

    def mdc95(self, trials: int = 1) -> float:
        """Return the minimal detectable change (95 %) between two means of that many trials.

        ``1.96 · √2 · SEM / √trials``, in the metric's unit.
        """
        return minimal_detectable_change(self.sem, trials)

    def trials_for(self, icc: float) -> int | None:
        """Return how many trials a mean needs for that ICC; None where no number is enough."""
        if self.icc <= 0:
            return None
        needed = icc * (1 - self.icc) / (self.icc * (1 - icc)) if icc < 1 else inf
        return None if needed == inf else max(1, ceil(needed - 1e-9))


def minimal_detectable_change(sem: float, trials: int = 1) -> float:
    """Return ``1.96 · √2 · SEM / √trials``: MDC95 of a mean of that many trials."""
    return Z95 * sqrt(2) * sem / sqrt(trials)


def reliability(groups: Sequence[FloatArray]) -> Reliability | None:
    """Return one-way random-effects reliability of groups of trials of any sizes.

    ``ICC(1) = (MSB - MSW) / (MSB + (k₀ - 1) MSW)`` with ``k₀`` the effective group size
    [ShroutFleiss1979] (k₀ of unequal groups as in analysis of variance).
    None with fewer than two groups or no group of two trials.
    """
    samples = [np.asarray(group, dtype=np.float64) for group in groups if len(group)]
    total, count = sum(len(group) for group in samples), len(samples)
    if count < _FEWEST_GROUPS or total <= count:
        return None
    grand = float(np.concatenate(samples).mean())
    between = sum(len(g) * (float(g.mean()) - grand) ** 2 for g in samples) / (count - 1)
    within = sum(float(((g - g.mean()) ** 2).sum()) for g in samples) / (total - count)
    size = (total - sum(len(g) ** 2 for g in samples) / total) / (count - 1)
    denominator = between + (size - 1) * within
    if denominator <= 0:
        return None
    return Reliability(
        mean=grand,
        sd_between=sqrt(max(0.0, (between - within) / size)),
        sem=sqrt(within),
        icc=(between - within) / denominator,
        groups=count,
        trials=total,
    )


def reliable_change(change: float, sem: float) -> float:
    """Return the reliable change index ``Δ / (√2 · SEM)``; beyond ±1.96 it exceeds noise."""
    return change / (sqrt(2) * sem)
