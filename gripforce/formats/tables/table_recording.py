"""Convert an imported table to a recording of one stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.errors import UsageError
from gripforce.formats.tables.sample_times import GAP_PERIODS
from gripforce.formats.tables.table_map import CANONICAL
from gripforce.model import (
    Channel,
    DeviceInfo,
    EndReason,
    Flag,
    Gap,
    Integrity,
    Recording,
    Samples,
    Scaling,
    StreamInfo,
    StreamTally,
)

if TYPE_CHECKING:
    from gripforce.formats.tables.table import ImportedTable
    from gripforce.model import CountArray, FloatArray, IntArray

_NEWTONS_PER_COUNT = 1e-6
_LARGEST_COUNT = (1 << 31) - 1


def table_recording(table: ImportedTable, path: str) -> Recording:
    """Convert a table to a recording of one stream, with 32-bit counts of 1e-6 units.

    Raises ``UsageError`` where a value does not fit.
    """
    channels = tuple(
        Channel(kind, unit, _NEWTONS_PER_COUNT, _LARGEST_COUNT)
        for kind, unit in (CANONICAL[name] for name in table.columns)
    )
    stream = StreamInfo(0, channels, table.rate_hz, width_bits=32)
    counter = _counted(table.t, table.rate_hz) if table.counter is None else table.counter
    counter = counter - counter[0]
    gaps = _gaps(table.t, counter, table.rate_hz, stream.name)
    samples = Samples(
        stream=stream,
        counter=counter,
        t=table.t,
        counts=_as_counts(table),
        flags=_flags(table),
        scaling=Scaling(
            zero_counts=np.zeros(len(channels)),
            matrix=np.eye(len(channels)) * _NEWTONS_PER_COUNT,
            units=tuple(channel.unit for channel in channels),
        ),
    )
    lost = sum(gap.lost for gap in gaps)
    saturated = int(np.count_nonzero(samples.flags & Flag.SATURATED))
    tally = StreamTally(
        stream.name, table.rate_hz, len(samples), lost, len(gaps), saturated=saturated
    )
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
    for name, values in table.columns.items():
        k = int(np.argmax(np.abs(values)))
        if not abs(float(values[k])) <= _LARGEST_COUNT * _NEWTONS_PER_COUNT:
            raise UsageError(
                f"{name} is {values[k]:.6g} at {table.t[k]:.3f} s, more than a force can be:"
                " is it in another unit, or a word for a missing value?",
                'Give unit, such as "mN" or "gf", or missing_value in the map.',
            )
    return np.rint(np.column_stack(list(table.columns.values())) / _NEWTONS_PER_COUNT).astype(
        np.int32
    )


def _flags(table: ImportedTable) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    flags = np.zeros(len(table.t), dtype=np.uint8)
    if table.saturated is not None:
        flags[table.saturated] = int(Flag.SATURATED)
    return flags


def _counted(t: FloatArray, rate_hz: float) -> IntArray:
    """Return each sample's counter: steps longer than 1.6 periods have gaps in them."""
    steps = np.maximum(1, np.rint(np.diff(t) * rate_hz)).astype(np.int64)
    steps[np.diff(t) * rate_hz <= GAP_PERIODS] = 1
    return np.concatenate(([0], np.cumsum(steps)))


def _gaps(t: FloatArray, counter: IntArray, rate_hz: float, stream: str) -> tuple[Gap, ...]:
    steps = np.diff(counter)
    return tuple(
        Gap(stream, float(t[k]) + 1 / rate_hz, int(counter[k]) + 1, int(steps[k]) - 1)
        for k in np.flatnonzero(steps > 1)
    )
