"""Check whether forces can be what they are said to be: sign, unit, channel, ceiling, spikes.

Each check sees one recording's forces as they came, because what it finds spoils the zero line
and the search for trials. Strategy: an object that hangs from the hand pulls by its weight and
never pushes, a grip never pulls, and a real force changes over more than one sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.analysis.signal.filters import runs
from gripforce.analysis.statistics.medians import robust_spread
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.model import FloatArray

_UNITS: Final = (
    ("kilograms", 1 / STANDARD_GRAVITY),
    ("grams", 1e3 / STANDARD_GRAVITY),
    ("millinewtons", 1e3),
    ("pounds", 1 / 4.4482216152605),
    ("ounces", 16 / 4.4482216152605),
)
_SAME_UNIT = 0.1
"""Relative distance from a unit's factor at which that unit is suggested."""
_NEGATIVE_N = 1.0
_HARDLY_POSITIVE = 0.2
_NEAR_WEIGHT = 0.04
_FAR_FROM_WEIGHT = 0.1
"""A load further off than this is not that of the weight, whatever the zero of a light object."""
_HELD = 0.3
_MOSTLY, _HARDLY = 0.4, 0.15
_STRONGEST_N = 150.0
_WEAKEST = 0.2
_FLAT_S, _FLAT_SAMPLES, _FLAT_TOTAL = 0.005, 5, 20
_NOISE_STEPS = 3.0
_STEEP = 0.25
_LEVELS = (500, 20_000)
"""Steps of the converter in its range, between which a steep edge shows clipping without noise."""
_SPIKE_SIGMAS, _SPIKE_N, _SPIKE_RETURN = 20.0, 1.0, 0.2
_WAY_OUT: Final = 1 - 0.5 * _SPIKE_RETURN
"""Share of a spike that its first step is at least: it lies that far from the sample before."""
_SLOW_HZ = 400.0
"""Below this rate a real impact may last one sample, so only spikes beyond all forces count."""
_FAR_OUT = 5.0
"""Ranges of the force by which several samples in a row must leave it."""
_FEWEST_CODES = 3
_FEWEST_STEPS = 20
_REGULAR = 0.8
_LINE_HZ: Final = (50.0, 60.0)
_HUM_TIMES, _HUM_N = 30.0, 0.01


@dataclass(frozen=True, slots=True)
class LoadUnit:
    """A load that is not the weight."""

    ratio: float
    """Held load over weight."""
    unit: str | None
    """The unit that this ratio suggests."""


def is_negative(force: FloatArray) -> bool:
    """Whether a force hardly rises above zero and goes far below it."""
    low, high = np.percentile(force, [2, 98])  # single spikes are no held force
    return bool(-low > _NEGATIVE_N and high < _HARDLY_POSITIVE * -low)


def held_level(force: FloatArray) -> float:
    """Return the level of the upper half of a force's range: what it is while held."""
    top = float(np.percentile(force, 99))
    return float(np.median(force[force >= 0.5 * top])) if top > 0 else 0.0


def load_unit(load: FloatArray, weight_n: float) -> LoadUnit:
    """Compare the held load with the weight."""
    ratio = held_level(load) / weight_n
    name, factor = min(_UNITS, key=lambda unit: abs(ratio / unit[1] - 1))
    return LoadUnit(ratio, name if abs(ratio / factor - 1) < _SAME_UNIT else None)


def grip_unit(grip: FloatArray, load: FloatArray) -> str | None:
    """Return what is wrong with the unit of a grip that holds a load; None where nothing is.

    No precision grip is stronger than 150 N, and no skin holds a load that is five times the grip
    of one digit: it would need a friction coefficient of 2.5.
    """
    gripped, loaded = (held_level(f - float(np.percentile(f, 1))) for f in (grip, load))
    if gripped > _STRONGEST_N:
        return f"the grip is {gripped:.0f} N while held: is it in grams or another unit?"
    if loaded > _NEGATIVE_N and gripped < _WEAKEST * loaded:
        return (
            f"the grip is 1/{loaded / max(gripped, 1e-6):.0f} of the load, too little to hold it:"
            " is it in kilograms or another unit?"
        )
    return None


def are_exchanged(grip: FloatArray, load: FloatArray, weight_n: float) -> bool:
    """Whether grip force keeps to the weight, and load force does not."""
    keeps = _near(grip, weight_n, _NEAR_WEIGHT) >= _MOSTLY
    return keeps and _near(load, weight_n, _FAR_FROM_WEIGHT) <= _HARDLY


def _near(force: FloatArray, weight_n: float, within: float) -> float:
    """Return which part of the time that a force is up it is near the weight."""
    up = force[force > _HELD * weight_n]
    return float((np.abs(up / weight_n - 1) < within).mean()) if len(up) else 0.0


