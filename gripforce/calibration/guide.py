"""Guide a calibration load by load, and refuse an implausible load at once.

Strategy: each cell is loaded alone, up and down, and read together with the cells that are sampled
with it, so that cross-talk is fitted from the same points. The caller, a screen or a command,
passes samples and states when a load is applied; time is the stream's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gripforce.calibration.fit import fit, join
from gripforce.calibration.loads import (
    LEAST_LEVELS,
    UNCHANGED_SIGMA,
    Direction,
    LoadPoint,
    check_newest,
    load_from_mass,
)
from gripforce.calibration.plausible import check_cell, check_unit
from gripforce.calibration.readings import Readings
from gripforce.constants import CALIBRATION_MASSES_G, STANDARD_GRAVITY
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.calibration.result import Calibration
    from gripforce.model import Channel, DeviceInfo

USUAL_LOAD_S: Final = 12.0
"""Assumed time to change a mass and let it rest, until the operator's own pace is known."""
_PACE_KNOWN: Final = 3

Group = tuple["Channel", ...]
"""Cells that are sampled together."""


@dataclass(frozen=True, slots=True)
class Step:
    """One load on one cell, read by all cells that are sampled with it."""

    cell: Channel
    group: Group
    mass_g: float
    rising: bool


class Guide:
    """The sequence of loads of a calibration, and the points read so far.

    ``groups`` are the cells sampled together, ``masses_g`` the masses applied to each cell;
    ``before`` is the last calibration, which exposes masses in another unit.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        masses_g: Sequence[float] = CALIBRATION_MASSES_G,
        gravity_m_s2: float = STANDARD_GRAVITY,
        before: Calibration | None = None,
        *,
        new_cell: bool = False,
    ) -> None:
        self._before, self._new_cell = before, new_cell
        self._unloaded: dict[Channel, float] = {}
        self.steps = plan(groups, masses_g)
        self.readings = Readings()
        self._gravity_m_s2 = gravity_m_s2
        self._points: list[LoadPoint] = []

    @property
    def done(self) -> int:
        """Number of loads that have been read."""
        return len(self._points)

    @property
    def step(self) -> Step | None:
        """The load to apply now; None after the last one."""
        return self.steps[self.done] if self.done < len(self.steps) else None

    @property
    def left_s(self) -> float:
        """Estimated time [s] for the loads to come, by the operator's own pace once it is known."""
        known = self.done >= _PACE_KNOWN
        pace_s = self.readings.now_s / self.done if known else USUAL_LOAD_S
        return pace_s * (len(self.steps) - self.done)

    @property
    def points(self) -> tuple[LoadPoint, ...]:
        """The points that have been read, in the order of ``steps``."""
        return tuple(self._points)

    def accept(self, until_s: float | None = None) -> None:
        """Read the present load over the ``READING_S`` before ``until_s``, by default now.

        Raises ``CalibrationError`` where it contradicts earlier loads; it can then be read again.
        """
        step = self.step
        if step is None:
            raise CalibrationError("All loads have been read.")
        read = [self.readings.average(cell.label, until_s) for cell in step.group]
        load_n = load_from_mass(step.mass_g, self._gravity_m_s2)
        point = LoadPoint(
            load_n=tuple(load_n * (cell is step.cell) for cell in step.group),
            mean_counts=tuple(mean for mean, _ in read),
            sd_counts=tuple(scatter for _, scatter in read),
            direction=Direction.UP if step.rising else Direction.DOWN,
        )
        before = [p for s, p in zip(self.steps, self._points, strict=False) if s.cell is step.cell]
        self._check_plausible(step, [*before, point], until_s)
        check_newest(step.group, step.group.index(step.cell), [*before, point])
        self._points.append(point)

    def _check_plausible(
        self, step: Step, points: Sequence[LoadPoint], until_s: float | None
    ) -> None:
        """Refuse a load that another cell reads, or one in another unit than grams."""
        cells = {cell for one in self.steps for cell in one.group}
        reads = self.readings.averages([cell.label for cell in cells], until_s)
        first, newest = points[0], points[-1]
        index = step.group.index(step.cell)
        load_n = newest.load_n[index] - first.load_n[index]
        if load_n == 0:
            self._unloaded = {c: reads[c.label] for c in cells if c.label in reads}
            return
        moved = {c: reads[c.label] - at for c, at in self._unloaded.items() if c.label in reads}
        if step.cell in moved:
            check_cell(step.cell, moved, self._before)
        counts = newest.mean_counts[index] - first.mean_counts[index]
        scatter = max(first.sd_counts[index], newest.sd_counts[index])
        if not self._new_cell and abs(counts) > UNCHANGED_SIGMA * scatter:
            check_unit(step.cell, load_n / counts, self._before)

    def back(self) -> None:
        """Discard the newest point, to read its load again."""
        if self._points:
            self._points.pop()

    def result(self, date: str) -> Calibration:
        """Fit the calibration, dated ``date``; raises ``CalibrationError`` where it fails."""
        by_group: dict[Group, list[LoadPoint]] = {}
        for step, point in zip(self.steps, self._points, strict=False):
            by_group.setdefault(step.group, []).append(point)
        gravity = self._gravity_m_s2
        return join([
            fit(group, points, date=date, gravity_m_s2=gravity)
            for group, points in by_group.items()
        ])  # fmt: skip


def plan(groups: Sequence[Group], masses_g: Sequence[float]) -> tuple[Step, ...]:
    """Return the loads in order: each cell alone, up and down, the largest mass once."""
    rising = [(mass, True) for mass in sorted(masses_g)]
    falling = [(mass, False) for mass in sorted(masses_g)[-2::-1]]
    return tuple(
        Step(cell, group, mass, up)
        for group in groups
        for cell in group
        for mass, up in rising + falling
    )


def cell_groups(device: DeviceInfo, wanted: str = "") -> list[Group]:
    """Return a device's force cells by stream: those in the comma-separated ``wanted``, or all.

    Raises ``CalibrationError`` for an unknown name.
    """
    streams = [[c for c in s.channels if c.kind.is_force] for s in device.streams]
    known = [cell.label for cells in streams for cell in cells]
    names = [name.strip() for name in wanted.split(",") if name.strip()] or known
    strange = sorted(set(names) - set(known))
    if strange:
        raise CalibrationError(
            f"The device has no cell '{strange[0]}'.", f"It has: {', '.join(known)}."
        )
    chosen = [tuple(cell for cell in cells if cell.label in names) for cells in streams]
    return [cells for cells in chosen if cells]


def read_masses(text: str) -> list[float]:
    """Parse masses in grams such as ``0,200,500``; returns them sorted, without duplicates.

    Raises ``CalibrationError`` where they are not enough for a calibration.
    """
    try:
        masses = [float(part) for part in text.split(",")]
    except ValueError:
        raise CalibrationError(
            f"'{text}' is not a list of masses.", "Try 0,200,500,1000."
        ) from None
    for mass in masses:
        if not 0 <= mass < float("inf"):
            raise CalibrationError(
                f"A mass of {mass:g} is not possible.", "Give grams, zero and above."
            )
    if len(set(masses)) < LEAST_LEVELS or 0 not in masses:
        raise CalibrationError(
            f"'{text}' has too few masses for a calibration.",
            "Give 0 and at least two different masses, such as 0,500,1000.",
        )
    return sorted(set(masses))
