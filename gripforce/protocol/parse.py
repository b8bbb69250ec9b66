"""Parse a protocol file; every problem is reported with its line.

Strategy: the TOML parser knows no lines, so a small index of the text says in which line each table
and key stands. All problems are collected, since an author wants to see them at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from statistics import correlation
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import UsageError
from gripforce.protocol.fields import BLOCK_CHECKS, RULE_CHECKS, TOP_CHECKS
from gripforce.protocol.schema import Block, Protocol, Validity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.protocol.fields import Check

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HEADER: Final = re.compile(r"^\s*\[\[?\s*([a-z_.]+)\s*\]\]?")
_KEY: Final = re.compile(r"^\s*([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]+))?\s*=")
_FEWEST_WEIGHTS: Final = 7
_MOST_ALIKE: Final = 0.3
"""Largest correlation of previous and present mass in an order of weights."""
_TOP: Final = ("title", "about", "language", "defaults", "block")
_BLOCK_KEYS: Final = (
    *(f.name for f in fields(Block) if f.name != "hand"), "hands",
)  # fmt: skip
_VALID_KEYS: Final = tuple(f.name for f in fields(Validity))


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem and its line, 0 where it has none."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class LineIndex:
    """The line in which each table and each key of a file stands."""

    def __init__(self, text: str) -> None:
        self._lines: dict[tuple[str, str], int] = {}
        table, blocks = "", 0
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                table = header[1]
                blocks += table == "block"
                table = table.replace("block", f"block {blocks}", 1) if blocks else table
                self._lines.setdefault((table, ""), number)
            elif key := _KEY.match(line):
                self._lines.setdefault((table, key[1]), number)
                if key[2]:
                    self._lines.setdefault((f"{table}.{key[1]}", key[2]), number)

    def of(self, table: str, key: str = "") -> int:
        """Return the line of a key, or of its table where the key is missing, or 0."""
        parent, _, inner = table.rpartition(".")
        places = [(table, key), (table, ""), (parent, inner), (parent, "")]
        return next((self._lines[place] for place in places if place in self._lines), 0)


class ProtocolParser:
    """Reads the values of one file and collects its problems."""

    def __init__(self, text: str) -> None:
        self.lines = LineIndex(text)
        self.problems: list[Problem] = []

    def add_problem(self, table: str, key: str, text: str) -> None:
        """Add a problem with a key of a table."""
        self.problems.append(Problem(self.lines.of(table, key), text))

    def check_keys(self, table: str, content: Mapping[str, Any], known: Sequence[str]) -> None:
        """Report unknown keys, with the key that was probably meant."""
        for key in content:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}."
                self.add_problem(table, key, f"unknown key '{key}'; {hint}")

    def read(
        self, table: str, content: Mapping[str, Any], checks: Mapping[str, Check]
    ) -> dict[str, Any]:
        """Return the values that pass their check; report the others."""
        values = {}
        for key, check in checks.items():
            if key not in content:
                continue
            try:
                values[key] = check(content[key])
            except ValueError as error:
                self.add_problem(table, key, f"{key} = {_shown(content[key])}: {error}")
        return values


def read_protocol(name: str, text: str) -> tuple[Protocol | None, list[Problem]]:
    """Parse a protocol.

    ``name`` is the file's name without its ending, ``text`` its content. Returns the protocol, or
    None where there are problems, and the problems in the order of their lines.
    """
    if not NAME.fullmatch(name):
        return None, [
            Problem(0, f"'{name}' is not a valid name: use lower case letters, digits and -.")
        ]
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        end = max(1, len(text.splitlines()))
        return None, [Problem(int(line[1]) if line else end, f"this is not TOML: {reason}.")]
    parser = ProtocolParser(text)
    parser.check_keys("", content, _TOP)
    top = parser.read("", content, TOP_CHECKS)
    if "title" not in content:
        parser.add_problem("", "title", "a protocol needs a title.")
    blocks = _blocks(parser, content)
    if parser.problems:
        return None, sorted(parser.problems, key=lambda problem: problem.line)
    return Protocol(name, **({"about": ""} | top), blocks=tuple(blocks), text=text), []


def require_protocol(name: str, text: str, origin: str) -> Protocol:
    """Return the protocol; ``UsageError`` with the first problem and its line otherwise.

    ``origin`` is the file or name that the message refers to.
    """
    protocol, problems = read_protocol(name, text)
    if protocol is None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UsageError(
            f"{origin}, {problems[0]}{more}",
            f"`gripforce protocols check {origin}` lists all problems.",
        )
    return protocol


def _blocks(parser: ProtocolParser, content: Mapping[str, Any]) -> list[Block]:
    defaults = content.get("defaults", {})
    if not isinstance(defaults, Mapping):
        parser.add_problem("", "defaults", "defaults must be a table: [defaults].")
        defaults = {}
    parser.check_keys("defaults", defaults, _BLOCK_KEYS)
    tables = content.get("block")
    if not isinstance(tables, list) or not tables:
        parser.add_problem("", "block", "a protocol needs at least one [[block]].")
        return []
    before = len(parser.problems)
    parser.read("defaults", defaults, BLOCK_CHECKS)
    if len(parser.problems) > before:  # or they would be reported again for each block
        defaults = {}
    blocks: list[Block] = []
    for number, table in enumerate(tables, start=1):
        blocks += _block(parser, f"block {number}", table, defaults)
    return blocks


def _block(
    parser: ProtocolParser, table: str, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[Block]:
    parser.check_keys(table, own, _BLOCK_KEYS)
    for key in ("task", "title", "instruction"):
        if key not in own:
            parser.add_problem(table, "", f"{table} needs {key}.")
    before = len(parser.problems)
    values = parser.read(table, {**defaults, **own}, BLOCK_CHECKS)
    valid = _valid(parser, table, own, defaults)
    hands = values.pop("hands", ("first",))
    if len(parser.problems) > before or not {"task", "title", "instruction"} <= own.keys():
        return []
    block = Block(**values, valid=valid)
    _check_consistency(parser, table, block)
    return [replace(block, hand=hand) for hand in hands]


def _valid(
    parser: ProtocolParser, table: str, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Validity:
    rules: dict[str, Any] = {}
    for place, content in (("defaults", defaults), (table, own)):
        given = content.get("valid", {})
        if not isinstance(given, Mapping):
            parser.add_problem(
                place, "valid", "valid must be a table, such as { grip_n = [0.5, 40] }."
            )
            continue
        parser.check_keys(f"{place}.valid", given, _VALID_KEYS)
        rules |= parser.read(f"{place}.valid", given, RULE_CHECKS)
    return Validity(**rules)


def _check_consistency(parser: ProtocolParser, table: str, block: Block) -> None:
    if block.finds_lifts and block.mass_g is None and not block.masses_g:
        parser.add_problem(table, "task", f"a block of {block.task} needs mass_g (or masses_g).")
    series = {"masses_g": block.masses_g, "surfaces": block.surfaces, "prepared": block.prepared}
    for key, values in series.items():
        if values and len(values) != block.trials:
            parser.add_problem(
                table, key, f"{key} has {len(values)} values, but trials = {block.trials}."
            )
    if block.dropped_by is not None and block.task != "drop":
        parser.add_problem(table, "dropped_by", f"nothing is dropped in a block of {block.task}.")
    if block.task == "weights" and len(block.masses_g) == block.trials:
        problem = order_problem(block.masses_g)
        if problem:
            parser.add_problem(table, "masses_g", problem)
    _check_target(parser, table, block)


def _check_target(parser: ProtocolParser, table: str, block: Block) -> None:
    if block.untouched and block.target_n is not None:
        parser.add_problem(
            table, "target_n", f"a block of {block.task} has no grip force, so no target."
        )
    if not block.target_knots:
        return
    if block.task != "tracking":
        parser.add_problem(table, "target_knots", f"a block of {block.task} follows no target.")
    elif block.target_n is not None:
        parser.add_problem(table, "target_knots", "give target_n or target_knots, not both.")
    elif block.target_knots[-1][0] > block.trial_s:
        last_s = block.target_knots[-1][0]
        parser.add_problem(table, "target_knots", f"it ends at {last_s:g} s, after the trial.")


def order_problem(masses_g: Sequence[float]) -> str:
    """Return why an order of weights cannot separate the previous from the present one, else ""."""
    previous, present = masses_g[:-1], masses_g[1:]
    if len(masses_g) < _FEWEST_WEIGHTS or len(set(previous)) == 1 or len(set(present)) == 1:
        return f"masses_g needs {_FEWEST_WEIGHTS} lifts or more, of masses that change."
    r = correlation(previous, present)
    if abs(r) <= _MOST_ALIKE:
        return ""
    return (
        f"the previous mass goes with the present one (r = {r:.2f}, at most {_MOST_ALIKE:g}): "
        "let each mass follow each equally often."
    )


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - one line
