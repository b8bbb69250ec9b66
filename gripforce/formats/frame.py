"""Tables of a recording: forces on the one time axis, or the device's own counts.

Every export writes these tables and nothing else, so that all formats hold the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gripforce.analysis.signal.align import GAP_PERIODS, align
from gripforce.errors import UsageError
from gripforce.model import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from gripforce.model import Channel, FloatArray, Recording, Samples

FORCES = "forces"
"""Name of the table on the one time axis."""
_DIGITS = 6
"""Decimals: a microsecond, a micronewton; the resolution of the device is coarser."""


@dataclass(frozen=True, eq=False, slots=True)
class SignalTable:
    """Columns with common times: all channels on one grid, or one stream as it was sampled."""

    name: str
    """``forces``, or the stream's name."""
    rate_hz: float
    """Of the grid; of a stream, as its device announced it."""
    t: FloatArray
    """Seconds on the recording's axis."""
    columns: Mapping[str, NDArray[Any]]
    """By name: floats on the grid, NaN where nothing is known; whole numbers of a stream."""
    units: Mapping[str, str]
    """Symbols, by column."""
    channels: Mapping[str, Channel]
    """The device's channels, by the column that shows them."""


def force_table(recording: Recording, rate_hz: float | None = None) -> SignalTable:
    """Return all channels in their units on one uniform grid, that of the analysis.

    ``grip_n`` is the mean of the digits' normal forces, ``load_n`` the sum of the tangential ones.
    Values are NaN in a gap. The grid runs at ``rate_hz``, by default the nominal rate of the
    fastest force stream. Raises ``UsageError`` where no force is calibrated.
    """
    try:
        grid = align(recording, rate_hz)
    except UsageError as error:
        hint = f"{error.hint} The device's own counts can be exported with --raw.".strip()
        raise UsageError(str(error.args[0]), hint) from error
    combined = {"grip_n": grid.gf} | ({} if grid.lf is None else {"load_n": grid.lf})
    columns = {name: np.where(grid.valid, values, np.nan) for name, values in combined.items()}
    units = dict.fromkeys(columns, Unit.NEWTON.symbol)
    channels: dict[str, Channel] = {}
    for samples, place, name in _channels(recording):
        channel = samples.stream.channels[place]
        if name in grid.columns:
            known = grid.motion_valid if channel.kind.is_motion else grid.valid
            columns[name] = np.where(known, grid.columns[name], np.nan)
        else:
            columns[name] = _nearest(samples, place, grid.t)
        units[name], channels[name] = samples.scaling.units[place].symbol, channel
    rounded = {name: values.round(_DIGITS) for name, values in columns.items()}
    return SignalTable(FORCES, grid.rate_hz, grid.t.round(_DIGITS), rounded, units, channels)


def raw_tables(recording: Recording) -> tuple[SignalTable, ...]:
    """Return each stream as the device sent it: segment, counter, tick, flags and counts.

    ``tick_us`` is the unwrapped device time: exact for the first sample of a block, interpolated
    for the others. Raises ``UsageError`` where the recording has no samples.
    """
    tables = [
        SignalTable(
            name=name,
            rate_hz=samples.stream.rate_hz,
            t=samples.t.round(_DIGITS),
            columns=_raw_columns(recording, samples),
            units={"tick_us": "us"} | dict.fromkeys(_count_names(samples), Unit.COUNT.symbol),
            channels=dict(zip(_count_names(samples), samples.stream.channels, strict=True)),
        )
        for name, samples in recording.streams.items()
        if len(samples)
    ]
    if not tables:
        raise UsageError(f"{recording.path} holds no samples.")
    return tuple(tables)


def to_frame(recording: Recording) -> pd.DataFrame:
    """Return ``force_table`` as a pandas table, time ``t_s`` first."""
    import pandas as pd  # noqa: PLC0415 - takes half a second, and only tables need it

    table = force_table(recording)
    return pd.DataFrame({"t_s": table.t, **table.columns})


def _channels(recording: Recording) -> Iterator[tuple[Samples, int, str]]:
    """Yield each channel that has samples: its stream, its place in it, its column."""
    for samples in recording.streams.values():
        if len(samples):
            for place, name in enumerate(samples.columns):
                yield samples, place, name


def _nearest(samples: Samples, place: int, grid: FloatArray) -> FloatArray:
    """Return a channel that is no force or motion on the grid: its nearest sample, NaN in gaps."""
    t = samples.channel_t(place)
    right = np.clip(np.searchsorted(t, grid), 1, max(len(t) - 1, 1))
    left = right - 1
    right = np.minimum(right, len(t) - 1)
    index = np.where(grid - t[left] <= t[right] - grid, left, right)
    far = np.abs(t[index] - grid) > 0.5 * GAP_PERIODS / samples.stream.rate_hz
    return np.where(far, np.nan, samples.values[index, place])


def _count_names(samples: Samples) -> list[str]:
    return [f"{channel.label}_counts" for channel in samples.stream.channels]


def _raw_columns(recording: Recording, samples: Samples) -> dict[str, NDArray[Any]]:
    begins = np.array([segment.t for segment in recording.segments] or [0.0])
    origins = np.array([segment.origin_us for segment in recording.segments] or [0])
    segment = np.maximum(np.searchsorted(begins, samples.tick_s, side="right") - 1, 0)
    since_us = np.rint((samples.tick_s - begins[segment]) * 1e6).astype(np.int64)
    return {
        "segment": segment,
        "counter": samples.counter,
        "tick_us": origins[segment] + since_us,
        "flags": samples.flags,
        **dict(zip(_count_names(samples), samples.counts.T, strict=True)),
    }
