"""Whether a figure has changed between two sessions by more than the noise within them.

One rule for all that is compared with a person's own baseline: the difference of two estimates is
beyond noise where it exceeds 1.96 times the error that both 95 % intervals imply. How a person
varies between days is not in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gripforce.analysis.results import Estimate

Z: Final = 1.96
"""Standard normal: 95 % lie within."""


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, and what noise within both sessions reaches in 95 of 100 (same unit)."""

    change: float
    noise: float | None
    """None where one of the two has no interval."""

    @property
    def answer(self) -> str:
        """The change in a word."""
        if self.noise is None:
            return "cannot tell"
        if abs(self.change) <= self.noise:
            return "no larger than noise"
        return "up" if self.change > 0 else "down"


def change_between(earlier: Estimate, now: Estimate) -> Change:
    """Compare two estimates of one figure.

    >>> from gripforce.analysis.results import Estimate
    >>> change_between(Estimate(1.0, 0.9, 1.1, 9), Estimate(1.5, 1.4, 1.6, 9)).answer
    'up'
    """
    errors = [_error(one) for one in (earlier, now)]
    known = [error for error in errors if error is not None]
    noise = Z * hypot(*known) if len(known) == len(errors) else None
    return Change(now.value - earlier.value, noise)


def _error(estimate: Estimate) -> float | None:
    if estimate.ci_low is None or estimate.ci_high is None:
        return None
    return (estimate.ci_high - estimate.ci_low) / (2 * Z)
