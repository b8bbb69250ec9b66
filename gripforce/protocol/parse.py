"""A protocol file to a ``Protocol``; whatever is wrong with it is told with its line.

Strategy: the file's own parser knows no lines, so a small index of the text says in which line
each table and key stands; every problem is collected, since whoever writes a file wants them all.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from gripforce.errors import UsageError
from gripforce.protocol.fields import BLOCK_CHECKS, RULE_CHECKS, words
from gripforce.protocol.schema import Block, Protocol, Validity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.protocol.fields import Check

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_HEADER: Final = re.compile(r"^\s*\[\[?\s*([a-z_.]+)\s*\]\]?")
_KEY: Final = re.compile(r"^\s*([A-Za-z0-9_-]+)(?:\.([A-Za-z0-9_-]+))?\s*=")
_TOP: Final = ("title", "about", "defaults", "block")
_BLOCK_KEYS: Final = (
    *(f.name for f in fields(Block) if f.name != "hand"), "hands",
)  # fmt: skip
_VALID_KEYS: Final = tuple(f.name for f in fields(Validity))


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" if self.line else self.text


class LineIndex:
    """In which line each table and each key of a file stands."""

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
        """Return the line of a key, of its table where the key is not to be found, or 0."""
        parent, _, inner = table.rpartition(".")
        places = [(table, key), (table, ""), (parent, inner), (parent, "")]
        return next((self._lines[place] for place in places if place in self._lines), 0)


class ProtocolParser:
    """One file being read; ``problems`` grows, values that are wrong stay at their default."""

    def __init__(self, text: str) -> None:
        self.lines = LineIndex(text)
        self.problems: list[Problem] = []

    def refuse(self, table: str, key: str, text: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.lines.of(table, key), text))

    def known_keys(self, table: str, content: Mapping[str, Any], known: Sequence[str]) -> None:
        """Refuse keys that mean nothing, with the word that was probably meant."""
        for key in content:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}."
                self.refuse(table, key, f"there is no key '{key}' here; {hint}")

    def read(
        self, table: str, content: Mapping[str, Any], checks: Mapping[str, Check]
    ) -> dict[str, Any]:
        """Return the values that pass their check."""
        values = {}
        for key, check in checks.items():
            if key not in content:
                continue
            try:
                values[key] = check(content[key])
            except ValueError as error:
                self.refuse(table, key, f"{key} = {_shown(content[key])}: {error}")
        return values


def read_protocol(name: str, text: str) -> tuple[Protocol | None, list[Problem]]:
    """Return the protocol that a file's text makes, or None, and all that is wrong with it."""
    if not NAME.fullmatch(name):
        return None, [Problem(0, f"'{name}' is no name: use small letters, digits and -.")]
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        said = re.sub(r"\s*\(at .*\)$", "", str(error))
        end = max(1, len(text.splitlines()))
        return None, [Problem(int(line[1]) if line else end, f"this is no TOML: {said}.")]
    reading = ProtocolParser(text)
    reading.known_keys("", content, _TOP)
    top = reading.read("", content, {"title": words, "about": words})
    if "title" not in content:
        reading.refuse("", "title", "a protocol needs a title.")
    blocks = _blocks(reading, content)
    if reading.problems:
        return None, sorted(reading.problems, key=lambda problem: problem.line)
    return Protocol(name, top["title"], top.get("about", ""), tuple(blocks), text), []


def require_protocol(name: str, text: str, origin: str) -> Protocol:
    """Return the protocol; ``UsageError`` tells the first problem with its line."""
    protocol, problems = read_protocol(name, text)
    if protocol is None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UsageError(
            f"{origin}, {problems[0]}{more}", f"`gripforce protocols check {origin}` tells all."
        )
    return protocol


def _blocks(reading: ProtocolParser, content: Mapping[str, Any]) -> list[Block]:
    defaults = content.get("defaults", {})
    if not isinstance(defaults, Mapping):
        reading.refuse("", "defaults", "defaults is a table: [defaults].")
        defaults = {}
    reading.known_keys("defaults", defaults, _BLOCK_KEYS)
    tables = content.get("block")
    if not isinstance(tables, list) or not tables:
        reading.refuse("", "block", "a protocol needs at least one [[block]].")
        return []
    before = len(reading.problems)
    reading.read("defaults", defaults, BLOCK_CHECKS)
    if len(reading.problems) > before:  # they would be told again for each block
        defaults = {}
    blocks: list[Block] = []
    for number, table in enumerate(tables, start=1):
        blocks += _block(reading, f"block {number}", table, defaults)
    return blocks


def _block(
    reading: ProtocolParser, table: str, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[Block]:
    reading.known_keys(table, own, _BLOCK_KEYS)
    for key in ("task", "title", "instruction"):
        if key not in own:
            reading.refuse(table, "", f"{table} needs {key}.")
    before = len(reading.problems)
    values = reading.read(table, {**defaults, **own}, BLOCK_CHECKS)
    valid = _valid(reading, table, own, defaults)
    hands = values.pop("hands", ("first",))
    if len(reading.problems) > before or not {"task", "title", "instruction"} <= own.keys():
        return []
    block = Block(**values, valid=valid)
    _check_sense(reading, table, block)
    return [replace(block, hand=hand) for hand in hands]


def _valid(
    reading: ProtocolParser, table: str, own: Mapping[str, Any], defaults: Mapping[str, Any]
) -> Validity:
    rules: dict[str, Any] = {}
    for place, content in (("defaults", defaults), (table, own)):
        given = content.get("valid", {})
        if not isinstance(given, Mapping):
            reading.refuse(place, "valid", "valid is a table, such as { grip_n = [0.5, 40] }.")
            continue
        reading.known_keys(f"{place}.valid", given, _VALID_KEYS)
        rules |= reading.read(f"{place}.valid", given, RULE_CHECKS)
    return Validity(**rules)


def _check_sense(reading: ProtocolParser, table: str, block: Block) -> None:
    if block.finds_lifts and block.mass_g is None and not block.masses_g:
        reading.refuse(table, "task", f"a block of {block.task} needs mass_g (or masses_g).")
    for key, told in (("masses_g", block.masses_g), ("surfaces", block.surfaces)):
        if told and len(told) != block.trials:
            reading.refuse(
                table, key, f"{key} names {len(told)} trials, but trials = {block.trials}."
            )
    if block.untouched and block.target_n is not None:
        reading.refuse(table, "target_n", f"nobody grips in a block of {block.task}.")


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"  # noqa: PLR2004 - one line
