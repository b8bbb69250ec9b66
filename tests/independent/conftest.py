"""Each hand is imported and analyzed once, however many tests ask for it."""

import pytest

from tests.independent.kinds import make_hand
from tests.independent.run import judge

FIRST_SEED = 7_900_000  # of the judging seeds of README.md, those of the tests


@pytest.fixture(scope="session")
def judged(tmp_path_factory):
    """Return hand number n of a kind, and what was found."""
    known = {}

    def look_up(kind, number):
        if (kind, number) not in known:
            hand = make_hand(kind, FIRST_SEED + number)
            known[kind, number] = hand, judge(hand, tmp_path_factory.mktemp("hand"))
        return known[kind, number]

    return look_up
