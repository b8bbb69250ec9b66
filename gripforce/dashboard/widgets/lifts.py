"""The last lifts with their metrics, newest first, and the median of all."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from gripforce.analysis.flags import LiftFlag
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.live import Snapshot


class Column(NamedTuple):
    """A metric of the lifts table, as the screen shows it."""

    metric: str
    name: str
    unit: str
    form: str
    cells: int
    needed: bool = True
    """Whether it stays where there are 80 columns only."""


COLUMNS: Final = (
    Column("preload_ms", "preload", "ms", ".0f", 8),
    Column("loading_ms", "loading", "ms", ".0f", 8),
    Column("gf_peak_n", "GF peak", "N", ".1f", 8),
    Column("gf_static_n", "GF hold", "N", ".1f", 8),
    Column("lf_static_n", "LF hold", "N", ".1f", 8, needed=False),
    Column("gf_lf_ratio", "GF/LF", "", ".2f", 7),
    Column("pgfr_n_per_s", "GF rate", "N/s", ".0f", 8),
    Column("xcorr_lag_ms", "lag", "ms", "+.0f", 6),
    Column("xcorr_r", "r", "", ".2f", 6),
)
_WIDE: Final = 100
_NUMBER_CELLS: Final = 7
_UNSHOWN: Final = frozenset({LiftFlag.NO_SLIP_TEST})
"""True of every lift of a stream without a slip test, and no column here depends on it."""
_FEWEST_FOR_MEDIAN: Final = 2


class LiftTable(LineWidget):
    """As many of the last lifts as there is room for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lifts--head", "lifts--row", "lifts--median"}

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return two header lines, the lifts, and their median below."""
        if not frame.lifts:
            yield [(" lifts", "lifts--head")]
            yield []
            yield [(f" {frame.refusal or 'No lift has ended yet.'}"[:width], "lifts--row")]
            return
        columns = [column for column in COLUMNS if column.needed or width >= _WIDE]
        names = "".join(f"{column.name:>{column.cells}}" for column in columns)
        units = "".join(f"{column.unit:>{column.cells}}" for column in columns)
        yield [(_line("lift", names, "flags", width), "lifts--head")]
        yield [(_line("", units, "", width), "lifts--head")]
        several = len(frame.lifts) >= _FEWEST_FOR_MEDIAN
        room = max(1, height - 2 - several)
        for lift in reversed(frame.lifts[-room:]):
            yield [(lift_line(lift, columns, width), "lifts--row")]
        if several:
            yield [(median_line(frame.lifts, columns, width), "lifts--median")]


def lift_line(lift: Lift, columns: Sequence[Column], width: int) -> str:
    """Return one lift's line; a dash where it could not be measured, the flags say why."""
    cells = "".join(_cell(getattr(lift.metrics, column.metric), column) for column in columns)
    flags = ", ".join(flag.replace("_", " ") for flag in lift.flags if flag not in _UNSHOWN)
    return _line(str(lift.trial.number), cells, flags, width)


def median_line(lifts: Sequence[Lift], columns: Sequence[Column], width: int) -> str:
    """Return the median of each column over all lifts that have it."""
    cells = []
    for column in columns:
        values = [v for lift in lifts if (v := getattr(lift.metrics, column.metric)) is not None]
        cells.append(_cell(median(values) if values else None, column))
    return _line("median", "".join(cells), f"of {len(lifts)} lifts", width)


def _line(first: str, cells: str, last: str, width: int) -> str:
    line = f"{first:>{_NUMBER_CELLS}}{cells}  {last}".ljust(width)
    return line if len(line) == width else f"{line[: width - 1]}…"


def _cell(value: float | None, column: Column) -> str:
    return f"{'–' if value is None else format(value, column.form):>{column.cells}}"
