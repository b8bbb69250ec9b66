"""``gripforce import`` and ``gripforce export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_table(
    table: Annotated[Path, typer.Argument(help="A table of forces, plain or gzipped.")],
    map_: Annotated[Path, typer.Option("--map", help="Which column is what: a TOML file.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The .grip file to write.")],
) -> None:
    """Turn a foreign table into a recording."""
    from gripforce.cli.options import say
    from gripforce.formats.table import read_table, table_recording
    from gripforce.formats.table_map import read_table_map
    from gripforce.recording import write_recording

    imported = read_table(table, read_table_map(map_))
    write_recording(table_recording(imported, str(output)), output, {"source": table.name})
    for note in imported.notes:
        say(f"gripforce: {note}")
    print(f"{output}: {len(imported.t)} rows, {', '.join(imported.columns)}")


def export(
    file: Annotated[Path, typer.Argument(help="A .grip file.")],
    format_: Annotated[str, typer.Option("--format", help="csv or parquet.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The file to write.")],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="The device's counts and ticks.")] = False,
) -> None:
    """Turn a recording into an open format."""
    from gripforce.formats.export import export as write
    from gripforce.recording import read_recording

    write(read_recording(file), output, format_, raw=raw)
    print(output)
