"""Find the true rate behind a table's time stamps, and the samples that are missing.

Strategy: the period is the slope of stamps over sample numbers, fitted within the stretches
between jumps, and not the median step, which stamps that are printed coarsely or that arrive in
bursts falsify. Stamps that stay near the line are exact, rounded or jittered; stamps that lag
behind it by a whole burst are times of arrival, and only count and span tell their rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.model import FloatArray, IntArray

GAP_PERIODS = 1.6
"""A step longer than this many periods has a gap in it."""
_JITTER = 0.6
"""Periods by which a stamp may leave the line and still be that sample's own time."""
_EXACT = 0.05
_SNAP = 1e-4
"""Relative distance within which a rate is taken as the whole number."""
_COLLAPSED = 0.7
"""Part of the long-run period below which the stretches between jumps are bursts."""
_LARGEST_SNAP = 2e-3
_LONGEST_BURST_S = 1.0
_MOST_LOST = 0.5
_EVEN = 0.95
_MOST_REPEATED = 0.2
_TOLD_APART = 1.5
"""Printed steps in a median step, from which on a repeated time is a repeated row."""
_LATTICE = 0.15
"""Periods by which a step may miss a multiple of the period."""
_FEWEST_PER_BURST = 2.5
_SLOWEST_HZ, _FASTEST_HZ = 5.0, 50_000.0
_PASSES = 4
_PAUSE_S = 30.0


@dataclass(frozen=True, eq=False, slots=True)
class SampleTimes:
    """Times and counters of a table's rows."""

    t: FloatArray
    """Seconds, strictly rising."""
    counter: IntArray
    """Sample numbers from 0; a jump is a gap."""
    rate_hz: float
    rows: IntArray
    """Index of each sample's row: a row that repeats the one before has none."""
    notes: tuple[str, ...] = ()


def uniform(count: int, rate_hz: float) -> SampleTimes:
    """Return the axis of rows without stamps."""
    return SampleTimes(np.arange(count) / rate_hz, np.arange(count), rate_hz, np.arange(count))


def fit_sample_times(
    stamps: FloatArray, name: str, row: Callable[[int], str], *, unit_known: bool = True
) -> SampleTimes:
    """Fit an axis to stamps [s]; ``row`` names the row of an index.

    Raises ``UsageError`` where stamps go back, or fit no rate: with what they look like.
    """
    _refuse_backwards(stamps, name, row)
    once = _once(stamps)
    if len(once) < len(stamps):
        axis = fit_sample_times(
            stamps[once], name, lambda k: row(int(once[k])), unit_known=unit_known
        )
        note = f"{len(stamps) - len(once)} rows repeat the time of the row before and are left out."
        return replace(axis, rows=once[axis.rows], notes=(note, *axis.notes))
    period, resolution = _period(stamps, name)
    _refuse_implausible(stamps, 1 / period, name, unit_known=unit_known)
    rough = period
    sections, period = _sections(stamps, period, resolution)
    left = _residuals(stamps, sections, period)
    worst = float(np.abs(left).max())
    if period < _COLLAPSED * rough or worst > _JITTER * period + resolution:
        return _arrivals(stamps, name)
    return _regular(stamps, sections, period, left, resolution)


def _refuse_backwards(stamps: FloatArray, name: str, row: Callable[[int], str]) -> None:
    back = np.flatnonzero(np.diff(stamps) < 0)
    if not len(back):
        return
    k = int(back[0])
    times = f"({stamps[k]:.10g} s, then {stamps[k + 1]:.10g} s)"
    near_begin = stamps[k + 1] <= stamps[0] + 0.1 * (stamps[k] - stamps[0])
    if len(back) <= len(stamps) // 10 and near_begin:
        raise UsageError(
            f"{name}: the time begins again at {row(k + 1)} {times}: several recordings in one.",
            "Split the table there; each part is a recording.",
        )
    raise UsageError(
        f"{name}: the time does not rise at {row(k + 1)} {times}.",
        "Check time_column, or give rate_hz instead.",
    )


