"""The last lifts with their metrics, newest first, and the median of all."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from gripforce.analysis.lift.metrics import LiftMetrics
from gripforce.analysis.metric import MISSING, MetricSpec, specs_of
from gripforce.dashboard.widgets.line_widget import LineWidget, Runs, clipped, justified
from gripforce.language import translate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gripforce.analysis.lift.lifts import Lift
    from gripforce.online import Snapshot


class Column(NamedTuple):
    """A column of the lifts table; label, unit and decimals are the metric's own."""

    spec: MetricSpec
    cells: int
    needed: bool = True
    """Whether it stays where there are 80 columns only."""

    def write(self, value: float | None) -> str:
        """Return a cell, with one decimal less than on paper for what has a unit."""
        if value is None:
            return f"{MISSING:>{self.cells}}"
        decimals = max(0, self.spec.decimals - 1) if self.spec.unit else self.spec.decimals
        sign = "+" if self.spec.signed else "-"
        return f"{format(value, f'{sign}.{decimals}f'):>{self.cells}}"


_SPECS: Final = specs_of(LiftMetrics)
COLUMNS: Final = (
    Column(_SPECS["preload_ms"], 8),
    Column(_SPECS["loading_ms"], 8),
    Column(_SPECS["gf_peak_n"], 8),
    Column(_SPECS["gf_static_n"], 8),
    Column(_SPECS["lf_static_n"], 8, needed=False),
    Column(_SPECS["gf_lf_ratio"], 7),
    Column(_SPECS["gf_rate_peak_n_per_s"], 8),
    Column(_SPECS["xcorr_lag_ms"], 6),
    Column(_SPECS["xcorr_r"], 6),
)
"""Which metrics there is room for, from left to right."""
_WIDE: Final = 100
_NUMBER_CELLS: Final = 7
_FEWEST_FOR_MEDIAN: Final = 2


class LiftTable(LineWidget):
    """As many of the last lifts as there is room for."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"lifts--head", "lifts--row", "lifts--median"}

    def draw(self, frame: Snapshot, width: int, height: int) -> Iterable[Runs]:
        """Return two header lines, the lifts, and their median below."""
        if not frame.lifts:
            yield [(f" {translate('lifts')}", "lifts--head")]
            yield []
            text = translate(frame.refusal or "No lift has ended yet.")
            yield [(clipped(f" {text}", width), "lifts--row")]
            return
        columns = [column for column in COLUMNS if column.needed or width >= _WIDE]
        names = "".join(
            justified(" " + translate(column.spec.short), column.cells, right=True)
            for column in columns
        )
        units = "".join(f"{column.spec.unit:>{column.cells}}" for column in columns)
        yield [(_line(translate("lift"), names, translate("flags"), width), "lifts--head")]
        yield [(_line("", units, "", width), "lifts--head")]
        several = len(frame.lifts) >= _FEWEST_FOR_MEDIAN
        room = max(1, height - 2 - several)
        for lift in reversed(frame.lifts[-room:]):
            yield [(lift_line(lift, columns, width), "lifts--row")]
        if several:
            yield [(median_line(frame.lifts, columns, width), "lifts--median")]


def lift_line(lift: Lift, columns: Sequence[Column], width: int) -> str:
    """Return one lift's line; a dash where it could not be measured, the flags say why."""
    cells = "".join(column.write(getattr(lift.metrics, column.spec.column)) for column in columns)
    flags = ", ".join(translate(flag.words) for flag in lift.flags)
    return _line(str(lift.trial.number), cells, flags, width)


def median_line(lifts: Sequence[Lift], columns: Sequence[Column], width: int) -> str:
    """Return the median of each column over all lifts that have it."""
    cells = []
    for column in columns:
        found = [getattr(lift.metrics, column.spec.column) for lift in lifts]
        known = [value for value in found if value is not None]
        cells.append(column.write(median(known) if known else None))
    of_lifts = translate(f"of {len(lifts)} lifts")
    return _line(translate("median"), "".join(cells), of_lifts, width)


def _line(first: str, cells: str, last: str, width: int) -> str:
    return justified(f"{justified(first, _NUMBER_CELLS, right=True)}{cells}  {last}", width)