def flat_ceiling(values: FloatArray, rate_hz: float) -> BoolArray:
    """Return where a force stays at exactly its largest value while it was noisy or steep before.

    A force that comes to rest at its largest value, without noise and slowly, is not clipped.
    """
    top = float(values.max(initial=-np.inf))
    flat = values == top
    spans = [(a, b) for a, b in runs(flat) if b - a >= max(_FLAT_SAMPLES, int(_FLAT_S * rate_hz))]
    nowhere = np.zeros(len(values), dtype=np.bool_)
    steps = np.abs(np.diff(values))
    moving = steps[steps > 0]
    if sum(b - a for a, b in spans) < _FLAT_TOTAL or not len(moving):
        return nowhere
    quantum, span = float(moving.min()), float(np.ptp(values))
    below = (values > top - 0.7 * span) & (values < top - 0.03 * span)
    curved = np.abs(np.diff(values, 2))[below[1:-1]]
    noisy = len(curved) > 0 and float(np.median(curved)) > _NOISE_STEPS * quantum
    edges = [float(np.median(steps[max(0, a - 6) : a - 1])) for a, _ in spans if a > 1]
    steep = (
        len(edges) > 1
        and _LEVELS[0] < span / quantum < _LEVELS[1]
        and float(np.median(edges)) > _STEEP * float(np.percentile(steps, 99))
    )
    return flat if noisy or steep else nowhere


def spikes(values: FloatArray, rate_hz: float) -> BoolArray:
    """Return the samples that leave the force for a moment, and come back to where it was.

    A moment is one sample, or as long as the force stays at a value that it is often printed
    again; three samples, or a sample at a slow rate, must leave all that the force ever is.
    """
    if not (np.abs(np.diff(values)) > _WAY_OUT * _SPIKE_N).any():
        return np.zeros(len(values), dtype=np.bool_)
    begins = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    lengths = np.diff(begins, append=len(values))
    longest = 1.5 * held_samples(values)
    plain = values[begins]
    span = float(np.ptp(np.percentile(values, [2, 98])))
    least = _least(plain)
    alone = max(least, 2 * span) if rate_hz < _SLOW_HZ else least
    found = _steps_out(plain, 1, alone) & (lengths <= max(1, longest))
    found |= _repeated_code(plain, _steps_out(plain, 1, least) & (lengths == 1))
    wide = max(_SPIKE_N, _FAR_OUT * span)
    for width in (1, 2, 3):
        found |= _steps_out(plain, width, wide) & (lengths <= max(3, longest))
    return np.repeat(found, lengths)


def _least(values: FloatArray) -> float:
    """Return the smallest jump [N] that is a spike at a fast rate."""
    jump = values[1:-1] - 0.5 * (values[:-2] + values[2:])
    return max(_SPIKE_N, _SPIKE_SIGMAS * robust_spread(jump)) if len(jump) else np.inf


def _steps_out(values: FloatArray, width: int, least: float) -> BoolArray:
    """Return the runs of ``width`` values that lie apart from both neighbours, which are alike."""
    found = np.zeros(len(values), dtype=np.bool_)
    at = np.flatnonzero(np.abs(np.diff(values)) > _WAY_OUT * least)
    at = at[at < len(values) - width - 1]
    before, after = values[at], values[at + width + 1]
    middle = 0.5 * (before + after)
    inside = at[:, np.newaxis] + np.arange(1, width + 1)
    away = values[inside] - middle[:, np.newaxis]
    nearest = np.where((np.sign(away) == np.sign(away[:, :1])).all(1), np.abs(away).min(1), 0.0)
    out = (nearest > least) & (np.abs(after - before) < _SPIKE_RETURN * nearest)
    found[inside[out]] = True
    return found


def _repeated_code(values: FloatArray, jumps: BoolArray) -> BoolArray:
    """Return the jumps that go to one and the same value, as a converter makes that fails."""
    codes, counts = np.unique(values[jumps], return_counts=True)
    if not len(codes) or counts.max() < _FEWEST_CODES or 2 * counts.max() < jumps.sum():
        return np.zeros(len(values), dtype=np.bool_)
    code = codes[int(np.argmax(counts))]
    return np.asarray(jumps & (values == code) & (code < values.max()), dtype=np.bool_)


def held_samples(values: FloatArray) -> int:
    """Return how many samples each value is repeated while a force changes: 1 where it is not.

    A slow converter that is logged fast repeats each of its values.
    """
    begins = np.flatnonzero(np.diff(values, prepend=np.nan) != 0)
    steps = np.abs(np.diff(values[begins]))
    if len(steps) < _FEWEST_STEPS:
        return 1
    lengths = np.diff(begins)[steps > np.percentile(steps, 50)]
    usual = int(np.median(lengths)) if len(lengths) else 1
    alike = np.abs(lengths - usual) <= 1
    return usual if usual > 1 and len(lengths) and float(alike.mean()) > _REGULAR else 1


def mains_hum(values: FloatArray, rate_hz: float) -> tuple[float, float] | None:
    """Return frequency [Hz] and amplitude [N] of mains hum; None where there is none.

    It stands in the power spectrum far above its neighbourhood.
    """
    from scipy.signal import welch  # noqa: PLC0415 - only an import asks for it

    size = int(2 * rate_hz)
    if rate_hz < 2.2 * _LINE_HZ[0] or len(values) < 2 * size:
        return None
    frequency, power = welch(values, rate_hz, nperseg=size, scaling="spectrum", average="median")
    for line_hz in _LINE_HZ:
        if line_hz > 0.45 * rate_hz:
            continue
        away = np.abs(frequency - line_hz)
        peak = float(power[away <= 0.5].max())  # noqa: PLR2004 - one bin of two seconds
        floor = float(np.median(power[(away > 2) & (away < 8)]))  # noqa: PLR2004 - beside it
        amplitude = float(np.sqrt(2 * peak))
        if peak > _HUM_TIMES * floor and amplitude > _HUM_N:
            return line_hz, amplitude
    return None
