"""Recognize a device that sends text, such as a sketch that prints numbers, or a boot log."""

from __future__ import annotations

from typing import Final

_LEAST = 6
"""Bytes from which text is recognized."""
_MOST_ODD = 0.05
"""Part of the bytes that may be noise, as at the beginning of a boot log."""
_SHOWN = 40
_PRINTABLE: Final = frozenset(range(0x20, 0x7F))


def line_of_text(data: bytes) -> str:
    """Return the last whole line of text that bytes hold, cut to 40 characters; else ""."""
    if len(data) < _LEAST or b"\0" in data:
        return ""
    odd = sum(byte not in _PRINTABLE and byte not in b"\t\r\n" for byte in data)
    lines = data.replace(b"\r", b"\n").split(b"\n")
    if len(lines) == 1 or odd > _MOST_ODD * len(data):
        return ""
    whole = [line.strip() for line in lines[:-1] if line.strip()]
    text = "".join(map(chr, filter(_PRINTABLE.__contains__, whole[-1]))) if whole else ""
    return text[:_SHOWN]
