"""Say what looks odd in an imported table, in sentences for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.plausibility import (
    are_exchanged,
    flat_ceiling,
    held_level,
    is_negative,
    load_unit,
    mains_hum,
    spikes,
)
from gripforce.constants import STANDARD_GRAVITY

if TYPE_CHECKING:
    from gripforce.formats.tables.table import ImportedTable
    from gripforce.model import FloatArray

_OFF_WEIGHT = 0.25
_UNTOUCHED_N = 0.5


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
        found.append(f"{name} jumps for one sample and comes back {jumps} times.")
    hum = mains_hum(force, table.rate_hz)
    if hum is not None:
        found.append(f"{name} carries mains hum of {hum[0]:.0f} Hz, {hum[1]:.3f} N.")
    return found


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
    found = load_unit(free, weight_n)
    if abs(found.ratio - 1) < _OFF_WEIGHT:
        return []
    asked = f": is it in {found.unit}?" if found.unit else "."
    return [
        f"The load is never the weight: held it is {held_level(free):.3g} N, {found.ratio:.3g}"
        f" times the {weight_n:.2f} N of {mass_g:g} g{asked}"
    ]
