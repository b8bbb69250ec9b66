"""The signals that one recording's trials are found in and measured on, computed once.

Two bands serve two purposes. Events are sought in 50 Hz signals, whose blur (about 5 ms) is
below what is asked of an onset; magnitudes, rates and correlations come from the analysis
filter that the results name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.align import align
from gripforce.analysis.signal.baseline import (
    ANY_ZERO,
    Baseline,
    ZeroRule,
    find_baseline,
)
from gripforce.analysis.signal.filters import LowPass, derivative, runs
from gripforce.analysis.signal.timing import is_timed
from gripforce.analysis.statistics.medians import medians_of, spreads_of
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.analysis.signal.align import Aligned
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray, Recording

EVENT_FILTER = LowPass(50.0)
PEAK_COUNT_FILTER = LowPass(10.0)
"""Counts of rate peaks depend on the filter (1-2 at 15 Hz, 8 at 50 Hz), so theirs is fixed."""
_SMALLEST_ONSET_N = 0.05
_ONSET_SIGMAS = 3.0
_DIGITS = ("grip_thumb_", "grip_index_")
_LOAD_DIGITS = ("load_thumb_", "load_index_")
_LOWEST_GRID_HZ = 400.0
"""A slower source is put on a multiple of its own rate, so that derivatives are not blunted."""


@dataclass(frozen=True, eq=False)
class PreparedSignals:
    """Zeroed and filtered forces on one grid; indices are grid samples."""

    aligned: Aligned
    low_pass: LowPass
    baseline: Baseline
    gf_event: FloatArray
    lf_event: FloatArray
    gf: FloatArray
    lf: FloatArray
    gf_rate: FloatArray
    lf_rate: FloatArray
    valid: BoolArray
    """Known, and far enough from a gap for the analysis filter to be itself."""
    has_load: bool = True
    """False where no channel measures load force: then it is taken as zero."""

    @property
    def rate_hz(self) -> float:
        """Grid samples per second."""
        return self.aligned.rate_hz

    @property
    def timed(self) -> bool:
        """Whether the device is fast enough for lags, latencies and rates."""
        return is_timed(self.aligned.source_hz)

    @property
    def gf_threshold(self) -> float:
        """Grip force [N] that ends being untouched."""
        return max(_SMALLEST_ONSET_N, _ONSET_SIGMAS * self.baseline.gf_noise)

    @property
    def lf_threshold(self) -> float:
        """Load force [N] that is more than noise."""
        return max(_SMALLEST_ONSET_N, _ONSET_SIGMAS * self.baseline.lf_noise)

    @cached_property
    def gf_rate_smooth(self) -> FloatArray:
        """Grip force rate in the band that rate peaks are counted in."""
        zeroed = self.aligned.gf - self.baseline.gf_zero
        return derivative(
            PEAK_COUNT_FILTER.apply(zeroed, self.rate_hz, self.aligned.valid), self.rate_hz
        )

    @cached_property
    def specific_force(self) -> FloatArray | None:
        """Accelerometer magnitude [m/s²] in the event band."""
        if self.aligned.specific_force is None:
            return None
        return EVENT_FILTER.apply(
            self.aligned.specific_force, self.rate_hz, self.aligned.motion_valid
        )

    @cached_property
    def digits(self) -> list[tuple[FloatArray, float]]:
        """Each digit's normal force as calibrated, and its level while untouched [N]."""
        return self._with_level(_DIGITS)

    @cached_property
    def load_digits(self) -> list[tuple[FloatArray, float]]:
        """Each digit's tangential force as calibrated, and its level while untouched [N]."""
        return self._with_level(_LOAD_DIGITS)

    def _with_level(self, names: tuple[str, ...]) -> list[tuple[FloatArray, float]]:
        quiet = self.baseline.quiet
        forces = [v for name, v in self.aligned.columns.items() if name.startswith(names)]
        return [(v, float(np.median(medians_of(v, quiet))) if quiet else 0.0) for v in forces]

    @cached_property
    def rest_motion(self) -> tuple[float | None, float]:
        """The accelerometer's magnitude while the object is untouched, and its noise, both m/s²."""
        force, quiet = self.specific_force, self.baseline.quiet
        if force is None or not quiet:
            return None, 0.0
        middle, spread = medians_of(force, quiet), spreads_of(force, quiet)
        return float(np.median(middle)), float(np.median(spread))

    @cached_property
    def _missing_before(self) -> FloatArray:
        return np.concatenate(([0], np.cumsum(~self.valid, dtype=np.float64)))

    def complete(self, start: float, stop: float) -> bool:
        """Whether no sample from index ``start`` to ``stop`` (inclusive) is missing."""
        a, b = max(0, int(start)), min(len(self.valid), int(np.ceil(stop)) + 1)
        return bool(b > a and self._missing_before[b] == self._missing_before[a])

    def samples(self, seconds: float) -> int:
        """Return how many grid samples a duration takes."""
        return round(seconds * self.rate_hz)

    def time(self, position: float) -> float:
        """Return the time of a fractional index."""
        return float(self.aligned.t[0]) + position / self.rate_hz


