"""``gripforce import`` and ``gripforce export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import print_line, print_text, say
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
) -> None:
    """Convert a table of forces to a recording.

    First --propose -o MAP.toml, then check the map, then --map MAP.toml -o FILE.grip.
    """
    if propose:
        _propose(table, output)
        return
    if map_ is None or output is None:
        raise UsageError(
            "An import needs --map MAP.toml and -o FILE.grip.",
            f"A map is made by: gripforce import {table} --propose -o MAP.toml",
        )
    _import(table, map_, output)


def _propose(table: Path, output: Path | None) -> None:
    from gripforce.files import new_text_file
    from gripforce.formats.tables.propose import propose_map
    from gripforce.formats.tables.table import open_table

    proposed = propose_map(open_table(table))
    if output is None:
        print_text(proposed)
        return
    with new_text_file(output) as stream:
        stream.write(proposed)
    say(f"gripforce: check {output}, then: gripforce import {table} --map {output} -o FILE.grip")


def _import(table: Path, map_: Path, output: Path) -> None:
    from gripforce.formats.tables.oddities import oddities, zero_sentences
    from gripforce.formats.tables.table import read_table
    from gripforce.formats.tables.table_map import read_table_map
    from gripforce.formats.tables.table_recording import table_recording
    from gripforce.recording import check_pseudonym, write_recording

    table_map = read_table_map(map_)
    if "subject" in table_map.trial:
        check_pseudonym(str(table_map.trial["subject"]))
    imported = read_table(table, table_map)
    recording = table_recording(imported, str(output))
    write_recording(recording, output, {"source": table.name})
    for note in imported.notes:
        say(f"gripforce: {note}")
    _print(imported, recording)
    for sentence in [*oddities(imported), *zero_sentences(recording)]:
        say(f"gripforce: {sentence}")


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
    file: Annotated[Path, typer.Argument(help="A .grip file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="New file.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="csv, parquet, xdf, bdf, nwb, mat or mat73; by default that of the new file's"
            " ending.",
        ),
    ] = None,
    *,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Write the device's counts and ticks instead of newtons and seconds."
        ),
    ] = False,
) -> None:
    """Convert a recording to a format that other programs open.

    Forces are in newtons on the time axis of the analysis, with markers, gaps, trials, events and
    metadata where the format holds them.
    """
    from gripforce.formats.export import export as write
    from gripforce.formats.export import format_of
    from gripforce.recording import read_recording

    write(read_recording(file), output, format_ or format_of(output), raw=raw)
    print_line(output)
