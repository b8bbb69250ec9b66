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
        "uN": 1e-6,
        "cN": 1e-2,
        "daN": 10.0,
        "kN": 1e3,
        "dyn": 1e-5,
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
    "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0, "d": 86_400.0,
}  # fmt: skip
_SPELLINGS: Final[Mapping[str, str]] = {
    "N": "n newton newtons",
    "mN": "mn millinewton millinewtons",
    "uN": "un µn μn micronewton micronewtons",
    "cN": "cn centinewton centinewtons",
    "daN": "dan decanewton dekanewton decanewtons",
    "kN": "kn kilonewton kilonewtons",
    "dyn": "dyne dynes",
    "gf": "g gr gm gram grams gramm gramme grammes gforce gramf gramforce gramsforce pond",
    "kgf": "kg kgs kilo kilos kilogram kilograms kilogramm kilogramme kilogrammes kgforce kgw kp"
    " kilogramforce kilopond kilogramsforce",
    "lbf": "lb lbs pound pounds lbsf lbforce poundforce poundsforce",
    "ozf": "oz ounce ounces ozforce ounceforce",
    "V": "v volt volts",
    "mV": "mv millivolt millivolts",
    "counts": "count adc lsb raw bit bits digit digits adu",
}
"""How tables spell units of force, in small letters and without hyphens, dots and blanks."""
_ALIASES: Final = {
    word: unit for unit, words in _SPELLINGS.items() for word in (unit.lower(), *words.split())
}
_NO_FORCES: Final = frozenset({
    "%", "%mvc", "mvc", "%max", "%mvf", "%mvic", "au", "a.u", "arb", "arb.u", "pa", "hpa", "kpa",
    "mpa", "bar", "mbar", "psi", "mmhg", "nm", "n·m", "n*m", "n.m", "mnm", "ncm", "nmm", "n/cm2",
    "n/cm²", "n/mm2", "n/mm²", "n/m", "n/s", "uv", "µv", "μv", "mv/v", "ma", "ua", "µa", "μa",
    "ohm", "deg", "degrees", "°", "°c", "mm", "cm", "hz",
})  # fmt: skip
"""Units in brackets that are no force, in small letters."""
_TIME_ALIASES: Final[Mapping[str, str]] = {
    "sec": "s", "secs": "s", "second": "s", "seconds": "s", "sek": "s", "msec": "ms",
    "millis": "ms", "millisecond": "ms", "milliseconds": "ms", "µs": "us", "μs": "us",
    "usec": "us", "micros": "us", "microsecond": "us", "microseconds": "us", "nsec": "ns",
    "nanos": "ns", "nanosecond": "ns", "nanoseconds": "ns", "minute": "min", "minutes": "min",
    "mins": "min", "hour": "h", "hours": "h", "hrs": "h", "day": "d", "days": "d",
}  # fmt: skip
_IN_BRACKETS = re.compile(r"[(\[{]\s*([^()\[\]{}]+?)\s*[)\]}]\s*$")
_AT_END = re.compile(r"(?:[\s_/,.-]\s*|(?<=[a-z])(?=Kgf?$|Lbs?$))([A-Za-zµμ]{1,12})\s*$")
_PERCENT = re.compile(r"%\s*(mvc|mvf|max)?\s*$", re.IGNORECASE)


def force_unit(word: str) -> str | None:
    """Return a unit of force as a map writes it; None where the word is none.

    >>> force_unit("gram-force"), force_unit("kp"), force_unit("index")
    ('gf', 'kgf', None)
    """
    known = {*FACTORS[Unit.NEWTON], *ELECTRICAL}
    plain = re.sub(r"[\s.·-]", "", word.lower())
    return word if word in known else _ALIASES.get(plain)


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


def heading_no_force(heading: str) -> str | None:
    """Return the unit that a heading names and that is no force; None where it names none.

    >>> heading_no_force("grip (kPa)"), heading_no_force("grip %MVC"), heading_no_force("grip (N)")
    ('kPa', '%MVC', None)
    """
    bracket = _IN_BRACKETS.search(heading)
    if bracket and bracket.group(1).lower().rstrip(".") in _NO_FORCES:
        return bracket.group(1)
    percent = _PERCENT.search(heading)
    return percent.group().strip() if percent else None


def heading_time_unit(heading: str) -> str | None:
    """Return the unit of time that a heading names; None where it names none."""
    words = [*heading_words(heading), heading.strip()]
    return next((u for u in map(time_unit, words) if u), None)