def prepare_recording(
    recording: Recording,
    low_pass: LowPass,
    *,
    needs_load: bool = True,
    zero: ZeroRule = ANY_ZERO,
) -> PreparedSignals:
    """Align, zero, filter and differentiate a recording's forces.

    The grid runs at the fastest force stream's rate, or a multiple of it of at least 400 Hz.
    ``zero`` limits where the object can have been untouched. ``UsageError`` where there is no load
    force and ``needs_load``.
    """
    aligned = align(recording, _grid_hz(recording))
    if aligned.lf is not None or needs_load:
        return prepare(aligned, low_pass, zero)
    unloaded = replace(aligned, lf=np.zeros_like(aligned.gf))
    return replace(prepare(unloaded, low_pass, zero), has_load=False)


def _grid_hz(recording: Recording) -> float | None:
    rates = [
        samples.stream.rate_hz
        for samples in recording.streams.values()
        if len(samples) and any(channel.kind.is_force for channel in samples.stream.channels)
    ]
    return max(rates) * ceil(_LOWEST_GRID_HZ / max(rates)) if rates else None


def prepare(aligned: Aligned, low_pass: LowPass, zero: ZeroRule = ANY_ZERO) -> PreparedSignals:
    """Zero, filter and differentiate aligned forces."""
    if aligned.lf is None:
        raise UsageError(
            "The recording has no load force channel, which this task needs.",
            "Map or connect a load channel.",
        )
    rate_hz, valid = aligned.rate_hz, aligned.valid
    gf_event, lf_event = _filtered(EVENT_FILTER, aligned.gf, aligned.lf, rate_hz, valid)
    free = valid if zero.touched is None else valid & ~zero.touched(aligned.t)
    baseline = find_baseline(gf_event, lf_event, free, rate_hz, zero)
    zeroed = aligned.gf - baseline.gf_zero, aligned.lf - baseline.lf_zero
    gf, lf = _filtered(low_pass, *zeroed, rate_hz, valid)
    return PreparedSignals(
        aligned=aligned,
        low_pass=low_pass,
        baseline=baseline,
        gf_event=gf_event - baseline.gf_zero,
        lf_event=lf_event - baseline.lf_zero,
        gf=gf,
        lf=lf,
        gf_rate=derivative(gf, rate_hz),
        lf_rate=derivative(lf, rate_hz),
        valid=_trusted(valid, low_pass, rate_hz),
    )


def _filtered(
    low_pass: LowPass, gf: FloatArray, lf: FloatArray, rate_hz: float, valid: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """Return both forces filtered in one go: a record with many gaps has many runs."""
    both = low_pass.apply(np.vstack((gf, lf)).T, rate_hz, valid)
    return np.ascontiguousarray(both[:, 0]), np.ascontiguousarray(both[:, 1])


def _trusted(valid: BoolArray, low_pass: LowPass, rate_hz: float) -> BoolArray:
    """Return ``valid`` without the quarter period beside each gap, where the filter leans."""
    if valid.all():
        return valid
    reach = max(1, round(0.25 / low_pass.cutoff_hz * rate_hz))
    trusted = valid.copy()
    for start, stop in runs(~valid):
        trusted[max(0, start - reach) : stop + reach] = False
    return trusted
