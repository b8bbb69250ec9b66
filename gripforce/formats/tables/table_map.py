r"""Parse the map from the columns of another system's table to channels.

::

    [table]
    time_column = "Time"    # a heading, or a number counted from 1; or rate_hz = 2000
    time_unit = "ms"        # s, ms, us, min or h; by default what the heading says, else seconds
    header_rows = 1         # detected if absent, as are separator and decimal
    separator = "\\t"
    decimal = ","
    thousands = "."         # between groups of three digits
    missing_value = -9999   # a number that stands for a blank cell
    missing = "gap"         # blank cells are lost samples; otherwise they are refused
    table = 2               # which, where one file has several
    unit = "gf"             # of all forces: N, mN, kN, gf, kgf, lbf, ozf; V, mV, counts with scale
    full_scale_n = 20       # from here on a force counts as saturated
    [channels]              # canonical name = how source columns combine
    grip_n = { mean = ["Fz1", "Fz2"], scale = [1, -1] }   # or one for all of them
    load_n = { sum = [4, 5], unit = "V", scale = 12.5 }   # newtons per volt
    [target]                # optional: the force that was to be followed
    column = "Target"
    force = "gf"
    [zero]                  # optional: subtract the median of this span
    from_s = 0.2
    to_s = 1.0
    [trial]                 # optional metadata
    task = "lift"
    mass_g = 700
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from gripforce.errors import UsageError
from gripforce.files import read_text
from gripforce.formats.tables.map_values import (
    check_keys,
    chosen,
    number,
    parse_column,
    parse_force_unit,
    parse_trial,
    parse_zero,
    positive,
    scales,
    separator,
    thousands,
    whole,
)
from gripforce.formats.tables.units import FACTORS, TIME_FACTORS
from gripforce.model import Kind, Unit

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

ColumnName: TypeAlias = int | str
"""A column by its number, counted from 1, or by its heading."""

_SECTIONS: Mapping[str, set[str] | None] = {
    "table": {
        "separator", "decimal", "thousands", "header_rows", "time_column", "time_unit", "rate_hz",
        "missing", "missing_value", "table", "unit", "full_scale_n",
    },
    "channels": None,
    "target": {"column", "force", "unit", "scale"},
    "zero": {"from_s", "to_s"},
    "trial": None,
}  # fmt: skip
_COMBINATIONS = ("mean", "sum")
_DETAILS = {"unit", "scale", "full_scale_n"}


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
    """How source columns are combined to one channel."""

    how: Literal["mean", "sum"]
    columns: tuple[ColumnName, ...]
    unit: str | None = None
    """None: what the headings say, else SI."""
    scale: tuple[float, ...] | None = None
    """A column each: SI units in one unit, for V, mV and counts; else a factor beside the unit."""
    full_scale_n: float | None = None


@dataclass(frozen=True, slots=True)
class TargetColumn:
    """The column of the force that was to be followed."""

    force: Literal["gf", "lf"]
    source: Combination


@dataclass(frozen=True, slots=True)
class TableMap:
    """A validated import map."""

    channels: Mapping[str, Combination]
    time_column: ColumnName | None = None
    """None where ``rate_hz`` gives the time."""
    time_unit: str | None = None
    """None: what the heading says, else seconds."""
    rate_hz: float | None = None
    separator: str | None = None
    """None: detected, as ``decimal`` and ``header_rows``."""
    decimal: str | None = None
    header_rows: int | None = None
    thousands: str | None = None
    """Between groups of three digits, empty for none; None: as the table shows, if it is clear."""
    missing_is_gap: bool = False
    missing_value: float | None = None
    """A number that stands for a blank cell."""
    table: int | None = None
    """Which table of the file, counted from 1."""
    target: TargetColumn | None = None
    zero_s: tuple[float, float] | None = None
    trial: Mapping[str, Any] = field(default_factory=dict)


def read_table_map(path: str | os.PathLike[str]) -> TableMap:
    """Read a map from a TOML file; raises ``UsageError`` where it is not valid."""
    return parse_table_map(read_text(path, "The map"), str(path))


def parse_table_map(text: str, name: str = "map") -> TableMap:
    """Parse a map from TOML; errors (``UsageError``) call it ``name``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}.") from error
    for section, keys in document.items():
        check_keys(section, keys, _SECTIONS, name)
    table = document.get("table", {})
    return TableMap(
        channels=_channels(document.get("channels", {}), table, name),
        time_column=_time_column(table, name),
        time_unit=chosen(table, "time_unit", TIME_FACTORS, name),
        rate_hz=positive(table, "table", "rate_hz", name),
        separator=separator(table, name),
        decimal=chosen(table, "decimal", (".", ","), name),
        thousands=thousands(table, name),
        header_rows=whole(table, "header_rows", 0, name) if "header_rows" in table else None,
        missing_is_gap=chosen(table, "missing", ("gap", "refuse"), name) == "gap",
        missing_value=number(table, "missing_value", name),
        table=whole(table, "table", 1, name) if "table" in table else None,
        target=_target(document.get("target"), table, name),
        zero_s=parse_zero(document.get("zero"), name),
        trial=parse_trial(document.get("trial", {}), name),
    )


