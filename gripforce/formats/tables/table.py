"""Import a table of forces from another system, plain or gzipped, by a map of its columns.

An incomplete last line is dropped and noted. Any other cell that is not a number, a row of another
width, and a time that goes back are refused with their row number.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.signal.plausibility import held_samples
from gripforce.errors import UsageError
from gripforce.formats.tables.foreign import read_foreign_table
from gripforce.formats.tables.oddities import check_sources
from gripforce.formats.tables.sample_times import SampleTimes, fit_sample_times, uniform
from gripforce.formats.tables.source_table import SourceTable, find_column, needed_columns
from gripforce.formats.tables.stamps import read_stamps
from gripforce.formats.tables.table_map import CANONICAL, Combination, TableMap
from gripforce.formats.tables.target import target_knots
from gripforce.formats.tables.text_table import read_text_table
from gripforce.formats.tables.units import (
    ELECTRICAL,
    FACTORS,
    heading_force_unit,
    heading_no_force,
)
from gripforce.model import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from gripforce.formats.tables.table_map import ColumnName
    from gripforce.model import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True)
class ImportedTable:
    """The channels of an imported table in SI units."""

    t: FloatArray
    """Seconds on the table's own axis, strictly rising."""
    columns: Mapping[str, FloatArray]
    """By canonical name: ``grip_n``."""
    rate_hz: float
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """The map's ``[trial]``, and the target of tracking."""
    notes: tuple[str, ...] = ()
    """One sentence for each omission, detection or correction."""
    counter: IntArray | None = None
    """Sample numbers, which jump at gaps; None: as the times and the rate say."""
    saturated: NDArray[np.bool_] | None = None
    """Where a source column was at its full scale."""


def open_table(path: str | Path, table_map: TableMap | None = None) -> SourceTable:
    """Open a table of any kind that can be imported; what the map does not say is detected."""
    source = Path(path)
    return read_foreign_table(source, table_map) or read_text_table(source, table_map)


def read_table(path: str | Path, table_map: TableMap) -> ImportedTable:
    """Read the channels of a table as its map combines them.

    Raises ``UsageError`` where the file cannot be read or does not fit the map.
    """
    table = open_table(path, table_map)
    place = {
        column: find_column(column, table.headings, table.width, table.name)
        for column in needed_columns(table_map)
    }
    axis, utc, notes = _time_axis(table, table_map, place)
    values, kept = _values(table, table_map, place, axis.rows)
    columns, saturated = {}, np.zeros(len(axis.t), dtype=np.bool_)
    for name, combination in table_map.channels.items():
        sources = _in_si(table, name, combination, values, place, notes)
        columns[name] = sources.mean(1) if combination.how == "mean" else sources.sum(1)
        flat, said = _flattened(name, combination, sources, axis.rate_hz)
        saturated |= flat
        notes += said
    metadata = dict(table_map.trial) | ({"utc": utc} if utc else {})
    if table_map.target is not None:
        wanted = _in_si(table, "target", table_map.target.source, values, place, notes)[:, 0]
        knots = target_knots(axis.t[kept], wanted[kept])
        metadata["target"] = {"force": table_map.target.force, "knots": knots}
    t, counter = axis.t[kept], axis.counter[kept]
    columns = {name: column[kept] for name, column in columns.items()}
    if table_map.zero_s is not None:
        columns = _zeroed(t, columns, table_map.zero_s, table.name)
    lost = len(kept) - int(kept.sum())
    if lost:
        notes.append(f"{lost} rows with a blank cell count as lost samples.")
    all_notes = (*table.notes, *dict.fromkeys(notes))
    return _without_repeats(
        ImportedTable(t, columns, axis.rate_hz, metadata, all_notes, counter, saturated[kept])
    )


def _flattened(
    name: str, combination: Combination, sources: FloatArray, rate_hz: float
) -> tuple[NDArray[np.bool_], list[str]]:
    """Return where a source of a channel was at its full scale, and what was found beside."""
    full = np.zeros(len(sources), dtype=np.bool_)
    if combination.full_scale_n is not None:
        full = np.asarray((np.abs(sources) >= combination.full_scale_n).any(1), dtype=np.bool_)
    if not CANONICAL[name][0].is_force or len(combination.columns) < 2:  # noqa: PLR2004 - no other column
        return full, []
    flat, said = check_sources(name, combination, sources, rate_hz)
    return full | flat, said


def _without_repeats(table: ImportedTable) -> ImportedTable:
    """Return a table that was logged faster than its sensor gave values with each value once."""
    forces = [v for name, v in table.columns.items() if CANONICAL[name][0].is_force]
    held = held_samples(np.sum(forces, axis=0)) if forces else 1
    counter = np.arange(len(table.t)) if table.counter is None else table.counter
    if held == 1 or int(counter[-1] - counter[0]) + 1 != len(counter):
        return table
    changed = np.any([np.diff(v, prepend=np.nan) != 0 for v in table.columns.values()], axis=0)
    begins = np.flatnonzero(changed)
    counts = np.maximum(1, np.rint(np.diff(begins, append=len(table.t)) / held)).astype(np.int64)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(begins, counts) + held * (np.arange(counts.sum()) - first)
    rows = rows[rows < len(table.t)]
    rate_hz = (len(rows) - 1) / float(table.t[rows[-1]] - table.t[rows[0]])
    note = f"Each value is printed {held} times: the {rate_hz:.4g} Hz of the sensor are imported."
    return replace(
        table,
        t=table.t[rows[0]] + np.arange(len(rows)) / rate_hz,
        columns={name: values[rows] for name, values in table.columns.items()},
        rate_hz=rate_hz,
        notes=(*table.notes, note),
        counter=np.arange(len(rows)),
        saturated=None if table.saturated is None else table.saturated[rows],
    )


