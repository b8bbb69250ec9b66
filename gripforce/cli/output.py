"""What a command says besides its results: on standard error, and in a log file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

from gripforce.errors import UsageError
from gripforce.untrusted import escaped

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Output:
    """Whether remarks are printed, and where they are logged."""

    quiet: bool = False
    verbose: bool = False
    log: TextIO | None = None

    @property
    def shows_progress(self) -> bool:
        """Whether somebody sees a line that changes."""
        return sys.stderr.isatty() and not self.quiet

    def open_log(self, path: Path) -> None:
        """Append what is said to a file, each line with its time; ``UsageError`` if impossible."""
        try:
            self.log = path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UsageError(f"The log {path} cannot be written ({error.strerror}).") from error

    def close(self) -> None:
        """Forget what was set for this command."""
        if self.log is not None:
            self.log.close()
        self.quiet, self.verbose, self.log = False, False, None

    def say(self, text: str, *, always: bool = False) -> None:
        """Print a remark where it is wanted; ``always``: even where only results are."""
        for line in text.split("\n"):
            self._write(line)
            if always or not self.quiet:
                print(escaped(line), file=sys.stderr)

    def detail(self, text: str) -> None:
        """Print what helps to find a fault, where that is asked for."""
        for line in text.split("\n"):
            self._write(line)
            if self.verbose:
                print(escaped(line), file=sys.stderr)

    def _write(self, line: str) -> None:
        if self.log is not None:
            utc = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.log.write(f"{utc} {escaped(line)}\n")
            self.log.flush()


OUTPUT = Output()
"""Of the command that runs."""
