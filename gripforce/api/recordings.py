"""Recordings for a notebook: read, made of arrays, of a foreign table or of a simulation."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from gripforce.analysis.signal.align import align
from gripforce.analysis.signal.filters import LowPass
from gripforce.analysis.tasks.registry import analyze_task, result_table
from gripforce.api.preview import preview
from gripforce.errors import UsageError
from gripforce.formats import export as exports
from gripforce.formats.tables import table as tables
from gripforce.formats.tables.table import ImportedTable
from gripforce.formats.tables.table_map import CANONICAL, read_table_map
from gripforce.formats.tables.table_recording import table_recording
from gripforce.model import Recording
from gripforce.recording import reader

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    import pandas as pd
    from numpy.typing import ArrayLike

    from gripforce.analysis.results import TaskResult

Paths: TypeAlias = "str | PathLike[str]"
RecordingLike: TypeAlias = "Recording | str | PathLike[str]"
"""A recording, or the path of its file."""


class GripRecording(Recording):
    """A recording with tables: ``forces()``, ``trials()``, and a picture in a notebook."""

    @classmethod
    def of(cls, recording: Recording) -> GripRecording:
        """Return a recording of the model with tables; itself where it has them."""
        if isinstance(recording, cls):
            return recording
        return cls(**{field.name: getattr(recording, field.name) for field in fields(recording)})

    def forces(self, rate_hz: float | None = None) -> pd.DataFrame:
        """Return forces and motion on one uniform grid, a row each sample.

        Columns: ``t_s`` (seconds on the recording's axis), ``grip_n`` (mean of the digits),
        ``load_n`` (their sum; absent without a load channel), each digit's own force where there
        are several, motion, and ``valid``: False in and beside gaps. ``rate_hz`` is by default
        that of the fastest force stream. Forces are as calibrated: neither zeroed nor filtered.
        Raises ``UsageError`` where no force was recorded or it is not calibrated.
        """
        import pandas as pd  # noqa: PLC0415 - half a second that `import gripforce` must not cost

        grid = align(self, rate_hz)
        columns = {"t_s": grid.t, "grip_n": grid.gf}
        if grid.lf is not None:
            columns["load_n"] = grid.lf
        columns |= {name: v for name, v in grid.columns.items() if name not in columns}
        return pd.DataFrame(columns | {"valid": grid.valid})

    def trials(self, filter_hz: float | None = None) -> pd.DataFrame:
        """Return the recording's trials, one row each; ``flags`` says why a cell is empty."""
        return analyze(self, filter_hz=filter_hz)

    def result(self, filter_hz: float | None = None) -> TaskResult:
        """Return everything that the analysis found: trials, traces, estimates, exclusions."""
        return analyze_task(self, low_pass_of(filter_hz))

    def __repr__(self) -> str:
        streams = ", ".join(
            f"{name} {samples.stream.rate_hz:g} Hz × {len(samples.stream.channels)}"
            for name, samples in self.streams.items()
        )
        task = self.metadata.get("task") or "no task"
        lost = self.integrity.lost
        return f"<{self.name}: {task}, {self.duration_s:.1f} s, {streams}, {lost} samples lost>"

    def _repr_html_(self) -> str:
        return preview(self, repr(self))


def read_recording(path: Paths) -> GripRecording:
    """Read a recording, also one that was cut off, is damaged or still being written.

    Raises ``RecordingError`` where the file cannot be read or is no recording.
    """
    return GripRecording.of(reader.read_recording(path))


def opened(recording: RecordingLike) -> GripRecording:
    """Return a recording, read from its file where a path is given."""
    if isinstance(recording, Recording):
        return GripRecording.of(recording)
    return read_recording(recording)


def analyze(
    recording: RecordingLike, low_pass: LowPass | None = None, *, filter_hz: float | None = None
) -> pd.DataFrame:
    """Return a recording's trials, one row each; ``flags`` gives the reason of an empty cell.

    ``recording`` is one, or the path of its file; ``filter_hz`` [Hz] replaces the task's own
    low-pass. Raises ``UsageError`` where the task is unknown or the recording lacks what it needs.
    """
    return result_table(analyze_task(opened(recording), low_pass or low_pass_of(filter_hz)))


def low_pass_of(filter_hz: float | None) -> LowPass | None:
    """Return the low-pass of a corner [Hz]; None, the task's own, for None."""
    if filter_hz is None:
        return None
    if not 0 < filter_hz < np.inf:
        raise UsageError(f"A filter of {filter_hz:g} Hz is not possible.", "Give hertz above 0.")
    return LowPass(filter_hz)


def from_arrays(
    t_s: ArrayLike | None = None,
    *,
    rate_hz: float | None = None,
    name: str = "arrays",
    metadata: Mapping[str, Any] | None = None,
    **columns: ArrayLike,
) -> GripRecording:
    """Make a recording of arrays, each of shape ``(n,)``, to be analysed like any other.

    ``columns`` are ``grip_n``, ``load_n``, ``grip_thumb_n``, ``grip_index_n``, ``load_thumb_n``,
    ``load_index_n`` [N], ``accel_x_m_s2`` … and ``gyro_x_rad_s`` … . Their times [s] are ``t_s``,
    strictly rising, or ``rate_hz`` [Hz] from 0 on. Samples that are NaN in any column count as
    lost.
    ``metadata`` may have ``task, subject, mass_g, surface, hand, slip_n`` and more. Raises
    ``UsageError`` where lengths, times or names do not fit.
    """
    values = {column: np.asarray(given, np.float64) for column, given in columns.items()}
    _check_columns(values)
    n = len(next(iter(values.values())))
    t, rate = _times(t_s, rate_hz, n)
    known = ~np.any([np.isnan(column) for column in values.values()], axis=0)
    if known.sum() < 2:  # noqa: PLR2004 - one sample has no rate
        raise UsageError("Fewer than two samples have a number in each column.")
    table = ImportedTable(
        t=t[known],
        columns={column: given[known] for column, given in values.items()},
        rate_hz=rate,
        metadata=dict(metadata or {}),
    )
    return GripRecording.of(table_recording(table, name))


def _check_columns(values: Mapping[str, np.ndarray]) -> None:
    strange = [column for column in values if column not in CANONICAL]
    if strange or not values:
        raise UsageError(
            f"No channel is called {strange[0]}." if strange else "No column was given.",
            f"Known: {', '.join(CANONICAL)}.",
        )
    shapes = {column: given.shape for column, given in values.items()}
    if len(set(shapes.values())) > 1 or any(len(shape) != 1 for shape in shapes.values()):
        said = ", ".join(f"{column} {shape}" for column, shape in shapes.items())
        raise UsageError(f"The columns are not of one length: {said}.")
    for column, given in values.items():
        if np.isinf(given).any():
            raise UsageError(f"{column} is infinite at {np.flatnonzero(np.isinf(given))[0]}.")


def _times(t_s: ArrayLike | None, rate_hz: float | None, n: int) -> tuple[np.ndarray, float]:
    """Return times and the rate: that given, or the median of the steps."""
    if t_s is None:
        if rate_hz is None or not 0 < rate_hz < np.inf:
            raise UsageError("Neither times nor a rate were given.", "Give t_s=… or rate_hz=1000.")
        return np.arange(n) / rate_hz, float(rate_hz)
    t = np.asarray(t_s, np.float64)
    if t.shape != (n,):
        raise UsageError(f"{t.size} times do not fit {n} samples.")
    steps = np.diff(t)
    if not n > 1 or not np.isfinite(t).all() or not (steps > 0).all():
        raise UsageError("The times do not rise strictly.", "Sort the samples by their time.")
    return t, float(rate_hz or 1.0 / np.median(steps))


def read_table(table: Paths, map_: Paths) -> GripRecording:
    """Read a foreign table of forces (CSV, text, MATLAB, C3D, TDMS, XDF, Parquet).

    ``map_`` is the path of the TOML file that assigns its columns; ``gripforce import --propose``
    writes one. Raises ``UsageError`` where the table does not fit it.
    """
    imported = tables.read_table(Path(table), read_table_map(Path(map_)))
    return GripRecording.of(table_recording(imported, str(table)))


def export(
    recording: RecordingLike, path: Paths, format_: str | None = None, *, raw: bool = False
) -> None:
    """Write a recording, or the file of one, to a new file in an open format.

    Without ``format_`` it is that of the path's suffix. ``raw`` gives counts and ticks instead of
    newtons and seconds. Raises ``UsageError`` where the format is unknown, or the file exists or
    cannot be written.
    """
    exports.export(opened(recording), path, format_ or exports.format_of(path), raw=raw)
