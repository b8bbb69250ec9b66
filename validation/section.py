"""What a section of the validation is made of: tables of rows, each with its n and its seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

Cell: TypeAlias = str | float | int | None
"""Numbers are rounded to three significant digits, None is a dash."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of one column of a row: a ceiling, or a floor where ``floor`` is set."""

    column: str
    limit: float
    floor: bool = False

    def is_met(self, measured: Cell) -> bool:
        """Return whether a measured number is as good as asked; a dash or a word is not."""
        if not isinstance(measured, int | float):
            return False
        return measured >= self.limit if self.floor else abs(measured) <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: what was measured, on how many, drawn from which seeds."""

    label: str
    measured: Mapping[str, Cell]
    """By column title, units in brackets: ``{"bias (ms)": 0.2}``. Alike in all rows of a table."""
    n: int
    seed: int | None = None
    """First seed of the simulation; None of recorded data."""
    asked: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with the same columns; ``unit`` is what n counts."""

    title: str
    unit: str
    rows: tuple[Row, ...]
    note: str = ""
    """One paragraph below the table: definitions and limits, no measured figures."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line sets for all sections."""

    real: Path | None = None
    """Folder of the real lifts; None where they are not at hand."""
    workers: int = 2
    scale: float = 1.0
    """Share of the usual number of trials, for a quick look."""

    def count(self, usual: int, least: int = 2) -> int:
        """Return how many to take where ``usual`` is the full number."""
        return max(least, round(usual * self.scale))


@dataclass(frozen=True, slots=True)
class Section:
    """One section of ``docs/validation.md``."""

    name: str
    title: str
    about: str
    """Method in a paragraph: data, what is compared with what, which seeds development saw."""
    measure: Callable[[Settings], Iterable[Table]]
    needs_real: bool = field(default=False)