def _channels(
    section: Mapping[str, Any], table: Mapping[str, Any], name: str
) -> dict[str, Combination]:
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
    return {key: _combination(value, key, table, name) for key, value in section.items()}


def _combination(value: object, channel: str, table: Mapping[str, Any], name: str) -> Combination:
    example = (
        f'Write {channel} = {{ mean = [3] }} or {{ sum = ["Fz1", "Fz2"] }}, '
        "by numbers counted from 1 or by headings."
    )
    how = [key for key in value if key in _COMBINATIONS] if isinstance(value, dict) else []
    if not isinstance(value, dict) or len(how) != 1 or set(value) - set(how) - _DETAILS:
        raise UsageError(f"{name}: {channel} is neither a mean nor a sum of columns.", example)
    columns = value[how[0]]
    if not isinstance(columns, list) or not columns:
        raise UsageError(f"{name}: {channel} lists no columns.", example)
    named = tuple(parse_column(c, f"{name}: {channel}", example) for c in columns)
    given = value
    kind, unit = CANONICAL[channel]
    if kind.is_force:
        given = {key: table[key] for key in ("unit", "full_scale_n") if key in table} | dict(value)
    return Combination(
        "mean" if how[0] == "mean" else "sum",
        named,
        _unit(given, unit, channel, name),
        scales(given, len(named), f"{name}: {channel}"),
        positive(given, channel, "full_scale_n", name),
    )


def _unit(given: Mapping[str, Any], si: Unit, channel: str, name: str) -> str | None:
    if si is Unit.NEWTON:
        return parse_force_unit(given, channel, name)
    return chosen(given, "unit", FACTORS[si], name)


def _target(
    section: Mapping[str, Any] | None, table: Mapping[str, Any], name: str
) -> TargetColumn | None:
    if section is None:
        return None
    given = {key: table[key] for key in ("unit",) if key in table} | dict(section)
    hint = 'Write column = "Target", or its number.'
    column = parse_column(given.get("column"), f"{name}: [target]", hint)
    force = chosen(given, "force", ("gf", "lf"), name)
    source = Combination(
        "mean", (column,), parse_force_unit(given, "target", name), scales(given, 1, name)
    )
    return TargetColumn("lf" if force == "lf" else "gf", source)


def _time_column(table: Mapping[str, Any], name: str) -> ColumnName | None:
    column, rate = table.get("time_column"), table.get("rate_hz")
    if (column is None) == (rate is None):
        raise UsageError(
            f"{name} must give the time by one of time_column and rate_hz in [table].",
            "A table without a time column needs a rate, such as rate_hz = 2000.",
        )
    if column is None or isinstance(column, str):
        return column
    return whole(table, "time_column", 1, name)
