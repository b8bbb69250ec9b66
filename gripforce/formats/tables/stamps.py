"""Time stamps as tables print them: seconds and other units, epochs, dates, times of day."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import UsageError
from gripforce.formats.tables.dialect import is_stamp
from gripforce.formats.tables.units import TIME_FACTORS, heading_time_unit

if TYPE_CHECKING:
    from gripforce.formats.tables.source_table import SourceTable
    from gripforce.model import FloatArray

_EPOCHS = {"s": (1e8, 1e10), "ms": (1e11, 1e13), "us": (1e14, 1e16)}
"""Ranges of times since 1970 in the years 1973 to 2286."""
_DAY_S = 86_400.0


def read_stamps(
    table: SourceTable, column: int, unit: str | None
) -> tuple[FloatArray, bool, str | None, list[str]]:
    """Return stamps [s], whether their unit is known, the date of second 0, and notes.

    Epochs and dates begin at zero; the date is then that of the first row, in UTC if they say so.
    """
    try:
        stamps = table.numbers([column])[:, 0]
    except UsageError:
        words = table.words(column)
        if not all(is_stamp(word) for word in words if word):
            raise
        return _dates(table, words)
    blank = np.flatnonzero(np.isnan(stamps))
    if len(blank):
        place = table.place(int(blank[0]), column)
        raise UsageError(f"{table.name}: {place}, not a time.", "Mend or remove the row.")
    return _numeric(table, stamps, column, unit)


def _numeric(
    table: SourceTable, stamps: FloatArray, column: int, unit: str | None
) -> tuple[FloatArray, bool, str | None, list[str]]:
    notes = []
    heading = table.headings[column] if table.headings else ""
    said = heading_time_unit(heading)
    if unit is None and said not in {None, "s"}:
        notes.append(f"The times are in {said}, by the heading {heading!r}.")
    elif unit is not None and said is not None and unit != said:
        notes.append(
            f"The heading {heading!r} says {said}; the map's time_unit = {unit!r} is used."
        )
    epoch = _epoch_unit(stamps)
    used = unit or said or epoch or "s"
    seconds = stamps * TIME_FACTORS[used]
    if epoch is None or used != epoch:
        return seconds, bool(unit or said), None, notes
    utc = datetime.fromtimestamp(float(seconds[0]), UTC).isoformat()
    notes.append(f"The times count from 1970 in {used}; the first is {utc}.")
    return (stamps - stamps[0]) * TIME_FACTORS[used], True, utc, notes


def _epoch_unit(stamps: FloatArray) -> str | None:
    low, high = float(stamps.min()), float(stamps.max())
    return next((unit for unit, (a, b) in _EPOCHS.items() if a < low and high < b), None)


def _dates(table: SourceTable, words: list[str]) -> tuple[FloatArray, bool, str | None, list[str]]:
    """Return dates or times of day as seconds from the first; a time of day may pass midnight."""
    import pandas as pd  # noqa: PLC0415 - takes half a second, and only an import needs it

    plain = [word.replace(",", ".") for word in words]
    try:
        if ":" in plain[0][:3]:
            padded = [w if w.count(":") > 1 else f"00:{w}" for w in plain]
            seconds = pd.to_timedelta(padded).total_seconds().to_numpy(dtype=np.float64)
            turns = np.concatenate(([0], np.cumsum(np.diff(seconds) < -0.5 * _DAY_S)))
            return seconds - seconds[0] + turns * _DAY_S, True, None, ["The times are of the day."]
        day_first = not plain[0][:4].isdigit()
        parsed = pd.to_datetime(plain, format="mixed", dayfirst=day_first)
        since = np.asarray((parsed - parsed[0]).total_seconds(), dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise UsageError(
            f"{table.name}: its time column holds dates that cannot be read, such as {words[0]!r}.",
            "Export the time in seconds.",
        ) from error
    utc = parsed[0].isoformat() if parsed.tz is not None else None
    first = parsed[0].isoformat(sep=" ")
    return since, True, utc, [f"The times are dates; the first was read as {first}."]
