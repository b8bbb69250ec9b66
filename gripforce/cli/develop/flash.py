"""``gripforce flash``: the firmware onto a board, by the tool of its boot loader."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from gripforce.cli.develop.firmware_images import FRONTENDS, arduino_image, image
from gripforce.cli.develop.flash_targets import GET, TARGETS, FlashTarget
from gripforce.cli.develop.uf2 import UF2, read_hex, to_uf2
from gripforce.cli.options import one_of, say
from gripforce.errors import GripforceError, TransportError, UsageError

PATIENCE_S: Final = 10.0
"""A boot loader or a sketch needs this long at most to appear."""
TOUCH_BAUD: Final = 1200
"""Opening the port at this rate makes such a sketch start its boot loader."""


def flash(
    board: Annotated[str, typer.Option(help=f"One of {', '.join(TARGETS)}.")] = "uno",
    frontend: Annotated[str, typer.Option(help="ads131m04 or hx711.")] = "hx711",
    imu: Annotated[
        str, typer.Option(help="A motion sensor: lsm6ds; a nano33ble's own lsm9ds1, bmi270 (Rev2).")
    ] = "",
    port: Annotated[str | None, typer.Option(help="The port; else the one that fits.")] = None,
    file: Annotated[
        Path | None, typer.Option("--image", help="An image of your own; else the built one.")
    ] = None,
    *,
    check: Annotated[bool, typer.Option(help="Ask the board who it is at the end.")] = True,
) -> None:
    """Write the firmware to a board, and ask the board who it is.

    An Uno's or Nano's image is built where it is missing; another board's comes from arduino-cli.
    """
    one_of("board", board, tuple(TARGETS))
    one_of("front end", frontend, FRONTENDS)
    target = TARGETS[board]
    one_of(f"{board} motion sensor", imu, target.imus)
    if target.tool in GET and shutil.which(target.tool) is None:
        raise UsageError(f"{target.tool} is missing.", GET[target.tool])
    built = file or _built(board, target, frontend, imu)
    if not built.is_file():
        raise UsageError(f"There is no image {built}.")
    where = port or ("its disk" if _disk(target) else _only_board(target))
    say(f"gripforce: writing {built.name} to the {board} at {where}.")
    _write(target, built, where)
    if check:
        where = port or _only_board(target, patience_s=PATIENCE_S)
        say(f"gripforce: {_who(where, target)} answers at {where}.")
        say(f"gripforce: try `gripforce check serial:{where}`.")


def _write(target: FlashTarget, built: Path, where: str) -> None:
    if target.disk:
        _copy(target, built, where)
        return
    if target.touched:
        where = _touch(where, target)
    if subprocess.run(target.command(built, where), check=False).returncode != 0:
        raise TransportError(
            f"The board at {where} was not written.",
            "Close whatever uses the port; a Nano may want --board nano-old.",
        )


def _built(board: str, target: FlashTarget, frontend: str, imu: str) -> Path:
    if target.fqbn:
        return arduino_image(board, target.fqbn, frontend, imu, target.ending)
    return image(board, frontend, imu, target.ending)


def _touch(where: str, target: FlashTarget) -> str:
    """Start the boot loader of a board; return the port at which it appears."""
    import serial

    try:
        serial.Serial(where, TOUCH_BAUD).close()
    except (OSError, serial.SerialException) as error:
        raise TransportError(
            f"{where} cannot be opened: {error}.", "Is it the right one?"
        ) from error
    time.sleep(1.0)
    return _only_board(target, patience_s=PATIENCE_S)


def _copy(target: FlashTarget, built: Path, where: str) -> None:
    """Copy an image to the disk that a boot loader shows as."""
    content = built.read_bytes()
    if target.family and built.suffix != ".uf2":
        content = to_uf2(read_hex(content.decode("ascii", errors="replace")), target.family)
    elif not content.startswith(UF2):
        raise UsageError(f"{built} is no UF2 file.", "Export one in the Arduino IDE.")
    disk = _disk(target)
    if disk is None:
        _touch_quietly(where)
        until_s = time.monotonic() + PATIENCE_S
        while (disk := _disk(target)) is None and time.monotonic() < until_s:
            time.sleep(0.2)
    if disk is None:
        raise TransportError(
            "The board's disk does not appear.",
            "Press its reset button twice, then try again (a Pico: hold BOOTSEL, plug it in).",
        )
    try:
        (disk / "gripforce.uf2").write_bytes(content)
    except OSError as error:
        raise TransportError(f"{disk} was not written: {error.strerror}.") from error


def _touch_quietly(where: str) -> None:
    import serial

    try:
        serial.Serial(where, TOUCH_BAUD).close()
    except (OSError, serial.SerialException) as error:
        say(f"gripforce: {where} cannot be opened ({error}); press the reset button twice.")


def _disk(target: FlashTarget) -> Path | None:
    """Return the disk of a board's boot loader, which describes itself in a file."""
    if not target.disk:
        return None
    for line in _mounted():
        try:
            told = (line / "INFO_UF2.TXT").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if target.disk in told:
            return line
    return None


def _mounted() -> list[Path]:
    if sys.platform == "win32":
        return [Path(f"{letter}:/") for letter in "DEFGHIJKLMNOPQRSTUVWXYZ"]
    roots = (Path("/media"), Path("/run/media"), Path("/Volumes"), Path("/mnt"))
    return [
        path for root in roots if root.is_dir() for path in (*root.glob("*"), *root.glob("*/*"))
    ]


def _only_board(target: FlashTarget, *, patience_s: float = 0.0) -> str:
    """Return the one port at which such a board hangs."""
    from serial.tools import list_ports

    until_s = time.monotonic() + patience_s
    while True:
        ports = [port.device for port in list_ports.comports() if port.vid in target.vendors]
        if len(ports) == 1:
            return str(ports[0])
        if ports or time.monotonic() > until_s:
            break
        time.sleep(0.2)
    found = f"at {', '.join(ports)}; say which" if ports else "nowhere; plug it in, or say where"
    raise UsageError(f"A board was found {found}.", "Give --port, such as --port /dev/ttyACM0.")


def _who(where: str, target: FlashTarget) -> str:
    """Return what a board says of itself; ``TransportError`` where it does not answer."""
    import asyncio

    from gripforce.device import open_device

    async def ask() -> str:
        async with open_device(f"serial:{where}") as device:
            return f"{device.info.board}, firmware {device.info.firmware}"

    until_s = time.monotonic() + (PATIENCE_S if target.fqbn else 0.0)
    while not Path(where).exists() and time.monotonic() < until_s:
        time.sleep(0.2)  # its own USB went away with the reset
    try:
        return asyncio.run(ask())
    except GripforceError as error:
        raise TransportError(
            f"The board at {where} was written, but does not answer: {error}",
            "Unplug it, and try `gripforce devices`.",
        ) from error
