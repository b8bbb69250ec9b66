"""The ``gripforce`` command; here errors become one sentence and an exit code."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
import typer.main

from gripforce.cli.configuration import PREFIX, read_configuration, usual_path
from gripforce.cli.develop import emulate, flash, protocols, simulate
from gripforce.cli.files import convert, info
from gripforce.cli.measure import calibrate, check, demo, devices, lsl, monitor, record, session
from gripforce.cli.output import OUTPUT
from gripforce.cli.results import analyze, bids, cohort, trend
from gripforce.errors import GripforceError
from gripforce.language import translate
from gripforce.version import software_version

app = typer.Typer(
    name="gripforce",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
    rich_markup_mode=None,
    context_settings={"auto_envvar_prefix": PREFIX},
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
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Defaults of options (otherwise the user's own file)."),
    ] = None,
    log: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Append all that is said to a file.")
    ] = None,
    *,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Print results, doubts and errors alone.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say more, for a report of a fault.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback prints it
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Record, watch and analyze grip and load force of a load-cell object."""
    OUTPUT.quiet, OUTPUT.verbose = quiet, verbose
    if log is not None:
        OUTPUT.open_log(log)
    path = config or usual_path()
    if config is not None or path.is_file():
        context.default_map = read_configuration(path, typer.main.get_group(app))
    if verbose or log is not None:
        _describe(path)


def _describe(configuration: Path) -> None:
    """Say what runs, and with which defaults."""
    import platform

    OUTPUT.detail(f"gripforce {software_version()}, Python {platform.python_version()}")
    OUTPUT.detail(f"{platform.platform()}; {' '.join(sys.argv[1:])}")
    exists = "" if configuration.is_file() else " (there is none)"
    OUTPUT.detail(f"configuration {configuration}{exists}")
    given = [name for name in os.environ if name.startswith(f"{PREFIX}_")]
    OUTPUT.detail(f"environment {', '.join(sorted(given)) or 'without GRIPFORCE_…'}")


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
        OUTPUT.say(f"gripforce: {translate(str(error))}", always=True)
        _detail(error)
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
    finally:
        OUTPUT.close()


def _detail(error: GripforceError) -> None:
    """Say where an error came from, where that is asked for."""
    if OUTPUT.verbose or OUTPUT.log is not None:
        import traceback

        OUTPUT.detail("".join(traceback.format_exception(error)).rstrip())
