"""The evidence for a decision, with its types; ``as_json`` gives the plain values of ``--json``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gripforce.analysis.statistics.estimates import as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gripforce.analysis.measures.surrogate import SurrogateTest
    from gripforce.analysis.results import Decision, Estimate


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a decision: its name, its own answer, and the reason in words."""

    name: str
    answer: Decision
    why: str
    columns: tuple[str, ...] = ()
    """The figures that it is decided by."""
    brief: str = ""
    """The figure, or the finding, in a few words."""


@dataclass(frozen=True, eq=False, slots=True)
class RecordingEvidence:
    """What one recording contributes."""

    task: str
    file: str
    timing: str
    """How finely the device resolves lags, as a sentence."""
    criteria: tuple[Criterion, ...]
    figures: Mapping[str, Estimate]
    """By column, the most relevant first."""
    surrogate: SurrogateTest | None = None

    def supports(self, answer: Decision) -> bool:
        """Whether one of its criteria gives that answer."""
        return any(criterion.answer is answer for criterion in self.criteria)

    def ordered(self, answer: Decision) -> dict[str, Estimate]:
        """Return the figures, those first that decide for an answer."""
        decides = [c for one in self.criteria if one.answer is answer for c in one.columns]
        first = {column: self.figures[column] for column in decides if column in self.figures}
        return first | dict(self.figures)

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        test = self.surrogate
        shuffled = {} if test is None else {"r": test.r, "r_shuffled": test.r_shuffled, "p": test.p}
        return {
            "file": self.file,
            "criteria": {c.name: {"answer": str(c.answer), "why": c.why} for c in self.criteria},
            "timing": self.timing,
            **{column: as_json(estimate) for column, estimate in self.figures.items()},
            **({"trial_shuffled": shuffled} if shuffled else {}),
        }


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """What a decision rests on."""

    recordings: tuple[RecordingEvidence, ...] = ()
    figures: Mapping[str, Estimate | None] = field(default_factory=dict)
    """By column; None where it could not be estimated."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Plain values: limits, comparisons, sources."""

    def as_json(self) -> dict[str, Any]:
        """Return plain values: recordings by task, figures by column, facts by name."""
        by_task: dict[str, list[dict[str, Any]]] = {}
        for part in self.recordings:
            by_task.setdefault(part.task, []).append(part.as_json())
        figures = {column: as_json(estimate) for column, estimate in self.figures.items()}
        return {**by_task, **figures, **self.facts}
