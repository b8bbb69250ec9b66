"""``gripforce emulate``: the real firmware in an emulator, on a pty or a TCP port."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from gripforce.cli.develop.firmware_images import FRONTENDS, IMUS, built, image
from gripforce.cli.options import one_of, say
from gripforce.errors import UsageError

TRUTH_WAIT_S = 10.0
BOARDS = ("uno", "cortex-m4")


_Waveform = Annotated[
    Path | None, typer.Option(help="CSV: t_s,c0,c1,c2,c3 in counts; six more for motion.")
]
_Link = Annotated[Path | None, typer.Option(help="Make a pty, with a link to it here.")]
_Frontend = Annotated[str, typer.Option(help="Of an uno: ads131m04 or hx711.")]
_Imu = Annotated[str, typer.Option(help="The motion sensor: lsm6ds, or none.")]
_Truth = Annotated[Path | None, typer.Option(help="Write what was presented here.")]
_Events = Annotated[Path | None, typer.Option(help="Triggers and faults, by time.")]
_Board = Annotated[
    str, typer.Option(help="uno (the whole image), or cortex-m4 (the core, in QEMU).")
]
_Tcp = Annotated[int | None, typer.Option(help="Of a cortex-m4: listen on this port of 127.0.0.1.")]


def emulate(
    waveform: _Waveform = None,
    link: _Link = None,
    frontend: _Frontend = "ads131m04",
    imu: _Imu = "",
    truth: _Truth = None,
    events: _Events = None,
    board: _Board = "uno",
    tcp: _Tcp = None,
    *,
    fast: Annotated[bool, typer.Option("--fast", help="As fast as it can.")] = False,
) -> None:
    """Run the firmware on an emulated board.

    It runs until Ctrl-C. A cortex-m4 without a waveform counts upwards.
    """
    one_of("board", board, BOARDS)
    one_of("front end", frontend, FRONTENDS)
    one_of("motion sensor", imu, IMUS)
    if waveform is not None and not waveform.is_file():
        raise UsageError(f"There is no waveform {waveform}.")
    if board == "cortex-m4":
        if imu or truth or events:
            raise UsageError("A cortex-m4 has no converter.", "Omit --imu, --truth and --events.")
        _emulate_cortex_m4(waveform, link, tcp, fast=fast)
        return
    if waveform is None or link is None or tcp is not None:
        raise UsageError("An uno needs --waveform and --link, and has no --tcp.")
    command = [
        built("emulator", "emulator"),
        *("--image", image("uno", frontend, imu, "elf")),
        *("--frontend", frontend, "--waveform", waveform, "--link", link),
        *(() if fast else ("--paced",)),
        *(("--truth", truth) if truth else ()),
        *(("--events", events) if events else ()),
    ]
    say(f"gripforce: the {frontend} firmware at {link}; the waveform begins with each start.")
    with subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL) as child:
        _wait(child)


def _emulate_cortex_m4(
    waveform: Path | None, link: Path | None, tcp: int | None, *, fast: bool
) -> None:
    if (link is None) == (tcp is None):
        raise UsageError("Say where the board shall be.", "Give --link PATH or --tcp PORT.")
    line = "pty" if tcp is None else f"tcp:127.0.0.1:{tcp},server=on,wait=off"
    from gripforce.cli.develop import cortex_m4

    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows" if waveform is not None else None
        n_rows = cortex_m4.write_rows(waveform, rows) if waveform and rows else 0
        command = cortex_m4.qemu_command([line], rows, n_rows, fast=fast)
        with cortex_m4.running(command, [link] if link else []) as child:
            where = f"serial:{link}" if tcp is None else f"tcp:127.0.0.1:{tcp}"
            say(f"gripforce: the core on a Cortex-M4 at {where}; Ctrl-C ends it.")
            _wait(child)


def _wait(child: subprocess.Popen[bytes]) -> None:
    """Wait until it ends; Ctrl-C reaches the child too, which then writes its truth."""
    try:
        code = child.wait()
    except KeyboardInterrupt:
        code = child.wait(TRUTH_WAIT_S)
    if code not in {0, -2}:
        raise UsageError("The emulator could not run.", "It says above what it lacks.")
