"""Tables in other programs' files: MATLAB, C3D, TDMS, XDF and Parquet, by their own libraries.

Each file becomes one or more tables of columns with headings. Where a file states a rate or times,
the first column is ``Time (s)``. A map's ``table = 2`` chooses among several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from gripforce.formats.tables.table_map import TableMap
    from gripforce.model import FloatArray

TIME: Final = "Time (s)"
_FEWEST = 2
_LABELS: Final = ("names", "labels", "channels", "titles", "colnames")


@dataclass(frozen=True, eq=False, slots=True)
class ArrayTable:
    """A table of columns in memory."""

    name: str
    headings: tuple[str, ...]
    data: FloatArray
    """Shape ``(n, columns)``."""
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.headings)

    def numbers(self, columns: Sequence[int]) -> FloatArray:
        """Return columns as numbers, NaN where a value is missing."""
        values = self.data[:, list(columns)]
        if np.isinf(values).any():
            raise UsageError(f"{self.name} has an infinite value in a column of the map.")
        return values

    def words(self, column: int) -> list[str]:
        """Return a column as text."""
        return [str(value) for value in self.data[:, column]]

    def place(self, row: int, column: int) -> str:
        """Return what a person calls a cell, and what it holds."""
        value = self.data[row, column]
        return f"sample {row + 1}, column {column + 1} ({self.headings[column]}) holds {value}"


def read_foreign_table(path: Path, table_map: TableMap | None = None) -> ArrayTable | None:
    """Read a file that is no text table, by its ending; None where it is another's."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        return None
    if not path.is_file():
        raise UsageError(f"The table {path} cannot be read: there is no such file.")
    library, read = reader
    try:
        module = import_module(library)
    except ImportError:
        raise UsageError(
            f"Files of the kind {path.suffix} need {library}, which is not installed.",
            "Install it with: pip install 'gripforce[tables]'.",
        ) from None
    try:
        tables = [t for t in read(module, path) if len(t.data) >= _FEWEST and t.width]
    except Exception as error:
        raise UsageError(
            f"{path} is damaged, or is no {path.suffix} file: {_first_line(error)}."
        ) from error
    return _chosen(tables, str(path), None if table_map is None else table_map.table)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def _chosen(tables: Sequence[ArrayTable], name: str, which: int | None) -> ArrayTable:
    if not tables:
        raise UsageError(f"{name} holds no table of numbers.")
    if which is not None and which > len(tables):
        raise UsageError(f"{name} has no table {which}; it holds {len(tables)}.")
    if which is None and len(tables) > 1:
        listed = "; ".join(
            f"{k}: {len(t.data)} rows of {', '.join(t.headings[:4])}"
            for k, t in enumerate(tables, start=1)
        )
        raise UsageError(
            f"{name} holds {len(tables)} tables ({listed}).",
            "Choose one by table = 1 in [table].",
        )
    return tables[(which or 1) - 1]


def _table(
    name: str, columns: Sequence[tuple[str, Any]], times: Any = None, note: str = ""
) -> ArrayTable:
    full = [(TIME, times), *columns] if times is not None else list(columns)
    data = np.column_stack([np.asarray(v, dtype=np.float64) for _, v in full])
    return ArrayTable(name, tuple(h for h, _ in full), data, (note,) if note else ())


def _titled(label: Any, unit: Any) -> str:
    return f"{str(label).strip()} ({str(unit).strip()})" if str(unit).strip() else str(label)


def _by_length(name: str, columns: Sequence[tuple[str, Any]]) -> list[ArrayTable]:
    """Return a table for each length of columns, the longest first."""
    lengths = sorted({len(v) for _, v in columns}, reverse=True)
    return [_table(name, [(h, v) for h, v in columns if len(v) == n]) for n in lengths]


def _read_mat(library: Any, path: Path) -> list[ArrayTable]:
    """Read the numeric arrays of a MATLAB file of version 5 or 7.3."""
    found = library.read_mat(str(path))
    columns: list[tuple[str, Any]] = []
    _collect("", found, columns)
    return _by_length(str(path), columns)


