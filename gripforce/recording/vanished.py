"""A file that vanishes while it is written: find out, find its new name, or save it elsewhere."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gripforce.files import flush_to_disk

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = 1 << 20
_DESCRIPTORS: Final = Path("/proc/self/fd")
"""On Linux, the present name of each open file."""


def is_at(path: Path, descriptor: int) -> bool:
    """Whether an open file can be found under its name; not where it was deleted or unmounted."""
    try:
        there, here = path.stat(), os.fstat(descriptor)
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def new_name(descriptor: int) -> Path | None:
    """Return the name of an open file that was renamed with its folder; None if it has none."""
    with suppress(OSError):
        name = (_DESCRIPTORS / str(descriptor)).readlink()
        return name if is_at(name, descriptor) else None
    return None


def places_beside(path: Path) -> Iterator[Path]:
    """Yield names for a copy: in the same folder, the working folder, home, the temporary one."""
    folders = [path.parent, Path.cwd(), Path.home(), Path(tempfile.gettempdir())]
    for folder in dict.fromkeys(folder.absolute() for folder in folders):
        if folder.is_dir():
            yield from (folder / f"{path.stem}-saved{n}{path.suffix}" for n in ("", "-2", "-3"))


def copy_to(target: int, source: int, size: int) -> None:
    """Copy the first ``size`` bytes of an open file to another; raises ``OSError``."""
    place = 0
    while place < size:
        os.lseek(source, place, os.SEEK_SET)
        data = os.read(source, min(_CHUNK, size - place))
        if not data:
            break
        os.lseek(target, place, os.SEEK_SET)
        place += os.write(target, data)
    flush_to_disk(target)
