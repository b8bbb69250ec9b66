"""Lock a file against a second writer: an advisory lock that ends with the process.

Libraries for this lock, on Windows, the bytes that readers of a growing file want, or need a second
file beside it. There one byte is locked that lies far beyond any recording.
"""

from __future__ import annotations

import contextlib
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_BEYOND: Final = 1 << 40
_MOUNTS: Final = Path("/proc/self/mountinfo")
_NETWORKS: Final = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "fuse.")


def _module(name: str) -> Any:
    with contextlib.suppress(ImportError):
        return import_module(name)
    return None


_POSIX, _WINDOWS = _module("fcntl"), _module("msvcrt")


def lock(descriptor: int) -> bool | None:
    """Lock the file for this process; False where another has locked it, None if not known.

    It is not known on network file systems, whose locks may hold on one computer only.
    """
    free = _locked_now(descriptor, lambda: _POSIX.LOCK_EX)
    return None if free and is_on_network(descriptor) else free


def is_locked(path: str | os.PathLike[str]) -> bool:
    """Whether a file is locked, as one is that is being recorded; False if not known."""
    try:
        with Path(path).open("rb") as file:  # closing it ends the lock
            return _locked_now(file.fileno(), lambda: _POSIX.LOCK_SH) is False
    except OSError:
        return False


def is_on_network(descriptor: int) -> bool:
    """Whether a file lies on a network file system; False if not known."""
    device = os.fstat(descriptor).st_dev
    with contextlib.suppress(OSError, AttributeError, UnicodeDecodeError):
        kind = mount_kind(_MOUNTS.read_text(), f"{os.major(device)}:{os.minor(device)}")
        return kind.startswith(_NETWORKS)
    return False


def mount_kind(mounts: str, device: str) -> str:
    """Return the kind of file system of a device, as ``8:1``, in Linux's table of mounts."""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) > 2 and fields[2] == device and "-" in fields:  # noqa: PLR2004 - proc(5)
            return fields[fields.index("-") + 1]
    return ""


def _locked_now(descriptor: int, kind: Callable[[], int]) -> bool | None:
    """Lock a file, on POSIX with a lock of this kind; False where that is refused."""
    try:
        if _POSIX is not None:
            _POSIX.flock(descriptor, kind() | _POSIX.LOCK_NB)
        elif _WINDOWS is not None:
            at = os.lseek(descriptor, 0, os.SEEK_CUR)
            os.lseek(descriptor, _BEYOND, os.SEEK_SET)
            try:
                _WINDOWS.locking(descriptor, _WINDOWS.LK_NBLCK, 1)
            finally:
                os.lseek(descriptor, at, os.SEEK_SET)
        else:
            return None
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks
        return None
    return True
