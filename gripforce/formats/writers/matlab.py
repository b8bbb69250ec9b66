"""Write MATLAB files: version 5, and version 7.3 (HDF5) for what version 5 cannot hold.

Both hold one struct, ``recording``; texts are ASCII, so that Octave shows them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gripforce.errors import UsageError
from gripforce.untrusted import escaped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import BinaryIO

    import pandas as pd

    from gripforce.formats.content import ExportContent
    from gripforce.formats.frame import SignalTable

_MOST_BYTES: Final = (1 << 31) - (1 << 20)
"""Of one variable in version 5, whose sizes have 32 bits."""


def write_mat5(content: ExportContent, file: BinaryIO) -> None:
    """Write version 5; ``UsageError`` where the recording is too long for it."""
    from scipy.io import savemat  # noqa: PLC0415 - takes long

    size = sum(v.nbytes for table in content.tables for v in table.columns.values())
    if size > _MOST_BYTES:
        raise UsageError(
            f"{content.recording.path} is too long for this version of a MATLAB file.",
            "Use --format mat73.",
        )
    stream: Any = file  # the stubs know paths only
    savemat(stream, {"recording": _struct(content)}, long_field_names=True, oned_as="column")


def write_mat73(content: ExportContent, path: Path) -> None:
    """Write version 7.3."""
    import hdf5storage  # noqa: PLC0415 - an extra

    hdf5storage.savemat(
        str(path),
        {"recording": _struct(content)},
        format="7.3",
        oned_as="column",
        store_python_metadata=False,
        truncate_existing=True,
        appendmat=False,  # else it writes to another file where the name does not end in .mat
    )


def _struct(content: ExportContent) -> dict[str, Any]:
    recording = content.recording
    clock = recording.clock
    signals = {table.name: _signals(table) for table in content.tables}
    return {
        **({"raw": signals} if content.raw else signals),
        "events": {
            "t_s": _column(e.t for e in content.events),
            "duration_s": _column(e.duration_s for e in content.events),
            "name": _cells(e.name for e in content.events),
            "trial": _column(e.trial for e in content.events),
            "used": _column(not e.why for e in content.events),
        },
        "trials": {} if content.trials is None else _fields(content.trials),
        "markers": {
            "t_s": _column(m.t for m in recording.markers),
            "kind": _cells(m.kind for m in recording.markers),
            "text": _cells(m.text for m in recording.markers),
        },
        "gaps": {
            "stream": _cells(gap.stream for gap in recording.gaps),
            "t_s": _column(gap.t for gap in recording.gaps),
            "lost": _column(gap.lost for gap in recording.gaps),
        },
        "clock": {
            "t_s": np.zeros((0, 1)) if clock is None else clock.t[:, None],
            "host_s": np.zeros((0, 1)) if clock is None else clock.host_s[:, None],
        },
        "metadata": content.description_text,
    }


def _signals(table: SignalTable) -> dict[str, Any]:
    columns = {name: values[:, None] for name, values in table.columns.items()}
    units = {name: _ascii(table.units.get(name, "")) for name in table.columns}
    return {"rate_hz": table.rate_hz, "t_s": table.t[:, None], **columns, "units": units}


def _fields(table: pd.DataFrame) -> dict[str, Any]:
    return {
        str(name): _column(table[name]) if table[name].dtype.kind in "fib" else _cells(table[name])
        for name in table.columns
    }


def _column(values: Iterable[float]) -> np.ndarray[Any, Any]:
    return np.array([float(value) for value in values]).reshape(-1, 1)


def _cells(texts: Iterable[object]) -> np.ndarray[Any, Any]:
    """Return texts as a cell array, a column."""
    found = [_ascii(text) for text in texts]
    cells = np.empty((len(found), 1), dtype=object)
    cells[:, 0] = found
    return cells


def _ascii(text: object) -> str:
    plain = escaped(str(text)).replace("µ", "u").replace("²", "^2").replace("°", "deg")
    return plain.encode("ascii", "backslashreplace").decode()
