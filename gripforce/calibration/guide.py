"""A calibration load by load: what to hang now, and a refusal as soon as a load is nonsense.

Strategy: each cell is loaded alone, up and down, and read together with the cells that are sampled
with it, so that cross-talk comes out of the same points. Whoever asks for the loads, a screen or
a command, gives samples and says when a load hangs; time is the stream's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gripforce.calibration.fit import fit, join
from gripforce.calibration.loads import (
    LEAST_LEVELS,
    Direction,
    LoadPoint,
    check_newest,
    load_from_mass,
)
from gripforce.calibration.readings import Readings
from gripforce.constants import CALIBRATION_MASSES_G, STANDARD_GRAVITY
from gripforce.errors import CalibrationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.calibration.result import Calibration
    from gripforce.model import Channel, DeviceInfo

Group = tuple["Channel", ...]
"""Cells that are sampled together."""


@dataclass(frozen=True, slots=True)
class Step:
    """One load on one cell, read by all cells that are sampled together with it."""

    cell: Channel
    group: Group
    mass_g: float
    rising: bool


class Guide:
    """Walks through the loads; the points so far are those of the steps before ``step``."""

    def __init__(
        self,
        groups: Sequence[Group],
        masses_g: Sequence[float] = CALIBRATION_MASSES_G,
        gravity_m_s2: float = STANDARD_GRAVITY,
    ) -> None:
        self.steps = plan(groups, masses_g)
        self.readings = Readings()
        self._gravity_m_s2 = gravity_m_s2
        self._points: list[LoadPoint] = []

    @property
    def done(self) -> int:
        """How many loads have been read."""
        return len(self._points)

    @property
    def step(self) -> Step | None:
        """The load to hang now; None after the last one."""
        return self.steps[self.done] if self.done < len(self.steps) else None

    def accept(self, until_s: float | None = None) -> None:
        """Read the present load over the seconds before ``until_s``, now where it is not given.

        ``CalibrationError`` where it contradicts the loads before it; then it can be read again.
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
        check_newest(step.group, step.group.index(step.cell), [*before, point])
        self._points.append(point)

    def back(self) -> None:
        """Forget the newest load, to read it again."""
        if self._points:
            self._points.pop()

    def result(self, date: str) -> Calibration:
        """Return what the loads make; ``CalibrationError`` where they make nothing."""
        by_group: dict[Group, list[LoadPoint]] = {}
        for step, point in zip(self.steps, self._points, strict=False):
            by_group.setdefault(step.group, []).append(point)
        gravity = self._gravity_m_s2
        return join([
            fit(group, points, date=date, gravity_m_s2=gravity)
            for group, points in by_group.items()
        ])  # fmt: skip


def plan(groups: Sequence[Group], masses_g: Sequence[float]) -> tuple[Step, ...]:
    """Return the loads in their order: each cell alone, up and down, the largest once."""
    rising = [(mass, True) for mass in sorted(masses_g)]
    falling = [(mass, False) for mass in sorted(masses_g)[-2::-1]]
    return tuple(
        Step(cell, group, mass, up)
        for group in groups
        for cell in group
        for mass, up in rising + falling
    )


def cell_groups(device: DeviceInfo, wanted: str = "") -> list[Group]:
    """Return the cells that are named, or all; those of one stream together."""
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
    """Return masses as they are typed, in grams: ``0,200,500``."""
    try:
        masses = [float(part) for part in text.split(",")]
    except ValueError:
        raise CalibrationError(f"'{text}' is no list of masses.", "Try 0,200,500,1000.") from None
    for mass in masses:
        if not 0 <= mass < float("inf"):
            raise CalibrationError(
                f"A mass of {mass:g} is not possible.", "Give grams, zero and above."
            )
    if len(set(masses)) < LEAST_LEVELS or 0 not in masses:
        raise CalibrationError(
            f"'{text}' is too little to calibrate by.",
            "Give 0 and at least two different masses, such as 0,500,1000.",
        )
    return sorted(set(masses))
