"""``gripforce emulate``: the real AVR firmware in an emulator, on a pty."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Annotated

import typer

from gripforce.cli.develop.firmware_images import FRONTENDS, IMUS, built, image
from gripforce.cli.options import one_of, say
from gripforce.errors import UsageError

TRUTH_WAIT_S = 10.0


def emulate(
    waveform: Annotated[
        Path, typer.Option(help="CSV: t_s,c0,c1,c2,c3 in counts; six more for motion.")
    ],
    link: Annotated[Path, typer.Option(help="Make a pty, with a link to it here.")],
    frontend: Annotated[str, typer.Option(help="ads131m04 or hx711.")] = "ads131m04",
    imu: Annotated[str, typer.Option(help="The motion sensor: lsm6ds, or none.")] = "",
    truth: Annotated[Path | None, typer.Option(help="Write what was presented here.")] = None,
    events: Annotated[Path | None, typer.Option(help="Triggers and faults, by time.")] = None,
    *,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as it can.")] = False,
) -> None:
    """Run the firmware on an emulated board.

    It runs until Ctrl-C.
    """
    one_of("front end", frontend, FRONTENDS)
    one_of("motion sensor", imu, IMUS)
    if not waveform.is_file():
        raise UsageError(f"There is no waveform {waveform}.")
    command = [
        built("emulator", "emulator"),
        *("--image", image("uno", frontend, imu, "elf")),
        *("--frontend", frontend, "--waveform", waveform, "--link", link),
        *(() if fast else ("--paced",)),
        *(("--truth", truth) if truth else ()),
        *(("--events", events) if events else ()),
    ]
    say(f"gripforce: the {frontend} firmware at {link}; the waveform begins with each start.")
    code = _run([str(part) for part in command])
    if code != 0:
        raise UsageError("The emulator could not run.", "It says above what it lacks.")


def _run(command: list[str]) -> int:
    """Run until it ends; Ctrl-C reaches the child too, which then writes its truth."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        try:
            return child.wait()
        except KeyboardInterrupt:
            return child.wait(TRUTH_WAIT_S)
