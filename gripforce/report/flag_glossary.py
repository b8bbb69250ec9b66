"""What a flag means in words, and what to do about it at the next try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gripforce.analysis.results import TaskResult


class Advice(NamedTuple):
    """A flag in words."""

    meaning: str
    remedy: str = ""
    """What to do; nothing where the flag only describes."""


_ADVICE: Final = {
    "gap": Advice("samples are missing", "Move the radio nearer, or use the cable."),
    "cut": Advice("the recording begins or ends too close", "Record a second before and after."),
    "saturated": Advice(
        "a force sensor reached its limit: the force was higher than shown",
        "Ask for a lighter grip, or use sensors of a larger range.",
    ),
    "starts_held": Advice(
        "the object was already held when the recording began",
        "Begin to record with the object untouched.",
    ),
    "ends_held": Advice(
        "the recording ended before the object was put down", "Stop after the object is let go."
    ),
    "not_lifted": Advice("gripped, but not lifted", "A lighter object may be possible."),
    "no_load": Advice("gripped, but not pulled"),
    "not_released": Advice(
        "lifted again without letting go", "Ask to let go of the object after each trial."
    ),
    "double_touch": Advice("touched twice before the lift"),
    "pressed_down": Advice("pushed down before the lift"),
    "load_first": Advice("load began before grip, which healthy hands do at times"),
    "one_digit": Advice(
        "one finger carried most of the force", "Ask to grip with thumb and index squarely."
    ),
    "dropped": Advice("the object was dropped", "Try a lighter object; keep the catch tray under."),
    "abrupt_end": Advice("put down briskly, or slipped away"),
    "short_hold": Advice("held for less than 2 s", "Ask to hold still for a count of three."),
    "load_off_weight": Advice(
        "the load held differs by over 10 % from the mass given",
        "Check the mass that was typed in, and the load calibration with a known mass.",
    ),
    "no_mass": Advice("the object's mass was not given", "Record with --mass-g."),
    "zero_drift": Advice(
        "the untouched force wandered by more than 0.05 N", "Let the device warm up for 10 min."
    ),
    "no_baseline": Advice(
        "the object was never left untouched, so forces are not zeroed",
        "Leave the object untouched for a second before each trial.",
    ),
    "low_modulation": Advice("the load changed too little to score coupling"),
    "lag_at_edge": Advice("grip and load are too unlike to tell a lag"),
    "low_rate": Advice(
        "the device samples too slowly to tell lags and rates", "Use a device of 80 Hz or more."
    ),
    "coarse_timing": Advice("grip and load are sampled at different instants: times are coarser"),
    "no_slip_test": Advice("no slip test, so no safety margin"),
    "no_slip": Advice(
        "the object was not seen to slip", "Ask to open the fingers slowly in the air."
    ),
    "fast_release": Advice("let go too fast", "Ask to open the fingers more slowly."),
    "few_cycles": Advice("too few cycles", "Ask for at least ten cycles in a row."),
    "few_segments": Advice("too short a bout for a coherence", "Ask for 20 s or more."),
    "no_response": Advice("grip force did not rise"),
    "no_target": Advice("the recording does not say what force was asked for"),
    "short_effort": Advice("squeezed for less than 1 s", "Ask to squeeze for 3 s."),
    "weaker_repeat": Advice("more than a tenth below the strongest"),
    "first_lift": Advice("the first lift is stronger than the rest"),
}
_SAID_ELSEWHERE: Final = frozenset({"no_slip_test"})
_PLANNED: Final = ("first lift", "first_lift")


def meaning(flag: str) -> str:
    """Return a flag in words; an unknown one as it is written."""
    known = _ADVICE.get(flag)
    return known.meaning if known else flag.replace("_", " ")


def explained(flags: Iterable[str]) -> dict[str, str]:
    """Return the meaning of each flag that occurs, once."""
    return {flag: meaning(flag) for flag in dict.fromkeys(flags)}


def to_repeat(result: TaskResult) -> dict[int, str]:
    """Return the trials that are lost to the summary and could be done again, and why."""
    flags = {trial.trial.number: trial.flags for trial in result.trials}
    return {
        out.trial: out.why
        for out in result.excluded
        if not out.why.startswith(_PLANNED) and "first_lift" not in flags.get(out.trial, ())
    }


def remedies(result: TaskResult) -> list[str]:
    """Return what to do about the flags of a recording, the most frequent first."""
    counted: dict[str, int] = {}
    for trial in result.trials:
        for flag in trial.flags:
            counted[flag] = counted.get(flag, 0) + 1
    ordered = sorted(counted.items(), key=lambda item: -item[1])
    found = [(_ADVICE[f], n) for f, n in ordered if f in _ADVICE and f not in _SAID_ELSEWHERE]
    total = len(result.trials)
    return [
        f"{advice.remedy} (In {n} of {total}: {advice.meaning}.)"
        for advice, n in found
        if advice.remedy
    ]
