"""Zero-phase low-pass filtering that neither rings over a gap nor moves its corner.

A second-order Butterworth section run forward and backward is a fourth-order zero-phase
filter, but the double pass pulls -3 dB down to 0.802 of the design frequency. The design
frequency is therefore raised (in the bilinear transform's own warped frequency, so exactly)
until the double pass has -3 dB where the label says.

Valid runs of samples are filtered apart, each extended by its own odd reflection; between
runs the output is a straight line and stays marked invalid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.model import FloatArray

BoolArray: TypeAlias = NDArray[np.bool_]

_SECTION_ORDER = 2
_WORTH_A_CALL = 10_000
"""Samples from which scipy is faster column by column (a million: 40 ms instead of 100)."""


@dataclass(frozen=True, slots=True)
class LowPass:
    """A zero-phase Butterworth low-pass; ``cutoff_hz`` is where it has -3 dB after both passes."""

    cutoff_hz: float = 15.0

    def __post_init__(self) -> None:
        if not self.cutoff_hz > 0:
            raise UsageError(
                f"A low-pass at {self.cutoff_hz:g} Hz is no filter.", "Give a frequency above 0."
            )

    @property
    def label(self) -> str:
        """Its own name: ``butter4-zerophase-15Hz``."""
        return f"butter{2 * _SECTION_ORDER}-zerophase-{self.cutoff_hz:g}Hz"

    def label_at(self, rate_hz: float) -> str:
        """Return how results at a sampling rate name it: ``none`` where it does nothing there."""
        return "none" if self.passes_everything(rate_hz) else self.label

    def passes_everything(self, rate_hz: float) -> bool:
        """Whether the corner lies so near half the sampling rate that there is nothing to do."""
        return self.cutoff_hz >= 0.45 * rate_hz

    def sections(self, rate_hz: float) -> FloatArray:
        """Return the second-order sections of one pass at that sampling rate."""
        return _sections(self.cutoff_hz, rate_hz).copy()

    def apply(
        self, values: FloatArray, rate_hz: float, valid: BoolArray | None = None
    ) -> FloatArray:
        """Return ``values`` low-passed along time (axis 0), each valid run by itself.

        Within about ``0.25 / cutoff_hz`` of a run's end the result leans on the reflection.
        """
        if self.passes_everything(rate_hz):
            return np.array(values, dtype=np.float64)
        sections = self.sections(rate_hz)
        if valid is None or bool(valid.all()):
            return _filter_run(sections, np.asarray(values, dtype=np.float64), rate_hz, self)
        result = np.array(values, dtype=np.float64)
        for start, stop in runs(valid):
            result[start:stop] = _filter_run(sections, result[start:stop], rate_hz, self)
        bridge(result, valid)
        return result


@lru_cache(maxsize=64)
def _sections(cutoff_hz: float, rate_hz: float) -> FloatArray:
    """Design one pass; once, as live events filter fifty times a second."""
    warped = np.tan(np.pi * cutoff_hz / rate_hz)
    single = warped / (np.sqrt(2.0) - 1.0) ** (1.0 / (2 * _SECTION_ORDER))
    design_hz = rate_hz / np.pi * np.arctan(single)
    return np.asarray(butter(_SECTION_ORDER, design_hz, fs=rate_hz, output="sos"))


def _filter_run(
    sections: FloatArray, values: FloatArray, rate_hz: float, low_pass: LowPass
) -> FloatArray:
    if len(values) < 2:  # noqa: PLR2004 - a single sample has no neighbour to be smoothed with
        return values
    if values.ndim > 1 and len(values) > _WORTH_A_CALL:
        columns = [_filter_run(sections, column, rate_hz, low_pass) for column in values.T]
        return np.vstack(columns).T
    pad = min(len(values) - 1, round(rate_hz / low_pass.cutoff_hz))
    return np.asarray(sosfiltfilt(sections, values, axis=0, padtype="odd", padlen=pad))


def runs(mask: BoolArray) -> list[tuple[int, int]]:
    """Return ``(start, stop)`` of each run of true samples, in order."""
    if len(mask) == 0:
        return []
    edges = [int(k) + 1 for k in np.flatnonzero(mask[1:] != mask[:-1])]
    bounds = [0, *edges, len(mask)]
    first = 0 if mask[0] else 1
    return list(zip(bounds[first:-1:2], bounds[first + 1 :: 2], strict=True))


def bridge(values: FloatArray, valid: BoolArray) -> None:
    """Replace invalid samples, in place, by straight lines between their valid neighbours."""
    holes = runs(~valid)
    if holes == [(0, len(valid))]:
        return
    for start, stop in holes:
        before = values[start - 1] if start else values[stop]
        after = values[stop] if stop < len(valid) else before
        values[start:stop] = np.linspace(before, after, stop - start + 2)[1:-1]


def derivative(values: FloatArray, rate_hz: float) -> FloatArray:
    """Return the rate of change per second by central differences (one-sided at both ends).

    A central difference over ±1 sample attenuates frequency f by sinc(2 f / rate_hz): under
    1 % for a 15 Hz signal from 390 Hz on, which is why lifts are analysed at 400 Hz or more.
    """
    if len(values) < 2:  # noqa: PLR2004 - no difference can be taken
        return np.zeros_like(values)
    return np.asarray(np.gradient(values, axis=0) * rate_hz)
