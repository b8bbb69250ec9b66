"""``python -m gripforce``, and the ``gripforce`` command."""

from __future__ import annotations

import signal


def main() -> None:
    """Run a command; Ctrl-C while it is being loaded ends it at once, without a traceback."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from gripforce.cli.main import main as run  # noqa: PLC0415 - this takes the time

    signal.signal(signal.SIGINT, signal.default_int_handler)
    run()


if __name__ == "__main__":
    main()
