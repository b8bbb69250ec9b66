"""Say what looks odd in an imported table, in sentences for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.doubts import zero_doubts
from gripforce.analysis.signal.plausibility import (
    are_exchanged,
    flat_ceiling,
    grip_unit,
    held_level,
    is_negative,
    load_unit,
    mains_hum,
    spikes,
)
from gripforce.analysis.signal.prepared import EVENT_FILTER, prepare_recording
from gripforce.analysis.signal.unfollowed import moving_zeros
from gripforce.constants import STANDARD_GRAVITY
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.analysis.signal.filters import BoolArray
    from gripforce.formats.tables.table import ImportedTable
    from gripforce.formats.tables.table_map import Combination
    from gripforce.model import FloatArray, Recording

_OFF_WEIGHT = 0.25
_UNTOUCHED_N = 0.5
_FASTEST_PER_S = 150.0
"""Held levels a second: a hand needs 20 ms or more to reach its level."""
_LEFT_OVER = 0.3
"""Part of its columns' forces below which a channel has lost them to opposite signs."""


def oddities(table: ImportedTable) -> list[str]:
    """Return sentences on signs, ceilings, spikes, hum, zeros and a load that is no weight."""
    forces = {n: v for n, v in table.columns.items() if n.endswith("_n")}
    found = [text for name, force in forces.items() for text in _of_one(name, force, table)]
    grips = [force for name, force in forces.items() if name.startswith("grip")]
    loads = [force for name, force in forces.items() if name.startswith("load")]
    mass_g = table.metadata.get("mass_g")
    if grips and loads and isinstance(mass_g, int | float):
        found += _of_weight(np.mean(grips, axis=0), np.sum(loads, axis=0), float(mass_g))
    return found


def zero_sentences(recording: Recording) -> list[str]:
    """Return a sentence on zeros that move and cannot be followed, as the analysis finds them."""
    signals = prepare_recording(recording, EVENT_FILTER, needs_load=False)
    moving = zero_doubts(moving_zeros(signals))
    return [f"{text[0].upper()}{text[1:]}." for text in moving.values()]


def check_sources(
    channel: str, combination: Combination, sources: FloatArray, rate_hz: float
) -> tuple[BoolArray, list[str]]:
    """Return where one of a channel's columns is clipped, and sentences on its columns.

    ``sources`` has a column each. Raises ``UsageError`` where the columns of a mean cancel.
    """
    clipped, notes = np.zeros(len(sources), dtype=np.bool_), []
    for column, force in zip(combination.columns, sources.T, strict=True):
        upwards = force if force.max() >= -force.min() else -force
        flat = flat_ceiling(upwards, rate_hz)
        clipped |= flat
        if flat.any():
            notes.append(
                f"Column {column} of {channel} stays at exactly {force[flat][0]:.4g} N for"
                f" {int(flat.sum())} samples, which count as saturated."
            )
    if _cancel(sources):
        signs = ", ".join("1" if s.max() >= -s.min() else "-1" for s in sources.T)
        sentence = f"The columns of {channel} have opposite signs and cancel each other."
        if combination.how == "mean" and combination.scale is None:
            raise UsageError(
                sentence, f"Give it scale = [{signs}], or name the columns that press."
            )
        notes.append(sentence)
    return clipped, notes


def _cancel(sources: FloatArray) -> bool:
    """Whether columns move against each other, so that little is left of them together."""
    alone = float(np.abs(sources - np.median(sources, axis=0)).max(axis=0).sum())
    together = float(np.abs(sources.sum(1) - np.median(sources.sum(1))).max())
    return alone > _UNTOUCHED_N and together < _LEFT_OVER * alone


def _of_one(name: str, force: FloatArray, table: ImportedTable) -> list[str]:
    found = []
    if is_negative(force):
        found.append(
            f"{name} is below zero while held (to {force.min():.2f} N): turn it by scale = -1?"
        )
    elif float(np.percentile(force, 5)) > _UNTOUCHED_N:
        found.append(
            f"{name} is never near zero (lowest {np.percentile(force, 1):.2f} N):"
            " is its zero right? [zero] subtracts a span."
        )
    flat = int(flat_ceiling(force, table.rate_hz).sum())
    if flat:
        found.append(
            f"{name} stays at exactly {force.max():.4g} N for {flat} samples: is it clipped there?"
        )
    jumps = int(spikes(force, table.rate_hz).sum())
    if jumps:
        found.append(f"{name} jumps away and back in {jumps} samples, which no hand does.")
    fastest = _fastest(force, table.rate_hz)
    if fastest > _FASTEST_PER_S:
        found.append(
            f"{name} rises within {0.8e3 / fastest:.2g} ms in each trial, faster than any hand:"
            " is the time in another unit?"
        )
    hum = mains_hum(force, table.rate_hz)
    if hum is not None:
        found.append(f"{name} carries mains hum of {hum[0]:.0f} Hz, {hum[1]:.3f} N.")
    return found


def _fastest(force: FloatArray, rate_hz: float) -> float:
    """Return how fast a force rises, in held levels a second: median from a tenth to nine."""
    level = held_level(np.abs(force))
    near = np.flatnonzero(np.abs(force) > 0.9 * level)
    far = np.flatnonzero(np.abs(force) < 0.1 * level)
    if not len(near) or not len(far):
        return 0.0
    behind = np.searchsorted(near, far[:-1])
    steps = near[np.minimum(behind, len(near) - 1)] - far[:-1]
    steps = steps[(steps > 0) & (far[1:] > far[:-1] + 1)] if len(steps) else steps
    return float(0.8 * rate_hz / np.median(steps)) if len(steps) else 0.0


def _of_weight(grip: FloatArray, load: FloatArray, mass_g: float) -> list[str]:
    if is_negative(load):
        return []  # its sign comes first
    weight_n = mass_g * 1e-3 * STANDARD_GRAVITY
    free = np.abs(load) - min(0.0, float(np.percentile(load, 1)))
    if are_exchanged(np.abs(grip), free, weight_n):
        return [
            f"The grip keeps to {weight_n:.2f} N, the weight of {mass_g:g} g, and the load does"
            " not: are grip and load exchanged in the map?"
        ]
    wrong = grip_unit(np.abs(grip), free)
    if wrong is not None and np.median(free) < weight_n * 2:
        return [f"{wrong[0].upper()}{wrong[1:]}"]
    found = load_unit(free, weight_n)
    if abs(found.ratio - 1) < _OFF_WEIGHT:
        return []
    asked = f": is it in {found.unit}?" if found.unit else "."
    return [
        f"The load is never the weight: held it is {held_level(free):.3g} N, {found.ratio:.3g}"
        f" times the {weight_n:.2f} N of {mass_g:g} g{asked}"
    ]
