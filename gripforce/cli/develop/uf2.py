"""Intel HEX to UF2, the format of boot loaders that are a disk: one block of 512 bytes a page."""

from __future__ import annotations

import struct
from typing import Final

from gripforce.errors import UsageError

NRF52840: Final = 0xADA5_2840
"""The family's number in Microsoft's list of UF2 families."""
UF2: Final = b"UF2\n"
"""A UF2 file begins with it."""
_PAGE: Final = 256
_MAGIC: Final = (0x0A32_4655, 0x9E5D_5157, 0x0AB1_6F30)
_FAMILY_IS_GIVEN: Final = 0x2000


def read_hex(text: str) -> dict[int, int]:
    """Read Intel HEX; return bytes by address. ``UsageError`` where it is damaged."""
    memory: dict[int, int] = {}
    base = 0
    for number, line in enumerate(text.split(), start=1):
        try:
            record = bytes.fromhex(line.removeprefix(":"))
            size, at, kind, data = record[0], int.from_bytes(record[1:3]), record[3], record[4:-1]
        except (ValueError, IndexError):
            size, at, kind, data, record = -1, 0, 0, b"", b""
        if len(data) != size or sum(record) % 256:
            raise UsageError(f"The image is damaged in line {number}.", "Build it again.")
        if kind == 0:
            memory.update((base + at + i, byte) for i, byte in enumerate(data))
        elif kind in {2, 4}:
            base = int.from_bytes(data) << (4 if kind == 2 else 16)  # noqa: PLR2004 - its kinds
    return memory


def to_uf2(memory: dict[int, int], family: int) -> bytes:
    """Return the blocks of all pages that hold a byte; what is missing in a page is erased."""
    pages = sorted({address - address % _PAGE for address in memory})
    blocks = []
    for number, page in enumerate(pages):
        data = bytes(memory.get(page + i, 0xFF) for i in range(_PAGE))
        head = (*_MAGIC[:2], _FAMILY_IS_GIVEN, page, _PAGE, number, len(pages), family)
        blocks.append(struct.pack("<8I476sI", *head, data, _MAGIC[2]))
    return b"".join(blocks)
