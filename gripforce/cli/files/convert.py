"""``gripforce import`` and ``gripforce export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gripforce.cli.options import print_line, say


def import_table(
    table: Annotated[Path, typer.Argument(help="CSV table of forces, plain or gzipped.")],
    map_: Annotated[Path, typer.Option("--map", help="TOML file that assigns the columns.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="New .grip file.")],
) -> None:
    """Convert a table of forces to a recording."""
    from gripforce.formats.tables.table import read_table
    from gripforce.formats.tables.table_map import read_table_map
    from gripforce.formats.tables.table_recording import table_recording
    from gripforce.recording import write_recording

    imported = read_table(table, read_table_map(map_))
    write_recording(table_recording(imported, str(output)), output, {"source": table.name})
    for note in imported.notes:
        say(f"gripforce: {note}")
    print_line(f"{output}: {len(imported.t)} rows, {', '.join(imported.columns)}")


def export(
    file: Annotated[Path, typer.Argument(help="A .grip file.")],
    format_: Annotated[str, typer.Option("--format", help="csv or parquet.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="New file.")],
    *,
    raw: Annotated[
        bool,
        typer.Option(
            "--raw", help="Write the device's counts and ticks instead of newtons and seconds."
        ),
    ] = False,
) -> None:
    """Convert a recording to CSV or Parquet."""
    from gripforce.formats.export import export as write
    from gripforce.recording import read_recording

    write(read_recording(file), output, format_, raw=raw)
    print_line(output)
