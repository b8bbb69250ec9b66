"""Export a recording to an open format: CSV or Parquet."""

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
    """Export a recording to a new file in one of ``FORMATS``.

    ``raw`` gives counts, counters and ticks instead of newtons and seconds. Raises ``UsageError``
    where the format is unknown or pyarrow is missing, and ``RecordingError`` where the file exists
    or cannot be written.
    """
    if format_ not in FORMATS:
        raise UsageError(f"'{format_}' is not an export format.", f"Try {', '.join(FORMATS)}.")
    if format_ == "parquet" and find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed.",
            "Install it with: pip install 'gripforce[parquet]'.",
        )
    target = Path(path)
    _create(target)
    try:
        _write(raw_frame(recording) if raw else to_frame(recording), target, format_)
    except BaseException as error:
        target.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(target, error) from error
        raise


def _write(frame: pd.DataFrame, target: Path, format_: str) -> None:
    if format_ == "parquet":
        frame.to_parquet(target, engine="pyarrow", index=False)
    else:
        frame.to_csv(target, index=False, encoding="utf-8", lineterminator="\n")


def _create(target: Path) -> None:
    """Create an empty file; ``RecordingError`` where one exists, or none can be written."""
    try:
        with target.open("xb"):
            pass
    except FileExistsError as error:
        raise RecordingError(
            f"{target} exists already, and nothing is overwritten.", "Choose another name."
        ) from error
    except OSError as error:
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> RecordingError:
    return RecordingError(
        f"{target} cannot be written ({error.strerror}).", "Check the folder and the disk space."
    )


def format_of(path: str | os.PathLike[str]) -> str:
    """Return the format that the suffix of a file names; ``UsageError`` where it names none."""
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise UsageError(
            f"{path} does not say its format.", f"Name it .{', .'.join(FORMATS)}, or give --format."
        )
    return suffix
