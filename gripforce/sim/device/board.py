"""Parts of the simulated board: storage that survives a reset, digital lines, refusals."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from gripforce.calibration import block_bytes
from gripforce.wire import commands
from gripforce.wire.framing import crc16
from gripforce.wire.messages import NakReason, Trigger

LINES: Final = 2
_VERSION: Final = 1
_COMMAND_TYPES: Final = range(commands.AskHello.TYPE, commands.Watch.TYPE + 1)
_HEAD: Final = 2
"""Bytes from which the firmware knows how long a calibration block is: version and n."""


@dataclass(slots=True)
class Storage:
    """Non-volatile memory."""

    boot: int
    """Counts power-ons."""
    calibration: bytes = b""

    def write_calibration(self, block: bytes) -> bool:
        """Store a block whose version, size and CRC are right; return whether they were."""
        sound = (
            len(block) >= _HEAD
            and block[0] == _VERSION
            and len(block) == block_bytes(block[1])
            and crc16(block[:-2]) == int.from_bytes(block[-2:], "little")
        )
        if sound:
            self.calibration = block
        return sound


@dataclass(slots=True)
class DigitalLines:
    """Digital outputs, each wired to the input of its number."""

    _high: list[bool] = field(default_factory=lambda: [False] * LINES)
    _end_s: list[float] = field(default_factory=lambda: [math.inf] * LINES)
    _edges: int = 0

    def forget_edges(self) -> None:
        """Count edges anew."""
        self._edges = 0

    def next_end_s(self) -> float:
        """Return when the next pulse ends."""
        return min(self._end_s)

    def ended(self, now_s: float) -> list[int]:
        """Return the lines whose pulse is over."""
        return [line for line, end_s in enumerate(self._end_s) if end_s <= now_s]

    def set(self, line: int, *, high: bool, end_s: float = math.inf) -> bool:
        """Set an output; return whether its level changed."""
        changed = self._high[line] != high
        self._high[line], self._end_s[line] = high, end_s
        return changed

    def edge(self, line: int, tick_us: int) -> Trigger:
        """Return the trigger of an edge that the input has just seen."""
        index, self._edges = self._edges, self._edges + 1
        return Trigger(line, self._high[line], tick_us, index & 0xFFFF)


class CommandRefusedError(Exception):
    """A command that is answered by a nak."""

    def __init__(self, reason: NakReason, detail: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def refusal(command: int) -> NakReason:
    """Return why the simulated device does not carry out a command."""
    if command == commands.Watch.TYPE:
        return NakReason.UNSUPPORTED
    return NakReason.BAD_ARGUMENT if command in _COMMAND_TYPES else NakReason.UNKNOWN_COMMAND
