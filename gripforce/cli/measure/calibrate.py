"""``gripforce calibrate``: known masses up and down on each cell, then a certificate."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from gripforce.cli.options import (
    Json,
    Language,
    SourceArgument,
    positive,
    print_json,
    print_text,
    say,
)
from gripforce.constants import QUICK_MASSES_G, STANDARD_GRAVITY
from gripforce.errors import CalibrationError, UsageError
from gripforce.untrusted import escaped

if TYPE_CHECKING:
    from gripforce.calibration import Guide
    from gripforce.device import Device

MASSES = ",".join(f"{mass:g}" for mass in QUICK_MASSES_G)


Masses = Annotated[str, typer.Option("--masses-g", help="Known masses in g, 0 among them.")]
Cells = Annotated[str, typer.Option(help="Cells, such as load_thumb,load_index (default: all).")]
Gravity = Annotated[float, typer.Option(help="Local gravity, m/s².")]
Every = Annotated[
    float | None,
    typer.Option(help="Seconds for each load, without any key (default: wait for Enter)."),
]
NewCell = Annotated[
    bool,
    typer.Option("--new-cell", help="Accept a gain far from that of the last calibration."),
]
Plain = Annotated[bool, typer.Option("--plain", help="Ask line by line (so it is in a pipe too).")]


def calibrate(
    source: SourceArgument,
    masses_g: Masses = MASSES,
    channels: Cells = "",
    gravity: Gravity = STANDARD_GRAVITY,
    every: Every = None,
    new_cell: NewCell = False,
    lang: Language = None,
    *,
    plain: Plain = False,
    json: Json = False,
) -> None:
    """Calibrate the load cells with known masses.

    Each cell is unloaded, then loaded with each mass, up and down: by default five loads a cell.
    A screen says what to apply and when it is at rest, and goes back with b. A calibration that
    passes is saved in the device and on this computer.
    """
    import asyncio

    from gripforce.calibration import READING_S, read_masses

    masses = read_masses(masses_g)
    if every is not None and every < 2 * READING_S:
        raise UsageError(
            f"{every:g} s for a load is too short.", f"Use at least {2 * READING_S:g} s."
        )
    positive("Gravity", gravity)
    if every is None and not plain and not json and sys.stdin.isatty() and sys.stdout.isatty():
        from gripforce.dashboard.calibration_app import run_calibration
        from gripforce.dashboard.settings import screen_language
        from gripforce.language import translate, use_language

        use_language(screen_language(lang))
        outcome = run_calibration(
            source, masses_g=masses, cells=channels, gravity_m_s2=gravity, new_cell=new_cell
        )
        say(f"gripforce: {translate(outcome)}.")
        return
    asyncio.run(_calibrate(source, masses, channels, gravity, every, new_cell=new_cell, json=json))


async def _calibrate(
    source: str,
    masses_g: list[float],
    wanted: str,
    gravity: float,
    every_s: float | None,
    *,
    new_cell: bool,
    json: bool,
) -> None:
    from gripforce.calibration import Guide, cell_groups, certificate, require_passed, to_json
    from gripforce.device import open_device, save_everywhere

    async with open_device(source) as device:
        before, groups = device.calibration, cell_groups(device.info, wanted)
        guide = Guide(groups, masses_g, gravity, before, new_cell=new_cell)
        await _measure(device, guide, every_s)
        calibration = guide.result(datetime.now(UTC).isoformat(timespec="seconds"))
        page = certificate(calibration, before)
        answer = {"calibration": to_json(calibration), "certificate": page, "saved": ""}
        if not json:
            print_text(page)
        try:
            require_passed(calibration)
            answer["saved"] = await save_everywhere(device, calibration)
        finally:
            if json:
                print_json(answer)
        say(f"gripforce: {answer['saved']}.")


async def _measure(device: Device, guide: Guide, every_s: float | None) -> None:
    """Go through the loads while the stream runs; a load that is refused is applied again."""
    import asyncio

    from gripforce.calibration import READING_S

    minutes = max(1, round(guide.left_s / 60))
    say(f"gripforce: {len(guide.steps)} loads, about {minutes} min. b: take the last load back.")
    readings = LoadReadings(guide)
    listening = asyncio.create_task(readings.listen(device))
    try:
        while (step := guide.step) is not None:
            text = f"[{guide.done + 1}/{len(guide.steps)}] {step.cell.label}: {step.mass_g:g} g"
            if every_s is None:
                if await asyncio.to_thread(_asks_back, f"{text}, then Enter: "):
                    guide.back()
                    continue
                until_s = guide.readings.now_s + READING_S
            else:
                say(text)
                until_s = (guide.done + 1) * every_s
            await readings.wait_until(until_s)
            try:
                guide.accept(until_s)
            except CalibrationError as refused:
                if every_s is not None or readings.ended:
                    raise
                say(f"gripforce: {refused}")
    finally:
        device.stop()
        await listening


def _asks_back(prompt: str) -> bool:
    """Wait for Enter, and return whether ``b`` was typed before it."""
    print(escaped(prompt), end="", file=sys.stderr, flush=True)
    try:
        return input().strip().lower() == "b"
    except EOFError:
        raise CalibrationError(
            "The input ended before the last load; nothing is saved.",
            "Use --every for a bench that applies its loads by itself.",
        ) from None


class LoadReadings:
    """Feeds the stream to the guide; ``wait_until`` waits for a time of the stream."""

    def __init__(self, guide: Guide) -> None:
        import asyncio

        self.ended = False
        self._guide = guide
        self._changed = asyncio.Condition()

    async def listen(self, device: Device) -> None:
        """Feed the stream to the guide until it ends."""
        from gripforce.model import Samples

        async for item in device.stream():
            if isinstance(item, Samples):
                async with self._changed:
                    self._guide.readings.add(item)
                    self._changed.notify_all()
        async with self._changed:
            self.ended = True
            self._changed.notify_all()

    async def wait_until(self, until_s: float) -> None:
        """Wait until the stream has reached ``until_s`` [s], or ended."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: self.ended or self._guide.readings.now_s >= until_s
            )
