"""One writer at a time: an advisory lock that goes with the process, however it ends."""

from __future__ import annotations

try:
    import fcntl
except ImportError:  # Windows: there nothing but the operator's care keeps two writers apart

    def lock(descriptor: int) -> bool:
        """Take the file for this process; False where another has it."""
        return descriptor >= 0

else:

    def lock(descriptor: int) -> bool:
        """Take the file for this process; False where another has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a network file system without locks
            return True
        return True
