"""``gripforce session``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gripforce.cli.options import one_of

HANDS = ("left", "right")


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
    new: Annotated[bool, typer.Option("--new", help="Even where a session is unfinished.")] = False,
) -> None:
    """Run a patient session; an unfinished one of the same subject goes on where it was."""
    from gripforce.dashboard.session_run import Wish, run_session

    one_of("hand", hand, HANDS)
    folder = run_session(Wish(directory, source, protocol, subject, first_hand=hand, anew=new))
    print(f"{folder.path}: the session, its recordings in beh/")
