"""The words that say why a cell of a task's table is empty, or must be read with care.

Lifts have words of their own (``flags``); those that both need are spelled alike.
"""

from __future__ import annotations

from enum import StrEnum


class TaskFlag(StrEnum):
    """One word a reason; a trial's ``flags`` column joins them with ``;``."""

    GAP = "gap"
    """Samples are missing inside a window that a metric needs; those cells are empty."""
    SATURATED = "saturated"
    """A force channel was at its end stop during the trial."""
    NO_BASELINE = "no_baseline"
    """The object was never untouched: forces are as calibrated, not zeroed."""
    LOW_RATE = "low_rate"
    """The device is too slow for rates, lags and latencies; for impacts, below 300 samples/s."""
    COARSE_TIMING = "coarse_timing"
    """Grip and load are not sampled together: read times with the stated resolution."""
    LOW_MODULATION = "low_modulation"
    """The load changed too little for a coupling score to mean anything: it is refused."""
    LAG_AT_EDGE = "lag_at_edge"
    """The correlation was still rising where the search ended: the lag is not known."""
    LOW_R = "low_r"
    """Grip and load correlate by less than 0.5: there is no lag to speak of."""
    NO_SLIP = "no_slip"
    """The object was not seen to slip: put down, or let go too fast."""
    FAST_RELEASE = "fast_release"
    """Grip fell faster than 3 N/s before the slip: the slip force is blurred."""
    FEW_CYCLES = "few_cycles"
    """Fewer than five cycles are left after the first two and the last."""
    FEW_SEGMENTS = "few_segments"
    """The bout is too short for a coherence that means anything."""
    NO_RESPONSE = "no_response"
    """Grip force did not rise beyond the hand's own unrest."""
    UNCLEAR_ONSET = "unclear_onset"
    """Grip rose, but when it began (90 % interval over 80 ms) the hand's own unrest hides."""
    ANTICIPATED = "anticipated"
    """Grip rose before the load could have been felt: that is no latency."""
    DROPPED = "dropped"
    """The object left the fingers: what was not measured before is empty."""
    SHORT_HOLD = "short_hold"
    """Too little still hold beside the movement for a static level."""
    NO_TARGET = "no_target"
    """The recording does not say what force was asked for."""
    SHORT_EFFORT = "short_effort"
    """The effort lasted under 1 s: no plateau."""
    WEAKER_REPEAT = "weaker_repeat"
    """More than a tenth below the best effort: not maximal, or tired."""
    FIRST_LIFT = "first_lift"
    """The first lift of a condition is stronger than the rest; it is not in the summary."""
