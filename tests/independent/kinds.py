"""The table of kinds, and the seeds set aside for judging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.independent.lifts import LIFT_KINDS, lift_hand
from tests.independent.movements import move_hand
from tests.independent.slips import slip_hand

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.independent.truth import Hand

DEVELOPMENT_SEEDS = range(1_000, 100_000)
JUDGING_SEEDS = range(7_000_000, 8_000_000)


def _names() -> dict[str, Callable[[str, int], Hand]]:
    kinds: dict[str, Callable[[str, int], Hand]] = dict.fromkeys(LIFT_KINDS, lift_hand)
    kinds |= dict.fromkeys(["slipping", "slipping_twice", "slipping_one_sided"], slip_hand)
    p2p = ("coupled", "reactive", "constant", "anti_phase", "position", "unselective")
    kinds |= dict.fromkeys([f"p2p:{name}" for name in p2p], move_hand)
    cyclic = ("coupled", "constant", "anti_phase", "position", "wandering")
    return kinds | dict.fromkeys([f"cyclic:{name}" for name in cyclic], move_hand)


KINDS: Mapping[str, Callable[[str, int], Hand]] = _names()


def make_hand(kind: str, seed: int) -> Hand:
    """Return the hand of a kind and a seed."""
    return KINDS[kind](kind, seed)