def _time_axis(
    table: SourceTable, table_map: TableMap, place: Mapping[ColumnName, int]
) -> tuple[SampleTimes, str | None, list[str]]:
    if table_map.time_column is None:
        count = len(table.numbers([0]) if not place else table.numbers([min(place.values())]))
        return uniform(count, float(table_map.rate_hz or 1.0)), None, []
    column = place[table_map.time_column]
    stamps, known, utc, notes = read_stamps(table, column, table_map.time_unit)
    axis = fit_sample_times(
        stamps,
        table.name,
        lambda row: table.place(row, column).split(",", maxsplit=1)[0],
        unit_known=known,
    )
    return axis, utc, [*notes, *axis.notes]


def _values(
    table: SourceTable, table_map: TableMap, place: Mapping[ColumnName, int], rows: IntArray
) -> tuple[dict[int, FloatArray], NDArray[np.bool_]]:
    """Return the force columns by index, and which of their ``rows`` have no blank cell."""
    wanted = sorted({k for c, k in place.items() if c != table_map.time_column})
    numbers = table.numbers(wanted)[rows]
    if table_map.missing_value is not None:
        numbers = np.where(numbers == table_map.missing_value, np.nan, numbers)
    blank = np.isnan(numbers)
    if blank.any() and not table_map.missing_is_gap:
        sample, k = (int(i[0]) for i in np.nonzero(blank))
        row = int(rows[sample])
        raise UsageError(
            f"{table.name}: {table.place(row, wanted[k])}, not a number.",
            'Mend the cell, or give missing = "gap" in [table]: such rows count as lost then.',
        )
    kept = np.asarray(~blank.any(1), dtype=np.bool_)
    if kept.sum() < 2:  # noqa: PLR2004 - a rate needs two samples
        raise UsageError(f"{table.name} holds fewer than two rows of numbers.")
    return {column: numbers[:, k] for k, column in enumerate(wanted)}, kept


def _in_si(  # noqa: PLR0917 - what a table is made of
    table: SourceTable,
    channel: str,
    combination: Combination,
    values: Mapping[int, FloatArray],
    place: Mapping[ColumnName, int],
    notes: list[str],
) -> FloatArray:
    """Return the source columns of a channel in SI units, shape ``(n, columns)``."""
    scaled = []
    scale = combination.scale or (1.0,) * len(combination.columns)
    for column, factor in zip(combination.columns, scale, strict=True):
        k = place[column]
        heading = table.headings[k] if table.headings else ""
        unit_si = _unit_si(table.name, channel, combination, heading, notes)
        scaled.append(values[k] * factor * unit_si)
    return np.column_stack(scaled)


def _unit_si(
    name: str, channel: str, combination: Combination, heading: str, notes: list[str]
) -> float:
    """Return SI units in one of the table's; the heading says which where the map does not."""
    si = Unit.NEWTON if channel == "target" else CANONICAL[channel][1]
    said = heading_force_unit(heading) if si is Unit.NEWTON else None
    unit = combination.unit
    if unit is None and said in ELECTRICAL and combination.scale is None:
        raise UsageError(
            f"{name}: {channel} is in {said}, by the heading {heading!r}, which is no force.",
            f'Give unit = "{said}" and scale, the newtons of one, in the map.',
        )
    strange = None if si is not Unit.NEWTON or said else heading_no_force(heading)
    if unit is None and strange is not None:
        raise UsageError(
            f"{name}: {channel} is in {strange}, by the heading {heading!r}, which is no force.",
            'Give scale, the newtons of one, and unit = "N" in the map.',
        )
    if unit is None and said not in {None, "N", *ELECTRICAL}:
        notes.append(f"{channel} is in {said}, by the heading {heading!r}.")
    elif unit is not None and said not in {None, unit}:
        notes.append(f"The heading {heading!r} says {said}; the map's unit {unit!r} is used.")
    return FACTORS[si].get(unit or said or "", 1.0)


def _zeroed(
    t: FloatArray, columns: Mapping[str, FloatArray], span: tuple[float, float], name: str
) -> dict[str, FloatArray]:
    """Subtract from each force its median over a span."""
    quiet = (t >= span[0]) & (t <= span[1])
    if not quiet.any():
        raise UsageError(
            f"{name} has no sample in the [zero] span, {span[0]:g} to {span[1]:g} s;"
            f" it runs from {t[0]:g} to {t[-1]:g} s."
        )
    return {
        column: values - np.median(values[quiet]) if CANONICAL[column][0].is_force else values
        for column, values in columns.items()
    }
