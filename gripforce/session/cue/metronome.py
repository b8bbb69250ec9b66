"""The metronome of a trial: when each beat sounds, and which movement is due at it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from gripforce.session.state_machine import SessionMachine


class Due(StrEnum):
    """The movement that is due."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat: its number in the trial from 1, and when it sounds [s], on the host's clock."""

    number: int
    at_s: float


_HALF: Final = 0.5


class Metronome:
    """Counts the beats of each trial; the first comes one period after the hand has gripped.

    ``start`` begins the sound of a period [s] and returns in how many seconds its first beat is
    heard; ``stop`` ends it.
    """

    def __init__(self, start: Callable[[float], float], stop: Callable[[], None]) -> None:
        self._start, self._stop = start, stop
        self._first_s: float | None = None
        self._beat_s = 0.0
        self._reported = 0

    def follow(self, session: SessionMachine, now_s: float) -> list[Beat]:
        """Start or stop with the trial; return the beats since the last call."""
        beat_s = session.block.beat_s
        running = session.timed and session.trial_start_t is not None and beat_s is not None
        if not running or beat_s is None:
            if self._first_s is not None:
                self._stop()
            self._first_s, self._reported = None, 0
            return []
        if self._first_s is None:
            self._beat_s = beat_s
            self._first_s = now_s + self._start(beat_s)
        first = self._reported + 1
        self._reported = self.number(now_s) or 0
        return [Beat(n, self._time_of(n)) for n in range(first, self._reported + 1)]

    def number(self, now_s: float) -> int | None:
        """Return the number of the newest beat, 0 before the first; None where none sounds."""
        if self._first_s is None:
            return None
        return max(0, 1 + int((now_s - self._first_s) // self._beat_s))

    def next_s(self, now_s: float) -> float | None:
        """Return the seconds to the next beat; None where none sounds."""
        number = self.number(now_s)
        return None if number is None else self._time_of(number + 1) - now_s

    def due(self, task: str, now_s: float) -> Due | None:
        """Return the movement that is due: one a beat point to point, two a beat in rhythm."""
        number, next_s = self.number(now_s), self.next_s(now_s)
        if not number or next_s is None:
            return None
        if task == "cyclic":
            return Due.UP if next_s > _HALF * self._beat_s else Due.DOWN
        return Due.UP if number % 2 else Due.DOWN

    @property
    def beat_s(self) -> float:
        """The period [s]."""
        return self._beat_s

    def _time_of(self, number: int) -> float:
        return (self._first_s or 0.0) + (number - 1) * self._beat_s
