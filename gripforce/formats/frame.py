"""Convert a recording to a pandas table: in newtons and seconds, or raw counts and ticks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gripforce.analysis.signal.align import align
from gripforce.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from gripforce.model import Recording, Samples

_DIGITS = 6
"""Decimals: a microsecond, a micronewton; the resolution of the device is coarser."""


def to_frame(recording: Recording) -> pd.DataFrame:
    """Return calibrated values as columns named with their units, time ``t_s`` first.

    A recording of one stream, all of whose channels are sampled together, keeps its own samples
    and times; a gap is a jump of ``t_s``. Others are aligned on one grid, with empty cells where
    no value is known. Raises
    ``UsageError`` where the recording has no samples.
    """
    import pandas as pd  # noqa: PLC0415 - takes half a second, and only tables need it

    present = [samples for samples in recording.streams.values() if len(samples)]
    if not present:
        raise UsageError(f"{recording.path} holds no samples.")
    if len(present) == 1 and present[0].stream.simultaneous:
        columns = {"t_s": present[0].t, **_values(present[0])}
    else:
        columns = _aligned(recording)
    return pd.DataFrame(columns).round(_DIGITS)


def raw_frame(recording: Recording) -> pd.DataFrame:
    """Return every sample as the device sent it: counter, tick and counts, stream after stream.

    ``tick_us`` is the unwrapped device time: exact for the first sample of a block, interpolated
    for the others. Cells are empty where a stream has no such channel. Raises ``UsageError``
    where the recording has no samples.
    """
    import pandas as pd  # noqa: PLC0415 - as above

    frames = [
        pd.DataFrame(_raw_columns(recording, name, samples))
        for name, samples in recording.streams.items()
        if len(samples)
    ]
    if not frames:
        raise UsageError(f"{recording.path} holds no samples.")
    whole = pd.concat(frames, ignore_index=True)
    return whole.astype({name: "Int64" for name in whole if name != "stream"})


def _values(samples: Samples) -> dict[str, np.ndarray]:
    return dict(zip(samples.columns, samples.values.T, strict=True))


def _aligned(recording: Recording) -> dict[str, np.ndarray]:
    grid = align(recording)
    columns = {"t_s": grid.t}
    for name, values in grid.columns.items():
        moving = name.startswith(("accel_", "gyro_"))
        known = grid.motion_valid if moving else grid.valid
        columns[name] = np.where(known, values, np.nan)
    return columns


def _raw_columns(recording: Recording, name: str, samples: Samples) -> dict[str, object]:
    begins = np.array([segment.t for segment in recording.segments] or [0.0])
    origins = np.array([segment.origin_us for segment in recording.segments] or [0])
    segment = np.maximum(np.searchsorted(begins, samples.tick_s, side="right") - 1, 0)
    since_us = np.rint((samples.tick_s - begins[segment]) * 1e6).astype(np.int64)
    labels = [f"{channel.label}_counts" for channel in samples.stream.channels]
    return {
        "stream": name,
        "segment": segment,
        "counter": samples.counter,
        "tick_us": origins[segment] + since_us,
        "flags": samples.flags,
        **dict(zip(labels, samples.counts.T, strict=True)),
    }
