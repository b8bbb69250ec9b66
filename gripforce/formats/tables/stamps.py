"""Time stamps as tables print them: seconds and other units, epochs, dates, times of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.errors import UsageError
from gripforce.formats.tables.dialect import is_stamp
from gripforce.formats.tables.units import TIME_FACTORS, heading_time_unit

if TYPE_CHECKING:
    from gripforce.formats.tables.source_table import SourceTable
    from gripforce.model import FloatArray


@dataclass(frozen=True, slots=True)
class _Epoch:
    """A way to write moments as numbers, told by the range of today's."""

    words: str
    unit: str
    """As a map writes it; empty where a map has none."""
    unit_s: float
    low: float
    high: float
    unix_s: float
    """1970 as it counts, in seconds."""
    zoned: bool = True
    """Whether its moments are in UTC; else on the clock of the place."""


_DAY_S = 86_400.0
_EPOCHS: Final = (
    _Epoch("from 1970 in s", "s", 1.0, 1e8, 2.9e9, 0.0),
    _Epoch("from 1904 in s, as LabVIEW does", "s", 1.0, 2.9e9, 4.4e9, 2_082_844_800.0),
    _Epoch("from 1970 in ms", "ms", 1e-3, 1e11, 2.9e12, 0.0),
    _Epoch("from 1970 in us", "us", 1e-6, 1e14, 2.9e15, 0.0),
    _Epoch("from 1970 in ns", "ns", 1e-9, 7e17, 2.9e18, 0.0),
    _Epoch("from 1601 in 100 ns, as Windows does", "", 1e-7, 1.2e17, 1.6e17, 11_644_473_600.0),
    _Epoch("from year 1 in 100 ns, as .NET does", "", 1e-7, 6.2e17, 6.6e17, 62_135_596_800.0),
)
_DAYS: Final = (
    _Epoch("days, as Excel does", "d", _DAY_S, 2e4, 8e4, 25_569 * _DAY_S, zoned=False),
    _Epoch("days, as MATLAB's datenum does", "d", _DAY_S, 6e5, 9e5, 719_529 * _DAY_S, zoned=False),
)
_DAY_STEPS_S = (2e-5, 0.2)
"""Steps of the table in days; numbers in the same range that step by seconds are seconds."""
_WRAPS: Final = (1 << 16, 1 << 32)
"""Ranges of counters that begin again at zero."""
_WRAP_STEPS = 50
_MONTHS: Final = {"mai": "May", "okt": "Oct", "dez": "Dec", "märz": "Mar", "maerz": "Mar"}
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b\.?", re.IGNORECASE)
_COLON_FRACTION = re.compile(r"(\d:\d\d:\d\d):(\d{1,6})$")
_TWELVE_HOURS = re.compile(r"\s*([ap])\.?m\.?$", re.IGNORECASE)


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
    stamps, wrapped = _unwrapped(stamps)
    notes += wrapped
    epoch = _epoch(stamps, unit or said)
    if epoch is None:
        return stamps * TIME_FACTORS[unit or said or "s"], bool(unit or said), None, notes
    seconds = round(float(stamps[0]) * epoch.unit_s - epoch.unix_s, 3)
    first = datetime.fromtimestamp(seconds, UTC)
    text = first.isoformat() if epoch.zoned else first.replace(tzinfo=None).isoformat(sep=" ")
    notes.append(f"The times count {epoch.words}; the first is {text}.")
    return (stamps - stamps[0]) * epoch.unit_s, True, text if epoch.zoned else None, notes


def _unwrapped(stamps: FloatArray) -> tuple[FloatArray, list[str]]:
    """Continue a counter of 16 or 32 bits that began again at zero."""
    steps = np.diff(stamps)
    back = steps < 0
    usual = float(np.median(np.abs(steps))) if len(steps) else 0.0
    if not back.any() or not usual or (stamps != np.rint(stamps)).any():
        return stamps, []
    for size in _WRAPS:
        over = steps[back] + size
        if ((over > 0) & (over <= _WRAP_STEPS * usual)).all() and float(stamps.max()) < size:
            turns = np.concatenate(([0], np.cumsum(back)))
            times = "once" if turns[-1] == 1 else f"{turns[-1]} times"
            note = f"The time counter began again at {size} {times}, and is continued."
            return stamps + turns * float(size), [note]
    return stamps, []


def _epoch(stamps: FloatArray, unit: str | None) -> _Epoch | None:
    """Return how the numbers count moments; None where they are no moments."""
    low, high = float(stamps.min()), float(stamps.max())
    steps = np.diff(stamps)
    step_s = _DAY_S * float(np.median(steps[steps > 0])) if (steps > 0).any() else 0.0
    days = _DAYS if unit == "d" or _DAY_STEPS_S[0] < step_s < _DAY_STEPS_S[1] else ()
    found = (e for e in (*_EPOCHS, *days) if e.low < low and high < e.high)
    return next((e for e in found if unit in {None, e.unit}), None)


def _dates(table: SourceTable, words: list[str]) -> tuple[FloatArray, bool, str | None, list[str]]:
    """Return dates or times of day as seconds from the first; a time of day may pass midnight."""
    import pandas as pd  # noqa: PLC0415 - takes half a second, and only an import needs it

    plain = [_plain(word) for word in words]
    try:
        if ":" in plain[0][:3]:
            day = pd.to_timedelta([_of_day(w) for w in plain]).total_seconds().to_numpy(np.float64)
            around_s = _DAY_S if plain[0].count(":") > 1 else 3600.0
            turns = np.concatenate(([0], np.cumsum(np.diff(day) < -0.5 * around_s)))
            since = day - day[0] + turns * around_s
            return since, True, None, ["The times are of the day."]
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


def _plain(word: str) -> str:
    """Return a stamp with a point before the fraction and English months."""
    text = _MONTH.sub(lambda found: _MONTHS[found.group(1).lower()], word.replace(",", "."))
    return _COLON_FRACTION.sub(r"\1.\2", text)


def _of_day(word: str) -> str:
    """Return a time of day with hours of 24."""
    half = _TWELVE_HOURS.search(word)
    plain = _TWELVE_HOURS.sub("", word)
    if half is not None:
        hours, rest = plain.split(":", maxsplit=1)
        plain = f"{int(hours) % 12 + 12 * (half.group(1).lower() == 'p')}:{rest}"
    return plain if plain.count(":") > 1 else f"00:{plain}"
