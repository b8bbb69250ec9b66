"""A recording into an open format: CSV for people, Parquet for programs."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from gripforce.errors import RecordingError, UsageError
from gripforce.formats.frame import raw_frame, to_frame

if TYPE_CHECKING:
    import os

    import pandas as pd

    from gripforce.model import Recording

FORMATS = ("csv", "parquet")


def export(
    recording: Recording, path: str | os.PathLike[str], format_: str, *, raw: bool = False
) -> None:
    """Write a new file; ``raw`` gives counts, counters and ticks instead of newtons and seconds."""
    if format_ not in FORMATS:
        raise UsageError(f"'{format_}' is no format to export to.", f"Try {', '.join(FORMATS)}.")
    if format_ == "parquet" and find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed.",
            "Install it with: pip install 'gripforce[parquet]'.",
        )
    target = Path(path)
    if target.exists():
        raise _exists(target)
    frame = raw_frame(recording) if raw else to_frame(recording)
    try:
        with target.open("xb"):
            pass
    except FileExistsError as error:
        raise _exists(target) from error
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        _write(frame, target, format_)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise _unwritable(target, error) from error


def _write(frame: pd.DataFrame, target: Path, format_: str) -> None:
    if format_ == "parquet":
        frame.to_parquet(target, engine="pyarrow", index=False)
    else:
        frame.to_csv(target, index=False, encoding="utf-8", lineterminator="\n")


def _exists(target: Path) -> RecordingError:
    return RecordingError(
        f"{target} exists already, and nothing is overwritten.", "Choose another name."
    )


def _unwritable(target: Path, error: OSError) -> RecordingError:
    return RecordingError(
        f"{target} cannot be written ({error.strerror}).", "Check the folder and the disk's room."
    )
