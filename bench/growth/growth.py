"""What one thing costs at several sizes of its input, and the exponent by which it grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.figure import Figure

MOST = 1.15
"""An exponent of 1 is in proportion; more than this is no noise of a measurement."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Costs [s] of processor time by the size of the input, in rising order of both."""

    what: str
    by: str
    """What the size counts, as a heading: ``channels``."""
    sizes: tuple[float, ...]
    costs_s: tuple[float, ...]
    doubt: str = ""
    """Why a cost means nothing, "" where all means something."""

    @property
    def exponent(self) -> float:
        """The slope of log cost on log size over the larger half, where fixed costs have faded."""
        half = len(self.sizes) // 2
        sizes, costs = np.log(self.sizes[half - 1 :]), np.log(self.costs_s[half - 1 :])
        return float(np.polyfit(sizes, costs, 1)[0])

    @property
    def figure(self) -> Figure:
        """The exponent beside the most that is in proportion."""
        what = f"{self.what}, by {self.by}: exponent"
        return Figure(what, MOST, self.exponent, "", doubt=self.doubt, growth=self)
