"""Streams of different rates and clocks on one uniform time grid.

Every channel is placed by its own time (``Samples.channel_t``), and interpolated by a
cubic spline between its own samples, so a multiplexed or free-running converter does not put
a false lag between grip and load. A stream faster than the grid is low-passed first. Nothing
is interpolated over a gap: there the columns run straight and ``valid`` is false.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import map_coordinates

from gripforce.analysis.signal.filters import BoolArray, LowPass, bridge, runs
from gripforce.errors import UsageError
from gripforce.model import Flag, Unit
from gripforce.model.forces import grip_force, load_force

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.model import Channel, FloatArray, Recording, Samples

GAP_PERIODS = 1.6
"""Neighbours further apart than this many nominal periods have lost something between them."""

_MAX_GRID = 200_000_000


@dataclass(frozen=True, eq=False)
class Aligned:
    """Forces (and motion) of one recording on one uniform grid."""

    t: FloatArray
    """Seconds on the recording's axis, uniform."""
    rate_hz: float
    """Of the grid."""
    source_hz: float
    """Nominal rate of the slowest force stream: what the data can really show."""
    gf: FloatArray
    """Grip force [N]: the mean of the digits' normal forces, or the one grip channel."""
    lf: FloatArray | None
    """Load force [N]: the sum of the tangential forces; None where nothing measures it."""
    specific_force: FloatArray | None
    """Magnitude of the accelerometer's vector [m/s²], 1 g at rest; None without one."""
    valid: BoolArray
    """False where any force channel has a gap, or has not begun, or has ended."""
    motion_valid: BoolArray
    """The same for the accelerometer."""
    saturated: BoolArray
    """True where the device said that a force channel was at its end stop."""
    columns: Mapping[str, FloatArray] = field(default_factory=dict)
    """Each force and motion channel by its column name: ``grip_thumb_n``."""

    def index(self, time_s: float) -> int:
        """Return the grid index nearest to a time, kept inside the record."""
        k = round((time_s - float(self.t[0])) * self.rate_hz)
        return min(max(k, 0), len(self.t) - 1)


@dataclass(frozen=True, eq=False, slots=True)
class _Track:
    """One channel on the grid."""

    channel: Channel
    column: str
    values: FloatArray
    valid: BoolArray
    saturated: BoolArray


def align(recording: Recording, rate_hz: float | None = None) -> Aligned:
    """Return the recording's forces and motion on one grid.

    The grid runs at ``rate_hz``, by default the nominal rate of the fastest force stream,
    from the first force sample to the last.
    """
    force = _force_streams(recording)
    grid_hz = rate_hz or max(s.stream.rate_hz for s in force)
    grid = _grid(force, grid_hz)
    tracks = [
        track
        for samples in recording.streams.values()
        if len(samples)
        for track in _tracks(samples, grid, grid_hz)
    ]
    forces = [track for track in tracks if track.channel.kind.is_force]
    motion = [track for track in tracks if track.column.startswith("accel_")]
    return Aligned(
        t=grid,
        rate_hz=grid_hz,
        source_hz=min(s.stream.rate_hz for s in force),
        gf=_grip(forces),
        lf=_load(forces),
        specific_force=_magnitude(motion),
        valid=_everywhere(forces, grid),
        motion_valid=_everywhere(motion, grid),
        saturated=np.logical_or.reduce([track.saturated for track in forces]),
        columns={track.column: track.values for track in tracks},
    )


def _force_streams(recording: Recording) -> list[Samples]:
    force = [
        samples
        for samples in recording.streams.values()
        if len(samples) and any(channel.kind.is_force for channel in samples.stream.channels)
    ]
    if not force:
        raise UsageError("The recording holds no force channel with samples in it.")
    for samples in force:
        for channel, unit in zip(samples.stream.channels, samples.scaling.units, strict=True):
            if channel.kind.is_force and unit is not Unit.NEWTON:
                raise UsageError(
                    f"Channel {channel.label} is not in newtons.",
                    "Calibrate the device (`gripforce calibrate`) before recording forces.",
                )
    return force


def _grid(force: list[Samples], rate_hz: float) -> FloatArray:
    times = [s.channel_t(k) for s in force for k in range(len(s.stream.channels))]
    start = min(float(t[0]) for t in times)
    stop = max(float(t[-1]) for t in times)
    # Half a sample of slack keeps an exactly uniform source's last sample on the grid.
    count = int(np.floor((stop - start) * rate_hz + 0.5)) + 1
    if count > _MAX_GRID:
        raise UsageError(
            f"The recording spans {stop - start:.0f} s, too long for one grid at {rate_hz:g} Hz.",
            "Check its time column.",
        )
    return start + np.arange(count) / rate_hz


