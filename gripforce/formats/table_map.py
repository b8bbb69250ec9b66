r"""Parse the map from the columns of another system's table to channels.

::

    [table]
    separator = "\\t"        # sniffed if absent
    header_rows = 1
    time_column = 1         # 1-based, seconds; or rate_hz = 2000
    [channels]              # canonical name = how source columns combine
    grip_n = { mean = [3] }
    load_n = { sum = [4, 5] }
    [zero]                  # optional: subtract the median of this span
    from_s = 0.2
    to_s = 1.0
    [trial]                 # optional metadata
    task = "lift"
    mass_g = 700
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from gripforce.errors import UsageError
from gripforce.model import Kind, Unit

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECTIONS = {
    "table": {"separator", "header_rows", "time_column", "rate_hz"},
    "channels": None,
    "zero": {"from_s", "to_s"},
    "trial": None,
}
_COMBINATIONS = ("mean", "sum")
_POSITIVE_TRIAL_KEYS = ("mass_g", "slip_n")


def _canonical_units(kind: Kind) -> tuple[Unit, ...]:
    if kind.is_force:
        return (Unit.NEWTON,)
    if kind in {Kind.ACCEL_X, Kind.ACCEL_Y, Kind.ACCEL_Z}:
        return (Unit.METRE_PER_S2,)
    if kind in {Kind.GYRO_X, Kind.GYRO_Y, Kind.GYRO_Z}:
        return (Unit.RADIAN_PER_S,)
    return (Unit.CELSIUS,) if kind is Kind.TEMPERATURE else ()


CANONICAL: Mapping[str, tuple[Kind, Unit]] = {
    f"{kind.name.lower()}_{unit.suffix}": (kind, unit)
    for kind in Kind
    for unit in _canonical_units(kind)
}
"""All channel names that a map may use: ``grip_n``, ``load_thumb_n``, ``accel_z_m_s2``."""


@dataclass(frozen=True, slots=True)
class Combination:
    """How source columns (1-based) are combined to one channel."""

    how: Literal["mean", "sum"]
    columns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableMap:
    """A validated import map."""

    channels: Mapping[str, Combination]
    time_column: int | None = None
    """1-based; None where ``rate_hz`` gives the time."""
    rate_hz: float | None = None
    separator: str | None = None
    """None: detected from the first row."""
    header_rows: int = 0
    zero_s: tuple[float, float] | None = None
    trial: Mapping[str, Any] = field(default_factory=dict)


def read_table_map(path: str | Path) -> TableMap:
    """Read a map from a TOML file; raises ``UsageError`` where it is not valid."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise UsageError(f"The map {path} cannot be read: {reason}.") from error
    return parse_table_map(text, str(path))


def parse_table_map(text: str, name: str = "map") -> TableMap:
    """Parse a map from TOML; errors (``UsageError``) call it ``name``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}.") from error
    for section, keys in document.items():
        _check_section(section, keys, name)
    table = document.get("table", {})
    return TableMap(
        channels=_channels(document.get("channels", {}), name),
        time_column=_time_column(table, name),
        rate_hz=_positive(table, "table", "rate_hz", name),
        separator=_separator(table, name),
        header_rows=_whole(table, "header_rows", 0, name),
        zero_s=_zero(document.get("zero"), name),
        trial=_trial(document.get("trial", {}), name),
    )


def _check_section(section: str, keys: object, name: str) -> None:
    if section not in _SECTIONS:
        raise UsageError(
            f"{name} has an unknown section [{section}].",
            f"Sections are {', '.join(f'[{s}]' for s in _SECTIONS)}.",
        )
    if not isinstance(keys, dict):
        raise UsageError(f"{name}: {section} must be a section, [{section}].")
    allowed = _SECTIONS[section]
    for key in keys:
        if allowed is not None and key not in allowed:
            raise UsageError(
                f"{name} has an unknown key {key} in [{section}].",
                f"Keys of [{section}] are {', '.join(sorted(allowed))}.",
            )


def _channels(section: Mapping[str, Any], name: str) -> dict[str, Combination]:
    if not section:
        raise UsageError(
            f"{name} maps no channel.", "Add a section [channels], such as grip_n = { mean = [2] }."
        )
    for channel in section:
        if channel not in CANONICAL:
            raise UsageError(
                f"{name} maps a channel {channel}, which is not a channel name.",
                f"Names are {', '.join(CANONICAL)}.",
            )
    return {channel: _combination(value, channel, name) for channel, value in section.items()}


def _combination(value: object, channel: str, name: str) -> Combination:
    example = f"Write {channel} = {{ mean = [3] }} or {{ sum = [4, 5] }}, columns counted from 1."
    if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _COMBINATIONS:
        raise UsageError(f"{name}: {channel} is neither a mean nor a sum of columns.", example)
    ((how, columns),) = value.items()
    if not isinstance(columns, list) or not columns:
        raise UsageError(f"{name}: {channel} lists no columns.", example)
    for column in columns:
        if not isinstance(column, int) or isinstance(column, bool) or column < 1:
            raise UsageError(f"{name}: {channel} names {column!r} as a column.", example)
    return Combination(how, tuple(columns))


def _time_column(table: Mapping[str, Any], name: str) -> int | None:
    column, rate = table.get("time_column"), table.get("rate_hz")
    if (column is None) == (rate is None):
        raise UsageError(
            f"{name} must give the time by one of time_column and rate_hz in [table].",
            "A table without a time column needs a rate, such as rate_hz = 2000.",
        )
    return None if column is None else _whole(table, "time_column", 1, name)


def _whole(table: Mapping[str, Any], key: str, least: int, name: str) -> int:
    value = table.get(key, least)
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise UsageError(f"{name}: {key} = {value!r}.", f"Give a whole number, {least} or more.")
    return value


def _positive(section: Mapping[str, Any], where: str, key: str, name: str) -> float | None:
    value = section.get(key)
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value <= 0:
        raise UsageError(f"{name}: {key} = {value!r} in [{where}].", "Give a number above 0.")
    return float(value)


def _separator(table: Mapping[str, Any], name: str) -> str | None:
    value = table.get("separator")
    if value is not None and (not isinstance(value, str) or len(value) != 1):
        raise UsageError(
            f"{name}: separator = {value!r}.", r'Give one character, such as "," or "\t".'
        )
    return value


def _zero(section: Mapping[str, Any] | None, name: str) -> tuple[float, float] | None:
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


def _trial(section: Mapping[str, Any], name: str) -> dict[str, Any]:
    for key in _POSITIVE_TRIAL_KEYS:
        _positive(section, "trial", key, name)
    return dict(section)
