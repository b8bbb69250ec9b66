"""``gripforce cohort``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import (
    FilterHz,
    Json,
    MaxLost,
    positive,
    print_json,
    print_text,
    require_complete,
    say,
)
from gripforce.cli.results.group_model import GroupModel, group_model
from gripforce.cli.results.who_changes import SLOPE_COLUMNS, WhoChanges, changes
from gripforce.cli.tables import print_table
from gripforce.cli.work import Work
from gripforce.errors import UsageError
from gripforce.files import refuse_existing

_WHOLE_PCT = 100.0

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.cohort import Measured, Skipped


_Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder with recordings, in any subfolder.")
]
_Output = Annotated[Path, typer.Option("-o", "--output", help="Write a .csv or .parquet file.")]
_Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Use the workers of this Dask scheduler."),
]
_Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Number of processes; by default one a processor."),
]
_Primary = Annotated[
    str, typer.Option(help="The measure that change is judged by, chosen beforehand.")
]
_Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="PAGE", help="Write who changes as one .html page."),
]
_Memory = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Keep results here, not beside the data.")
]
_Planned = Annotated[
    float,
    typer.Option(
        help="With --model: the slope that a study is planned for, % a session or month; less"
        " than it counts as no change."
    ),
]
_Force = Annotated[
    bool, typer.Option("--force", help="Measure everything again, whatever is kept.")
]
_Model = Annotated[
    bool, typer.Option("--model", help="Fit how the group changes (needs statsmodels).")
]


def cohort(
    folder: _Folder,
    output: _Output,
    filter_hz: FilterHz = None,
    scheduler: _Scheduler = None,
    workers: _Workers = None,
    primary: _Primary = "gf_lf_ratio",
    report: _Report = None,
    max_lost: MaxLost = None,
    memory: _Memory = None,
    planned_pct: _Planned = 5.0,
    *,
    force: _Force = False,
    model: _Model = False,
    json: Json = False,
) -> None:
    """Analyze many recordings: one table, and who changes.

    The table has a row for each measure by person, session and hand, with changes between sessions.
    """
    from gripforce import cohort as many
    from gripforce.cli.results.who_changes_page import write_page

    positive("A filter frequency", filter_hz)
    _require_possible(planned_pct)
    many.refuse_output(output)
    if report is not None:
        refuse_existing(report)
    kept = memory or folder / many.memory.NAME
    good, bad = _measured(folder, filter_hz, scheduler, workers, kept, forget=force)
    table = many.cohort_table(good)
    many.write_table(table, output)
    series = many.series_of(table.to_dict("records"))
    who = changes(series, primary)
    dated = any(x % 1 for one in series for x in one.x)
    group = group_model(series, primary, planned_pct / 100, dated=dated) if model else None
    _report(output, good, bad, rows=len(table), who=who, group=group, json=json)
    if report is not None:
        write_page(who, report)
    _require_all(good, bad, max_lost)


def _require_all(good: Sequence[Measured], bad: Sequence[Skipped], max_lost: float | None) -> None:
    """Exit with a recording's code where one is skipped, or lost more than it may."""
    require_complete({result.name: result.lost_pct for result in good}, max_lost)
    if bad:
        raise typer.Exit(max(skipped.exit_code for skipped in bad))


def _require_possible(planned_pct: float) -> None:
    positive("A planned slope", planned_pct)
    if planned_pct >= _WHOLE_PCT:
        raise UsageError(
            f"A planned slope of {planned_pct:g} % is too large.", "Give less than 100."
        )


def _measured(
    folder: Path,
    filter_hz: float | None,
    scheduler: str | None,
    workers: int | None,
    memory: Path,
    *,
    forget: bool,
) -> tuple[list[Measured], list[Skipped]]:
    """Measure a folder's recordings; return those that could be, at least one, and the others."""
    from gripforce import cohort as many

    files = many.find_recordings(folder)
    here = min(workers or many.worthwhile(files), len(files))
    workers_of = many.cluster(scheduler) if scheduler else many.processes(here)
    with workers_of as run, Work("measuring") as work:
        kept = many.Memory(memory, many.environment(), forget=forget)
        try:
            results = many.measure_cohort(folder, files, run, filter_hz, work, memory=kept)
        finally:
            kept.close()
    good = [result for result in results if isinstance(result, many.Measured)]
    bad = [result for result in results if isinstance(result, many.Skipped)]
    name_doubtful(good, bad)
    if not good:
        raise UsageError(f"None of the {len(files)} recordings could be used; nothing is written.")
    return good, bad


def _report(
    output: Path,
    good: Sequence[Measured],
    bad: Sequence[Skipped],
    *,
    rows: int,
    who: WhoChanges,
    group: GroupModel | None,
    json: bool,
) -> None:
    counts = {
        "file": str(output),
        "recordings": len(good),
        "subjects": len({result.whose.subject for result in good} - {""}),
        "rows": rows,
        "skipped": [{"recording": skipped.name, "why": skipped.why} for skipped in bad],
        "who_changes": who.as_json(),
        **({} if group is None else {"group_model": group.as_json()}),
    }
    if json:
        print_json(counts)
        return
    of = f"{counts['recordings']} recordings of {counts['subjects']} people, {len(bad)} skipped"
    say(f"gripforce: {output}: {rows} rows, {of}")
    lines = [*who.lines(), *(group.lines() if group else ())]
    if sys.stdout.isatty():
        print_text("\n".join(lines))
        return
    say("\n".join(lines))
    print_table(SLOPE_COLUMNS, [[slope[c] for c in SLOPE_COLUMNS] for slope in who.rows()])


def name_doubtful(good: Sequence[Measured], bad: Sequence[Skipped]) -> None:
    """Say which recordings are incomplete, contradict their path, or are skipped."""
    for result in good:
        if result.remark:
            say(f"gripforce: {result.name}: {result.remark}", always=True)
        if result.incomplete:
            say(f"gripforce: {result.name} {result.incomplete}", always=True)
        if not result.whose.subject:
            say(f"gripforce: {result.name}: no subject ID, so it is excluded from change scores")
    for skipped in bad:
        say(f"gripforce: {skipped.name}: skipped: {skipped.why}", always=True)
