"""``gripforce bids``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import Json, print_json, print_line, say
from gripforce.cli.work import Work

if TYPE_CHECKING:
    from gripforce.bids import StudyDataset


_Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder with recordings, in any subfolder.")
]
_Output = Annotated[Path, typer.Option("-o", "--output", help="New folder of the data set.")]
_Name = Annotated[str, typer.Option("--name", help="Name of the data set.")]
_Authors = Annotated[list[str] | None, typer.Option("--author", help="An author; may be repeated.")]
_Licence = Annotated[str, typer.Option("--license", help="Its licence, such as CC0 or CC-BY-4.0.")]
_Workers = Annotated[
    int | None,
    typer.Option("--workers", min=1, help="Number of processes; by default one a processor."),
]


def bids(
    folder: _Folder,
    output: _Output,
    name: _Name = "Grip and load force",
    author: _Authors = None,
    licence: _Licence = "",
    workers: _Workers = None,
    *,
    json: Json = False,
) -> None:
    """Write a study as a BIDS data set.

    Forces, events and sidecars for each session, the recordings as source data, tables of trials
    and reports as derivatives.
    """
    from gripforce.bids import DatasetLabels, write_dataset
    from gripforce.cohort import find_recordings, processes, worthwhile

    files = find_recordings(folder)
    labels = DatasetLabels(name, tuple(author or ()), licence)
    here = min(workers or worthwhile(files), len(files))
    with processes(here) as run, Work("writing") as work:
        made = write_dataset(folder, files, output, run, labels=labels, progress=work)
    _report(output, made, json=json)
    if made.skipped:
        raise typer.Exit(max(one.exit_code for one in made.skipped))


def _report(output: Path, made: StudyDataset, *, json: bool) -> None:
    """Print what was written, and what was left out with its reason."""
    for session in made.sessions:
        for remark in session.remarks:
            say(f"gripforce: {remark}")
    for one in made.skipped:
        say(f"gripforce: {one.name}: left out: {one.why}")
    recordings = sum(one.recordings for one in made.sessions)
    if json:
        left_out = [{"recording": one.name, "why": one.why} for one in made.skipped]
        remarks = [remark for session in made.sessions for remark in session.remarks]
        print_json(
            {
                "folder": str(output),
                "subjects": len({one.sub for one in made.sessions}),
                "sessions": len(made.sessions),
                "recordings": recordings,
                "left_out": left_out,
                "remarks": remarks,
            }
        )
    else:
        print_line(f"{output}: {recordings} recordings in {len(made.sessions)} sessions")
