"""The firmware's pins, read from its tables of boards."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gripforce.calibration.reference_cells import BUILDS

if TYPE_CHECKING:
    from collections.abc import Iterator

PINS = Path(__file__).parents[2] / "firmware" / "gripforce" / "src" / "pins"
FRONTENDS = {build: converter.name for build, converter in BUILDS.items()}
"""Which front end of the firmware each build has."""
BOARDS = {"entry": "uno", "research": "xiao"}
"""Which board of the firmware: its table is ``PINS/NAME.h``."""

DEFINE = re.compile(r"\s*#\s*define\s+(PIN_\w+)\s+\(?\s*([AD]?\d+)\s*\)?\s*(?://.*|/\*.*)?$")
CONSTANT = re.compile(
    r"\s*(?:static\s+|inline\s+)*(?:constexpr|const)\s+\w+\s+(PIN_\w+)\s*=\s*([AD]?\d+)\s*;"
)
CONDITION = re.compile(r"\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b(.*)")


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a line stands in an ``#if``: whether this branch holds, whether an earlier one did."""

    holds: bool | None
    """None where the condition does not speak of front ends: such branches are all read."""
    taken: bool


def boards() -> list[str]:
    """Return the names of all boards that have a table."""
    return sorted(path.stem for path in PINS.glob("*.h") if "#define PLATFORM_" in path.read_text())


def build_pins(build: str) -> dict[str, set[str]]:
    """Return the pins that the firmware gives the processor of a build."""
    return board_pins(BOARDS[build], FRONTENDS[build])


def board_pins(board: str, frontend: str) -> dict[str, set[str]]:
    """Return the pins of a board's table; names of the board's own (``LEDG``) are left out."""
    return table_pins((PINS / f"{board}.h").read_text(), frontend)


def table_pins(text: str, frontend: str) -> dict[str, set[str]]:
    """Return every value that a table gives each pin where that front end is chosen."""
    found: dict[str, set[str]] = {}
    for line in _lines_for(text, frontend):
        match = DEFINE.match(line) or CONSTANT.match(line)
        if match:
            found.setdefault(match[1], set()).add(match[2])
    return found


def _lines_for(text: str, frontend: str) -> Iterator[str]:
    stack: list[Branch] = []
    for line in text.splitlines():
        match = CONDITION.match(line)
        if match is None:
            if all(branch.holds is not False for branch in stack):
                yield line
        elif match[1] == "endif":
            stack.pop()
        elif match[1] in {"if", "ifdef", "ifndef"}:
            holds = _speaks_of(match[2], frontend, negated=match[1] == "ifndef")
            stack.append(Branch(holds, taken=holds is True))
        else:
            stack.append(_next_branch(stack.pop(), match, frontend))


def _next_branch(before: Branch, match: re.Match[str], frontend: str) -> Branch:
    holds = None if match[1] == "else" else _speaks_of(match[2], frontend, negated=False)
    if match[1] == "else" and before.holds is not None:
        holds = not before.taken
    if before.taken:
        holds = False
    return Branch(holds, taken=before.taken or holds is True)


def _speaks_of(condition: str, frontend: str, *, negated: bool) -> bool | None:
    """Whether a condition holds for that front end; None where it names no front end."""
    condition = re.split(r"//|/\*", condition)[0].upper()
    named = [other for other in FRONTENDS.values() if other[:6] in condition]
    if len(named) != 1:
        return None
    turned = negated or "!=" in condition or bool(re.search(r"!\s*(DEFINED|\()", condition))
    return (named[0] == frontend) != turned
