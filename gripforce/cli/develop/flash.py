"""``gripforce flash``: the firmware onto a board, by avrdude."""

from __future__ import annotations

import shutil
import subprocess
from typing import Annotated

import typer
from serial.tools import list_ports

from gripforce.cli.develop.firmware_images import FRONTENDS, IMUS, image
from gripforce.cli.options import one_of, say
from gripforce.errors import TransportError, UsageError

BAUD = {"uno": 115_200, "nano": 115_200, "nano-old": 57_600}
"""What each boot loader listens at; ``nano-old`` is the Nano of before 2018, and most clones."""
USB_ADAPTERS = {0x2341, 0x2A03, 0x1A86, 0x0403, 0x10C4}
"""Vendors of the USB chips on such boards: Arduino (two), WCH, FTDI, Silicon Labs."""


def flash(
    board: Annotated[str, typer.Option(help="uno, nano, or nano-old.")] = "uno",
    frontend: Annotated[str, typer.Option(help="ads131m04 or hx711.")] = "hx711",
    imu: Annotated[str, typer.Option(help="The motion sensor: lsm6ds, or none.")] = "",
    port: Annotated[str | None, typer.Option(help="The port; else the one that fits.")] = None,
) -> None:
    """Write the firmware to an Arduino Uno or Nano."""
    one_of("board", board, tuple(BAUD))
    one_of("front end", frontend, FRONTENDS)
    one_of("motion sensor", imu, IMUS)
    if shutil.which("avrdude") is None:
        raise UsageError("avrdude is missing.", "On Debian: sudo apt-get install avrdude")
    built = image(board, frontend, imu, "hex")
    where = port or _only_board()
    say(f"gripforce: writing {built.name} to the board at {where}.")
    done = subprocess.run(
        [
            *("avrdude", "-q", "-p", "atmega328p", "-c", "arduino", "-P", where),
            *("-b", str(BAUD[board]), "-D", "-U", f"flash:w:{built}:i"),
        ],
        check=False,
    )
    if done.returncode != 0:
        raise TransportError(
            f"The board at {where} was not written.",
            "Close whatever uses the port; a Nano may want --board nano-old.",
        )
    say(f"gripforce: done. Try `gripforce check serial:{where}`.")


def _only_board() -> str:
    """Return the one port at which a board hangs."""
    ports = [port.device for port in list_ports.comports() if port.vid in USB_ADAPTERS]
    if len(ports) == 1:
        return str(ports[0])
    found = f"at {', '.join(ports)}; say which" if ports else "nowhere; plug it in, or say where"
    raise UsageError(f"A board was found {found}.", "Give --port, such as --port /dev/ttyACM0.")
