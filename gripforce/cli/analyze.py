"""``gripforce analyze``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import Json, positive, print_json, say
from gripforce.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd


def analyze(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=".grip files.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The table, as CSV.")
    ] = None,
    filter_hz: Annotated[float, typer.Option("--filter-hz", help="Low-pass, -3 dB, Hz.")] = 15.0,
    *,
    json: Json = False,
) -> None:
    """Find the trials of recordings and measure them, one row a trial."""
    import pandas as pd

    from gripforce.analysis.filters import LowPass
    from gripforce.analysis.table import analyze as measure
    from gripforce.recording import read_recording

    positive("A filter frequency", filter_hz)
    low_pass = LowPass(filter_hz)
    tables = [measure(read_recording(file), low_pass) for file in files]
    table = pd.concat(tables, ignore_index=True)
    if output is not None:
        _write(table, output)
        say(f"gripforce: {len(table)} trials of {len(files)} recordings in {output}")
    if json:
        print_json({"files": [str(file) for file in files], "trials": len(table)})
    elif output is None:
        print(table.to_csv(index=False), end="")


def _write(table: pd.DataFrame, output: Path) -> None:
    try:
        with output.open("x", encoding="utf-8", newline="") as stream:
            table.to_csv(stream, index=False)
    except FileExistsError:
        raise UsageError(f"{output} exists already.", "Choose another name.") from None
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error.strerror}.") from error
