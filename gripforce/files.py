"""Text that people bring, and new files: nothing that exists is overwritten."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

from gripforce.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LOOKED_AT = 4096


def read_text(path: str | os.PathLike[str], what: str) -> str:
    """Read text as ``decode_text`` does; ``UsageError``, which calls the file ``what``, if not."""
    try:
        raw = Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{what} {path} cannot be read: {error.strerror or error}.") from error
    return decode_text(raw, f"{what} {path}")


def decode_text(raw: bytes, name: str) -> str:
    """Decode UTF-8, UTF-16 or UTF-32 with or without a mark, else Windows-1252; lines end in LF.

    Raises ``UsageError`` where the bytes are no text.
    """
    encoding = next((code for mark, code in _MARKS if raw.startswith(mark)), _unmarked(raw))
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UsageError(f"{name} is not text.", "Export it as text (CSV) first.")
    # Windows programs that write a table as text twice end its lines in CR CR LF.
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def _unmarked(raw: bytes) -> str:
    """Return the encoding of text without a mark: every other byte of UTF-16 is mostly zero."""
    even, odd = raw[:_LOOKED_AT:2], raw[1:_LOOKED_AT:2]
    if odd and odd.count(0) > 0.8 * len(odd) and not even.count(0):
        return "utf-16-le"
    if even and even.count(0) > 0.8 * len(even) and not odd.count(0):
        return "utf-16-be"
    return "utf-8"


def flush_to_disk(descriptor: int) -> None:
    """Wait until what was written is on the disk; on a Mac also past the drive's own cache."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - Windows has none

        with suppress(OSError):  # a network drive knows no such request
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
            return
    os.fsync(descriptor)


def refuse_existing(path: str | os.PathLike[str]) -> None:
    """Raise ``UsageError`` where a new file could not be made, before any work is done."""
    target = Path(path)
    if str(target) == "-":
        raise UsageError(
            "- is no name for a new file.", "Give a name; without -o a table goes to the terminal."
        )
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
