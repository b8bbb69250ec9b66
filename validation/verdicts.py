"""Each verdict against each kind of hand of ``tests/independent``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tests.independent.lifts import UNCOUPLED_LIFTS
from tests.independent.run import COUPLING, MARGIN
from validation.hand_kinds import COUPLED, HANDS, NEVER_YES, seed_of
from validation.section import Row, Table, Target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from validation.hand_kinds import Outcome
    from validation.section import Cell

_ANSWERS: Final = ("yes", "no", "cannot tell")
_LIMIT_PCT: Final = 80.0
"""The limit of the margin, of methods.md."""
DECISIONS = (
    "Kinds are described in `tests/independent/README.md`. A hand without coupling, one that only "
    "reacts (80 ms or more) or does so in half of its lifts may never be *yes*. Nothing is asked "
    "of *early* (90 to 110 ms ahead), *delayed* (−20 to 120 ms) and a dead load cell. The interval "
    "of a delay is as wide as that of one lift, which tremor of 2 to 6 % of grip makes wide: so "
    "*tremulous* hands are undecided more often than others."
)
MARGINS = (
    "True margins of *slipping* hands are below 50 or above 120 %, the limit is 80 %; their age is "
    "not stated, and above the range published for young adults nobody is *yes* without an age: "
    "*cannot tell* is right. Without a slip test, or with one whose load cell is dead, there is no "
    "margin. Wrong: an answer of yes or no that the true margin contradicts, or without one."
)


def verdict_tables(outcomes: Sequence[Outcome]) -> Iterator[Table]:
    """Yield the answers on coupling and on the margin, a row for each kind of hand."""
    yield Table("coupled ahead of feedback?", "hands", tuple(_decisions(outcomes)), DECISIONS)
    yield Table("margin in excess?", "hands", tuple(_margins(outcomes)), MARGINS)


def _shares(outcomes: Sequence[Outcome], question: str) -> dict[str, Cell]:
    counts = Counter(outcome.answers[question] for outcome in outcomes)
    return {f"{answer} (%)": 100 * counts[answer] / len(outcomes) for answer in _ANSWERS}


def _decisions(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    groups: dict[str, tuple[str, ...]] = {
        "all that lift without coupling": UNCOUPLED_LIFTS,
        "all coupled": COUPLED,
        **{kind: (kind,) for kind in HANDS},
    }
    for label, kinds in groups.items():
        chosen = [outcome for outcome in outcomes if outcome.kind in kinds]
        asked: tuple[Target, ...] = ()
        if set(kinds) <= set(NEVER_YES):
            asked = (Target("yes (%)", 0),)
        elif set(kinds) <= set(COUPLED):
            asked = (Target("yes (%)", 95, floor=True), Target("cannot tell (%)", 10))
        yield Row(label, _shares(chosen, COUPLING), len(chosen), seed_of(kinds[0]), asked)


def _margins(outcomes: Sequence[Outcome]) -> Iterator[Row]:
    for kind in HANDS:
        chosen = [outcome for outcome in outcomes if outcome.kind == kind]
        wrong = sum(_is_wrong(outcome) for outcome in chosen)
        cells: dict[str, Cell] = {**_shares(chosen, MARGIN), "wrong": wrong}
        yield Row(kind, cells, len(chosen), seed_of(kind), (Target("wrong", 0),))


def _is_wrong(outcome: Outcome) -> bool:
    answer, true = outcome.answers[MARGIN], outcome.truth["margin_pct"]
    if answer == "cannot tell":
        return False
    if true is None or outcome.kind == "slipping_one_sided":
        return True
    return answer != ("yes" if true > _LIMIT_PCT else "no")
