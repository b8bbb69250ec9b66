"""The core on a Cortex-M4 that QEMU emulates: its command line, its waveform, its serial lines."""

from __future__ import annotations

import re
import shutil
import subprocess
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np

from gripforce.cli.develop.firmware_images import built
from gripforce.errors import UsageError
from gripforce.transport.serve import pointing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

OPTIONS_AT: Final = 0x2000_0000
"""The image's ``Options`` (``firmware/cortex_m4/machine.h``): three words, zero by default."""
WAVEFORM_AT: Final = 0x2100_0000
WAVEFORM_BYTES: Final = 16 << 20
RATE_HZ: Final = 1000.0
FULL_SCALE: Final = 1 << 23
_CHANNELS: Final = 4
_ROW_BYTES: Final = 4 * _CHANNELS
_PTY = re.compile(rb"char device redirected to (\S+)")


def qemu_command(
    lines: list[str], rows: Path | None, n_rows: int, *, first_tick: int = 0, fast: bool = False
) -> list[str]:
    """Return the command that runs the image; ``lines`` are QEMU's names of serial lines."""
    qemu = shutil.which("qemu-system-arm")
    if qemu is None:
        raise UsageError(
            "qemu-system-arm is missing.", "On Debian: sudo apt-get install qemu-system-arm"
        )
    words = (first_tick, int(fast), n_rows)
    loaded = [
        f"loader,addr={OPTIONS_AT + 4 * i:#x},data={word},data-len=4"
        for i, word in enumerate(words)
        if word
    ]
    if rows is not None:
        loaded.append(f"loader,file={rows},addr={WAVEFORM_AT:#x},force-raw=on")
    return [
        *(qemu, "-M", "mps2-an386", "-display", "none", "-monitor", "none"),
        *(word for line in lines for word in ("-serial", line)),
        *(word for device in loaded for word in ("-device", device)),
        *("-kernel", str(built("cortex-m4.elf", "cortex-m4"))),
    ]


def write_rows(waveform: Path, path: Path) -> int:
    """Write a waveform in CSV as the image reads it, linear at 1 kHz; return the number of rows."""
    refusal = UsageError(f"{waveform} is no waveform.", "Its columns: t_s,c0,c1,c2,c3, by time.")
    try:
        lines = waveform.read_text(encoding="utf-8").splitlines()[1:]
        table = np.array([line.split(",")[: 1 + _CHANNELS] for line in lines], float)
    except (OSError, ValueError) as error:
        raise refusal from error
    if table.ndim != 2 or table.shape[1] != 1 + _CHANNELS or not np.all(np.isfinite(table)):  # noqa: PLR2004 - rows and columns
        raise refusal
    if np.any(np.diff(table[:, 0]) < 0) or np.any(np.abs(table[:, 1:]) > FULL_SCALE):
        raise refusal
    if table[-1, 0] * RATE_HZ * _ROW_BYTES > WAVEFORM_BYTES:
        raise UsageError(f"{waveform} is too long.", "The emulated board has room for 17 minutes.")
    t_s = np.arange(0.0, table[-1, 0] + 0.5 / RATE_HZ, 1 / RATE_HZ)
    columns = [np.interp(t_s, table[:, 0], table[:, 1 + c]) for c in range(_CHANNELS)]
    rows = np.rint(np.stack(columns, axis=1)).astype("<i4")
    path.write_bytes(rows.tobytes())
    return len(rows)


@contextmanager
def running(command: list[str], links: Sequence[Path] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """Run QEMU; ``links`` are created to its serial lines, which are then ptys, in their order."""
    with (
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as child,
        ExitStack() as made,
    ):
        try:
            for link in links:
                made.enter_context(pointing(link, _next_pty(child)))
            yield child
        finally:
            child.terminate()


def _next_pty(child: subprocess.Popen[bytes]) -> str:
    """Return the next pty that QEMU names."""
    said = b""
    for line in child.stdout or ():
        said += line
        if found := _PTY.search(line):
            return found[1].decode()
    raise UsageError(f"QEMU could not run: {said.decode(errors='replace').strip()}.")
