"""Friction of skin on the plates from slips: the grip force that a load needs.

``LF/2 = k · GF^n`` for each digit. One load gives a constant coefficient (n = 1); slips under
three loads or more give the power law, used only where its exponent differs from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import linregress, t

if TYPE_CHECKING:
    from gripforce.model import FloatArray

_FEWEST_LEVELS = 3
_SAME_LEVEL = 0.15
_ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Friction:
    """The largest tangential force of one digit is ``k · grip ** n`` newtons."""

    k: float
    n: float
    slips: int

    def slip_force_n(self, load_n: FloatArray) -> FloatArray:
        """Return the grip at which total loads begin to slip."""
        return np.asarray((np.maximum(load_n, 0.0) / (2 * self.k)) ** (1 / self.n))

    def mu(self, grip_n: float) -> float:
        """Return the coefficient of friction of one digit at a grip force."""
        return float(self.k * grip_n ** (self.n - 1))


def fit_friction(slip_force_n: FloatArray, load_n: FloatArray) -> Friction:
    """Fit friction to slips: grip forces at the slip [N], and the total supported loads [N]."""
    mu = load_n / 2 / slip_force_n
    constant = Friction(float(np.median(mu)), 1.0, len(mu))
    if len(mu) < _FEWEST_LEVELS or _levels(load_n) < _FEWEST_LEVELS:
        return constant
    line = linregress(np.log(slip_force_n), np.log(load_n / 2))
    free = len(mu) - 2
    if free < 1 or line.stderr == 0:
        return Friction(float(np.exp(line.intercept)), float(line.slope), len(mu))
    if abs(line.slope - 1) < _student(free) * line.stderr or line.slope <= 0:
        return constant
    return Friction(float(np.exp(line.intercept)), float(line.slope), len(mu))


def _levels(load_n: FloatArray) -> int:
    ordered = np.sort(load_n)
    return 1 + int((np.diff(ordered) > _SAME_LEVEL * ordered[:-1]).sum())


def _student(free: int) -> float:
    return float(t.ppf(1 - _ALPHA / 2, free))
