"""Kinds of hands that share no formula with the project: how many of each, and what is true."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.independent.kinds import JUDGING_SEEDS
from tests.independent.lifts import UNCOUPLED_LIFTS

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_SEED: Final = JUDGING_SEEDS.start + 850_000
_MOVED: Final = ("constant", "anti_phase", "position")
UNCOUPLED: Final = (*UNCOUPLED_LIFTS, *(f"p2p:{name}" for name in (*_MOVED, "unselective")),
                    *(f"cyclic:{name}" for name in (*_MOVED, "wandering")))  # fmt: skip
NEVER_YES: Final = (*UNCOUPLED, "reactive", "p2p:reactive", "mixed")
COUPLED: Final = ("coupled", "tremulous", "p2p:coupled", "cyclic:coupled")
HANDS: Final[Mapping[str, int]] = {
    **dict.fromkeys(UNCOUPLED_LIFTS, 40),
    **dict.fromkeys(UNCOUPLED[len(UNCOUPLED_LIFTS) :], 8),
    "reactive": 40, "p2p:reactive": 8, "mixed": 20,
    "coupled": 140, "tremulous": 20, "p2p:coupled": 20, "cyclic:coupled": 20,
    "early": 20, "delayed": 60, "one_sided": 8, "slipping": 20, "slipping_one_sided": 4,
}  # fmt: skip
"""How many hands of each kind: 200 that lift without coupling, 200 coupled."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One hand: answers, and errors of what was measured against what was planted."""

    kind: str
    answers: Mapping[str, str]
    truth: Mapping[str, float | None]
    found: Mapping[str, tuple[float, float | None, float | None] | None]
    """By column of the summary: median and interval."""
    errors: Mapping[str, list[float]] = field(default_factory=dict)
    """By quantity, of each trial."""


def seed_of(kind: str) -> int:
    """Return the first seed of a kind."""
    return FIRST_SEED + 1000 * list(HANDS).index(kind)
