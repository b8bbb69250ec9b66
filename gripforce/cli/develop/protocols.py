"""``gripforce protocols list|show|check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli import candidates
from gripforce.cli.options import Json, print_json, print_line, print_text

if TYPE_CHECKING:
    from gripforce.protocol.schema import Block, Protocol

app = typer.Typer(no_args_is_help=True, help="List, show and check protocols.")

Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="A shipped protocol, or a .toml file.",
        autocompletion=candidates.protocols,
    ),
]


@app.command("list")
def list_(*, json: Json = False) -> None:
    """List the protocols that come with gripforce."""
    from gripforce.protocol.library import shipped_protocols

    shipped = shipped_protocols()
    if json:
        print_json({"protocols": [_as_json(protocol) for protocol in shipped]})
        return
    for protocol in shipped:
        print_line(f"{protocol.name:<18} {_minutes(protocol):>3} min  {protocol.about}")


@app.command()
def show(
    name: Name,
    *,
    text: Annotated[bool, typer.Option(help="The file itself.")] = False,
    json: Json = False,
) -> None:
    """Show a protocol's blocks, or with --text the file, to begin one of your own with."""
    from gripforce.protocol.library import find_protocol

    protocol = find_protocol(name)
    if json:
        print_json(_as_json(protocol) | {"text": protocol.text})
        return
    if text:
        print_text(protocol.text)
        return
    print_line(f"{protocol.title}: {protocol.about} About {_minutes(protocol)} min.")
    for number, block in enumerate(protocol.blocks, start=1):
        print_line(f"{number:>3}  {_line(block)}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A protocol file.")],
    *,
    json: Json = False,
) -> None:
    """Check a protocol file: every problem with its line, and texts that do not fit the screen."""
    from gripforce.dashboard.fit import fit_warnings
    from gripforce.protocol.library import read_text
    from gripforce.protocol.parse import read_protocol

    protocol, problems = read_protocol(file.stem, read_text(file))
    warnings = [] if protocol is None else list(fit_warnings(protocol))
    if json:
        faults = [{"line": problem.line, "text": problem.text} for problem in problems]
        about = {} if protocol is None else _as_json(protocol)
        print_json({"file": str(file), "problems": faults, "notes": warnings, **about})
        if protocol is None:
            raise typer.Exit(1)
        return
    for problem in problems:
        print_line(f"{file}:{problem.line}: {problem.text}")
    if protocol is None:
        raise typer.Exit(1)
    for warning in warnings:
        print_line(f"{file}: note: {warning}")
    print_line(f"{file}: {len(protocol.blocks)} blocks, about {_minutes(protocol)} min.")


def _minutes(protocol: Protocol) -> int:
    return -int(-protocol.estimate_s // 60)


def _line(block: Block) -> str:
    if block.task == "rest":
        return f"rest {block.trial_s:g} s"
    words = [f"{block.task} × {block.trials}", block.title, f"{block.hand} hand"]
    if block.digits != "thumb-index":
        words.append(block.digits)
    masses = sorted(set(block.masses_g)) or ([block.mass_g] if block.mass_g else [])
    if masses and block.measured:
        words.append("/".join(f"{mass:g}" for mass in masses) + " g")
    surfaces = list(dict.fromkeys(block.surfaces)) or ([block.surface] if block.surface else [])
    if surfaces and block.measured:
        words.append("/".join(surfaces))
    return ", ".join(words)


def _as_json(protocol: Protocol) -> dict[str, object]:
    return {
        "name": protocol.name,
        "title": protocol.title,
        "about": protocol.about,
        "estimate_s": protocol.estimate_s,
        "blocks": [
            {"task": b.task, "title": b.title, "hand": b.hand, "trials": b.trials}
            for b in protocol.blocks
        ],
    }
