"""The ``gripforce`` command; here errors become one sentence and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import Annotated

import typer

from gripforce.cli.develop import emulate, flash, protocols, simulate
from gripforce.cli.files import convert, info
from gripforce.cli.measure import calibrate, check, demo, devices, lsl, monitor, record, session
from gripforce.cli.results import analyze, bids, cohort, trend
from gripforce.errors import GripforceError
from gripforce.language import translate
from gripforce.untrusted import escaped
from gripforce.version import software_version

app = typer.Typer(
    name="gripforce",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    rich_markup_mode=None,
)
app.command()(demo.demo)
app.command()(devices.devices)
app.command()(check.check)
app.command()(calibrate.calibrate)
app.command()(record.record)
app.command()(session.session)
app.command()(monitor.monitor)
app.command()(lsl.lsl)
app.command()(info.info)
app.command()(analyze.analyze)
app.command()(cohort.cohort)
app.command()(bids.bids)
app.command()(trend.trend)
app.command("import")(convert.import_table)
app.command()(convert.export)
app.command()(simulate.simulate)
app.command()(emulate.emulate)
app.command()(flash.flash)
app.add_typer(protocols.app, name="protocols")


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"gripforce {software_version()}")
        raise typer.Exit


@app.callback()
def about(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Record, watch and analyze grip and load force of a load-cell object."""


def main() -> None:
    """Run a command; a ``GripforceError`` becomes a sentence and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal without µ or ° shows a code
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except GripforceError as error:
        print(escaped(f"gripforce: {translate(str(error))}"), file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output is gone; without this Python would report it again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print("gripforce: The output cannot be written: the disk is full.", file=sys.stderr)
        sys.exit(1)
