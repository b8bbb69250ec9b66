"""The tones of a session, as a screen or a sound card makes them."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Tone(StrEnum):
    """The tones: each can be told from the others by its pitch."""

    GO = "go"
    """A trial begins."""
    BEAT = "beat"
    END = "end"
    """A trial is over."""


class SoundOutput(Protocol):
    """Where tones are played."""

    def play(self, tone: Tone) -> None:
        """Play a tone now."""

    def start_beats(self, beat_s: float) -> float:
        """Begin to beat with a period [s]; return in how many seconds the first is heard."""

    def stop_beats(self) -> None:
        """End the beats."""


class Bell:
    """The terminal's bell, which has one pitch; its beats are rung by the session's own clock."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring

    def play(self, tone: Tone) -> None:  # noqa: ARG002 - a bell has one pitch
        """Ring."""
        self._ring()

    def start_beats(self, beat_s: float) -> float:
        """Return the period: ``Tone.BEAT`` is played at each beat."""
        return beat_s

    def stop_beats(self) -> None:
        """Do nothing."""
