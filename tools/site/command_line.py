"""The command-line reference, made from the commands themselves."""

from __future__ import annotations

from typing import Any

import typer.main

from gripforce.cli.main import app

HEAD = """# Command line

Every command prints this with `--help`. `SOURCE` is a device: `serial:PORT`, `ble:NAME`,
`tcp:HOST:PORT`, `sim:TASK`, or a recording that is played again, `replay:FILE.grip`.
"""
HIDDEN = {"--help"}


def command_line_page() -> str:
    """Return the page: one section a command, a table of its arguments and options."""
    return "\n".join([HEAD, *_sections(typer.main.get_command(app), "gripforce")])


def _sections(group: Any, name: str) -> list[str]:
    lines = []
    for key, command in group.commands.items():
        full = f"{name} {key}"
        lines += [f"## {full}", "", *_paragraphs(command.help)]
        if hasattr(command, "commands"):
            lines += [line.replace("## ", "### ", 1) for line in _sections(command, full)]
        else:
            lines += [*_parameters(command, full), ""]
    return lines


def _paragraphs(text: str | None) -> list[str]:
    return [*(text or "").strip().splitlines(), ""]


def _parameters(command: Any, name: str) -> list[str]:
    context = command.context_class(command, info_name=name)
    records = [parameter.get_help_record(context) for parameter in command.get_params(context)]
    rows = [_row(*record) for record in records if record and record[0] not in HIDDEN]
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    return ["```", usage, "```", "", *(["| | meaning |", "|---|---|", *rows] if rows else [])]


def _row(left: str, right: str) -> str:
    meaning = right.replace("|", "\\|").replace("<", "&lt;")
    return f"| `{left.replace('|', chr(92) + '|')}` | {meaning} |"
