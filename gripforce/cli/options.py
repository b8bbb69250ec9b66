"""Options that several commands share, checks of their values, and printing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gripforce.cli import candidates
from gripforce.cli.output import OUTPUT
from gripforce.errors import UsageError
from gripforce.language import LANGUAGES
from gripforce.untrusted import escaped

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="sim:lift, serial:PORT, tcp:HOST:PORT, ble:NAME or replay:FILE.grip.",
        autocompletion=candidates.sources,
    ),
]
RecordingArgument = Annotated[
    Path, typer.Argument(help="A .grip file.", autocompletion=candidates.recordings)
]
FilterHz = Annotated[
    float | None,
    typer.Option(
        "--filter-hz", help="Low-pass corner, Hz (default: 15; 50 for impacts and steps)."
    ),
]
Language = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="CODE",
        autocompletion=candidates.languages,
        help=f"Language of screens and report: {', '.join(LANGUAGES)}.",
    ),
]
MaxLost = Annotated[
    float | None,
    typer.Option(
        "--max-lost",
        metavar="PCT",
        min=0,
        help="Exit with 4 where a recording lost more of its samples, percent.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]


def positive(name: str, value: float | None) -> float | None:
    """Return a value above zero, or None; ``UsageError`` otherwise, in which ``name`` names it."""
    if value is not None and not 0 < value < math.inf:
        raise UsageError(f"{name} of {value:g} is not possible.", "Give a number above zero.")
    return value


def one_of(name: str, value: str | None, known: Collection[str]) -> str | None:
    """Return a value that is one of ``known``, or None; ``UsageError`` otherwise."""
    if value is not None and value not in known:
        raise UsageError(f"There is no {name} '{value}'.", f"Use one of {', '.join(known)}.")
    return value


def require_complete(lost_pct: Mapping[str, float], most_pct: float | None) -> None:
    """Exit with 4, after a sentence for each, where recordings lost more than they may."""
    if most_pct is None:
        return
    over = {name: pct for name, pct in lost_pct.items() if pct > most_pct}
    for name, pct in over.items():
        lost = f"{name} lost {pct:.2f} % of its samples, more than {most_pct:g} %."
        say(f"gripforce: {lost}", always=True)
    if over:
        raise typer.Exit(4)


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object; NaN and infinity become null."""
    print(json.dumps(_plain(content), indent=2))


def _plain(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value


def print_line(text: object) -> None:
    """Print one line of a result; control characters from outside are written out."""
    print(escaped(str(text)))


def print_text(text: object) -> None:
    """Print the lines of a result; control characters from outside are written out."""
    for line in str(text).removesuffix("\n").split("\n"):
        print_line(line)


def say(text: str, *, always: bool = False) -> None:
    """Print a remark to standard error: standard output is for results.

    ``--quiet`` leaves it out, unless ``always``: a doubt, or why the command fails.
    """
    OUTPUT.say(text, always=always)
