"""Lock a file against a second writer: an advisory lock that ends with the process."""

from __future__ import annotations

try:
    import fcntl
except ImportError:  # Windows: without a lock; two writers are the operator's responsibility

    def lock(descriptor: int) -> bool:
        """Lock the file for this process; False where another process has locked it."""
        return descriptor >= 0

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
