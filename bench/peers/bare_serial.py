"""The least that a recorder does: read a port, check each CRC, write each byte. A peer, alone."""

from __future__ import annotations

import sys
import time
from binascii import crc_hqx
from pathlib import Path

import serial
from cobs import cobs

from gripforce.wire import commands
from gripforce.wire.connection import Connection


def main(port: str, seconds: float, path: str) -> None:
    """Record; print the number of frames that were sound and unsound."""
    link = serial.Serial(port, 1_000_000, timeout=0.05, exclusive=True)
    link.write(Connection.send(commands.Start(request=1)))
    sound = unsound = 0
    tail = b""
    until_s = time.monotonic() + seconds
    with Path(path).open("wb") as file:
        while time.monotonic() < until_s:
            data = link.read(max(1, link.in_waiting))
            file.write(data)
            *frames, tail = (tail + data).split(b"\0")
            for frame in filter(None, frames):
                if _is_sound(frame):
                    sound += 1
                else:
                    unsound += 1
    link.write(Connection.send(commands.Stop(request=2)))
    print(sound, unsound)


def _is_sound(frame: bytes) -> bool:
    try:
        payload = cobs.decode(frame)
    except cobs.DecodeError:
        return False
    return crc_hqx(payload[:-2], 0xFFFF) == int.from_bytes(payload[-2:], "little")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), sys.argv[3])
