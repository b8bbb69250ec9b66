"""Checks of single values of an import map; each raises ``UsageError`` that names the key."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from gripforce.constants import HANDS
from gripforce.errors import UsageError
from gripforce.formats.tables.units import ELECTRICAL, FACTORS, force_unit
from gripforce.model import TASKS, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_POSITIVE_TRIAL_KEYS = ("mass_g", "slip_n")


def check_keys(
    section: str, keys: object, sections: Mapping[str, set[str] | None], name: str
) -> None:
    """Refuse an unknown section, or an unknown key of one."""
    if section not in sections:
        raise UsageError(
            f"{name} has an unknown section [{section}].",
            f"Sections are {', '.join(f'[{s}]' for s in sections)}.",
        )
    if not isinstance(keys, dict):
        raise UsageError(f"{name}: {section} must be a section, [{section}].")
    allowed = sections[section]
    for key in keys:
        if allowed is not None and key not in allowed:
            raise UsageError(
                f"{name} has an unknown key {key} in [{section}].",
                f"Keys of [{section}] are {', '.join(sorted(allowed))}.",
            )


def parse_column(value: object, where: str, hint: str) -> int | str:
    """Return a column's number, counted from 1, or its heading."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(f"{where} names {value!r} as a column.", hint)
    return value


def whole(table: Mapping[str, Any], key: str, least: int, name: str) -> int:
    """Return a whole number of at least ``least``."""
    value = table.get(key, least)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise UsageError(f"{name}: {key} = {value!r}.", f"Give a whole number, {least} or more.")
    return value


def number(section: Mapping[str, Any], key: str, name: str) -> float | None:
    """Return a number other than zero, which may be negative; None where it is not given."""
    value = section.get(key)
    if value is None:
        return None
    if not _is_number(value) or value == 0:
        raise UsageError(f"{name}: {key} = {value!r}.", "Give a number, such as 12.5 or -1.")
    return float(value)


def scales(section: Mapping[str, Any], count: int, where: str) -> tuple[float, ...] | None:
    """Return a factor for each of ``count`` columns; None where none is given."""
    value = section.get("scale")
    if not isinstance(value, list):
        one = number(section, "scale", where)
        return None if one is None else (one,) * count
    if len(value) != count or not all(_is_number(v) and v for v in value):
        raise UsageError(
            f"{where}: scale = {value!r} for {count} columns.",
            "Give one number, or one for each column.",
        )
    return tuple(float(v) for v in value)


def positive(section: Mapping[str, Any], where: str, key: str, name: str) -> float | None:
    """Return a number above zero; None where it is not given."""
    value = section.get(key)
    if value is None:
        return None
    if not _is_number(value) or value <= 0:
        raise UsageError(f"{name}: {key} = {value!r} in [{where}].", "Give a number above 0.")
    return float(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def chosen(section: Mapping[str, Any], key: str, known: Collection[str], name: str) -> str | None:
    """Return one of ``known``; None where it is not given."""
    value = section.get(key)
    if value is not None and value not in list(known):
        raise UsageError(f"{name}: {key} = {value!r}.", f"Use one of {', '.join(known)}.")
    return value


def separator(table: Mapping[str, Any], name: str) -> str | None:
    """Return the character between cells; None where it is not given."""
    value = table.get("separator")
    if value is not None and (not isinstance(value, str) or len(value) != 1):
        raise UsageError(
            f"{name}: separator = {value!r}.", r'Give one character, such as "," or "\t".'
        )
    return value


def thousands(table: Mapping[str, Any], name: str) -> str | None:
    """Return the sign between groups of three digits, empty for none; None where not given."""
    value = table.get("thousands")
    if value is not None and (not isinstance(value, str) or len(value) > 1 or value.isalnum()):
        raise UsageError(
            f"{name}: thousands = {value!r}.", 'Give one sign, such as "." or ",", or "" for none.'
        )
    return value


def parse_force_unit(section: Mapping[str, Any], channel: str, name: str) -> str | None:
    """Return a unit of force; V, mV and counts need a scale."""
    value = section.get("unit")
    if value is None:
        return None
    unit = force_unit(value) if isinstance(value, str) else None
    if unit is None:
        known = ", ".join((*FACTORS[Unit.NEWTON], *ELECTRICAL))
        raise UsageError(f"{name}: {channel} has the unit {value!r}.", f"Use one of {known}.")
    if unit in ELECTRICAL and section.get("scale") is None:
        raise UsageError(
            f"{name}: {channel} is in {unit}, which alone is no force.",
            f"Add scale, the newtons of one {unit.removesuffix('s')}.",
        )
    return unit


def parse_zero(section: Mapping[str, Any] | None, name: str) -> tuple[float, float] | None:
    """Return the span in which the forces are zero [s]."""
    if section is None:
        return None
    for key in ("from_s", "to_s"):
        value = section.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise UsageError(f"{name}: [zero] needs {key} in seconds, not {value!r}.")
    start, stop = float(section["from_s"]), float(section["to_s"])
    if not start < stop:
        raise UsageError(f"{name}: [zero] ends at {stop:g} s, not after it begins at {start:g} s.")
    return start, stop


def parse_trial(section: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the metadata; task, hand and numbers are checked like those of ``record``."""
    for key in _POSITIVE_TRIAL_KEYS:
        positive(section, "trial", key, name)
    trial = dict(section)
    for key, known in (("hand", HANDS), ("task", TASKS)):
        chosen(trial, key, known, f"{name}: [trial]")
    return trial
