"""``gripforce calibrate``: masses up and down on one cell after the other, then a certificate."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import SourceArgument, positive, say
from gripforce.errors import DeviceError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gripforce.calibration import Calibration, LoadPoint
    from gripforce.device import Device
    from gripforce.model import Channel, CountArray, Samples

READING_S = 2.0
"""Seconds averaged for one point: 2000 samples at 1 kHz, 160 at 80 Hz."""


@dataclass(frozen=True, slots=True)
class Step:
    """One load on one cell, read by all cells that are sampled together with it."""

    cell: Channel
    group: tuple[Channel, ...]
    mass_g: float
    rising: bool


def calibrate(
    source: SourceArgument,
    masses_g: Annotated[
        str, typer.Option("--masses-g", help="Known masses, grams, with 0 among them.")
    ] = "0,200,500,1000,2000",
    channels: Annotated[
        str, typer.Option(help="Which cells, such as load_thumb,load_index; else all.")
    ] = "",
    gravity: Annotated[float, typer.Option(help="Local gravity, m/s².")] = 9.80665,
    every: Annotated[
        float | None, typer.Option(help="Hands free: a new load every so many seconds.")
    ] = None,
) -> None:
    """Calibrate: empty, known masses up and down, a certificate; kept by device and host."""
    masses = _masses(masses_g)
    if every is not None and every < 2 * READING_S:
        raise UsageError(f"A load every {every:g} s is too quick.", f"Give {2 * READING_S:g} s.")
    positive("Gravity", gravity)
    asyncio.run(_calibrate(source, masses, channels, gravity, every))


async def _calibrate(
    source: str, masses_g: Sequence[float], wanted: str, gravity: float, every_s: float | None
) -> None:
    from gripforce.calibration import certificate, checks
    from gripforce.device import open_device
    from gripforce.device.store import save_calibration

    async with open_device(source) as device:
        groups = _groups(device, wanted)
        before = device.calibration
        points = await _measure(device, _plan(groups, masses_g), gravity, every_s)
        calibration = _fit(points, gravity)
        print(certificate(calibration, before))
        if any(check.passed is False for check in checks(calibration)):
            raise UsageError("The calibration failed its limits and was not kept.", "See above.")
        kept = await _keep(device, calibration)
        path = save_calibration(device.info.uid, calibration)
        say(f"gripforce: kept {kept} and in {path}.")


async def _keep(device: Device, calibration: Calibration) -> str:
    from gripforce.calibration import to_block
    from gripforce.device.identity import force_labels
    from gripforce.wire.commands import WriteCalibration

    if list(calibration.channels) != force_labels(device.info):
        return "not in the device, which takes only all its cells together,"
    try:
        await device.send(WriteCalibration(to_block(calibration)))
    except DeviceError as refused:
        return f"not in the device ({refused})"
    return "in the device"


async def _measure(
    device: Device, steps: Sequence[Step], gravity: float, every_s: float | None
) -> dict[tuple[Channel, ...], list[LoadPoint]]:
    """Go through the steps while the stream runs; return the points of each group of cells."""
    from gripforce.calibration import Direction, LoadPoint

    readings = Readings()
    listening = asyncio.create_task(readings.listen(device))
    points: dict[tuple[Channel, ...], list[LoadPoint]] = {}
    try:
        for number, step in enumerate(steps, 1):
            text = f"[{number}/{len(steps)}] {step.cell.label}: {step.mass_g:g} g"
            if every_s is None:
                await asyncio.to_thread(input, f"{text}, then Enter: ")
                until_s = readings.now_s + READING_S
            else:
                say(text)
                until_s = number * every_s
            read = [await readings.average(cell.label, until_s) for cell in step.group]
            load_n = step.mass_g / 1000 * gravity
            point = LoadPoint(
                load_n=tuple(load_n * (cell is step.cell) for cell in step.group),
                mean_counts=tuple(mean for mean, _ in read),
                sd_counts=tuple(scatter for _, scatter in read),
                direction=Direction.UP if step.rising else Direction.DOWN,
            )
            points.setdefault(step.group, []).append(point)
    finally:
        device.stop()
        await listening
    return points


class Readings:
    """The last seconds of raw counts, by channel."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.ended = False
        self._blocks: deque[Samples] = deque()
        self._grown = asyncio.Condition()

    async def listen(self, device: Device) -> None:
        """Take in the stream until it ends."""
        from gripforce.model import Samples

        async for item in device.stream():
            if isinstance(item, Samples):
                async with self._grown:
                    self._blocks.append(item)
                    self.now_s = max(self.now_s, float(item.t[-1]))
                    while self._blocks[0].t[-1] < self.now_s - 4 * READING_S:
                        self._blocks.popleft()
                    self._grown.notify_all()
        async with self._grown:
            self.ended = True
            self._grown.notify_all()

    async def average(self, label: str, until_s: float) -> tuple[float, float]:
        """Return mean and scatter of a channel's counts in the seconds before ``until_s``."""
        import numpy as np

        async with self._grown:
            await self._grown.wait_for(lambda: self.ended or self.now_s >= until_s)
            counts = np.concatenate([self._counts(block, label, until_s) for block in self._blocks])
        if len(counts) < 2:  # noqa: PLR2004 - no scatter otherwise
            raise DeviceError("The device sent nothing to average.", "Try `gripforce check`.")
        return float(counts.mean()), float(counts.std(ddof=1))

    @staticmethod
    def _counts(block: Samples, label: str, until_s: float) -> CountArray:
        labels = [channel.label for channel in block.stream.channels]
        inside = (block.t > until_s - READING_S) & (block.t <= until_s) & (label in labels)
        counts: CountArray = block.counts[inside, labels.index(label) if label in labels else 0]
        return counts


def _fit(points: dict[tuple[Channel, ...], list[LoadPoint]], gravity: float) -> Calibration:
    """Return one calibration; cross-talk is known among cells that are sampled together."""
    from gripforce.calibration import fit, join

    today = datetime.now(UTC).isoformat(timespec="seconds")
    return join(
        [fit(group, found, date=today, gravity_m_s2=gravity) for group, found in points.items()]
    )


def _plan(groups: Sequence[tuple[Channel, ...]], masses_g: Sequence[float]) -> list[Step]:
    rising = [(mass, True) for mass in sorted(masses_g)]
    falling = [(mass, False) for mass in sorted(masses_g)[-2::-1]]
    return [
        Step(cell, group, mass, up)
        for group in groups
        for cell in group
        for mass, up in rising + falling
    ]


def _groups(device: Device, wanted: str) -> list[tuple[Channel, ...]]:
    """Return the wanted cells, those of one stream together."""
    streams = [[c for c in s.channels if c.kind.is_force] for s in device.info.streams]
    known = [cell.label for cells in streams for cell in cells]
    names = [name for name in wanted.split(",") if name] or known
    strange = sorted(set(names) - set(known))
    if strange:
        raise UsageError(f"The device has no cell '{strange[0]}'.", f"It has: {', '.join(known)}.")
    chosen = [tuple(cell for cell in cells if cell.label in names) for cells in streams]
    return [cells for cells in chosen if cells]


def _masses(text: str) -> list[float]:
    try:
        masses = [float(part) for part in text.split(",")]
    except ValueError:
        raise UsageError(f"'{text}' is no list of masses.", "Try 0,200,500,1000.") from None
    for mass in masses:
        if mass:
            positive("A mass", mass)
    return masses
