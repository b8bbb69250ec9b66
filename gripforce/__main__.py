"""``python -m gripforce``, and the ``gripforce`` command."""

from __future__ import annotations

# Python's `signal` takes long enough to load to be interrupted in it; mypy does not know this one.
import _signal  # type: ignore[import-not-found]


def main() -> None:
    """Run a command; Ctrl-C while it is being loaded ends it at once, without a traceback."""
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    from gripforce.cli.main import main as run  # noqa: PLC0415 - this takes the time

    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
