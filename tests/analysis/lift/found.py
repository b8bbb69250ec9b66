"""What the tests of lifts share: tolerances, and the lifts that are found in a recording."""

from gripforce.analysis.lift.lifts import analyze_lifts

ONSET_TOLERANCE_S = 0.007
"""Asked are 10 ms; the preload here begins as a cube, one power above what is assumed."""
LAG_TOLERANCE_MS = 0.5
STATIC_TOLERANCE = 0.002


def lifts_of(made, **changes):
    return analyze_lifts(made, **changes).lifts


def one(made):
    (lift,) = lifts_of(made)
    return lift
