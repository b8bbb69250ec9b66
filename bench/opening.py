"""A file opened by a process for the first time, as whoever opens one meets it.

``python -m bench.opening READER FILE`` prints the processor seconds and the samples. What a second
opening finds is another matter: memory that the first one was given, and an allocator that kept it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def _samples() -> Callable[[str], int]:
    from gripforce.recording import read_recording  # noqa: PLC0415 - imports are not timed

    return lambda path: len(read_recording(path).streams["force"])


def _newtons() -> Callable[[str], int]:
    from gripforce.recording import read_recording  # noqa: PLC0415 - as above

    return lambda path: len(read_recording(path).streams["force"].values)


def _parquet() -> Callable[[str], int]:
    import pandas as pd  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415

    pd.DataFrame({"a": [1.0]})
    return lambda path: len(pq.read_table(path).to_pandas())


READERS: Mapping[str, Callable[[], Callable[[str], int]]] = {
    "samples": _samples,
    "newtons": _newtons,
    "parquet": _parquet,
}
"""What a recording costs until its samples have their times, until they are newtons, and a peer."""


def first_openings(reader: str, path: Path, runs: int) -> list[tuple[float, int]]:
    """Return what so many processes take for their first opening.

    Two more go before and are not counted: a virtual machine's host takes up to 20 s to give it a
    gigabyte that it has not used lately, which whoever comes first would pay for.
    """
    for _ in range(2):
        first_opening(reader, path)
    return [first_opening(reader, path) for _ in range(runs)]


def first_opening(reader: str, path: Path) -> tuple[float, int]:
    """Return the processor seconds of a process's first opening, and how many samples it read."""
    words = [sys.executable, "-m", "bench.opening", reader, str(path)]
    seconds, samples = subprocess.run(words, check=True, capture_output=True).stdout.split()
    return float(seconds), int(samples)


def main() -> None:
    """Open one file."""
    read = READERS[sys.argv[1]]()
    begin_s = time.process_time()
    samples = read(sys.argv[2])
    print(time.process_time() - begin_s, samples)


if __name__ == "__main__":
    main()
