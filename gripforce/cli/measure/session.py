"""``gripforce session``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import one_of, say
from gripforce.constants import HANDS
from gripforce.errors import UsageError

if TYPE_CHECKING:
    from gripforce.session import SessionFolder


def session(
    directory: Annotated[Path, typer.Option("-d", "--directory", help="Where sessions are kept.")],
    source: Annotated[
        str | None, typer.Argument(metavar="[SOURCE]", help="The device; asked for if left out.")
    ] = None,
    protocol: Annotated[
        str, typer.Option(help="A name of `gripforce protocols list`, or a .toml file.")
    ] = "als-battery",
    subject: Annotated[str | None, typer.Option(help="A pseudonym, never a name.")] = None,
    hand: Annotated[str | None, typer.Option(help="The first hand: left or right.")] = None,
    *,
    serve: Annotated[
        int | None, typer.Option(help="In a browser instead: the port, on this computer alone.")
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Even where a session is unfinished.")] = False,
) -> None:
    """Run a patient session; an unfinished one of the same subject goes on where it was."""
    from gripforce.dashboard.session.run import SessionOptions, run_session

    one_of("hand", hand, HANDS)
    if serve is not None:
        _serve(serve)
        return
    folder = run_session(
        SessionOptions(directory, source, protocol, subject, first_hand=hand, anew=new)
    )
    tell_where(folder)


def tell_where(folder: SessionFolder) -> None:
    """Print where the session is, and its reports."""
    print(f"{folder.path}: the session, its recordings in beh/")
    for report in sorted(folder.path.glob("report_*.html")):
        print(f"{report}: the report")


def _serve(port: int) -> None:
    """Offer the same command to a browser on this computer."""
    import shlex
    import sys

    try:
        from textual_serve.server import Server
    except ImportError:
        raise UsageError(
            "A session in the browser needs textual-serve.", "pip install 'gripforce[serve]'"
        ) from None
    words = [word for word in sys.argv[1:] if not word.startswith("--serve")]
    typed = sys.argv[1:]
    if "--serve" in typed and f"{port}" in words:  # --serve 8000, in two words
        words.pop(words.index(f"{port}"))
    command = shlex.join([sys.executable, "-m", "gripforce", *words])
    say(f"gripforce: the session is at http://127.0.0.1:{port}; Ctrl-C ends it.")
    Server(command, host="127.0.0.1", port=port, title="gripforce").serve()
