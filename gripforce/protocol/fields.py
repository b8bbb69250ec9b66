"""The values that each key of a protocol file may have, as checks.

A check returns the value, or raises ``ValueError`` with what it must be.
"""

from __future__ import annotations

import difflib
import itertools
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gripforce.constants import MASS_LIMITS_G
from gripforce.language import LANGUAGES
from gripforce.model import ACTIVITIES, TASKS
from gripforce.protocol.schema import BLOCK_HANDS, DIGITS, PREPARATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST_TRIALS: Final = 200
LONGEST_S: Final = 600.0

Check: TypeAlias = "Callable[[Any], Any]"


def one_line(value: Any) -> str:
    """Return text with its white space reduced to single spaces."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it must be a text in quotes.")
    return " ".join(value.split())


def _one_of(known: Sequence[str]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in known:
            near = difflib.get_close_matches(str(value), known, n=1)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise ValueError(f"it must be one of {', '.join(known)}.{hint}")
        return str(value)

    return check


def _number(low: float, high: float, unit: str = "") -> Callable[[Any], float]:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError("it must be a number.")  # noqa: TRY004 - reported as any wrong value
        if not low <= value <= high:
            raise ValueError(f"it must lie between {low:g} and {high:g}{unit}.")
        return float(value)

    return check


def _count(most: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise ValueError(f"it must be a whole number up to {most}.")
        return value

    return check


def _trials(value: Any) -> int:
    if value == 0:
        raise ValueError("it must be at least 1.")
    return _count(MOST_TRIALS)(value)


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("it must be true or false.")  # noqa: TRY004 - reported as any wrong value
    return value


def _each(check: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    def check_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not value:
            raise ValueError("it must be a list, such as [1, 2].")
        return tuple(check(item) for item in value)

    return check_all


def _range(check: Callable[[Any], float]) -> Callable[[Any], tuple[float, float]]:
    def check_both(value: Any) -> tuple[float, float]:
        if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004 - from, to
            raise ValueError("it must be two numbers, such as [0.5, 40].")
        low, high = check(value[0]), check(value[1])
        if low >= high:
            raise ValueError("the first number must be below the second.")
        return low, high

    return check_both


def _knots(value: Any) -> tuple[tuple[float, float], ...]:
    """Return a target force over time: ``[[seconds, newtons], …]`` in order."""
    if not isinstance(value, list) or len(value) < 2:  # noqa: PLR2004 - a line
        raise ValueError("it must be a list of knots, such as [[1, 1], [4, 5], [7, 1]].")
    knots = []
    for knot in value:
        if not isinstance(knot, list) or len(knot) != 2:  # noqa: PLR2004 - time, force
            raise ValueError("each knot must be [seconds, newtons].")
        knots.append((_SECONDS(knot[0]), _TARGET(knot[1])))
    if any(b[0] <= a[0] for a, b in itertools.pairwise(knots)):
        raise ValueError("each knot must be later than the one before.")
    return tuple(knots)


_SECONDS = _number(0.0, LONGEST_S, " s")
_LENGTH = _number(0.5, LONGEST_S, " s")
_MASS = _number(*MASS_LIMITS_G, " g")
_FORCE = _number(0.0, 500.0, " N")
_TARGET = _number(0.5, 500.0, " N")
"""A trial begins with the grip, so a target that changes never lets go."""

TOP_CHECKS: Final[Mapping[str, Check]] = {
    "title": one_line,
    "about": one_line,
    "language": _one_of(tuple(LANGUAGES)),
}
BLOCK_CHECKS: Final[Mapping[str, Check]] = {
    "task": _one_of((*TASKS, *ACTIVITIES)),
    "title": one_line,
    "instruction": one_line,
    "word": one_line,
    "hands": _each(_one_of(BLOCK_HANDS)),
    "digits": _one_of(DIGITS),
    "mass_g": _MASS,
    "surface": one_line,
    "dropped_by": _one_of(("self", "experimenter")),
    "trials": _trials,
    "trial_s": _LENGTH,
    "rest_s": _SECONDS,
    "cue_s": _SECONDS,
    "beat_s": _number(0.2, 10.0, " s"),
    "target_n": _range(_FORCE),
    "target_knots": _knots,
    "masses_g": _each(_MASS),
    "surfaces": _each(one_line),
    "prepared": _each(_one_of(PREPARATIONS)),
    "most_repeats": _count(20),
    "skip": _yes_no,
}
RULE_CHECKS: Final[Mapping[str, Check]] = {
    "grip_n": _range(_FORCE),
    "hold_s": _number(0.0, 60.0, " s"),
    "longest_gap_ms": _number(0.0, 10_000.0, " ms"),
    "lost_ms": _number(0.0, 60_000.0, " ms"),
    "movement_n": _FORCE,
    "wrong_direction": _yes_no,
    "in_band_pct": _number(0.0, 100.0, " %"),
}
