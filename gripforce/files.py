"""New files: nothing that exists is overwritten, and every refusal is one sentence."""

from __future__ import annotations

import io
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from gripforce.errors import UsageError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator


def refuse_existing(path: str | os.PathLike[str]) -> None:
    """Raise ``UsageError`` where a new file could not be made, before any work is done."""
    target = Path(path)
    if target.exists():
        raise _exists(target)
    if not target.resolve().parent.is_dir():
        raise UsageError(
            f"{target} cannot be written: there is no folder {target.parent}.",
            "Create it, or choose another.",
        )


def require_parquet() -> None:
    """Raise ``UsageError`` where pyarrow, which Parquet files need, is not installed."""
    if find_spec("pyarrow") is None:
        raise UsageError(
            "Parquet needs pyarrow, which is not installed.",
            "Install it with: pip install 'gripforce[parquet]', or write .csv.",
        )


@contextmanager
def new_file(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Open a new file for bytes; a file that could not be written to its end is removed.

    ``UsageError`` where it exists, or where folder or disk refuse it.
    """
    target = Path(path)
    refuse_existing(target)
    try:
        stream = target.open("xb")
    except FileExistsError:
        raise _exists(target) from None
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        with stream:
            yield stream
    except OSError as error:
        target.unlink(missing_ok=True)
        raise _unwritable(target, error) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise


@contextmanager
def new_text_file(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """Open a new file for UTF-8 text as ``new_file`` does; lines end as they are written."""
    with new_file(path) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="")
        yield text
        text.flush()
        text.detach()


def _exists(target: Path) -> UsageError:
    return UsageError(f"{target} exists already.", "Nothing is overwritten: choose another name.")


def _unwritable(target: Path, error: OSError) -> UsageError:
    reason = error.strerror or str(error)
    return UsageError(f"{target} cannot be written: {reason}.", "Check the folder and the disk.")
