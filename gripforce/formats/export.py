"""Export a recording to an open format."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gripforce.errors import UsageError
from gripforce.files import new_file
from gripforce.formats.content import gather

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from gripforce.formats.content import ExportContent
    from gripforce.model import Recording


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """One format: what writes it, and what that needs."""

    name: str
    suffix: str
    writer: str
    """``module.function`` of ``gripforce.formats.writers``."""
    library: str = ""
    """Module of an extra, as it is imported; "" for none."""
    by_path: bool = False
    """Whether the library opens the file itself."""
    whole_hz: bool = False
    """Whether the rate must be a whole number of samples a second."""


_FORMATS: Final = (
    ExportFormat("csv", ".csv", "tables.write_csv"),
    ExportFormat("parquet", ".parquet", "tables.write_parquet", "pyarrow"),
    ExportFormat("xdf", ".xdf", "xdf.write_xdf"),
    ExportFormat("bdf", ".bdf", "bdf.write_bdf", "edfio", whole_hz=True),
    ExportFormat("nwb", ".nwb", "nwb.write_nwb", "pynwb", by_path=True),
    ExportFormat("mat", ".mat", "matlab.write_mat5"),
    ExportFormat("mat73", ".mat", "matlab.write_mat73", "hdf5storage", by_path=True),
)
FORMATS: Final = {one.name: one for one in _FORMATS}
"""The export formats by name."""


def export(
    recording: Recording, path: str | os.PathLike[str], format_: str, *, raw: bool = False
) -> None:
    """Export a recording to a new file in one of ``FORMATS``.

    ``raw`` gives counts and the device's own times instead of newtons on one time axis. Raises
    ``UsageError`` where the format is unknown, its library is missing, the recording does not fit
    it, or the file exists or cannot be written.
    """
    chosen = _format(format_)
    with new_file(path) as file:
        content = gather(
            recording, raw=raw, rate_hz=_rate_hz(recording) if chosen.whole_hz else None
        )
        if chosen.by_path:
            file.close()
            _writer(chosen)(content, Path(path))
        else:
            _writer(chosen)(content, file)


def format_of(path: str | os.PathLike[str]) -> str:
    """Return the format that a new file's name ends in; ``UsageError`` where it names none."""
    suffix = Path(path).suffix.lower()
    found = next((one.name for one in FORMATS.values() if one.suffix == suffix), None)
    if found is None:
        raise UsageError(
            f"The name {path} does not say which format it is.",
            f"Give --format: {', '.join(FORMATS)}.",
        )
    return found


def _format(name: str) -> ExportFormat:
    if name not in FORMATS:
        raise UsageError(f"'{name}' is not an export format.", f"Try {', '.join(FORMATS)}.")
    chosen = FORMATS[name]
    if chosen.library and find_spec(chosen.library) is None:
        raise UsageError(
            f"Format {name} needs {chosen.library}, which is not installed.",
            "Install it with: pip install 'gripforce[formats]'.",
        )
    return chosen


def _writer(chosen: ExportFormat) -> Callable[[ExportContent, object], None]:
    module, function = chosen.writer.split(".")
    found: Callable[[ExportContent, object], None] = getattr(
        import_module(f"gripforce.formats.writers.{module}"), function
    )
    return found


def _rate_hz(recording: Recording) -> float | None:
    """Return the fastest force stream's rate, up to a whole number of samples a second."""
    rates = [
        samples.stream.rate_hz
        for samples in recording.streams.values()
        if len(samples) and any(channel.kind.is_force for channel in samples.stream.channels)
    ]
    return float(-(-max(rates) // 1)) if rates else None
