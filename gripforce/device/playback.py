"""Where a recording is being replayed, how fast, and what may be jumped to."""

from __future__ import annotations

import asyncio
import math
import time
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SPEEDS: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_SAME_S: Final = 0.5
"""A jump back within this time of a moment goes to the one before it."""


class Playback:
    """The position in a recording; keys change it while the recording plays.

    ``duration_s`` is the recording's length, ``moments`` the times [s] of its trials and marks.
    """

    def __init__(
        self,
        duration_s: float,
        moments: Sequence[float] = (),
        *,
        speed: float = 1.0,
        from_s: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.duration_s = duration_s
        self.moments = sorted(moments)
        self.speed = speed
        self.paused = False
        self.holds_at_end = False
        """Whether the stream waits at its end for a jump back instead of ending."""
        self._now = now
        self._anchor_s, self._since = from_s, now()
        self._changed = asyncio.Event()
        self._went_back = False

    @property
    def position_s(self) -> float:
        """The time in the recording that is due now."""
        if self.paused:
            return self._anchor_s
        if math.isinf(self.speed):
            return math.inf
        return self._anchor_s + (self._now() - self._since) * self.speed

    @property
    def shown_s(self) -> float:
        """The position, inside the recording."""
        return min(max(0.0, self.position_s), self.duration_s)

    def start(self) -> None:
        """Let the time begin to pass now."""
        self._since = self._now()

    def seek(self, t_s: float) -> None:
        """Go to a time of the recording."""
        target = min(max(0.0, t_s), self.duration_s)
        self._went_back = self._went_back or target < self.shown_s
        self._move(target)

    def jump(self, moments: int) -> None:
        """Go to the next trial or mark, or with -1 to the one before."""
        at = self.shown_s
        if moments > 0:
            later = self.moments[bisect_right(self.moments, at + 1e-6) :]
            self.seek(later[0] if later else self.duration_s)
        else:
            earlier = self.moments[: bisect_left(self.moments, at - _SAME_S)]
            self.seek(earlier[-1] if earlier else 0.0)

    def toggle(self) -> None:
        """Pause, or play on; at the end, play from the beginning."""
        if self.shown_s >= self.duration_s:
            self.paused = False
            self.seek(0.0)
            return
        self._move(self.shown_s)
        self.paused = not self.paused

    def change_speed(self, steps: int) -> None:
        """Play faster, or with -1 slower, by one of ``SPEEDS``."""
        place = bisect_left(SPEEDS, min(self.speed, SPEEDS[-1])) + steps
        at = self.shown_s
        self.speed = SPEEDS[min(max(place, 0), len(SPEEDS) - 1)]
        self._move(at)

    async def wait_until(self, t_s: float) -> bool:
        """Wait until a time is due; False where playing has to begin anew, after a jump back."""
        while not self._went_back:
            left_s = (t_s - self.position_s) / self.speed if not self.paused else math.inf
            if t_s <= self.position_s or left_s <= 0:
                return True
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), None if math.isinf(left_s) else left_s)
            except TimeoutError:
                continue
        self._went_back = False
        return False

    def _move(self, t_s: float) -> None:
        self._anchor_s, self._since = t_s, self._now()
        self._changed.set()