def _once(stamps: FloatArray) -> IntArray:
    """Return the rows that do not repeat a time, where times are printed finely enough to tell."""
    steps = np.diff(stamps)
    repeated = np.concatenate(([False], steps == 0))
    told_apart = float(np.median(steps)) > _TOLD_APART * _resolution(stamps)
    few = repeated.mean() < _MOST_REPEATED
    return np.flatnonzero(~repeated) if told_apart and few else np.arange(len(stamps))


def _period(stamps: FloatArray, name: str) -> tuple[float, float]:
    """Return the period, roughly, and the step that the stamps are printed in; both in seconds.

    It is the median of steps so long that rounding hardly shows. Where all steps are multiples of
    the median step, and neither rounding nor more loss than data explains that, it is that step.
    """
    steps = np.diff(stamps)
    if not (steps > 0).any():
        raise UsageError(
            f"{name}: the time never changes.", "Check time_column, or give rate_hz instead."
        )
    resolution = _resolution(stamps)
    step = float(np.median(steps))
    if step > 0 and steps.min() > (1 - _LATTICE) * step:
        multiples = np.rint(steps / step)
        on_lattice = (np.abs(steps - multiples * step) < _LATTICE * step).all()
        explained = resolution > (1 - _LATTICE) * step and _alternate_evenly(multiples)
        if on_lattice and not explained and len(steps) >= _MOST_LOST * multiples.sum():
            exact = float(np.abs(steps - multiples * step).max()) < _EXACT * step
            return step, 0.0 if exact else resolution
    n = len(stamps)
    reach = max(1, min(n - 1, n // 8, 200))
    median = float(np.median(stamps[reach:] - stamps[:-reach])) / reach
    return median or float(stamps[-1] - stamps[0]) / (n - 1), resolution


def _alternate_evenly(multiples: FloatArray) -> bool:
    """Whether double steps come as evenly as rounding makes them, which losses do not."""
    doubles = np.flatnonzero(multiples == 2)  # noqa: PLR2004
    holes = np.cumsum(multiples > 2)  # noqa: PLR2004
    between = np.diff(doubles)[np.diff(holes[doubles]) == 0]
    if len(between) < 2:  # noqa: PLR2004 - two doubles may stand anywhere
        return False
    usual = float(np.median(between))
    return bool((np.abs(between - usual) <= 1).mean() > _EVEN)


def _refuse_implausible(stamps: FloatArray, rate_hz: float, name: str, *, unit_known: bool) -> None:
    if unit_known or _SLOWEST_HZ <= rate_hz <= _FASTEST_HZ:
        return
    step = 1 / rate_hz
    whole = bool(np.all(np.diff(stamps) == 1))
    if whole:
        raise UsageError(
            f"{name}: the time column counts 1, 2, 3: it numbers the samples.",
            "Leave time_column out and give rate_hz.",
        )
    raise UsageError(
        f"{name}: the time steps by {step:.4g}, which in seconds is {rate_hz:.4g} Hz; "
        f"in milliseconds it is {1e3 * rate_hz:.4g} Hz.",
        'Give time_unit = "ms" (or "us", "min", or "s" where it is so) in [table].',
    )


def _resolution(stamps: FloatArray) -> float:
    """Return the step [s] that the stamps are printed in: the coarsest decimal that fits all."""
    since = stamps - stamps[0]
    for digits in range(1, 7):
        step = 10.0**-digits
        if np.abs(since / step - np.rint(since / step)).max() < 1e-2:  # noqa: PLR2004
            return step
    return 1e-7


def _sections(stamps: FloatArray, period: float, resolution: float) -> tuple[IntArray, float]:
    """Return the number of the stretch between jumps that each stamp is in, and the period."""
    for _ in range(_PASSES):
        jump = np.diff(stamps) > GAP_PERIODS * period + resolution
        sections = np.concatenate(([0], np.cumsum(jump)))
        fitted = _slope(stamps, sections)
        if fitted is None or abs(fitted - period) < 1e-9 * period:
            break
        period = fitted
    span = float(stamps[-1] - stamps[0])
    return sections, 1 / _snapped(1 / period, 4 * resolution / (span * len(stamps) ** 0.5))


def _snapped(rate_hz: float, uncertainty: float) -> float:
    """Return the whole number next to a rate, if it is as near as the stamps can tell."""
    whole = float(round(rate_hz))
    within = min(_LARGEST_SNAP, max(_SNAP, uncertainty)) * rate_hz
    return whole if whole and abs(rate_hz - whole) < within else rate_hz


def _slope(stamps: FloatArray, sections: IntArray) -> float | None:
    """Return the common slope of the stretches, by least squares."""
    index = np.arange(len(stamps), dtype=np.float64)
    size = np.bincount(sections)
    x = index - (np.bincount(sections, index) / size)[sections]
    y = stamps - (np.bincount(sections, stamps) / size)[sections]
    spread = float(x @ x)
    slope = float(x @ y) / spread if spread else 0.0
    return slope if slope > 0 else None


def _residuals(stamps: FloatArray, sections: IntArray, period: float) -> FloatArray:
    """Return how much later than the line of its stretch each stamp is [s]."""
    left = stamps - period * np.arange(len(stamps))
    size = np.bincount(sections)
    return np.asarray(left - (np.bincount(sections, left) / size)[sections])


def _regular(
    stamps: FloatArray,
    sections: IntArray,
    period: float,
    left: FloatArray,
    resolution: float,
) -> SampleTimes:
    """Return the stamps themselves, or the line through them where they are only rounded."""
    notes = []
    t = stamps
    worst = float(np.abs(left).max())
    if worst > _EXACT * period and worst <= 1.01 * resolution:
        t = stamps - left
        notes.append(
            f"The times are printed in steps of {resolution * 1e3:g} ms;"
            f" {1 / period:.6g} Hz fits them, and each sample is placed by that rate."
        )
    elif (np.diff(stamps) <= 0).any():
        t = stamps - left
        notes.append(f"Some times repeat; each sample is placed by the rate, {1 / period:.6g} Hz.")
    jumps = np.flatnonzero(np.diff(sections))
    steps = np.ones(len(stamps) - 1, dtype=np.int64)
    steps[jumps] = np.maximum(1, np.rint((t[jumps + 1] - t[jumps]) / period))
    counter = np.concatenate(([0], np.cumsum(steps)))
    longest = float(np.diff(t).max())
    if longest > _PAUSE_S:
        notes.append(
            f"The time jumps by {longest:.0f} s at once, which counts as lost samples:"
            " a pause, or a clock that was set?"
        )
    return SampleTimes(t, counter, 1 / period, np.arange(len(t)), tuple(notes))


def _arrivals(stamps: FloatArray, name: str) -> SampleTimes:
    """Return a uniform axis for stamps of arrival in bursts, all of which are there."""
    n = len(stamps)
    steps = np.diff(stamps)
    long = float(np.median(steps[steps > steps.mean()]))
    starts = np.flatnonzero(steps > 0.5 * long) + 1
    sizes = np.diff(starts)
    look = f"{name}: the times fit no rate"
    if len(sizes) < 3 or long > _LONGEST_BURST_S:  # noqa: PLR2004 - too few to call them bursts
        raise _unfit(look, stamps)
    per_burst = float(sizes.mean())
    period = float(stamps[starts[-1]] - stamps[starts[0]]) / float(starts[-1] - starts[0])
    line = stamps - period * np.arange(n)
    if per_burst < _FEWEST_PER_BURST or float(np.ptp(line)) > 3 * long:
        raise _unfit(look, stamps)
    rate = _snapped(1 / period, long / float(stamps[-1] - stamps[0]))
    note = (
        f"The times are those of arrival, in bursts of about {per_burst:.1f} samples every"
        f" {1e3 * long:.4g} ms; count and span give {rate:.6g} Hz, and samples are placed evenly."
        " A lost sample would not show."
    )
    index = np.arange(n)
    return SampleTimes(float(line.min()) + index / rate, index, rate, index, (note,))


def _unfit(look: str, stamps: FloatArray) -> UsageError:
    steps = np.diff(stamps) * 1e3
    low, middle, high = np.percentile(steps, [1, 50, 99])
    mean = (len(stamps) - 1) / float(stamps[-1] - stamps[0])
    return UsageError(
        f"{look}: steps are {low:.4g}, {middle:.4g} and {high:.4g} ms (1 %, median, 99 %);"
        f" {len(stamps)} rows in {stamps[-1] - stamps[0]:.4g} s are {mean:.4g} Hz.",
        "If no row is missing, give rate_hz instead of time_column.",
    )
