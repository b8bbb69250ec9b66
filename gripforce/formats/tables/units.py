"""Units that people's tables are in, as factors to SI, and how a heading names its unit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gripforce.constants import STANDARD_GRAVITY
from gripforce.model import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

_POUND_N: Final = 4.4482216152605

FACTORS: Final[Mapping[Unit, Mapping[str, float]]] = {
    Unit.NEWTON: {
        "N": 1.0,
        "mN": 1e-3,
        "kN": 1e3,
        "gf": STANDARD_GRAVITY * 1e-3,
        "kgf": STANDARD_GRAVITY,
        "lbf": _POUND_N,
        "ozf": _POUND_N / 16,
    },
    Unit.METRE_PER_S2: {"m/s2": 1.0, "g": STANDARD_GRAVITY, "mg": STANDARD_GRAVITY * 1e-3},
    Unit.RADIAN_PER_S: {"rad/s": 1.0, "deg/s": 0.017453292519943295},
    Unit.CELSIUS: {"C": 1.0},
}
"""SI units in one of a table's units, by what is measured."""
ELECTRICAL: Final = ("V", "mV", "counts")
"""Units that become newtons by the map's ``scale`` alone."""
TIME_FACTORS: Final[Mapping[str, float]] = {
    "s": 1.0, "ms": 1e-3, "us": 1e-6, "min": 60.0, "h": 3600.0,
}  # fmt: skip
_ALIASES: Final[Mapping[str, str]] = {
    "g": "gf", "gram": "gf", "grams": "gf", "gramm": "gf", "kg": "kgf", "lb": "lbf", "lbs": "lbf",
    "oz": "ozf", "newton": "N", "newtons": "N", "n": "N", "mn": "mN", "volt": "V", "volts": "V",
    "v": "V", "mv": "mV", "count": "counts", "adc": "counts", "lsb": "counts", "raw": "counts",
    "kn": "kN",
}  # fmt: skip
_TIME_ALIASES: Final[Mapping[str, str]] = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "sek": "s", "msec": "ms",
    "millis": "ms", "millisecond": "ms", "milliseconds": "ms", "µs": "us", "μs": "us",
    "usec": "us", "micros": "us", "microseconds": "us", "minutes": "min", "hours": "h",
}  # fmt: skip
_IN_BRACKETS = re.compile(r"[(\[{]\s*([^()\[\]{}]+?)\s*[)\]}]\s*$")
_AT_END = re.compile(r"[\s_/,.-]\s*([A-Za-zµμ]{1,12})\s*$")


def force_unit(word: str) -> str | None:
    """Return a unit of force as a map writes it; None where the word is none.

    >>> force_unit("grams"), force_unit("kgf"), force_unit("index")
    ('gf', 'kgf', None)
    """
    known = {*FACTORS[Unit.NEWTON], *ELECTRICAL}
    return word if word in known else _ALIASES.get(word.lower())


def time_unit(word: str) -> str | None:
    """Return a unit of time as a map writes it; None where the word is none."""
    return word if word in TIME_FACTORS else _TIME_ALIASES.get(word.lower())


def heading_words(heading: str) -> list[str]:
    """Return the words of a heading that may be its unit, the likeliest first.

    >>> heading_words("Kraft (N)"), heading_words("grip_g"), heading_words("time")
    (['N'], ['g'], [])
    """
    bracket = _IN_BRACKETS.search(heading)
    if bracket:
        return [bracket.group(1)]
    at_end = _AT_END.search(heading)
    return [at_end.group(1)] if at_end else []


def heading_force_unit(heading: str) -> str | None:
    """Return the unit of force that a heading names; None where it names none."""
    return next((u for u in map(force_unit, heading_words(heading)) if u), None)


def heading_time_unit(heading: str) -> str | None:
    """Return the unit of time that a heading names; None where it names none."""
    words = [*heading_words(heading), heading.strip()]
    return next((u for u in map(time_unit, words) if u), None)
