"""``gripforce import`` and ``gripforce export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli import candidates
from gripforce.cli.options import Json, RecordingArgument, print_json, print_line, print_text, say
from gripforce.cli.work import Work
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.formats.tables.table import ImportedTable
    from gripforce.model import Recording


def import_table(
    table: Annotated[
        Path,
        typer.Argument(help="CSV, text, .mat, .c3d, .tdms, .xdf or .parquet; text may be gzipped."),
    ],
    map_: Annotated[
        Path | None, typer.Option("--map", help="TOML file that assigns the columns.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="New .grip file, or the proposed map.")
    ] = None,
    *,
    propose: Annotated[
        bool, typer.Option("--propose", help="Write a map from what the table shows.")
    ] = False,
    json: Json = False,
) -> None:
    """Convert a table of forces to a recording.

    First --propose -o MAP.toml, then check the map, then --map MAP.toml -o FILE.grip.
    """
    if propose:
        _propose(table, output, json=json)
        return
    if map_ is None or output is None:
        raise UsageError(
            "An import needs --map MAP.toml and -o FILE.grip.",
            f"A map is made by: gripforce import {table} --propose -o MAP.toml",
        )
    _import(table, map_, output, json=json)


def _propose(table: Path, output: Path | None, *, json: bool) -> None:
    from gripforce.files import new_text_file
    from gripforce.formats.tables.propose import propose_map
    from gripforce.formats.tables.table import open_table

    proposed = propose_map(open_table(table))
    if json:
        print_json({"map": proposed, "file": None if output is None else str(output)})
    elif output is None:
        print_text(proposed)
    if output is None:
        return
    with new_text_file(output) as stream:
        stream.write(proposed)
    say(f"gripforce: check {output}, then: gripforce import {table} --map {output} -o FILE.grip")


def _import(table: Path, map_: Path, output: Path, *, json: bool) -> None:
    from gripforce.formats.tables.oddities import oddities, zero_sentences
    from gripforce.formats.tables.table import read_table
    from gripforce.formats.tables.table_map import read_table_map
    from gripforce.formats.tables.table_recording import table_recording
    from gripforce.recording import check_pseudonym, summary, write_recording

    table_map = read_table_map(map_)
    if "subject" in table_map.trial:
        check_pseudonym(str(table_map.trial["subject"]))
    with Work("importing") as work:
        imported = read_table(table, table_map)
        work(1, 2)
        recording = table_recording(imported, str(output))
        write_recording(recording, output, {"source": table.name})
        work(2, 2)
    sentences = [*imported.notes, *oddities(imported), *zero_sentences(recording)]
    for sentence in sentences:
        say(f"gripforce: {sentence}", always=True)
    if json:
        print_json(summary(recording) | {"remarks": sentences})
    else:
        _print(imported, recording)


def _print(imported: ImportedTable, recording: Recording) -> None:
    """Print rate, duration, and each channel's range and unit."""
    lost = recording.integrity.lost
    print_line(
        f"{recording.path}: {len(imported.t)} samples, {recording.duration_s:.1f} s"
        f" at {imported.rate_hz:.6g} Hz, {lost} lost in {len(recording.gaps)} gaps"
    )
    units = next(iter(recording.streams.values())).scaling.units
    for (name, values), unit in zip(imported.columns.items(), units, strict=True):
        print_line(f"  {name}: {values.min():.4g} to {values.max():.4g} {unit.symbol}")


def export(
    file: RecordingArgument,
    output: Annotated[Path, typer.Option("-o", "--output", help="New file.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, parquet, xdf, bdf, nwb, mat or mat73; by default that of the new file's"
            " ending.",
            autocompletion=candidates.formats,
        ),
    ] = None,
    *,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Write the device's counts and ticks instead of newtons and seconds."
        ),
    ] = False,
    json: Json = False,
) -> None:
    """Convert a recording to a format that other programs open.

    Forces are in newtons on the time axis of the analysis, with markers, gaps, trials, events and
    metadata where the format holds them.
    """
    from gripforce.formats.export import export as write
    from gripforce.formats.export import format_of
    from gripforce.recording import read_recording

    chosen = format_ or format_of(output)
    with Work("exporting") as work:
        recording = read_recording(file)
        work(1, 2)
        write(recording, output, chosen, raw=raw)
        work(2, 2)
    if json:
        print_json({"file": str(output), "format": chosen, "recording": str(file)})
    else:
        print_line(output)
