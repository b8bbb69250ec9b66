"""The optional library of the Lab Streaming Layer."""

from __future__ import annotations

import time
from importlib import import_module
from typing import Any

from gripforce.errors import UsageError

_READINGS = 9


def lsl_library() -> Any:
    """Return pylsl; raises ``UsageError`` where it, or the liblsl that it loads, is missing."""
    try:
        return import_module("pylsl")
    except (ImportError, RuntimeError, OSError) as error:
        raise UsageError(
            "The Lab Streaming Layer needs pylsl and liblsl, which cannot be loaded.",
            "Install them with: pip install 'gripforce[lsl]'.",
        ) from error


def lsl_ahead_s(library: Any) -> float:
    """Return how far LSL's local clock is ahead of the host's monotonic one: on Linux, nothing.

    Of several readings the one is taken between whose two host times the least went by.
    """
    readings = []
    for _ in range(_READINGS):
        before_s = time.monotonic()
        lsl_s = float(library.local_clock())
        after_s = time.monotonic()
        readings.append((after_s - before_s, lsl_s - (before_s + after_s) / 2))
    return min(readings)[1]
