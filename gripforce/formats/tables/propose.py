"""Propose an import map from what a table shows, each line with its reason as a comment.

Strategy: the time is the column that rises steadily; forces are told apart by their headings,
else by what they do: a load held in the air keeps to one level, the weight; a grip does not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import UsageError
from gripforce.formats.tables.dialect import is_stamp
from gripforce.formats.tables.units import (
    ELECTRICAL,
    heading_force_unit,
    heading_time_unit,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.formats.tables.source_table import SourceTable
    from gripforce.model import FloatArray

_GRIP = re.compile(r"grip|griff|\bgf\b|fz|normal|pinch|squeeze|thumb|daumen|index|finger|press")
_LOAD = re.compile(r"load|last|\blf\b|lift|tangential|fy|weight|gewicht|vertical|hold")
_TARGET = re.compile(r"target|ziel|soll|reference|template")
_TIME = re.compile(r"^t$|time|zeit|temps|stamp|sec|x_value|clock|date|\bms\b")
_RISING = 0.9
_PLATEAU = 0.05


@dataclass(frozen=True, eq=False, slots=True)
class _Column:
    index: int
    heading: str
    values: FloatArray

    @property
    def label(self) -> str:
        """The column as a map names it."""
        return json.dumps(self.heading, ensure_ascii=False) if self.heading else str(self.index + 1)

    @property
    def shown(self) -> str:
        """What it holds."""
        low, high = float(np.nanmin(self.values)), float(np.nanmax(self.values))
        return f"{low:.4g} to {high:.4g}"


def propose_map(table: SourceTable) -> str:
    """Return a map in TOML; ``UsageError`` where no column can be a force."""
    columns = [c for c in (_column(table, k) for k in range(table.width)) if c is not None]
    time, time_lines = _time(table, columns)
    others = [c for c in columns if c.index != time and float(np.nanstd(c.values)) > 0]
    target = next((c for c in others if _TARGET.search(c.heading.lower())), None)
    grip, load, reason = _forces([c for c in others if c is not target], table.name)
    lines = [
        f"# Proposed for {json.dumps(table.name, ensure_ascii=False)[1:-1]}. Check each line.",
        *(f"# {note}" for note in table.notes),
        "[table]",
        *time_lines,
        *_units([*grip, *load]),
        "",
        "[channels]",
        *_channel("grip_n", "mean", grip, reason),
        *_channel("load_n", "sum", load, reason),
        *_unused([c for c in others if c not in {*grip, *load, target}]),
        *(["", "[target]", f"column = {target.label}"] if target else []),
        "",
        "[trial]",
        *_trial(bool(load), target is not None),
    ]
    return "\n".join(lines) + "\n"


def _column(table: SourceTable, index: int) -> _Column | None:
    try:
        values = table.numbers([index])[:, 0]
    except UsageError:
        return None  # words
    heading = table.headings[index] if table.headings else ""
    if heading and list(table.headings).count(heading) > 1:
        heading = ""
    return _Column(index, heading, values) if np.isfinite(values).any() else None


def _time(table: SourceTable, columns: Sequence[_Column]) -> tuple[int | None, list[str]]:
    """Return the index of the time column, and the lines on it."""
    numeric = {c.index for c in columns}
    for k in range(table.width):
        if k not in numeric and is_stamp(table.words(k)[0]):
            heading = table.headings[k] if table.headings else ""
            label = json.dumps(heading, ensure_ascii=False) if heading else str(k + 1)
            return k, [f"time_column = {label}   # it holds dates or times of day"]
    rising = [c for c in columns if _rises(c.values)]
    named = [c for c in rising if _TIME.search(c.heading.lower())]
    best = next(iter([*named, *rising]), None)
    if best is None:
        return None, ["rate_hz = 1000   # PLEASE CHANGE: no column rises like a time"]
    lines = [f"time_column = {best.label}   # it rises from {best.shown}"]
    step = float(np.median(np.diff(best.values)))
    said = heading_time_unit(best.heading)
    if said is not None:
        lines.append(f"time_unit = {json.dumps(said)}   # its heading says so")
    elif step >= 0.2:  # noqa: PLR2004 - slower than 5 Hz in seconds
        lines.append(
            f'time_unit = "ms"   # it steps by {step:.4g}: {1e3 / step:.4g} Hz in milliseconds,'
            f" {1 / step:.3g} Hz in seconds"
        )
    return best.index, lines


def _rises(values: FloatArray) -> bool:
    steps = np.diff(values)
    return bool(len(steps) and (steps >= 0).all() and (steps > 0).mean() > 1 - _RISING)


def _forces(columns: Sequence[_Column], name: str) -> tuple[list[_Column], list[_Column], str]:
    """Return the columns of grip and load, and why."""
    if not columns:
        raise UsageError(f"{name} has no column that could be a force.")
    grip = [c for c in columns if _GRIP.search(c.heading.lower())]
    load = [c for c in columns if _LOAD.search(c.heading.lower()) and c not in grip]
    if grip:
        return grip, load, "by the heading"
    rest = [c for c in columns if c not in load]
    if load and rest:
        return rest[:1], load, "by the headings"
    if len(columns) == 1:
        return [columns[0]], [], "the only force"
    steady = sorted(columns, key=lambda c: _spread(c.values))
    loads, grips = steady[:1], [c for c in columns if c is not steady[0]][:1]
    why = "a guess: of two forces the load keeps to one level while held; exchange them if wrong"
    return grips, loads, why


def _spread(values: FloatArray) -> float:
    """Return how much the held level varies, relative to itself."""
    size = np.abs(values - np.nanmedian(values[: max(1, len(values) // 50)]))
    held = size[size > 0.5 * np.nanpercentile(size, 99)]
    return float(np.nanstd(held) / np.nanmean(held)) if len(held) else np.inf


def _units(forces: Sequence[_Column]) -> list[str]:
    said = {heading_force_unit(c.heading) for c in forces}
    unit = said.pop() if len(said) == 1 else None
    if unit in ELECTRICAL:
        return [f'unit = "{unit}"   # by the headings; each channel needs its scale in newtons']
    if unit is not None:
        return [f'unit = "{unit}"   # by the headings']
    largest = max(float(np.nanpercentile(np.abs(c.values), 99)) for c in forces)
    if largest > 150:  # noqa: PLR2004 - no precision grip has so many newtons
        return [f'unit = "gf"   # a guess: forces reach {largest:.0f}, too many for newtons']
    return [f'unit = "N"   # a guess: forces reach {largest:.3g}']


def _channel(name: str, how: str, columns: Sequence[_Column], reason: str) -> list[str]:
    if not columns:
        return [f"# {name}: no column looks like it"]
    negative = all(
        -float(np.nanpercentile(c.values, 0.5)) > 5 * float(np.nanpercentile(c.values, 99.5)) > 0
        or float(np.nanmax(c.values)) <= 0
        for c in columns
    )
    electrical = any(heading_force_unit(c.heading) in ELECTRICAL for c in columns)
    scale = ", scale = -1" if negative else ", scale = 1" if electrical else ""
    notes = [reason, *(f"{c.label} holds {c.shown}" for c in columns)]
    notes += ["below zero while held, so turned"] if negative else []
    notes += ["PLEASE CHANGE scale to the newtons of one"] if electrical else []
    listed = ", ".join(c.label for c in columns)
    return [f"{name} = {{ {how} = [{listed}]{scale} }}   # {'; '.join(notes)}"]


def _unused(columns: Sequence[_Column]) -> list[str]:
    return [f"# not used: {c.label}, {c.shown}" for c in columns]


def _trial(has_load: bool, has_target: bool) -> list[str]:
    task = "tracking" if has_target else "lift" if has_load else "pinch"
    lines = [f'task = "{task}"']
    return [*lines, "# mass_g = 400   # the object's mass: without it no unit can be checked"]
