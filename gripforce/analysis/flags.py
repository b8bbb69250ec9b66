"""Why a cell of a table is empty, or must be read with care: one word, its meaning, the advice.

Table, JSON, terminal, live screen, session and report all take the words from here.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class TrialFlag(StrEnum):
    """One word a reason; a trial's ``flags`` column joins them with ``;`` in this order."""

    meaning: str
    """The reason, to follow a colon or to stand in brackets."""
    advice: str
    """What to do about it at the next trial; empty where the flag only describes."""

    def __new__(cls, word: str, meaning: str, advice: str = "") -> TrialFlag:
        """Make a member from its word, its meaning and the advice."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.meaning, member.advice = meaning, advice
        return member

    GAP = (
        "gap",
        "samples are missing in a window that a result needs",
        "Move the radio nearer, or use the cable.",
    )
    CUT = (
        "cut",
        "the recording begins or ends inside a window that a result needs",
        "Record a second before and after.",
    )
    SATURATED = (
        "saturated",
        "a force sensor reached its limit, so peaks are lower bounds",
        "Ask for a lighter grip, or use sensors of a larger range.",
    )
    CLIPPED = (
        "clipped",
        "a force stays flat at its largest value, as at the end of a sensor's or amplifier's range",
        "Ask for a lighter grip, or widen the range of sensor or amplifier.",
    )
    SPIKES = (
        "spikes",
        "a force jumps for one sample and comes back, which no hand does",
        "Check cable and supply of the sensor; a converter that was read too early does this.",
    )
    NEGATIVE_FORCE = (
        "negative_force",
        "a force is below zero while the object is held",
        "Turn its sign by scale = -1 in the import map, or calibrate the device.",
    )
    EXCHANGED = (
        "exchanged",
        "grip force keeps to the weight and load force does not, as if they were exchanged",
        "Exchange grip and load in the import map, or in the device's wiring.",
    )
    LOAD_UNIT = (
        "load_unit",
        "the load is a multiple of the weight that another unit would explain",
        'Give the unit in the import map, such as unit = "gf".',
    )
    GRIP_UNIT = (
        "grip_unit",
        "the grip is larger than a hand's, or too small to hold the load, as in another unit",
        'Give the unit in the import map, such as unit = "gf".',
    )
    ZERO_MOVES = (
        "zero_moves",
        "the zero of a force moves, and nothing untouched is long enough to follow it",
        "Let sensor and amplifier warm up; leave the object untouched for 2 s after each trial.",
    )
    STARTS_HELD = (
        "starts_held",
        "the object was already held when the recording began",
        "Begin to record with the object untouched.",
    )
    ENDS_HELD = (
        "ends_held",
        "the recording ended before the object was put down or released",
        "Stop after the object is released.",
    )
    NOT_LIFTED = (
        "not_lifted",
        "the object was gripped, but not lifted",
        "A lighter object may be possible.",
    )
    NO_LOAD = ("no_load", "the object was gripped, but not pulled")
    NOT_RELEASED = (
        "not_released",
        "the object was lifted again without being released",
        "Ask for the object to be released after each trial.",
    )
    DOUBLE_TOUCH = ("double_touch", "the object was touched and released just before the lift")
    PRESSED_DOWN = ("pressed_down", "the object was pushed down before it was lifted")
    LOAD_FIRST = (
        "load_first",
        "load force began before grip force, which happens in healthy lifts too",
    )
    ONE_DIGIT = (
        "one_digit",
        "one digit carried most of the normal force",
        "Ask for a grip with thumb and index opposite each other.",
    )
    ONE_SIDED_LOAD = (
        "one_sided_load",
        "the load is that of one digit, or of one cell, only",
        "Check the load cells and the map of the columns with a known mass.",
    )
    NO_SLIP = (
        "no_slip",
        "no slip was detected",
        "Ask for the fingers to be opened slowly while the object is in the air.",
    )
    FAST_RELEASE = (
        "fast_release",
        "grip force fell faster than 3 N/s before the slip",
        "Ask for the fingers to be opened more slowly.",
    )
    NO_RESPONSE = (
        "no_response",
        "no grip response was detected above the background force variability",
    )
    UNCLEAR_ONSET = (
        "unclear_onset",
        "grip force rose, but its onset is uncertain by more than 80 ms",
        "Repeat with a steadier grip; more trials make the median more certain.",
    )
    ANTICIPATED = (
        "anticipated",
        "grip force rose before the load could be felt, so there is no latency",
        "Give no cue, and vary the time before the load.",
    )
    DROPPED = (
        "dropped",
        "the object was dropped",
        "Try a lighter object; keep the catch tray under it.",
    )
    ABRUPT_END = (
        "abrupt_end",
        "load and grip force ended within 40 ms: put down briskly, or slipped",
    )
    SHORT_HOLD = (
        "short_hold",
        "the object was held still for less than 2 s, or than the task needs",
        "Ask for the object to be held still for a count of three.",
    )
    NO_TARGET = (
        "no_target",
        "the recording names no target force",
        "Record the target with the trial.",
    )
    SHORT_EFFORT = (
        "short_effort",
        "the plateau lasted less than 1 s",
        "Ask for a squeeze of 3 s.",
    )
    WEAKER_REPEAT = ("weaker_repeat", "this effort was more than 10 % below the strongest one")
    LOAD_OFF_WEIGHT = (
        "load_off_weight",
        "the supported load differs by more than 10 % from the mass given",
        "Check the mass that was entered, and the load calibration with a known mass.",
    )
    NO_MASS = (
        "no_mass",
        "no mass was given, so lift-off is inferred from the load force alone",
        "Record with --mass-g.",
    )
    ZERO_DRIFT = (
        "zero_drift",
        "the unloaded force changed by more than 0.05 N across the trial",
        "Let the device warm up for 10 min.",
    )
    NO_BASELINE = (
        "no_baseline",
        "the object was never untouched, so forces are not zeroed",
        "Leave the object untouched for a second before each trial.",
    )
    LOW_MODULATION = (
        "low_modulation",
        "the load force changed too little for a grip–load correlation",
    )
    LAG_AT_EDGE = ("lag_at_edge", "the correlation has no maximum in the range of lags searched")
    DELAY_UNCLEAR = (
        "delay_unclear",
        "too little of the grip follows the load, or its delay fits as well elsewhere",
    )
    LIFTOFF_UNCLEAR = (
        "liftoff_unclear",
        "the load crept to its level, so the object may have left its support earlier",
    )
    LOW_R = ("low_r", "grip and load force correlate by less than 0.5, so there is no lag")
    FEW_CYCLES = (
        "few_cycles",
        "fewer than five cycles remain after the first two and the last",
        "Ask for at least ten cycles in a row.",
    )
    FEW_SEGMENTS = (
        "few_segments",
        "the bout is too short for a coherence",
        "Ask for 20 s or more.",
    )
    LOW_RATE = (
        "low_rate",
        "the device samples too slowly for these times and rates",
        "Use a device of 80 Hz or more (of 320 Hz for impacts).",
    )
    COARSE_TIMING = (
        "coarse_timing",
        "grip and load force are sampled at different instants, so times are coarser",
    )

    @property
    def words(self) -> str:
        """The flag as a screen writes it."""
        return self.value.replace("_", " ")


ALIKE: Final = frozenset(
    {TrialFlag.SHORT_HOLD, TrialFlag.LOAD_OFF_WEIGHT, TrialFlag.NO_MASS, TrialFlag.COARSE_TIMING,
     TrialFlag.NO_BASELINE, TrialFlag.LOW_RATE}
)  # fmt: skip
"""Flags that describe how trials were made and leave no trial out: where most trials of a recording
have one, it is said of the recording."""
MOST: Final = 2 / 3
FEWEST_ALIKE: Final = 6
"""Trials of a recording from which a flag is said of the recording."""
