"""A visit: one person's recordings of one session, each hand analysed on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.analysis.assessment.person import require_one_person, summarize_person
from gripforce.model.local_time import local_begin
from gripforce.model.whose import by_hand, hand_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gripforce.analysis.assessment.person import Control
    from gripforce.analysis.results import Analysis, Estimate, TaskResult


@dataclass(frozen=True, eq=False, slots=True)
class VisitAnalysis:
    """One visit of one person."""

    hands: Mapping[str, Analysis]
    """By hand, ``right`` first; one whose recordings state no hand is ``""``."""
    missed: tuple[str, ...] = ()
    """What a session asked for and did not get: blocks that were skipped, failed or are short."""

    @property
    def results(self) -> list[TaskResult]:
        """Every recording's result."""
        return [result for analysis in self.hands.values() for result in analysis.results]

    @property
    def session(self) -> str:
        """The session as the recordings name it, empty where they name none."""
        return next(iter(values(self.results, "session")), "")

    @property
    def date(self) -> str:
        """The day of the first recording, ``2026-02-03``; empty where it is not stated."""
        return min((text[:10] for text in values(self.results, "utc")), default="")


def visit_of(analysis: Analysis) -> VisitAnalysis:
    """Return the visit that one hand's analysis makes."""
    hands = {hand_of(result.recording.metadata) for result in analysis.results} - {""}
    return VisitAnalysis({hands.pop() if len(hands) == 1 else "": analysis})


def summarize_visit(
    results: Sequence[TaskResult],
    controls: Mapping[str, Control] | None = None,
    earlier: Sequence[VisitAnalysis] = (),
) -> VisitAnalysis:
    """Return the visit that recordings belong to, each hand summarized on its own.

    A hand's baseline is its last earlier visit. ``UsageError`` where recordings are of different
    people.
    """
    require_one_person([*results, *(r for visit in earlier for r in visit.results)])
    hands = {}
    for hand, part in by_hand(results, lambda r: r.recording.metadata).items():
        before = last_of(earlier, hand)
        known = (None, None) if before is None else (before.summary, before.by_task)
        hands[hand] = summarize_person(part, controls, *known)
    return VisitAnalysis(hands)


def summarize_visits(results: Sequence[TaskResult]) -> list[VisitAnalysis]:
    """Return the visits that recordings belong to, told apart by session or day, oldest first."""
    groups: dict[str, list[TaskResult]] = {}
    for result in results:
        groups.setdefault(_visit_key(result), []).append(result)
    visits = [summarize_visit(group) for group in groups.values()]
    return sorted(visits, key=lambda visit: (visit.date, visit.session))


def values(results: Sequence[TaskResult], key: str) -> list[str]:
    """Return what recordings state under a metadata key, each text once."""
    found = [result.recording.metadata.get(key) for result in results]
    texts = [f"{value:g}" if isinstance(value, float) else str(value or "") for value in found]
    return [text for text in dict.fromkeys(texts) if text]


def _visit_key(result: TaskResult) -> str:
    metadata = result.recording.metadata
    return str(metadata.get("session") or local_begin(metadata)[:10])


def baseline_of(earlier: Sequence[VisitAnalysis], hand: str) -> Mapping[str, Estimate] | None:
    """Return the summary of a hand's last earlier visit; None without one."""
    last = last_of(earlier, hand)
    return None if last is None else last.summary


def last_of(earlier: Sequence[VisitAnalysis], hand: str) -> Analysis | None:
    """Return the analysis of a hand's last earlier visit; None without one."""
    found = [visit.hands[hand] for visit in earlier if hand in visit.hands]
    return found[-1] if found else None
