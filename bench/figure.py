"""One measured number beside the one asked for, with proof that what was timed happened."""

from __future__ import annotations

import statistics
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.growth.growth import Growth
    from gripforce.model import FloatArray


STRETCHES = 3
"""Parts of one observation, whose spread stands beside the whole."""


def percentiles(values: Sequence[float], pct: float = 99) -> list[float]:
    """Return a percentile of each third of the values."""
    return [_percentile(part, pct) for part in np.array_split(np.asarray(values), STRETCHES)]


def _percentile(values: FloatArray, pct: float) -> float:
    """Return a percentile; infinite where there are no values, or one of them is infinite."""
    sound = len(values) > 0 and bool(np.isfinite(values).all())
    return float(np.percentile(values, pct)) if sound else float("inf")


@dataclass(frozen=True, slots=True)
class Figure:
    """``reach`` is a ceiling, or a floor where ``floor`` is set.

    ``doubt`` says why the number means nothing: what was timed did not happen, or not in full.
    """

    what: str
    reach: float
    measured: float
    unit: str
    floor: bool = False
    low: float | None = None
    high: float | None = None
    """Of several runs, the least and the greatest; ``measured`` is their median."""
    doubt: str = ""
    peer: bool = False
    """A ratio to another program in the same run: what is compared between days and machines."""
    growth: Growth | None = None
    """Sizes and costs, where the number is their exponent."""

    @classmethod
    def of_runs(
        cls,
        what: str,
        reach: float,
        runs: Sequence[float],
        unit: str,
        *,
        floor: bool = False,
        doubt: str = "",
        peer: bool = False,
    ) -> Figure:
        """Return the median of several runs, with their spread."""
        return cls(
            what, reach, statistics.median(runs), unit, floor, min(runs), max(runs), doubt, peer
        )

    @classmethod
    def beside(
        cls, what: str, reach: float, ours: Sequence[float], theirs: Sequence[float], doubt: str
    ) -> Figure:
        """Return our runs over the median of a peer's in the same unit."""
        ratios = [one / statistics.median(theirs) for one in ours]
        return cls.of_runs(what, reach, ratios, "x", doubt=doubt, peer=True)

    @classmethod
    def of_stretches(
        cls,
        what: str,
        reach: float,
        values: Sequence[float],
        unit: str,
        *,
        doubt: str,
        pct: float = 99,
    ) -> Figure:
        """Return a percentile of all values, with its spread between the thirds of the time."""
        thirds, whole = percentiles(values, pct), _percentile(np.asarray(values), pct)
        return cls(what, reach, whole, unit, False, min(thirds), max(thirds), doubt)

    @property
    def reached(self) -> bool:
        """Whether the number is as good as asked; never where it means nothing."""
        good = self.measured >= self.reach if self.floor else self.measured <= self.reach
        return good and not self.doubt

    @property
    def ratio(self) -> float:
        """Measured over asked: the number to compare between machines and days."""
        return self.measured / self.reach

    @property
    def verdict(self) -> str:
        """``yes``, ``NO``, or why the number is invalid."""
        return f"invalid: {self.doubt}" if self.doubt else "yes" if self.reached else "NO"

    def row(self) -> str:
        """Return a line of the table."""
        sign = "≥" if self.floor else "≤"
        return (
            f"{self.what:<66} {sign} {self.reach:>7g} {self.unit:<6} {self.measured:>9.3g} "
            f"{self.spread:<15} {self.verdict}"
        )

    @property
    def spread(self) -> str:
        """The range of several runs, empty for one."""
        if self.low is None or self.high is None:
            return ""
        return f"({self.low:.3g} to {self.high:.3g})"

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self) | {"reached": self.reached}
