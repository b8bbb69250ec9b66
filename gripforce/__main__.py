"""``python -m gripforce``, and the ``gripforce`` command."""

from __future__ import annotations

# Python's `signal` takes long enough to load to be interrupted in it; mypy does not know this one.
import _signal  # type: ignore[import-not-found]
import gc
import os

_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""NumPy's library of linear algebra sums long products in one part for each of its threads. For
arrays as short as a trial, threads cost more than they save, and on a machine with another number
of processors the last digits would differ."""
_NEW_OBJECTS = 10_000
"""More than the usual 700 before a search for garbage: libraries make 300 000 that all stay."""


def main() -> None:
    """Run a command; Ctrl-C while it is being loaded ends it at once, without a traceback."""
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    os.environ.setdefault(*_ONE_THREAD)
    gc.set_threshold(_NEW_OBJECTS)
    from gripforce.cli.main import main as run  # noqa: PLC0415 - this takes the time

    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    try:
        run()
    finally:
        gc.freeze()  # Python's end would search all of them three times more, for 0.2 s


if __name__ == "__main__":
    main()
