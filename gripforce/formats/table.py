"""Import a table of forces from another system, plain or gzipped, by a map of its columns.

An incomplete last line is dropped and noted. Any other cell that is not a number, and a time that
does not rise, is refused with its row number.
"""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.errors import UsageError
from gripforce.formats.table_map import CANONICAL, TableMap
from gripforce.model import (
    Channel,
    DeviceInfo,
    EndReason,
    Gap,
    Integrity,
    Recording,
    Samples,
    Scaling,
    StreamInfo,
    StreamTally,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import CountArray, FloatArray, IntArray

_GZIP_MAGIC = b"\x1f\x8b"
_SEPARATORS = ("\t", ";", ",")
_GAP_PERIODS = 1.6
_NEWTONS_PER_COUNT = 1e-6
_LARGEST_COUNT = (1 << 31) - 1


@dataclass(frozen=True, eq=False, slots=True)
class ImportedTable:
    """The channels of an imported table in SI units."""

    t: FloatArray
    """Seconds on the table's own axis, strictly rising."""
    columns: Mapping[str, FloatArray]
    """By canonical name: ``grip_n``."""
    rate_hz: float
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """The map's ``[trial]``."""
    notes: tuple[str, ...] = ()
    """One sentence for each omission or correction."""


def read_table(path: str | Path, table_map: TableMap) -> ImportedTable:
    """Read the channels of a table as its map combines them.

    Raises ``UsageError`` where the file cannot be read or does not fit the map.
    """
    text = _read_text(Path(path))
    rows, first_row, notes = _parse(text, table_map, str(path))
    t = _times(rows, first_row, table_map, str(path))
    rate_hz = table_map.rate_hz or _measured_rate(t)
    columns = {
        name: _combine(rows, combination.how, combination.columns)
        for name, combination in table_map.channels.items()
    }
    if table_map.zero_s is not None:
        columns = _zeroed(t, columns, table_map.zero_s, str(path))
    return ImportedTable(t, columns, rate_hz, dict(table_map.trial), tuple(notes))


def _read_text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if raw.startswith(_GZIP_MAGIC):
            raw = gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "it is a damaged gzip file"
        raise UsageError(f"The table {path} cannot be read: {reason}.") from error
    if b"\0" in raw[:4096]:
        raise UsageError(f"{path} is not a text table.", "Export it as text (CSV) first.")
    return raw.decode("utf-8", errors="replace")


def _parse(text: str, table_map: TableMap, name: str) -> tuple[FloatArray, int, list[str]]:
    """Return the numbers, the row number of the first in the file, and notes.

    A last line without its newline is dropped if it ends with a needed number, of which digits may
    be missing.
    """
    lines = text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    body_from = table_map.header_rows
    if len(lines) - body_from < 2:  # noqa: PLR2004 - a rate needs two samples
        raise UsageError(f"{name} holds fewer than two rows of numbers.", "Check header_rows.")
    separator = table_map.separator or _sniff(lines[body_from])
    width = lines[body_from].rstrip("\r").count(separator) + 1
    needed = _needed_columns(table_map)
    _check_columns(needed, width, _header(lines[:body_from], separator), name)
    notes = []
    ended = text.endswith("\n")
    if _is_cut(lines[-1], separator, width, needed) or not (ended or needed[-1] < width):
        lines.pop()
        notes.append(f"The last line of {name} was cut short and is left out.")
    rows = _numbers(lines[body_from:], separator, needed, body_from + 1, name)
    return rows, body_from + 1, notes


def _sniff(line: str) -> str:
    counts = {separator: line.count(separator) for separator in _SEPARATORS}
    best = max(counts, key=lambda separator: counts[separator])
    return best if counts[best] else " "


def _needed_columns(table_map: TableMap) -> list[int]:
    needed = {c for combination in table_map.channels.values() for c in combination.columns}
    if table_map.time_column is not None:
        needed.add(table_map.time_column)
    return sorted(needed)


def _header(lines: list[str], separator: str) -> list[str]:
    """Return the header's words; some exports put extra separators between and before them."""
    return [word.strip() for line in lines for word in line.split(separator) if word.strip()]


def _check_columns(needed: list[int], width: int, header: list[str], name: str) -> None:
    missing = [column for column in needed if column > width]
    if missing:
        known = f": {', '.join(header)}" if header else ""
        raise UsageError(
            f"The map names column {missing[0]}, but {name} has {width} columns{known}.",
            "Columns are counted from 1; check the separator too.",
        )


def _is_cut(line: str, separator: str, width: int, needed: list[int]) -> bool:
    cells = line.rstrip("\r").split(separator)
    if len(cells) < width or not all(_is_number(cells[column - 1]) for column in needed):
        return True
    # A complete row has a number in its last column, which an incomplete one may have lost.
    return not cells[-1].strip()


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(
    lines: list[str], separator: str, needed: list[int], first_row: int, name: str
) -> FloatArray:
    """Return the needed columns as numbers, in an array as wide as the last of them."""
    import pandas as pd  # noqa: PLC0415 - takes half a second, and only an import needs it

    try:
        frame = pd.read_csv(
            io.StringIO("\n".join(lines)),
            sep=separator,
            header=None,
            usecols=[column - 1 for column in needed],
            dtype=np.float64,
            engine="c",
            skip_blank_lines=False,
            skipinitialspace=separator == " ",
        )
        values = frame.to_numpy()
    except (ValueError, pd.errors.ParserError):
        raise _first_bad_cell(lines, separator, needed, first_row, name) from None
    if not np.isfinite(values).all():
        raise _first_bad_cell(lines, separator, needed, first_row, name)
    rows = np.full((len(values), needed[-1]), np.nan)
    rows[:, [column - 1 for column in needed]] = values
    return rows


def _first_bad_cell(
    lines: list[str], separator: str, needed: list[int], first_row: int, name: str
) -> UsageError:
    for row, line in enumerate(lines, start=first_row):
        cells = line.rstrip("\r").split(separator)
        for column in needed:
            cell = cells[column - 1].strip() if column <= len(cells) else ""
            if not _is_number(cell) or not np.isfinite(float(cell)):
                return UsageError(
                    f"{name}: row {row}, column {column} holds {cell!r}, not a number.",
                    "Check header_rows, the separator and the decimal sign.",
                )
    return UsageError(f"{name} is not a table of numbers.", "Check the separator.")


def _times(rows: FloatArray, first_row: int, table_map: TableMap, name: str) -> FloatArray:
    if table_map.time_column is None:
        return np.arange(len(rows)) / float(table_map.rate_hz or 1.0)
    t = rows[:, table_map.time_column - 1].copy()
    wrong = np.flatnonzero(np.diff(t) <= 0)
    if len(wrong):
        k = int(wrong[0])
        raise UsageError(
            f"{name}: the time does not rise at row {first_row + k + 1}"
            f" ({t[k]:g} s, then {t[k + 1]:g} s).",
            "Check time_column, or give rate_hz instead.",
        )
    return t


def _measured_rate(t: FloatArray) -> float:
    """Return the rate by the median step, as an integer where times may have been rounded."""
    rate = 1.0 / float(np.median(np.diff(t)))
    return round(rate) if abs(rate - round(rate)) < 1e-3 * rate else rate


def _combine(rows: FloatArray, how: str, columns: tuple[int, ...]) -> FloatArray:
    chosen = rows[:, [column - 1 for column in columns]]
    return np.asarray(chosen.mean(axis=1) if how == "mean" else chosen.sum(axis=1))


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


def table_recording(table: ImportedTable, path: str) -> Recording:
    """Convert a table to a recording of one stream, with 32-bit counts of 1e-6 units.

    Raises ``UsageError`` where a value does not fit.
    """
    channels = tuple(
        Channel(kind, unit, _NEWTONS_PER_COUNT, _LARGEST_COUNT)
        for kind, unit in (CANONICAL[name] for name in table.columns)
    )
    stream = StreamInfo(0, channels, table.rate_hz, width_bits=32)
    counter, gaps = _count_samples(table.t, table.rate_hz, stream.name)
    samples = Samples(
        stream=stream,
        counter=counter,
        t=table.t,
        counts=_as_counts(table),
        flags=np.zeros(len(table.t), dtype=np.uint8),
        scaling=Scaling(
            zero_counts=np.zeros(len(channels)),
            matrix=np.eye(len(channels)) * _NEWTONS_PER_COUNT,
            units=tuple(channel.unit for channel in channels),
        ),
    )
    lost = sum(gap.lost for gap in gaps)
    tally = StreamTally(stream.name, table.rate_hz, len(samples), lost, len(gaps))
    return Recording(
        path=path,
        device=DeviceInfo("table", "", "", 0, 0, (stream,)),
        metadata={"task": "lift", **table.metadata},
        streams={stream.name: samples},
        gaps=gaps,
        markers=(),
        integrity=Integrity(EndReason.FINISHED, True, 0, 0, (tally,)),
        notes=tuple({"text": note} for note in table.notes),
    )


def _as_counts(table: ImportedTable) -> CountArray:
    values = np.column_stack(list(table.columns.values())) / _NEWTONS_PER_COUNT
    if float(np.abs(values).max()) > _LARGEST_COUNT:
        raise UsageError(
            f"A value exceeds {_LARGEST_COUNT * _NEWTONS_PER_COUNT:.0f} of its unit.",
            "Check which columns the map names, and their unit.",
        )
    return np.rint(values).astype(np.int32)


def _count_samples(t: FloatArray, rate_hz: float, stream: str) -> tuple[IntArray, tuple[Gap, ...]]:
    """Return each sample's counter, and the gaps: steps longer than 1.6 periods."""
    steps = np.maximum(1, np.rint(np.diff(t) * rate_hz)).astype(np.int64)
    steps[np.diff(t) * rate_hz <= _GAP_PERIODS] = 1
    counter = np.concatenate(([0], np.cumsum(steps)))
    gaps = tuple(
        Gap(stream, float(t[k]) + 1 / rate_hz, int(counter[k]) + 1, int(steps[k]) - 1)
        for k in np.flatnonzero(steps > 1)
    )
    return counter, gaps
