"""What a recording says of its trials, in each of the ways that it can be said."""

from dataclasses import replace

import numpy as np
import pytest

from gripforce.analysis.statistics.estimates import estimate_share
from gripforce.analysis.tasks.annotations import labels_per_trial
from gripforce.model import Kind, Marker
from tests.analysis.analytic_lifts import recording, stream

TIMES = [1.0, 5.0, 9.0]
T = np.arange(100) / 100


def labels(markers=(), **metadata):
    made = recording(stream([Kind.GRIP], T, [0 * T]), **metadata)
    made = replace(made, markers=tuple(markers))
    return labels_per_trial(made, TIMES, metadata="surfaces", marker="surface")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("silk", ["silk"] * 3),
        (["silk", "suede", "silk"], ["silk", "suede", "silk"]),
        ([[0.5, "silk"], [4.0, "suede"], [20.0, "rayon"]], ["silk", "suede", "suede"]),
        ([[4.0, "suede"], [0.5, "silk"]], ["silk", "suede", "suede"]),
        ([[4.0, "suede"]], [None, "suede", "suede"]),
        (["silk"], [None] * 3),  # which of the three it was is not guessed
        ([[1.0]], [None] * 3),
        (7, [None] * 3),
    ],
)
def test_words_from_metadata(given, words):
    assert labels(surfaces=given) == words


def test_words_from_markers():
    marks = [Marker(0.5, "cue", "surface=silk"), Marker(2.0, "cue", "trial=2"),
             Marker(6.0, "cue", "surface=suede")]  # fmt: skip
    assert labels(marks) == ["silk", "silk", "suede"]


def test_shares_have_wilsons_interval():
    """Newcombe 1998, table I: 81 of 263 is .308, .2553 to .3662; 0 of 20 is 0 to .1611."""
    found = estimate_share([True] * 81 + [False] * 182)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    none = estimate_share([False] * 20)
    assert (none.ci_low, none.ci_high) == pytest.approx((0.0, 0.1611), abs=1e-4)
    few = estimate_share([True] * 5)
    assert (few.value, few.ci_low, few.ci_high, few.n) == (1.0, None, None, 5)
    assert estimate_share([]) is None
