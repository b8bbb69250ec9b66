"""What a cohort costs beside the analysis of each recording: ``python -m bench.growth.overhead``.

It prints milliseconds of processor time and bytes of a recording, for ``docs/cohort.md``.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bench.growth.many import write_sessions
from bench.terminal import memory_mb
from gripforce.cli.results.who_changes import changes
from gripforce.cohort import cohort_table, find_recordings, measure_cohort, processes, series_of
from gripforce.cohort.results import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

MEASURED, SENT, TABLED = 100, 4000, 4000
SESSIONS_EACH = 4


def main() -> None:
    """Measure reading and analysis, the way to a worker and back, and the table."""
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / "cohort"
        write_sessions(folder, range(MEASURED))
        files = find_recordings(folder)
        size = sum(file.stat().st_size for file in files) / MEASURED
        with processes(1) as run:
            begin_s = time.process_time()
            answers = measure_cohort(folder, files, run)
            _say("read, identified and analysed", begin_s, MEASURED)
    print(f"bytes of a recording: {size:.0f}")
    (one, *_) = (answer for answer in answers if isinstance(answer, Measured))
    with processes(2) as run:
        run(_same, [one] * 64)
        begin_s = time.process_time()
        run(_same, [one] * SENT)
        _say("sent to a worker and back", begin_s, SENT)
    _make_table(_people(one))


def _make_table(people: Sequence[Measured]) -> None:
    before_mb, begin_s = memory_mb(), time.process_time()
    rows = cohort_table(people)
    _say("in the table", begin_s, TABLED)
    begin_s = time.process_time()
    changes(series_of(rows.to_dict("records")), "gf_lf_ratio")
    _say("in who changes", begin_s, TABLED)
    print(f"kB in memory at the end: {1e3 * (memory_mb() - before_mb) / TABLED:.0f}")


def _people(one: Measured) -> list[Measured]:
    """Return one recording as if it were many people's, of some sessions each."""
    return [
        replace(one, name=f"{k}.grip", whose=replace(
            one.whose, subject=f"p{k // SESSIONS_EACH}", session=str(k % SESSIONS_EACH + 1),
        ))
        for k in range(TABLED)
    ]  # fmt: skip


def _same(answer: Measured) -> Measured:
    return answer


def _say(what: str, begin_s: float, recordings: int) -> None:
    print(f"{what}: {1e3 * (time.process_time() - begin_s) / recordings:.3f} ms")


if __name__ == "__main__":
    main()