def _tracks(samples: Samples, grid: FloatArray, grid_hz: float) -> list[_Track]:
    channels = samples.stream.channels
    wanted = [k for k, c in enumerate(channels) if c.kind.is_force or c.kind.is_motion]
    pieces = _pieces(samples)
    saturated = (samples.flags & Flag.SATURATED) != 0
    values = _anti_aliased(samples, grid_hz, pieces) if wanted else samples.values
    skews = {channels[k].skew_us: k for k in wanted}
    placings = {skew_us: _place(samples.channel_t(k), grid, pieces) for skew_us, k in skews.items()}
    return [
        _Track(
            channels[k],
            samples.columns[k],
            _interpolate(values[:, k], placings[channels[k].skew_us]),
            placings[channels[k].skew_us].valid,
            _nearest(samples.channel_t(k), saturated, grid),
        )
        for k in wanted
    ]


def _pieces(samples: Samples) -> list[tuple[int, int]]:
    """Return ``(start, stop)`` of the runs of samples between gaps."""
    counter_jumps = np.diff(samples.counter) != 1
    time_jumps = np.diff(samples.t) > GAP_PERIODS / samples.stream.rate_hz
    edges = np.flatnonzero(counter_jumps | time_jumps) + 1
    bounds = [0, *(int(e) for e in edges), len(samples)]
    return list(itertools.pairwise(bounds))


def _anti_aliased(samples: Samples, grid_hz: float, pieces: list[tuple[int, int]]) -> FloatArray:
    """Return the values without what a slower grid would fold down."""
    rate_hz = samples.stream.rate_hz
    if rate_hz <= 1.05 * grid_hz:
        return samples.values
    low_pass = LowPass(0.4 * grid_hz)
    parts = [low_pass.apply(samples.values[a:b], rate_hz) for a, b in pieces]
    return np.concatenate(parts)


@dataclass(frozen=True, eq=False, slots=True)
class _Placing:
    """Where the grid's points lie among the samples of channels with the same times."""

    parts: list[tuple[slice, slice, FloatArray | None]]
    """Grid span, sample span, fractional index in it; None where points and samples coincide."""
    valid: BoolArray


def _place(times: FloatArray, grid: FloatArray, pieces: list[tuple[int, int]]) -> _Placing:
    """Return where grid points lie that are bracketed by samples of one piece."""
    period = float(grid[1] - grid[0]) if len(grid) > 1 else 1.0
    slack = 1e-3 * period  # a grid point that coincides with a sample up to rounding
    valid = np.zeros(len(grid), dtype=np.bool_)
    parts: list[tuple[slice, slice, FloatArray | None]] = []
    for start, stop in pieces:
        first = int(np.searchsorted(grid, times[start] - slack))
        last = int(np.searchsorted(grid, times[stop - 1] + slack, side="right"))
        part, points = times[start:stop], grid[first:last]
        if len(points) == 0:
            continue
        valid[first:last] = True
        coincide = len(points) == len(part) and float(np.abs(points - part).max()) < slack
        # Clock jitter enters through the index: the samples' own times are not uniform.
        index = None if coincide else np.interp(points, part, np.arange(float(len(part))))
        parts.append((slice(first, last), slice(start, stop), index))
    return _Placing(parts, valid)


def _interpolate(values: FloatArray, placing: _Placing) -> FloatArray:
    """Return one channel on the grid: cubic splines in its pieces, straight lines between."""
    result = np.zeros(len(placing.valid))
    for points, samples, index in placing.parts:
        part = values[samples]
        if index is None:
            result[points] = part
        elif len(part) < 4:  # noqa: PLR2004 - a cubic needs four samples
            result[points] = np.interp(index, np.arange(len(part)), part)
        else:
            result[points] = map_coordinates(part, index[None, :], order=3, mode="mirror")
    bridge(result, placing.valid)
    return result


def _nearest(times: FloatArray, mask: BoolArray, grid: FloatArray) -> BoolArray:
    if not mask.any():
        return np.zeros(len(grid), dtype=np.bool_)
    right = np.clip(np.searchsorted(times, grid), 0, len(mask) - 1)
    return mask[right] | mask[np.maximum(right - 1, 0)]


def _grip(forces: list[_Track]) -> FloatArray:
    digits = [t.values for t in forces if t.channel.kind.is_grip]
    if not digits:
        raise UsageError("The recording has no grip force channel.")
    return grip_force(digits)


def _load(forces: list[_Track]) -> FloatArray | None:
    digits = [t.values for t in forces if t.channel.kind.is_load]
    return load_force(digits) if digits else None


def _magnitude(motion: list[_Track]) -> FloatArray | None:
    if not motion:
        return None
    return np.sqrt(functools.reduce(np.add, (track.values**2 for track in motion)))


def _everywhere(tracks: list[_Track], grid: FloatArray) -> BoolArray:
    if not tracks:
        return np.zeros(len(grid), dtype=np.bool_)
    return np.asarray(np.logical_and.reduce([track.valid for track in tracks]))


def invalid_spans(aligned: Aligned) -> list[tuple[float, float]]:
    """Return the spans of time, in seconds, in which a force is not known."""
    return [(float(aligned.t[a]), float(aligned.t[b - 1])) for a, b in runs(~aligned.valid)]
