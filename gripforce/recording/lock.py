"""Lock a file against a second writer: an advisory lock that ends with the process."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

try:
    import fcntl
except ImportError:  # Windows: without a lock; two writers are the operator's responsibility

    def lock(descriptor: int) -> bool:
        """Lock the file for this process; False where another process has locked it."""
        return descriptor >= 0

    def is_locked(path: str | os.PathLike[str]) -> bool:  # noqa: ARG001 - as the other one
        """Whether a file is locked, as one is that is being recorded; here that is not known."""
        return False

else:

    def lock(descriptor: int) -> bool:
        """Lock the file for this process; False where another process has locked it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network file system without locks
            return True
        return True

    def is_locked(path: str | os.PathLike[str]) -> bool:
        """Whether a file is locked, as one is that is being recorded; False if not known."""
        try:
            with Path(path).open("rb") as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False