def _collect(prefix: str, value: Any, columns: list[tuple[str, Any]]) -> None:
    """Collect columns of arrays in nested structures, each with its dotted name."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not str(key).startswith("__"):
                _collect_member(f"{prefix}{key}", item, value, columns)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for k, item in enumerate(value, start=1):
            _collect(f"{prefix.removesuffix('.')}[{k}].", item, columns)


def _collect_member(
    name: str, item: Any, siblings: Mapping[str, Any], columns: list[tuple[str, Any]]
) -> None:
    if not isinstance(item, np.ndarray):
        _collect(f"{name}.", item, columns)
        return
    if item.dtype.kind not in "fiub" or item.ndim > 2 or max(item.shape, default=0) < _FEWEST:  # noqa: PLR2004
        return
    matrix = item.reshape(len(item), -1)
    matrix = matrix.T if matrix.shape[1] > matrix.shape[0] else matrix
    count = matrix.shape[1]
    labels = [v for k, v in siblings.items() if str(k).lower() in _LABELS]
    known = next((list(map(str, v)) for v in labels if np.size(v) == count > 1), None)
    for k in range(count):
        heading = known[k] if known else name if count == 1 else f"{name}[{k + 1}]"
        columns.append((heading, matrix[:, k]))


def _read_c3d(library: Any, path: Path) -> list[ArrayTable]:
    """Read the analogue channels of a C3D file."""
    found = library.c3d(str(path))
    analogs = np.asarray(found["data"]["analogs"])[0]
    parameters = found["parameters"]["ANALOG"]
    labels = parameters["LABELS"]["value"]
    units = parameters.get("UNITS", {}).get("value") or [""] * len(labels)
    rate_hz = float(found["header"]["analogs"]["frame_rate"])
    columns = [
        (_titled(label, unit), values)
        for label, unit, values in zip(labels, units, analogs, strict=False)
    ]
    return [_table(str(path), columns, np.arange(analogs.shape[1]) / rate_hz)]


def _read_tdms(library: Any, path: Path) -> list[ArrayTable]:
    """Read the channels of a TDMS file, a table for each group and length."""
    tables = []
    for group in library.TdmsFile.read(str(path)).groups():
        channels = [c for c in group.channels() if len(c) and c.data.dtype.kind in "fiu"]
        for length in sorted({len(c) for c in channels}, reverse=True):
            alike = [c for c in channels if len(c) == length]
            columns = [(_titled(c.name, c.properties.get("unit_string", "")), c[:]) for c in alike]
            step_s = alike[0].properties.get("wf_increment")
            times = np.arange(length) * float(step_s) if step_s else None
            tables.append(_table(str(path), columns, times))
    return tables


def _read_xdf(library: Any, path: Path) -> list[ArrayTable]:
    """Read the numeric streams of an XDF file, a table each, in the file's common time."""
    with path.open("rb") as file:
        if file.read(4) != b"XDF:":
            raise ValueError("it does not begin as one")
    streams, _ = library.load_xdf(str(path))
    tables = []
    for stream in streams:
        series = np.asarray(stream["time_series"])
        if series.ndim != 2 or series.dtype.kind not in "fiu" or not len(series):  # noqa: PLR2004
            continue
        stamps = np.asarray(stream["time_stamps"], dtype=np.float64)
        headings = _xdf_labels(stream["info"], series.shape[1])
        columns = list(zip(headings, series.T, strict=True))
        tables.append(_table(str(path), columns, stamps - stamps[0]))
    return tables


def _xdf_labels(info: Mapping[str, Any], count: int) -> list[str]:
    name = str((info.get("name") or ["stream"])[0])
    try:
        channels = info["desc"][0]["channels"][0]["channel"]
        labels = [_titled(c["label"][0], (c.get("unit") or [""])[0] or "") for c in channels]
    except (KeyError, IndexError, TypeError):
        labels = []
    plain = [name] if count == 1 else [f"{name}[{k + 1}]" for k in range(count)]
    return labels if len(labels) == count else plain


def _read_parquet(library: Any, path: Path) -> list[ArrayTable]:
    """Read the numeric columns of a Parquet file; a column of dates becomes seconds from 1970."""
    frame = library.read_parquet(path)
    columns = []
    for name, series in frame.items():
        if series.dtype.kind in "fiu":
            columns.append((str(name), series.to_numpy(dtype=np.float64, na_value=np.nan)))
        elif series.dtype.kind == "M":
            columns.append((str(name), series.astype("int64").to_numpy() * _tick_s(series)))
    return [_table(str(path), columns)] if columns else []


def _tick_s(series: Any) -> float:
    ticks = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
    return ticks[getattr(series.dtype, "unit", None) or np.datetime_data(series.dtype)[0]]


_READERS: Final[Mapping[str, tuple[str, Callable[[Any, Path], list[ArrayTable]]]]] = {
    ".mat": ("pymatreader", _read_mat),
    ".c3d": ("ezc3d", _read_c3d),
    ".tdms": ("nptdms", _read_tdms),
    ".xdf": ("pyxdf", _read_xdf),
    ".parquet": ("pandas", _read_parquet),
}
"""Library and reader by a file's ending."""
