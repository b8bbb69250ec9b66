"""``docs/validation.md``: sections between marks, so that one can be measured anew alone."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import TYPE_CHECKING

import numpy as np
import scipy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from validation.section import Cell, Row, Section, Table

_NOTHING = 1e-3
"""Below it a number is written as 0: no unit of the tables makes it matter."""
HEAD = """\
# Validation

Written by `make validation`; do not edit. Definitions are in [methods.md](methods.md).
One section alone: `make validation SECTIONS=lag`. Real lifts are read from the folder in
`GRIPFORCE_LIFTS` (or `--real FOLDER`); without it their sections stay as they were.

Simulated people test whether the analysis returns what was put in; they say nothing of how
patients differ. Where a target is stated, **not met** marks the rows that miss it.
"""


def render(section: Section, tables: Sequence[Table], command: str, day: str) -> str:
    """Return one section as markdown, its marks included."""
    tools = f"gripforce {version('gripforce')}, numpy {np.__version__}, scipy {scipy.__version__}"
    lines = [f"<!-- begin {section.name} -->", f"## {section.title}", "", section.about, ""]
    lines += [f"`{command}` · {tools} · {day}", ""]
    for table in tables:
        lines += [*_table(table), ""]
        note = " ".join(part for part in (_asked(table), table.note) if part)
        lines += [note, ""] if note else []
    return "\n".join([*lines, f"<!-- end {section.name} -->"])


def merge(page: str, sections: Iterable[tuple[str, str]]) -> str:
    """Return the page with named sections replaced; ``sections`` are all, in order, new or ""."""
    blocks = [text or _block(page, name) for name, text in sections]
    return "\n\n".join([HEAD.strip(), *(block for block in blocks if block)]) + "\n"


def _block(page: str, name: str) -> str:
    mark = re.escape(name)
    found = re.search(f"<!-- begin {mark} -->.*?<!-- end {mark} -->", page, re.DOTALL)
    return found[0] if found else ""


def _table(table: Table) -> list[str]:
    titles = list(table.rows[0].measured)
    asks = any(row.asked for row in table.rows)
    seeds = any(row.seed is not None for row in table.rows)
    head = [table.title, *titles, *(["met"] if asks else []), table.unit]
    head += ["seed"] if seeds else []
    lines = [_line(head), _line(["---"] * len(head))]
    for row in table.rows:
        cells = [row.label, *(_cell(row.measured[title]) for title in titles)]
        cells += [_met(row)] if asks else []
        cells += [str(row.n), *([_cell(row.seed)] if seeds else [])]
        lines.append(_line(cells))
    return lines


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        rounded = 0.0 if abs(value) < _NOTHING else value
        return f"{rounded:.3g}".replace("-", "−") if np.isfinite(value) else "–"
    return str(value)


def _met(row: Row) -> str:
    missed = [t.column for t in row.asked if not t.is_met(row.measured[t.column])]
    return "**not met:** " + ", ".join(missed) if missed else ("yes" if row.asked else "–")


def _asked(table: Table) -> str:
    """Return the targets of a table in one sentence."""
    targets = dict.fromkeys(target for row in table.rows for target in row.asked)
    words = [f"{t.column} {'≥' if t.floor else '≤'} {t.limit:g}" for t in targets]
    return f"Asked: {'; '.join(words)}." if words else ""
