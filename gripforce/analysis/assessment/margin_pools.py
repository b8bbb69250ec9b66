"""Which recordings a safety margin is pooled over, and what it is in each of them.

Recordings of different hands or surfaces are not pooled: the pool with most lifts is the margin of
the analysis. Every recording that stands outside of it, or lifts another mass, is named with its
own margin, so that nothing is left out silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gripforce.analysis.assessment.margin import (
    by_margin_rank,
    by_surface,
    find_slips,
    holds,
    safety_margin,
)
from gripforce.analysis.statistics.estimates import as_json
from gripforce.model.whose import hand_of, surface_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.analysis.assessment.margin import SlipForces
    from gripforce.analysis.results import SafetyMargin, TaskResult


@dataclass(frozen=True, eq=False, slots=True)
class MarginPart:
    """One recording on one surface, with the slips that belong to it."""

    result: TaskResult
    slips: SlipForces | None

    @property
    def pool(self) -> tuple[str, str]:
        """Hand and surface."""
        metadata = self.result.recording.metadata
        return hand_of(metadata), surface_of(metadata)

    @property
    def mass_g(self) -> float | None:
        """The object's mass, where it is one and stated."""
        mass_g = self.result.recording.metadata.get("mass_g")
        return float(mass_g) if isinstance(mass_g, int | float) else None

    @property
    def margin(self) -> SafetyMargin | None:
        """The margin of this recording alone."""
        return None if self.slips is None else safety_margin([(self.result, self.slips)])

    @property
    def words(self) -> str:
        """The file with its conditions, and its margin or that there is none."""
        hand, surface = self.pool
        mass = "" if self.mass_g is None else f"{self.mass_g:g} g"
        conditions = ", ".join(part for part in (hand, surface, mass) if part)
        name = f"{self.result.name} ({conditions})" if conditions else self.result.name
        margin = self.margin
        if margin is None:
            return f"{name}: no slip force"
        share = margin.static_margin_pct_of_slip
        return f"{name}: {share.value:.0f} % (n {share.n})"


@dataclass(frozen=True, eq=False, slots=True)
class MarginPools:
    """The recordings of the task that a margin is taken from, by hand and surface."""

    chosen: tuple[MarginPart, ...]
    """The pool with most lifts; empty where no recording has a slip force."""
    others: tuple[MarginPart, ...]

    @property
    def margin(self) -> SafetyMargin | None:
        """The margin over the chosen pool, each recording with its own slips."""
        known = [(part.result, part.slips) for part in self.chosen if part.slips is not None]
        return safety_margin(known) if known else None

    @property
    def remarks(self) -> list[str]:
        """Sentences on what is not in the margin, and on masses that differ in it."""
        if not self.chosen:
            return []
        said = []
        if self.others:
            hand, surface = self.chosen[0].pool
            where = ", ".join(part for part in (hand, surface) if part) or "the others"
            left = "; ".join(part.words for part in self.others)
            said.append(f"The safety margin is that of {where}. Not in it: {left}.")
        if len({part.mass_g for part in self.chosen}) > 1:
            each = "; ".join(part.words for part in self.chosen)
            said.append(f"The safety margin is over several masses; each by itself: {each}.")
        return said

    def as_json(self) -> list[dict[str, Any]]:
        """Return each recording's margin in plain values."""
        return [
            {
                "file": part.result.name, "hand": part.pool[0], "surface": part.pool[1],
                "mass_g": part.mass_g, "pooled": part in self.chosen,
                "static_margin_pct_of_slip": None if (margin := part.margin) is None
                else as_json(margin.static_margin_pct_of_slip),
            }
            for part in (*self.chosen, *self.others)
        ]  # fmt: skip


def find_margin_pools(results: Sequence[TaskResult], slips: Sequence[TaskResult]) -> MarginPools:
    """Return the pools of the most suitable task that has a slip force."""
    parts = [
        MarginPart(part, find_slips(part, slips))
        for whole in by_margin_rank(results)
        for part in by_surface(whole)
        if len(holds(part))
    ]
    known = [part for part in parts if part.slips is not None]
    if not known:
        return MarginPools((), ())
    task = known[0].result.task
    pools: dict[tuple[str, str], list[MarginPart]] = {}
    for part in known:
        if part.result.task == task:
            pools.setdefault(part.pool, []).append(part)
    chosen = max(pools.values(), key=lambda pool: sum(len(holds(p.result)) for p in pool))
    same = [part for part in parts if part.result.task == task]
    return MarginPools(tuple(chosen), tuple(part for part in same if part not in chosen))
